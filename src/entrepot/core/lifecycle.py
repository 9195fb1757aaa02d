"""A life in states, as a table: which step leads from which state to which, and what it asks of whoever takes
it. Every step leaves a record: who took it, why, of which version, and under which Idempotency-Key.

    PACK = Lifecycle("version", {
        "submit": Transition(("draft",), "submitted", by="person"),
        "approve": Transition(("submitted",), "approved", by="second person"),
    })
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from entrepot.core.errors import Conflict, Forbidden, Invalid
from entrepot.core.routes import Principal
from entrepot.core.time import now

S = TypeVar("S", bound=str)

# Who may take a step: whoever has the row's scope; only a person, no program and no operator's token; only a
# person who had no hand in it so far.
By = Literal["anybody", "person", "second person"]
# (organisation, id) of everybody who had a hand in it.
Hands = frozenset[tuple[str, str]]


class WrongState(Conflict):
    """A step that cannot be taken in this state."""

    fields = ("state",)

    def __init__(self, what: str, state: str, *, needed: tuple[str, ...]) -> None:
        super().__init__(f"This {what} is {state}; only one that is {' or '.join(needed)} can do that.")
        self.state = state


class NotForPrograms(Forbidden):
    """A person takes this step, not a program and not an operator's token."""


class FourEyes(Forbidden):
    """This step takes a second person: not one who had a hand in it."""


class ReasonMissing(Invalid):
    """A step is recorded with a reason, and none was given."""


class ChangedMeanwhile(Conflict):
    """Somebody else changed it after it was read."""

    fields = ("version",)

    def __init__(self, version: Any) -> None:
        super().__init__("Somebody else has changed this. Load it again.")
        self.version = version


@dataclass(frozen=True)
class Transition(Generic[S]):
    """From one of `sources` to `target`; `reason` says whether it takes one."""

    sources: tuple[S, ...]
    target: S
    by: By = "anybody"
    reason: bool = True


@dataclass(frozen=True)
class StepRequest:
    """A step that somebody asks for. `expected` is the version that they read; None, if they do not mind."""

    verb: str
    who: Principal
    _: KW_ONLY
    reason: str = ""
    expected: int | str | None = None
    key: str = ""


@dataclass(frozen=True)
class StepRecord(Generic[S]):
    """A step that was taken: `state` is the one it led to, `version` the one that it was taken of."""

    verb: str
    state: S
    actor: str
    organisation: str
    reason: str
    version: int | str
    key: str = ""
    at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    """`what` is how messages call what lives; `changed` makes the error for a version that is no more."""

    what: str
    transitions: Mapping[str, Transition[S]]
    changed: Callable[[Any], Conflict] = ChangedMeanwhile

    def next_state(self, verb: str, state: str) -> S:
        """Raises: WrongState."""
        transition = self.transitions[verb]
        if state not in transition.sources:
            raise WrongState(self.what, state, needed=transition.sources)
        return transition.target

    def check_person(self, verb: str, who: Principal) -> None:
        """Raises: NotForPrograms."""
        if self.transitions[verb].by != "anybody" and who.kind != "person":
            raise NotForPrograms("A person takes this step, not a program or an operator's token.")

    def take(
        self, step: StepRequest, *, state: str, version: int | str, hands: Hands = frozenset()
    ) -> StepRecord[S]:
        """Return the record of a step that may be taken now.

        Raises: NotForPrograms, WrongState, FourEyes, ReasonMissing, and what `changed` makes.
        """
        self.check_person(step.verb, step.who)
        target = self.next_state(step.verb, state)
        if step.expected is not None and step.expected != version:
            raise self.changed(version)
        transition = self.transitions[step.verb]
        if transition.by == "second person" and had_a_hand(step.who, hands):
            raise FourEyes(f"You had a hand in this {self.what}; somebody else has to {step.verb} it.")
        if transition.reason and not step.reason:
            raise ReasonMissing(f"Say why you {step.verb} this {self.what}.")
        return StepRecord(
            verb=step.verb, state=target, actor=step.who.id, organisation=step.who.organisation,
            reason=step.reason, version=version, key=step.key,
        )  # fmt: skip

    def allows(self, verb: str, who: Principal, *, state: str, hands: Hands) -> bool:
        """Whether this caller could take the step now."""
        transition = self.transitions[verb]
        return (
            state in transition.sources
            and (transition.by == "anybody" or who.kind == "person")
            and not (transition.by == "second person" and had_a_hand(who, hands))
        )


def had_a_hand(who: Principal, hands: Hands) -> bool:
    return (who.organisation, who.id) in hands
