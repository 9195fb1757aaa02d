"""Decisions about hits."""

from entrepot.core.ids import new_id
from entrepot.core.lifecycle import StepRequest
from entrepot.core.ports import Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.screening.model.decision import HIT, NewDecision
from entrepot.screening.model.screening import NoSuchHit, Screening
from entrepot.screening.repository import decision as decisions_of
from entrepot.screening.repository import screening as screenings_of
from entrepot.screening.repository.decision import StoredDecision
from entrepot.screening.service import data_keys, views
from entrepot.screening.service.screenings import one_screening, stored_screening


async def decide_hit(
    tx: Transaction, who: Principal, *, id: str, decision: NewDecision, sealing: Sealing
) -> Screening:
    """Say whether a hit is the subject. It counts for every screening of this subject, until the subject or
    the entry changes. Raises: ScreeningNotFound, NoSuchHit,
    EntryChanged.
    """
    stored = await stored_screening(tx, who, id)
    key = await data_keys.key_of(tx, sealing, who.organisation)
    hits = views.opened(key, stored).hits
    hit = next((each for each in hits if (each.list, each.entry.id) == (decision.list, decision.entry)), None)
    if hit is None:
        raise NoSuchHit("This screening has no such hit.")
    before = await decisions_of.of_subject(tx, stored.subject, organisation=who.organisation)
    step = StepRequest(decision.verdict, who, reason=decision.reason, expected=decision.entry_digest or None)
    record = HIT.take(step, state=views.hit_state(hit, before), version=hit.entry_digest)
    await decisions_of.add(
        tx,
        StoredDecision(
            id=new_id(), organisation=who.organisation, subject=stored.subject, list=hit.list,
            entry=hit.entry.id, entry_digest=hit.entry_digest, verdict=decision.verdict,
            reason=key.seal(record.reason, views.REASON), decided_by=record.actor, decided_at=record.at,
            sealed_entry=views.seal_entry(key, hit.entry),
        ),
    )  # fmt: skip
    decided = await decisions_of.of_subject(tx, stored.subject, organisation=who.organisation)
    for each in await screenings_of.of_subject(tx, stored.subject, organisation=who.organisation):
        content = views.opened(key, each)
        state = views.state(content.hits, decided, total=content.total)
        await screenings_of.update(
            tx, each.id, sealed=each.sealed, state=state, lists=each.lists, screened_at=each.screened_at
        )
    return await one_screening(tx, who, id=id, sealing=sealing)
