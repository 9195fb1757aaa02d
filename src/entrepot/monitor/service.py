"""What the monitor context does."""

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.monitor import model, repository
from entrepot.monitor.events import MonitorDataTold, RequestsServed
from entrepot.monitor.model import Activity, ActivityQuery
from entrepot.user.events import PersonErased, PersonExportRequested


async def on_requests_served(tx: Transaction, event: RequestsServed) -> None:
    if await repository.was_erased(tx, event.principal):
        event = msgspec.structs.replace(event, principal=model.ERASED)
    await repository.add_activity(tx, event, hour=model.hour_of(event.until))


async def activity(tx: Reading, who: Principal, *, query: ActivityQuery) -> Page[Activity]:
    """Who asked what, how often and how fast: of the caller's organisation, or of all for operators."""
    organisation = None if who.allows("node:operate") else who.organisation
    return await repository.activity(tx, organisation=organisation, query=query)


async def on_person_export_requested(
    tx: Transaction, event: PersonExportRequested, *, sealing: Sealing
) -> None:
    """Tell what is held about the person."""
    held = msgspec.json.encode(await repository.activity_of(tx, event.person_id)).decode()
    key = await sealing.key(event.export_id, event.wrapped)
    tx.emit(MonitorDataTold(export_id=event.export_id, sealed=key.seal(held, "export.monitor")))


async def on_person_erased(tx: Transaction, event: PersonErased) -> None:
    """The sums stay; whose they were is forgotten."""
    await repository.make_nobodys(tx, event.person_id, at=now())


async def tidy(tx: Transaction) -> None:
    await repository.forget_erased(tx, before=now() - model.LATE_AT_MOST)
