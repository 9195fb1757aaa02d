"""Accepts what a source said. The effects of a batch and the watermark are one transaction, so each event
has its effect exactly once, whatever is repeated, lost or killed.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.infra.mailbox import dead_letters, parked
from entrepot.infra.mailbox.hearing import Heard, Opener, describe, happen
from entrepot.infra.mailbox.pacing import Timing
from entrepot.infra.mailbox.parked import Parked

log = structlog.get_logger()

Turn = AbstractAsyncContextManager[object]


class LogPosition(msgspec.Struct, frozen=True):
    """How far a source was heard: through `watermark` of `epoch`. `heard` counts events of all epochs."""

    epoch: str
    watermark: int
    heard: int


class LogSlice(msgspec.Struct, frozen=True):
    """What follows `base` in a source's log: the events from `first` on. Between them is a loss."""

    epoch: str
    base: int
    first: int
    bodies: Sequence[msgspec.Raw]

    @property
    def last(self) -> int:
        return self.first + len(self.bodies) - 1


class AcceptanceResult(msgspec.Struct, frozen=True):
    """The reader's position after a delivery, and how many events it could not handle at once."""

    position: LogPosition
    parked: int = 0
    dead: int = 0


class Overtaken(Unavailable):
    """Somebody else moved the watermark; nothing was done."""


class _Step(msgspec.Struct):
    """One delivery on its way into the database. `failures` and the counts are those of one try."""

    before: LogPosition
    after: LogPosition
    delivery: LogSlice
    events: Sequence[Heard]
    held: set[str] = msgspec.field(default_factory=set)
    failures: list[tuple[Heard, Exception]] = msgspec.field(default_factory=list)
    parked: int = 0
    dead: int = 0

    def begin(self, held: set[str]) -> None:
        self.held, self.failures, self.parked, self.dead = held, [], 0, 0


_Effect = Callable[[Transaction, _Step, Heard], Awaitable[None]]


