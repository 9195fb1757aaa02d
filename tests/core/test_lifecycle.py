"""A step leads where the table says, or is refused; what was taken is recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.lifecycle import (
    ChangedMeanwhile,
    FourEyes,
    Lifecycle,
    NotForPrograms,
    ReasonMissing,
    StepRequest,
    Transition,
    WrongState,
)
from entrepot.core.routes import Principal

ADA, BOB = (Principal(name, "acme", frozenset(), "person") for name in ("ada", "bob"))
PROGRAM = Principal("ci", "acme", frozenset(), "program")
LETTER = Lifecycle(
    "letter",
    {
        "write": Transition(("draft",), "draft", reason=False),
        "send": Transition(("draft",), "sent", by="person"),
        "answer": Transition(("sent",), "answered", by="second person"),
    },
)
HANDS = frozenset({("acme", "ada")})


def test_step_is_recorded_with_who_why_of_which_version_and_under_which_key() -> None:
    step = StepRequest("send", ADA, reason="it is ready", expected=3, key="k-1")
    record = LETTER.take(step, state="draft", version=3)
    assert (record.verb, record.state, record.version, record.key) == ("send", "sent", 3, "k-1")
    assert (record.actor, record.organisation, record.reason) == ("ada", "acme", "it is ready")


@pytest.mark.parametrize(
    ("step", "state", "refusal"),
    [
        (StepRequest("answer", BOB, reason="yes"), "draft", WrongState),
        (StepRequest("send", PROGRAM, reason="yes"), "draft", NotForPrograms),
        (StepRequest("answer", PROGRAM, reason="yes"), "sent", NotForPrograms),
        (StepRequest("answer", ADA, reason="yes"), "sent", FourEyes),
        (StepRequest("send", ADA), "draft", ReasonMissing),
        (StepRequest("send", ADA, reason="yes", expected=2), "draft", ChangedMeanwhile),
    ],
)
def test_step_is_refused(step: StepRequest, state: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        LETTER.take(step, state=state, version=3, hands=HANDS)


def test_same_id_of_another_organisation_is_another_person() -> None:
    other = Principal("ada", "other", frozenset(), "person")
    assert LETTER.take(StepRequest("answer", other, reason="yes"), state="sent", version=3, hands=HANDS)


@given(
    st.sampled_from(sorted(LETTER.transitions)),
    st.sampled_from([ADA, BOB, PROGRAM]),
    st.sampled_from(["draft", "sent", "answered"]),
)
def test_what_is_allowed_is_what_can_be_taken(verb: str, who: Principal, state: str) -> None:
    step = StepRequest(verb, who, reason="because")
    allowed = LETTER.allows(verb, who, state=state, hands=HANDS)
    try:
        taken = LETTER.take(step, state=state, version=1, hands=HANDS)
    except (WrongState, NotForPrograms, FourEyes):
        assert not allowed
    else:
        assert allowed and taken.state == LETTER.transitions[verb].target
