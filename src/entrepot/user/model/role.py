"""Roles of people: the built-in ones (`core/roles.py`), and those that an organisation adds."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Forbidden, Invalid
from entrepot.core.roles import Roles
from entrepot.core.routes import Input, Principal

ScopeName = Annotated[str, Meta(max_length=64, pattern=r"^(\*|[a-z][a-z-]*:[a-z][a-z-]*)$")]
RoleName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z][a-z-]*$")]
RoleNames = Annotated[list[RoleName], Meta(max_length=16)]

# Of whoever signs up: their organisation is their own.
FOUNDER = ("administrator", "customer")
OPERATORS = "operators"  # the organisation of those who run the node
# Whoever belongs to an organisation may leave, export and erase, whatever its roles say; nobody gives it.
OF_EVERYBODY = frozenset({"account:self", "token:self"})
# Whoever may do this is an administrator, whatever their roles are called.
ADMINISTERS = "user:write"


class ScopesTooWide(Forbidden):
    """Nobody gives away more than they have."""

    fields = ("missing",)

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"You do not have {', '.join(missing)} yourself.")
        self.missing = missing


class UnknownRole(Invalid):
    """There is no such role, neither built in nor in the organisation."""


class RoleKnown(Conflict):
    """The name is that of a built-in role."""


class RoleInUse(Conflict):
    """Somebody has this role."""


class LastAdministrator(Conflict):
    """Without this person, nobody could invite people or change roles."""


class Role(Input, frozen=True, kw_only=True):
    """A role of an organisation."""

    name: RoleName
    scopes: Annotated[list[ScopeName], Meta(min_length=1, max_length=64)]


class RoleView(msgspec.Struct, frozen=True, kw_only=True):
    """A role that may be given; `own` are those that the organisation made."""

    name: str
    scopes: list[str]
    own: bool


def check_known(roles: Iterable[str], *, house: Roles, own: Mapping[str, frozenset[str]]) -> None:
    """Raises: UnknownRole."""
    if unknown := sorted({role for role in roles if role not in house.allowed and role not in own}):
        raise UnknownRole(f"There is no role {', '.join(unknown)}.")


def check_within(scopes: Iterable[str], who: Principal) -> None:
    """Raises: ScopesTooWide."""
    if missing := sorted({scope for scope in scopes if not who.allows(scope)} - OF_EVERYBODY):
        raise ScopesTooWide(missing)


def administers(scopes: Collection[str]) -> bool:
    return ADMINISTERS in scopes or "*" in scopes
