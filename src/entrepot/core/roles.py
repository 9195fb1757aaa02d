"""Scopes, and the built-in roles that include them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

# Whoever has signed in, whatever else they are.
EVERYBODY = ("customer", "provider", "operator", "administrator", "auditor")


@dataclass(frozen=True)
class Scope:
    """One thing that somebody may do, in words for people, and the built-in roles that include it."""

    name: str
    about: str
    roles: tuple[str, ...] = ()


class Roles(msgspec.Struct, frozen=True):
    """The built-in roles and what each allows, gathered from the scopes of all contexts."""

    allowed: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, scopes: Iterable[Scope]) -> "Roles":
        found: dict[str, set[str]] = {role: set() for role in EVERYBODY}
        for scope in scopes:
            for role in scope.roles:
                found.setdefault(role, set()).add(scope.name)
        return cls({role: frozenset(names) for role, names in found.items()})

    def scopes(self, roles: Iterable[str], *, own: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """Return what the roles allow together; `own` are the roles of an organisation. A role that is gone
        allows nothing.
        """
        nothing: frozenset[str] = frozenset()
        return nothing.union(*(self.allowed.get(role) or own.get(role, nothing) for role in roles))
