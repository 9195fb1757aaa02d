"""What people are told of packs that wait, facts that grew old and watched parties."""

from entrepot.core.notices import Facts, News, NoticeKind, named, whole_number
from entrepot.rule.events import FactsStale, PackSubmitted, PartyMatched

_STATES = {
    "open": "Somebody should decide whether they are meant.",
    "matched": "It was decided that they are meant: stop.",
    "clear": "Nothing is left to decide.",
}


def _counted(facts: Facts) -> str:
    count = float(facts.get("count") or 0)
    return f"{count:.0f} fact{'' if count == 1 else 's'}"


def _hits(facts: Facts) -> str:
    counted = (f"{facts[each]:.0f} {each}" for each in ("appeared", "changed", "gone") if facts.get(each))
    return ", ".join(counted) or "none"


def _state(facts: Facts) -> str:
    return _STATES.get(str(facts.get("state")), "Look at what was found.")


NOTICES = (
    NoticeKind(
        name="rule.party_matched",
        about="A list changed, and a party that you watch has other matches on it.", scope="screening:read",
        severity="warning", subject="A watched party: {hits}",
        text="A list changed on {time}, and a party that you watch was screened again. {state}",
        terms={"hits": _hits, "state": _state},
        sample={"screening_id": "1", "state": "open", "appeared": 1.0, "changed": 0.0, "gone": 0.0},
        page="/screenings/{screening_id}",
    ),
    NoticeKind(
        name="rule.pack_submitted", about="A version of a rule pack waits for approval.",
        scope="rule:approve", severity="info",
        subject="Pack {pack}, version {version}, waits for approval",
        text="It was handed over on {time}. Somebody other than its editors has to read what it changes, and "
        "approve it.",
        terms={"pack": named("pack", "a pack"), "version": whole_number("version")},
        sample={"pack": "eu", "pack_id": "1", "version": 2.0}, page="/packs/{pack_id}",
    ),
    NoticeKind(
        name="rule.facts_stale", about="Facts of an active pack were not checked for too long.",
        scope="rule:write", severity="warning", subject="{count} of pack {pack} to check again",
        text="They were last checked too long ago, the oldest on {oldest}. They still count in every check.",
        terms={
            "pack": named("pack", "a pack"), "oldest": named("oldest", "an unknown day"), "count": _counted,
        },
        sample={"pack": "eu", "count": 3.0, "oldest": "2025-11-01"}, page="/rules?stale=1",
    ),
)  # fmt: skip


def party_matched(event: PartyMatched) -> News:
    """To everybody of the organisation who may see screenings."""
    return News(
        kind="rule.party_matched",
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


def facts_stale(event: FactsStale) -> News:
    """Packs are the node's: wherever somebody may write rules."""
    return News(
        kind="rule.facts_stale",
        key=f"rule.facts_stale:{event.name}:{event.looked_at}",
        subject=event.name,
        facts={"pack": event.name, "count": float(event.count), "oldest": event.oldest},
    )


def pack_submitted(event: PackSubmitted) -> News:
    """Wherever somebody may approve."""
    return News(
        kind="rule.pack_submitted",
        key=f"rule.pack_submitted:{event.pack_id}:{event.submitted_at}",
        subject=event.pack_id,
        facts={"pack": event.name, "pack_id": event.pack_id, "version": float(event.version)},
    )
