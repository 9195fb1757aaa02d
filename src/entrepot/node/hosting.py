"""Hosts one context in this process: brings its database up to date, opens its doors, and relays and hears
events while this process leads it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable

import structlog

from entrepot.core.context import AsSet, At, Context, Duty, Every, LeaderTask
from entrepot.core.errors import Error, Unavailable
from entrepot.core.metrics import Sample
from entrepot.core.ports import Bus, Subscription, Transaction
from entrepot.core.supplies import Supplies
from entrepot.core.time import now, to_us
from entrepot.gateway.remote.responder import Responder
from entrepot.gateway.remote.revocations import Revocations
from entrepot.gateway.rows.door import Door, forget_old_answers
from entrepot.infra.calendar.duty import CalendarDuty
from entrepot.infra.database.measured import MeasuredDatabase
from entrepot.infra.database.migrate import Migratable, migrate
from entrepot.infra.keys.fitting import MasterKeys, WrappedColumn
from entrepot.infra.mailbox.deployment import belong, check
from entrepot.infra.mailbox.inbox import Inbox
from entrepot.infra.mailbox.outbox import Outbox, said_after
from entrepot.infra.mailbox.pacing import PACE, Pace
from entrepot.infra.mailbox.relay import Relay
from entrepot.infra.mailbox.twins import answer_twins, refuse_twin
from entrepot.infra.mailbox.waiting import Wait
from entrepot.node.assembly import Assembled
from entrepot.node.metrics import (
    ACCEPTED,
    DATABASE_SECONDS,
    DEAD,
    DUPLICATES,
    GAPS,
    KEPT,
    LAG,
    LEADS,
    LEFT_BEHIND,
    PARKED,
    PUBLISHED,
    REFUSED,
    WAIT_SPENT,
)

log = structlog.get_logger()

LEAD_AGAIN_S = 0.25  # how soon another process takes over from a leader that died
_KEEP_ANSWERS = timedelta(hours=24)  # as Stripe keeps them: https://docs.stripe.com/api/idempotent_requests
_FORGET_EVERY_S = 600.0  # between two rounds of `tidies`
_STAND_AGAIN_S = 1.0  # before a listener that failed is started again

OpenDatabase = Callable[[str, Outbox], Awaitable[Migratable]]


@dataclass(frozen=True)
class Deployment:
    """What all contexts of a process share: which deployment they belong to, how long logs wait for readers,
    and the master keys at hand.
    """

    id: str
    wait: Wait
    master_keys: MasterKeys


class Hosted:
    """A context in this process."""

    def __init__(
        self,
        context: Assembled,
        bus: Bus,
        database: MeasuredDatabase,
        outbox: Outbox,
        *,
        supplies: Supplies,
        wait: Wait,
        pace: Pace,
    ) -> None:
        """Raises: BadRow or NotSupplied when a function wants an object that nobody gives."""
        self.context, self.database = context, database
        self.revocations = Revocations(context.context.revokes)
        if context.context.revokes:
            outbox.listeners.append(self.revocations.hear)
        self._relay = Relay(outbox, database, bus, readers=context.readers, wait=wait, pace=pace)
        settled = self._relay.settled
        self.doors = {row.name: Door(row, supplies, settled=settled) for row in context.rows}
        described = context.context
        if described.personal is not None:  # filled for each person, so here only checked
            for function in (described.personal.export, described.personal.erase):
                supplies.wanted(function, own=2)
        self._tidies = [supplies.fill(each, own=1) for each in described.tidies]
        self._duties = [
            (each.seconds, supplies.fill(each.duty, own=1))
            for each in described.duties
            if isinstance(each, Every)
        ]
        self._calendar = [
            CalendarDuty(each.name, supplies.fill(each.duty, own=2), cron=each.cron, zone=each.zone)
            for each in described.duties
            if isinstance(each, At)
        ]
        self._calendar += [
            CalendarDuty(each.name, supplies.fill(each.duty, own=2), cron=when.cron, zone=when.zone)
            for each in described.duties
            if isinstance(each, AsSet) and (when := supplies.of(each.calendar)).cron
        ]
        self._listeners = [supplies.fill(each, own=1) for each in described.stands]
        hears = {
            source: [(event, supplies.fill(handler, own=2)) for event, handler in heard]
            for source, heard in context.hears.items()
        }
        self._responder = Responder(context.name, self.doors, database, bus, revocations=self.revocations)
        self._inbox = Inbox(context.name, database, bus, hears=hears, pace=pace)
        self._twins: Subscription | None = None

    @classmethod
    async def open(
        cls,
        context: Assembled,
        bus: Bus,
        supplies: Supplies,
        *,
        open_database: OpenDatabase,
        deployment: Deployment,
        pace: Pace = PACE,
    ) -> "Hosted":
        """Raises: Refused when the database is from the future, KeysMissing when ours do not open what it
        holds, OtherDeployment when it is somebody else's, Twin when it is a copy; Unavailable when it cannot
        be opened.
        """
        outbox = Outbox(context.name)
        database = MeasuredDatabase(await open_database(context.name, outbox))
        columns = [WrappedColumn(each.table, each.column) for each in context.context.rewraps]
        await deployment.master_keys.check(database, context=context.name, columns=columns)
        await check(database, context=context.name, deployment=deployment.id)
        await bring_up_to_date(context, database)
        await belong(database, context=context.name, deployment=deployment.id)
        await refuse_twin(database, bus, context=context.name)
        hosted = cls(context, bus, database, outbox, supplies=supplies, wait=deployment.wait, pace=pace)
        await database.lead()
        await hosted._responder.open()
        hosted._twins = await answer_twins(database, bus, context=context.name)
        return hosted

    async def run(self) -> None:
        """Run until cancelled: take the lead when nobody has it, and then relay, hear and tidy."""
        away = False
        while True:
            try:
                if await self.database.lead():
                    away = False
                    await self._responder.open()
                    log.debug("context.leading", context=self.context.name)
                    await self._lead()
            except* Unavailable as group:
                if not away:  # once, not four times a second
                    log.warning("context.waits", context=self.context.name, reason=str(group.exceptions[0]))
                away = True
            await asyncio.sleep(LEAD_AGAIN_S)

    def samples(self) -> Iterator[Sample]:
        """Yield how far the events of this context are, for /metrics."""
        name, database = self.context.name, self.database
        yield LEADS.at(float(database.leading), name)
        yield DATABASE_SECONDS.at(database.reads, name, "read")
        yield DATABASE_SECONDS.at(database.writes, name, "write")
        if not database.leading:
            return
        relay, inbox = self._relay.status, self._inbox.status
        yield PUBLISHED.at(relay.published, name)
        yield KEPT.at(relay.head - relay.pruned, name)
        for reader, lag in relay.lag.items():
            yield LAG.at(lag, name, reader)
        for reader, spent in relay.spent.items():
            yield WAIT_SPENT.at(spent, name, reader)
            yield LEFT_BEHIND.at(float(reader in relay.left_behind), name, reader)
        yield ACCEPTED.at(inbox.accepted, name)
        yield DUPLICATES.at(inbox.duplicates, name)
        yield GAPS.at(inbox.gaps, name)
        yield REFUSED.at(len(inbox.refused), name)
        yield PARKED.at(inbox.parked, name)
        yield DEAD.at(inbox.dead, name)

    async def oldest_unconfirmed(self) -> datetime | None:
        """Return when the oldest event was said that a reader has not confirmed. Raises: Unavailable."""
        if not self.database.leading:
            return None
        return await self.database.read(partial(said_after, after=self._relay.status.confirmed))

    async def close(self) -> None:
        if self._twins is not None:
            await self._twins.stop()
        await self._responder.close()
        await self.database.close()

    async def _lead(self) -> None:
        async with asyncio.TaskGroup() as group:
            duties = (self._on_duty(every_s, duty) for every_s, duty in self._duties)
            listeners = (self._listen(each) for each in self._listeners)
            calendar = (each.run(self.database) for each in self._calendar)
            works = (self._relay.run(), self._inbox.run(), self._forget(), *duties, *calendar, *listeners)
            tasks = [group.create_task(work) for work in works]
            while self.database.leading:  # noqa: ASYNC110  # a lead is lost without telling anybody
                await asyncio.sleep(LEAD_AGAIN_S)
            log.warning("context.lost_the_lead", context=self.context.name)
            for task in tasks:
                task.cancel()

    async def _forget(self) -> None:
        while True:
            try:
                for tidy in (_forget_answers, *self._tidies):
                    await self.database.write(tidy)
                await self.database.scrub()
            except Unavailable as error:
                log.warning("context.cannot_forget", context=self.context.name, reason=str(error))
            await asyncio.sleep(_FORGET_EVERY_S)

    async def _listen(self, listener: LeaderTask) -> None:
        """Run a listener as long as this process leads, and start it again if it fails."""
        while True:
            try:
                await listener(self.database)
            except Error as error:
                log.warning("context.cannot_listen", context=self.context.name, reason=str(error))
            except Exception:  # a listener is a door: the rest of the context goes on
                log.exception("context.fell", context=self.context.name)
            await asyncio.sleep(_STAND_AGAIN_S)

    async def _on_duty(self, every_s: float, duty: Duty) -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                await duty(self.database)
            except Unavailable as error:
                log.warning("context.duty_waits", context=self.context.name, reason=str(error))
            except Exception:  # a duty is a door: the next turn tries again
                log.exception("context.duty_failed", context=self.context.name)


async def _forget_answers(tx: Transaction) -> None:
    await forget_old_answers(tx, before_us=to_us(now() - _KEEP_ANSWERS))


async def bring_up_to_date(context: Context | Assembled, database: Migratable) -> None:
    """Raises: Refused when the database is from the future, or holds what another context should have."""
    if steps := await migrate(database, parts_of(context)):
        applied = [f"{step.part} {step.number}" for step in steps]
        log.info("database.migrated", context=context.name, applied=applied)


def parts_of(context: Context | Assembled) -> dict[str, Traversable]:
    """Return the folders of migrations for a context's database, in their order."""
    package = files("entrepot")
    parts: dict[str, Traversable] = {
        "mailbox": package / "infra" / "mailbox" / "schema",
        "calendar": package / "infra" / "calendar" / "schema",
        "door": package / "gateway" / "rows" / "schema",
    }
    if context.schema is not None:
        parts["context"] = context.schema
    return parts
