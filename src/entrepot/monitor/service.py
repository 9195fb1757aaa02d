"""Counts what gateways served and what happened, and shows the counts."""

from datetime import timedelta

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.monitor import model, repository
from entrepot.monitor.events import RequestsServed
from entrepot.monitor.model import (
    AccountAct,
    Activity,
    ActivityQuery,
    ActQuery,
    DayOfEvents,
    HappeningQuery,
    MonitorPersonData,
)
from entrepot.rule.events import CheckCompleted, PackActivated
from entrepot.user.events import AccountEvent, ConsentChanged, KeyCreated


async def on_requests_served(tx: Transaction, event: RequestsServed) -> None:
    if await repository.was_erased(tx, event.principal):
        event = msgspec.structs.replace(event, principal=model.ERASED)
    await repository.add_activity(tx, event, hour=model.hour_of(event.until))


async def activity(tx: Reading, who: Principal, *, query: ActivityQuery) -> Page[Activity]:
    """Who asked what, how often and how fast: of the caller's organisation, or of all for operators."""
    organisation = None if who.allows("node:operate") else who.organisation
    return await repository.activity(tx, organisation=organisation, query=query)


async def on_organisation_s_event(tx: Transaction, event: KeyCreated | CheckCompleted) -> None:
    """Count it for its organisation."""
    await repository.add_happening(tx, event.TYPE, organisation=event.organisation, day=model.day_of(now()))


async def on_node_s_event(tx: Transaction, event: ConsentChanged | PackActivated) -> None:
    """Count what belongs to no organisation."""
    await repository.add_happening(tx, event.TYPE, organisation="", day=model.day_of(now()))


async def on_account_event(tx: Transaction, event: AccountEvent) -> None:
    """Keep it for the organisations that it concerns, and for whoever runs the node."""
    person = model.ERASED if await repository.was_erased(tx, event.person_id) else event.person_id
    act = AccountAct(at=event.at, type=event.TYPE, person=person, actor=event.by)
    await repository.add_act(tx, act, organisations=("", *event.organisations))
    await repository.add_happening(tx, event.TYPE, organisation="", day=model.day_of(event.at))


async def account_acts(tx: Reading, who: Principal, *, query: ActQuery) -> Page[AccountAct]:
    """What operators did to accounts: of the caller's organisation, or to all for operators."""
    return await repository.acts(tx, "" if who.allows("node:operate") else who.organisation, query=query)


async def happenings(tx: Reading, who: Principal, *, query: HappeningQuery) -> Page[DayOfEvents]:
    """What happened how often by day: in the caller's organisation, or in all for operators."""
    organisation = None if who.allows("node:operate") else who.organisation
    since = model.day_of(now()) - timedelta(days=query.days - 1)
    return Page(await repository.happenings(tx, organisation=organisation, since=since))


async def export(tx: Reading, person: str) -> MonitorPersonData:
    """Return what is held about the person."""
    return MonitorPersonData(
        activity=await repository.activity_of(tx, person), acts=await repository.acts_about(tx, person)
    )


async def erase(tx: Transaction, person: str) -> None:
    """Forget whose sums these were. The sums stay."""
    await repository.make_nobodys(tx, person, at=now())


async def tidy(tx: Transaction) -> None:
    await repository.forget_erased(tx, before=now() - model.LATE_AT_MOST)
    await repository.forget_acts(tx, before=now() - model.HAPPENINGS_KEPT_FOR)
    await repository.forget_happenings(tx, before=now() - model.HAPPENINGS_KEPT_FOR)