class Acceptor:
    """Applies one source's deliveries to the reader's database."""

    def __init__(
        self, source: str, database: Database, *, opener: Opener, turn: Turn, timing: Timing
    ) -> None:
        self.source = source
        self._database = database
        self._opener = opener
        self._turn = turn
        self._timing = timing

    async def position(self) -> LogPosition:
        """Return the stored position. A source that is heard for the first time begins at the beginning."""
        found = await self._database.read(self._look)
        return await self._database.write(self._enrol) if found is None else found

    async def accept(self, position: LogPosition, delivery: LogSlice) -> AcceptanceResult:
        """Accept a delivery in one transaction; if a handler fails, again with a savepoint around each event.

        What fails only at the end of a transaction (an event emitted that cannot be stored) cannot be
        told apart there, so then half of the delivery is tried, at last one event alone: the outcome's
        position may be before the delivery's end. Raises: Unavailable when nothing was done or that is
        unknown: look at `position` again.
        """
        step = self._open(position, delivery)
        try:
            return await self._write(step, self._at_once)
        except Unavailable:
            raise
        except Exception as error:
            if not step.failures:
                return await self._accept_less(step, error)
        try:
            outcome = await self._write(step, self._carefully)
        except Unavailable:
            raise
        except Exception as error:
            return await self._accept_less(step, error)
        self._report(step.failures)
        return outcome

    async def _accept_less(self, step: _Step, error: Exception) -> AcceptanceResult:
        delivery, count = step.delivery, len(step.events)
        if count == 0:
            raise error
        if count > 1:
            half = msgspec.structs.replace(delivery, bodies=delivery.bodies[: count // 2])
            return await self.accept(step.before, half)

        async def park(tx: Transaction, step: _Step, event: Heard) -> None:
            await self._park_failed(tx, step, event, error)

        outcome = await self._write(step, park)
        self._report(step.failures)
        return outcome

    def _report(self, failures: Sequence[tuple[Heard, Exception]]) -> None:
        """Log one line with the first stack: a broken handler fails for every event of a batch."""
        if failures:
            event, error = failures[0]
            count = len(failures)
            log.error(
                "mailbox.handler_failed", source=self.source, type=event.type, count=count, exc_info=error
            )

    def _open(self, before: LogPosition, delivery: LogSlice) -> _Step:
        events = [
            self._opener.open(body, sequence=delivery.first + at, place=before.heard + at + 1)
            for at, body in enumerate(delivery.bodies)
        ]
        after = LogPosition(delivery.epoch, delivery.last, before.heard + len(events))
        return _Step(before, after, delivery, events)

    async def _write(self, step: _Step, effect: _Effect) -> AcceptanceResult:
        async def work(tx: Transaction) -> None:
            step.begin(await parked.keys(tx, self.source))
            await self._move(tx, step.before, step.after)
            await self._mourn(tx, step)
            await self._apply(tx, step, effect)

        async with self._turn:
            await self._database.write(work)
        return AcceptanceResult(step.after, step.parked, step.dead)

    async def _apply(self, tx: Transaction, step: _Step, effect: _Effect) -> None:
        for event in step.events:
            if event.defect:
                await self._bury(tx, step, _stored(self.source, event), kind="poison", error=event.defect)
            elif event.calls and event.key in step.held:
                await self._park(tx, step, event, next_at_us=None, error="")
            elif event.calls:
                await effect(tx, step, event)

    async def _at_once(self, tx: Transaction, step: _Step, event: Heard) -> None:
        try:
            await happen(tx, event)
        except Exception as error:
            step.failures.append((event, error))
            raise

    async def _carefully(self, tx: Transaction, step: _Step, event: Heard) -> None:
        try:
            await tx.attempt(lambda: happen(tx, event))
        except Unavailable:
            raise
        except Exception as error:
            await self._park_failed(tx, step, event, error)

    async def _park_failed(self, tx: Transaction, step: _Step, event: Heard, error: Exception) -> None:
        step.failures.append((event, error))
        next_at_us = self._timing.retry_at_us(1)
        await self._park(tx, step, event, next_at_us=next_at_us, error=describe(error))

    async def _park(
        self, tx: Transaction, step: _Step, event: Heard, *, next_at_us: int | None, error: str
    ) -> None:
        step.parked += 1
        step.held.add(event.key)
        await parked.park(tx, self.source, heard=event, next_at_us=next_at_us, error=error)

    async def _mourn(self, tx: Transaction, step: _Step) -> None:
        """Record what the source no longer has: it was pruned, or lost with a disk."""
        begin, end = step.delivery.base + 1, step.delivery.first - 1
        if begin > end:
            return
        log.error("mailbox.gap", source=self.source, first=begin, last=end)
        body = msgspec.json.encode({"first": begin, "last": end})
        missing = Parked(self.source, step.before.heard, begin, "", "", body, 0, "")
        error = f"{end - begin + 1} events are gone before they were heard"
        await self._bury(tx, step, missing, kind="gap", error=error)

    async def _bury(
        self, tx: Transaction, step: _Step, letter: Parked, *, kind: dead_letters.DeadLetterKind, error: str
    ) -> None:
        step.dead += 1
        now_us = self._timing.now_us()
        await dead_letters.bury(tx, letter, kind=kind, error=error, attempts=1, failed_at_us=now_us)

    async def _move(self, tx: Transaction, before: LogPosition, after: LogPosition) -> None:
        """Raises: Overtaken, which undoes the transaction, when the stored position is not `before`."""
        moved = await tx.execute(
            "UPDATE inbox SET epoch = ?, watermark = ?, heard = ?"
            " WHERE source = ? AND epoch = ? AND watermark = ? AND heard = ?",
            *(after.epoch, after.watermark, after.heard),
            *(self.source, before.epoch, before.watermark, before.heard),
        )
        if moved != 1:
            raise Overtaken("the watermark is not where it was")

    async def _look(self, tx: Reading) -> LogPosition | None:
        sql = "SELECT epoch, watermark, heard FROM inbox WHERE source = ?"
        row = await tx.fetch_one(sql, self.source)
        return LogPosition(*row) if row else None

    async def _enrol(self, tx: Transaction) -> LogPosition:
        found = await self._look(tx)
        if found is None:
            sql = "INSERT INTO inbox (source, epoch, watermark, heard) VALUES (?, '', 0, 0)"
            await tx.execute(sql, self.source)
        return found or LogPosition("", 0, 0)


def _stored(source: str, event: Heard) -> Parked:
    return Parked(source, event.place, event.sequence, event.key, event.type, bytes(event.body), 0, "")
