"""Kleene's strong three-valued logic. What is unknown stays unknown only while it can still matter."""

from collections.abc import Iterable
from typing import Final, Literal

Truth = Literal[0, 1, 2]
FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

NAMES = ("not_matched", "unknown", "matched")


def of(known: bool | None) -> Truth:
    return UNKNOWN if known is None else TRUE if known else FALSE


def negation(truth: Truth) -> Truth:
    return (TRUE, UNKNOWN, FALSE)[truth]


def both(one: Truth, other: Truth) -> Truth:
    return min(one, other)


def either(one: Truth, other: Truth) -> Truth:
    return max(one, other)


def all_of(truths: Iterable[Truth]) -> Truth:
    """True for nothing at all."""
    return min(truths, default=TRUE)


def any_of(truths: Iterable[Truth]) -> Truth:
    """False for nothing at all."""
    return max(truths, default=FALSE)
