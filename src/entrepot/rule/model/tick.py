"""What has been seen to of a kept check."""

from collections.abc import Iterable

import msgspec

from entrepot.core.errors import NotFound
from entrepot.core.time import Moment
from entrepot.rule.model.check import Requirement

# What forbids cannot be done, and what informs need not be.
_NOTHING_TO_DO = frozenset(("prohibited", "information"))


class NothingToDo(NotFound):
    """The check has no such requirement, or there is nothing to do about it."""


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that is done: since when, and who said so (empty once they are erased)."""

    rule: str
    by: str
    at: Moment


class OwnTick(msgspec.Struct, frozen=True, kw_only=True):
    """A tick of one person, as their export tells it."""

    check: str
    rule: str
    at: Moment


def to_do(requirements: Iterable[Requirement]) -> int:
    """Return how many of them can be ticked off."""
    return sum(can_be_done(each.rule.severity) for each in requirements)


def can_be_done(severity: str) -> bool:
    return severity not in _NOTHING_TO_DO
