"""What people are told of packs that wait and facts that grew old."""

from entrepot.core.notices import Facts, News, NoticeKind, named, whole_number
from entrepot.rule.events import FactsStale, PackSubmitted


def _counted(facts: Facts) -> str:
    count = float(facts.get("count") or 0)
    return f"{count:.0f} fact{'' if count == 1 else 's'}"


NOTICES = (
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
