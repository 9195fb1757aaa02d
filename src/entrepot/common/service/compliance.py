"""What is heard of watched parties, of packs that wait and of facts that grew old becomes notices."""

from entrepot.common.model import kind as kinds
from entrepot.common.model.notice import Notice
from entrepot.common.repository import member
from entrepot.common.service import notices
from entrepot.common.service.notices import Means
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.rule.events import FactsStale, PackSubmitted, PartyMatched

_MATCHED, _STALE, _SUBMITTED = PartyMatched.TYPE, FactsStale.TYPE, PackSubmitted.TYPE


async def on_party_matched(tx: Transaction, event: PartyMatched, *, sealing: Sealing, house: House) -> None:
    """Told to everybody of the organisation who may see screenings."""
    means = Means(sealing=sealing, house=house, at=now())
    facts: dict[str, str | float] = {
        "screening_id": event.screening_id, "state": event.state, "appeared": float(event.appeared),
        "changed": float(event.changed), "gone": float(event.gone),
    }  # fmt: skip
    key = f"{event.screening_id}:{event.screened_at}"
    told = _notice(_MATCHED, event.organisation, means, key=key, subject=event.screening_id, facts=facts)
    await notices.tell(tx, told, means=means)


async def on_facts_stale(tx: Transaction, event: FactsStale, *, sealing: Sealing, house: House) -> None:
    """Packs are the node's: told wherever somebody may write rules."""
    means = Means(sealing=sealing, house=house, at=now())
    facts: dict[str, str | float] = {"pack": event.name, "count": float(event.count), "oldest": event.oldest}
    key = f"{_STALE}:{event.name}:{event.looked_at}"
    await _tell_everywhere(tx, _STALE, means, key=key, subject=event.name, facts=facts)


async def on_pack_submitted(tx: Transaction, event: PackSubmitted, *, sealing: Sealing, house: House) -> None:
    """Told wherever somebody may approve."""
    means = Means(sealing=sealing, house=house, at=now())
    facts: dict[str, str | float] = {
        "pack": event.name, "pack_id": event.pack_id, "version": float(event.version)
    }  # fmt: skip
    key = f"{_SUBMITTED}:{event.pack_id}:{event.submitted_at}"
    await _tell_everywhere(tx, _SUBMITTED, means, key=key, subject=event.pack_id, facts=facts)


async def _tell_everywhere(
    tx: Transaction, kind: str, means: Means, *, key: str, subject: str, facts: dict[str, str | float]
) -> None:
    """In every organisation in which somebody has the scope that the kind is for."""
    for organisation in await member.organisations_with(tx, kinds.known(kind).scope or ""):
        told = _notice(kind, organisation, means, key=key, subject=subject, facts=facts)
        await notices.tell(tx, told, means=means)


def _notice(
    kind: str, organisation: str, means: Means, *, key: str, subject: str, facts: dict[str, str | float]
) -> Notice:
    return Notice(
        id=new_id(), key=key, organisation=organisation, kind=kind, severity=kinds.known(kind).severity,
        subject=subject, place="", occurred_at=means.at, facts=dict(facts),
    )  # fmt: skip
