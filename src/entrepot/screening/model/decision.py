"""Decisions: whether a hit is the subject, and why."""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict
from entrepot.core.lifecycle import Lifecycle, Transition
from entrepot.core.routes import Input
from entrepot.core.time import Moment

HitVerdict = Literal["false_positive", "true_match"]
HitState = Literal["open", "false_positive", "true_match"]


class EntryChanged(Conflict):
    """The list says something else of this entry than what was looked at; nothing was decided."""

    fields: ClassVar[tuple[str, ...]] = ("entry_digest",)

    def __init__(self, entry_digest: str) -> None:
        super().__init__("This entry of the list has changed. Look at it again before you decide.")
        self.entry_digest = entry_digest


# Whoever may decide may decide again. The version of a hit is its entry's digest: another one opens it again.
HIT = Lifecycle[HitState](
    "hit",
    {
        "false_positive": Transition(("open", "false_positive", "true_match"), "false_positive"),
        "true_match": Transition(("open", "false_positive", "true_match"), "true_match"),
    },
    changed=EntryChanged,
)


class NewDecision(Input, frozen=True, kw_only=True):
    """About one hit, with a reason that somebody else understands. `entry_digest` is that of the hit that was
    looked at: if the entry has changed since, nothing is decided.
    """

    list: Annotated[str, Meta(max_length=40)]
    entry: Annotated[str, Meta(max_length=80)]
    verdict: HitVerdict
    reason: Annotated[str, Meta(min_length=3, max_length=2000)]
    entry_digest: Annotated[str, Meta(max_length=64)] = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`current` says whether it still counts: the entry has not changed since. `changed` are the members of
    the entry that differ from what they were then, as far as that is known.
    """

    verdict: HitVerdict
    reason: str
    decided_by: str
    decided_at: Moment
    current: bool
    changed: list[str] = []


class PastDecision(Decision, frozen=True, kw_only=True):
    """About an entry that is no hit any more."""

    list: str
    entry: str
