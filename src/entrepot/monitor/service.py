"""What the monitor context does."""

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.monitor import model, repository
from entrepot.monitor.events import RequestsServed
from entrepot.monitor.model import Activity, ActivityQuery


async def on_requests_served(tx: Transaction, event: RequestsServed) -> None:
    await repository.add_activity(tx, event, hour=model.hour_of(event.until))


async def activity(tx: Reading, who: Principal, *, query: ActivityQuery) -> Page[Activity]:
    """Who asked what, how often and how fast: of the caller's organisation, or of all for operators."""
    organisation = None if who.allows("node:operate") else who.organisation
    return await repository.activity(tx, organisation=organisation, query=query)
