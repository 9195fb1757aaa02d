"""What a screening looks like to those who may see it: opened, with its state and all that was decided."""

from collections.abc import Iterator, Sequence

import msgspec

from entrepot.core.sealing import DataKey
from entrepot.screening.functions import party_list
from entrepot.screening.functions.names import NameOf, fold_of, folded
from entrepot.screening.model.decision import Decision, HitState, PastDecision
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import (
    MOST_SHOWN,
    Compared,
    Hit,
    HitView,
    ScreenedSubject,
    Screening,
    ScreeningState,
)
from entrepot.screening.repository.decision import Decided, StoredDecision
from entrepot.screening.repository.screening import StoredScreening

REASON = "screening_decision.reason"
_SUBJECT = "screening.subject"
_ENTRY = "screening_decision.entry"


class SealedContent(msgspec.Struct, frozen=True, kw_only=True):
    """What only the organisation's key opens."""

    subject: ScreenedSubject
    reference: str
    hits: list[Hit]
    total: int = 0  # of all hits, also of those that are not kept; 0 where older versions stored it


def seal(key: DataKey, content: SealedContent) -> bytes:
    return key.seal(msgspec.json.encode(content).decode(), _SUBJECT)


def seal_entry(key: DataKey, entry: Party) -> bytes:
    return key.seal(msgspec.json.encode(entry).decode(), _ENTRY)


def opened(key: DataKey, stored: StoredScreening) -> SealedContent:
    return msgspec.json.decode(key.open(stored.sealed, _SUBJECT), type=SealedContent)


def state(hits: Sequence[Hit], decided: Decided, *, total: int = 0) -> ScreeningState:
    """Return matched if one hit is true, open while somebody has to decide or there are more hits than are
    kept, else clear.
    """
    states = [hit_state(hit, decided) for hit in hits]
    if "true_match" in states:
        return "matched"
    return "open" if "open" in states or total > len(hits) else "clear"


def hit_state(hit: Hit, decided: Decided) -> HitState:
    """Return what the newest decision says, if it still counts."""
    newest = next(iter(decided.get((hit.list, hit.entry.id), ())), None)
    return "open" if newest is None or not _counts(newest, hit) else newest.verdict


def view(key: DataKey, stored: StoredScreening, decided: Decided, *, lists_now: str) -> Screening:
    content = opened(key, stored)
    return Screening(
        id=stored.id,
        subject=content.subject,
        reference=content.reference,
        threshold=stored.threshold,
        watch=stored.watch,
        state=state(content.hits, decided),
        hits=[_hit(key, content.subject, each, decided) for each in content.hits[:MOST_SHOWN]],
        total=max(content.total, len(content.hits)),
        past=list(_past(key, content.hits, decided)),
        lists=stored.lists.split(),
        lists_now=lists_now.split(),
        created_by=stored.created_by,
        created_at=stored.created_at,
        screened_at=stored.screened_at,
    )


def hits_of(key: DataKey, stored: StoredScreening, decided: Decided) -> list[HitView]:
    """Return every hit that is kept, the likeliest first."""
    content = opened(key, stored)
    return [_hit(key, content.subject, each, decided) for each in content.hits]


def _hit(key: DataKey, subject: ScreenedSubject, hit: Hit, decided: Decided) -> HitView:
    decisions = [_decision(key, each, hit) for each in decided.get((hit.list, hit.entry.id), ())]
    of = fold_of(hit.entry.kind)
    compared = Compared(subject=_latin(subject.name, of), listed=_latin(hit.matched_name, of))
    fields = {name: getattr(hit, name) for name in Hit.__struct_fields__}
    return HitView(
        **fields, compared=compared, decision=decisions[0] if decisions else None, earlier=decisions[1:]
    )


def _past(key: DataKey, hits: Sequence[Hit], decided: Decided) -> Iterator[PastDecision]:
    """Yield what was decided about entries that are no hits any more, the newest first."""
    shown = {(hit.list, hit.entry.id) for hit in hits}
    gone = [each for entry, every in decided.items() if entry not in shown for each in every]
    for each in sorted(gone, key=lambda decision: decision.id, reverse=True):
        fields = msgspec.structs.asdict(_decision(key, each, None))
        yield PastDecision(**fields, list=each.list, entry=each.entry)


def _decision(key: DataKey, stored: StoredDecision, hit: Hit | None) -> Decision:
    return Decision(
        verdict=stored.verdict,
        reason=key.open(stored.reason, REASON),
        decided_by=stored.decided_by,
        decided_at=stored.decided_at,
        current=hit is not None and _counts(stored, hit),
        changed=[] if hit is None or _counts(stored, hit) else _changed(key, stored, hit),
    )


def _changed(key: DataKey, decision: StoredDecision, hit: Hit) -> list[str]:
    if decision.sealed_entry is None:
        return []
    then = msgspec.json.decode(key.open(decision.sealed_entry, _ENTRY), type=Party)
    return party_list.differing(then, hit.entry)


def _counts(decision: StoredDecision, hit: Hit) -> bool:
    return decision.entry_digest == hit.entry_digest


def _latin(name: str, of: NameOf) -> str:
    return " ".join(folded(name, of).words)
