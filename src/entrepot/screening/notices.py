"""What people are told of parties that they watch."""

from entrepot.core.notices import Facts, News, NoticeKind
from entrepot.screening.events import PartyMatched

# The kind keeps the name that it had when lists belonged to `rule`: it stands in what people have chosen, in
# templates and in webhooks.
_PARTY_MATCHED = "rule.party_matched"
_STATES = {
    "open": "Somebody should decide whether they are meant.",
    "matched": "It was decided that they are meant: stop.",
    "clear": "Nothing is left to decide.",
}


def _hits(facts: Facts) -> str:
    counted = (f"{facts[each]:.0f} {each}" for each in ("appeared", "changed", "gone") if facts.get(each))
    return ", ".join(counted) or "none"


def _state(facts: Facts) -> str:
    return _STATES.get(str(facts.get("state")), "Look at what was found.")


NOTICES = (
    NoticeKind(
        name=_PARTY_MATCHED,
        about="A list changed, and a party that you watch has other matches on it.", scope="screening:read",
        severity="warning", subject="A watched party: {hits}",
        text="A list changed on {time}, and a party that you watch was screened again. {state}",
        terms={"hits": _hits, "state": _state},
        sample={"screening_id": "1", "state": "open", "appeared": 1.0, "changed": 0.0, "gone": 0.0},
        page="/screenings/{screening_id}",
    ),
)  # fmt: skip


def party_matched(event: PartyMatched) -> News:
    """To everybody of the organisation who may see screenings."""
    return News(
        kind=_PARTY_MATCHED,
        key=f"{event.screening_id}:{event.screened_at}",
        subject=event.screening_id,
        organisation=event.organisation,
        facts={
            "screening_id": event.screening_id,
            "state": event.state,
            "appeared": float(event.appeared),
            "changed": float(event.changed),
            "gone": float(event.gone),
        },
    )
