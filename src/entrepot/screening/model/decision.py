"""Decisions: whether a hit is the subject, and why."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.routes import Input
from entrepot.core.time import Moment

Verdict = Literal["false_positive", "true_match"]


class NewDecision(Input, frozen=True, kw_only=True):
    """About one hit, with a reason that somebody else understands."""

    list: Annotated[str, Meta(max_length=40)]
    entry: Annotated[str, Meta(max_length=80)]
    verdict: Verdict
    reason: Annotated[str, Meta(min_length=3, max_length=2000)]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`current` says whether it still counts: the entry has not changed since. `changed` are the members of
    the entry that differ from what they were then, as far as that is known.
    """

    verdict: Verdict
    reason: str
    decided_by: str
    decided_at: Moment
    current: bool
    changed: list[str] = []


class PastDecision(Decision, frozen=True, kw_only=True):
    """About an entry that is no hit any more."""

    list: str
    entry: str
