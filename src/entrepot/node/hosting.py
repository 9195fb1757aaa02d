"""One context in this process: its database brought up to date, its doors open, and, while this process
leads it, its events relayed and heard.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import get_type_hints

import structlog

from entrepot.core.errors import Error, Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Bus, Transaction
from entrepot.core.routes import Route
from entrepot.core.time import now, to_us
from entrepot.gateway.pages.metrics import Gauge
from entrepot.gateway.remote.responder import Responder
from entrepot.gateway.rows.door import Door, forget_old_answers
from entrepot.infra.database.migrate import Migratable, migrate
from entrepot.infra.mailbox.deployment import belong
from entrepot.infra.mailbox.hearing import Hearing
from entrepot.infra.mailbox.inbox import Inbox
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.infra.mailbox.pacing import PACE, Pace
from entrepot.infra.mailbox.relay import Relay
from entrepot.infra.mailbox.waiting import Wait

log = structlog.get_logger()

LEAD_AGAIN_S = 0.25
_KEEP_ANSWERS = timedelta(hours=24)
_FORGET_EVERY_S = 600.0
_STAND_AGAIN_S = 1.0

# A handler of events; what it takes beyond the transaction and the event is supplied, as a row's ports are.
Handler = Callable[..., Awaitable[None]]
Tidy = Callable[[Transaction], Awaitable[None]]
# What a context does by itself, not inside a transaction: `duty(database, *, ports)`.
Duty = Callable[..., Awaitable[None]]
# What stands as long as this process leads, such as a listener: `standing(database, *, ports)`.
Standing = Callable[..., Awaitable[None]]
OpenDatabase = Callable[[str, Outbox], Awaitable[Migratable]]


@dataclass(frozen=True)
class Deployment:
    """What all contexts of a process share: whose databases they are, and how long logs wait for a reader."""

    id: str
    wait: Wait


@dataclass(frozen=True)
class Context:
    """A context as the wiring describes it. It hears logs (`tracking@hub`), and readers (`monitor@hub`)
    hear its own.
    """

    name: str
    about: str
    routes: tuple[Route, ...]
    schema: Traversable | None
    hears: Mapping[str, Sequence[tuple[type[Event], Handler]]]
    readers: frozenset[str]
    tidies: tuple[Tidy, ...] = ()
    duties: tuple[tuple[float, Duty], ...] = ()
    standing: tuple[Standing, ...] = ()
    pace: Pace = PACE


class Hosted:
    """A context in this process."""

    def __init__(
        self,
        context: Context,
        bus: Bus,
        database: Migratable,
        outbox: Outbox,
        doors: Mapping[str, Door],
        *,
        hears: Mapping[str, Hearing],
        wait: Wait,
        duties: Sequence[tuple[float, Duty]] = (),
        standing: Sequence[Standing] = (),
    ) -> None:
        self.context, self.database, self.doors = context, database, doors
        self._duties, self._standing = duties, standing
        self._counter = Responder(context.name, doors, database, bus)
        self._relay = Relay(outbox, database, bus, readers=context.readers, wait=wait, pace=context.pace)
        self._inbox = Inbox(context.name, database, bus, hears=hears, pace=context.pace)

    @classmethod
    async def open(
        cls,
        context: Context,
        bus: Bus,
        supplies: Mapping[type, object],
        *,
        open_database: OpenDatabase,
        deployment: Deployment,
    ) -> "Hosted":
        """Raises: Refused when the database is from the future, OtherDeployment when it is somebody
        else's; Unavailable when it cannot be opened.
        """
        outbox = Outbox(context.name)
        database = await open_database(context.name, outbox)
        await bring_up_to_date(context, database)
        await belong(database, context=context.name, deployment=deployment.id)
        doors = {row.name: Door(row, supplies) for row in context.routes}
        hears = {
            source: [(event, _supplied(handler, supplies, own=2)) for event, handler in heard]
            for source, heard in context.hears.items()
        }
        duties = [(every_s, _supplied(duty, supplies, own=1)) for every_s, duty in context.duties]
        standing = [_supplied(each, supplies, own=1) for each in context.standing]
        hosted = cls(
            context,
            bus,
            database,
            outbox,
            doors,
            hears=hears,
            wait=deployment.wait,
            duties=duties,
            standing=standing,
        )
        await database.lead()
        await hosted._counter.open()
        return hosted

    async def run(self) -> None:
        """Until cancelled: lead when nobody else does, and then relay, hear and forget."""
        away = False
        while True:
            try:
                if await self.database.lead():
                    away = False
                    await self._counter.open()
                    log.debug("context.leading", context=self.context.name)
                    await self._lead()
            except* Unavailable as group:
                if not away:  # once, not four times a second
                    log.warning("context.waits", context=self.context.name, reason=str(group.exceptions[0]))
                away = True
            await asyncio.sleep(LEAD_AGAIN_S)

    def gauges(self) -> Iterator[Gauge]:
        """How the events of this context fare, for /metrics."""
        if not self.database.leading:
            return
        labels = {"context": self.context.name}
        relay, inbox = self._relay.status, self._inbox.status
        yield "outbox_published", "Events published since the start.", labels, relay.published
        yield (
            "outbox_kept",
            "Events kept until every reader has confirmed them.",
            labels,
            relay.head - relay.pruned,
        )
        for reader, lag in relay.lag.items():
            yield "outbox_lag", "Events that a reader has not confirmed.", {**labels, "reader": reader}, lag
        for reader, spent in relay.spent.items():
            yield (
                "outbox_wait_spent",
                "Share of the bound after which a log leaves a reader behind.",
                {**labels, "reader": reader},
                spent,
            )
            yield (
                "outbox_left_behind",
                "Whether a reader lacks events that are gone.",
                {**labels, "reader": reader},
                float(reader in relay.left_behind),
            )
        yield "inbox_accepted", "Events taken in since the start.", labels, inbox.accepted
        yield "inbox_duplicates", "Events that came again since the start.", labels, inbox.duplicates
        yield "inbox_gaps", "Losses noticed since the start.", labels, inbox.gaps
        yield "inbox_refused", "Logs that do not count this reader among theirs.", labels, len(inbox.refused)
        yield "inbox_parked", "Events that wait to be tried again.", labels, inbox.parked
        yield "dead_letters", "Events given up since the start.", labels, inbox.dead

    async def close(self) -> None:
        await self._counter.close()
        await self.database.close()

    async def _lead(self) -> None:
        async with asyncio.TaskGroup() as group:
            duties = (self._on_duty(every_s, duty) for every_s, duty in self._duties)
            standing = (self._stand(each) for each in self._standing)
            works = (self._relay.run(), self._inbox.run(), self._forget(), *duties, *standing)
            tasks = [group.create_task(work) for work in works]
            while self.database.leading:  # noqa: ASYNC110  # a lead is lost without telling anybody
                await asyncio.sleep(LEAD_AGAIN_S)
            log.warning("context.lost_the_lead", context=self.context.name)
            for task in tasks:
                task.cancel()

    async def _forget(self) -> None:
        while True:
            try:
                for tidy in (_forget_answers, *self.context.tidies):
                    await self.database.write(tidy)
            except Unavailable as error:
                log.warning("context.cannot_forget", context=self.context.name, reason=str(error))
            await asyncio.sleep(_FORGET_EVERY_S)

    async def _stand(self, standing: Standing) -> None:
        """It ends only with the lead; if it breaks, it is set up again."""
        while True:
            try:
                await standing(self.database)
            except Error as error:
                log.warning("context.cannot_stand", context=self.context.name, reason=str(error))
            except Exception:  # a standing work is a door: the rest of the context goes on
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


def _supplied(
    function: Callable[..., Awaitable[None]], supplies: Mapping[type, object], *, own: int
) -> Callable[..., Awaitable[None]]:
    """The function with the ports that its signature asks for after its `own` first parameters."""
    hints = get_type_hints(function)
    wanted = list(inspect.signature(function).parameters)[own:]
    return partial(function, **{name: supplies[hints[name]] for name in wanted}) if wanted else function


async def bring_up_to_date(context: Context, database: Migratable) -> None:
    """Raises: Refused when the database is from the future."""
    package = files("entrepot")
    parts: dict[str, Traversable] = {
        "mailbox": package / "infra" / "mailbox" / "schema",
        "door": package / "gateway" / "rows" / "schema",
    }
    if context.schema is not None:
        parts["context"] = context.schema
    if steps := await migrate(database, parts):
        applied = [f"{step.part} {step.number}" for step in steps]
        log.info("database.migrated", context=context.name, applied=applied)
