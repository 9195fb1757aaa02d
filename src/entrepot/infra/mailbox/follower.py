"""Follows one source's log: takes its batches in order, and asks for what it missed."""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Bus, Message
from entrepot.infra.mailbox import wire
from entrepot.infra.mailbox.acceptance import AcceptanceResult, Acceptor, LogPosition, LogSlice
from entrepot.infra.mailbox.pacing import Timing, keep_trying, wait_until
from entrepot.infra.mailbox.strangers import Strangers

log = structlog.get_logger()

_TAKEN_AT_ONCE = 1_000  # events in one transaction
_KEPT = 10_000  # events in memory; more are dropped here and pulled later


class ReaderRefused(Unavailable):
    """The source says that it does not know this reader."""


class Follower:
    """One source, heard by one reader."""

    def __init__(
        self, reader: str, acceptor: Acceptor, bus: Bus, *, on_parked: Callable[[], None], timing: Timing
    ) -> None:
        self._reader = reader
        self.source = acceptor.source
        self._acceptor = acceptor
        self._bus = bus
        self._on_parked = on_parked
        self._timing = timing
        self._position: LogPosition | None = None
        self._queue: deque[wire.EventBatch] = deque()
        self._tail = 0  # the last sequence that is accepted or queued
        self._wake = asyncio.Event()
        self._pull_at = 0.0
        self._failed_pulls = 0
        self._confirm_at = 0.0
        self._confirmed: LogPosition | None = None
        self._strangers = Strangers(reader=reader, source=acceptor.source)
        self.refused = False
        self.accepted = self.duplicates = self.gaps = self.parked = self.dead = 0

    @property
    def watermark(self) -> int:
        return self._position.watermark if self._position else 0

    async def run(self) -> None:
        subscription = await self._bus.subscribe(wire.events_of(self.source), self.hear)
        try:
            await keep_trying(self._step, task=f"{self._reader} hears {self.source}", timing=self._timing)
        finally:
            await subscription.stop()

    def look(self) -> None:
        """Ask the source, because something may have been missed."""
        self._pull_at = 0.0
        self._wake.set()

    async def hear(self, message: Message) -> None:
        """Queue a batch that follows what is here; anything else is repeated, early or foreign."""
        try:
            batch = wire.parse_batch(message, source=self.source)
        except wire.Foreign as error:
            self._strangers.refuse(error.sender, str(error))
            return
        except wire.Garbage as error:
            log.warning("mailbox.garbage", source=self.source, reason=str(error))
            return
        position = self._position
        if position is None or self.refused:
            return  # the first step will ask, and so will the next one after a refusal
        if batch.epoch != position.epoch or batch.base > self._tail:
            self.gaps += 1
            self.look()
        elif batch.last <= self._tail:
            self.duplicates += batch.last - batch.first + 1
            self._confirmed = None
        elif self._tail - position.watermark < _KEPT:
            self.duplicates += self._tail + 1 - batch.first
            self._queue.append(batch)
            self._tail = batch.last
        self._wake.set()

    async def _step(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._position is None:
            await self._begin()
        elif self._queue:
            await self._accept(self._position, self._next(self._position))
        elif now >= self._pull_at:
            await self._pull(self._position)
        elif self._confirmed != self._position and now >= self._confirm_at:
            await self._confirm(self._position)
        else:
            await self._rest()

    async def _begin(self) -> None:
        self._queue.clear()
        self._position = await self._acceptor.position()
        self._tail = self._position.watermark
        self._pull_at = 0.0

    async def _rest(self) -> None:
        at = self._pull_at
        if self._confirmed != self._position:
            at = min(at, self._confirm_at)
        self._wake.clear()
        await wait_until(self._wake, at=at)

    def _next(self, position: LogPosition) -> LogSlice:
        """Return what is queued, in one delivery. A batch that cannot be opened is asked for again."""
        after = position.watermark
        bodies: list[msgspec.Raw] = []
        while self._queue and len(bodies) < _TAKEN_AT_ONCE:
            batch = self._queue.popleft()
            if batch.last <= after:
                continue
            try:
                bodies += batch.bodies()[after + 1 - batch.first :]
            except wire.Garbage as error:
                log.warning("mailbox.garbage", source=self.source, reason=str(error))
                self._queue.clear()
                self._tail = after
                self.look()
            else:
                after = batch.last
        return LogSlice(position.epoch, position.watermark, position.watermark + 1, bodies)

    async def _accept(self, position: LogPosition, delivery: LogSlice) -> None:
        if not delivery.bodies and (delivery.epoch, delivery.last) == (position.epoch, position.watermark):
            return
        try:
            outcome = await self._acceptor.accept(position, delivery)
        except BaseException:
            self._position = None  # whether it was done is unknown: look again
            raise
        taken = outcome.position.watermark
        self._took(outcome, count=taken + 1 - delivery.first)
        if taken < delivery.last:
            self._queue.clear()
            self._tail = taken
            self.look()
        if asyncio.get_running_loop().time() >= self._confirm_at:
            await self._confirm(outcome.position)

    def _took(self, outcome: AcceptanceResult, *, count: int) -> None:
        before, self._position = self._position, outcome.position
        if before is None or before.epoch != outcome.position.epoch:
            self._queue.clear()
            self._tail = outcome.position.watermark
        self.accepted += count
        self.parked += outcome.parked
        self.dead += outcome.dead
        if outcome.parked:
            self._on_parked()
        if self._pull_at > 0.0:
            self._pull_later(self._timing.pace.idle_pull_s)

    def _pull_later(self, wait_s: float) -> None:
        self._pull_at = asyncio.get_running_loop().time() + self._timing.about(wait_s)

    async def _pull(self, position: LogPosition) -> None:
        """Ask the source for what follows; its answer also says where our logs part ways."""
        self._pull_later(self._timing.pace.idle_pull_s)
        try:
            batch = await self._ask(position)
            bodies = batch.bodies()
        except ReaderRefused as error:
            self._note_refusal(error)
            return
        except (Unavailable, wire.Garbage) as error:
            self._ask_again(error)
            return
        self._failed_pulls, self.refused = 0, False
        self._queue.clear()  # what came meanwhile is in the answer, or will be missed and asked for
        self._tail = batch.last
        await self._accept(position, LogSlice(batch.epoch, batch.base, batch.first, bodies))
        if batch.last < batch.head:
            self.look()

    async def _ask(self, position: LogPosition) -> wire.EventBatch:
        pull = wire.Pull(self._reader, position.epoch, position.watermark)
        answer = await self._bus.request(
            wire.pulls_of(self.source), msgspec.json.encode(pull), timeout_s=self._timing.pace.answer_s
        )
        if wire.REFUSED in answer.headers:
            raise ReaderRefused(answer.headers["error"])
        if "error" in answer.headers:
            raise Unavailable(answer.headers["error"])
        batch = wire.parse_batch(answer, source=self.source)
        if batch.base > position.watermark and position.epoch:  # at first it may begin us later
            raise wire.Garbage(f"asked for what follows {position.watermark}, answered after {batch.base}")
        return batch

    def _note_refusal(self, error: ReaderRefused) -> None:
        """Ask now and then, in case an operator adds us again; hear nothing until then."""
        if not self.refused:
            log.error("mailbox.refused", reader=self._reader, source=self.source, reason=str(error))
        self.refused = True

    def _ask_again(self, error: Exception) -> None:
        self._failed_pulls += 1
        if self._failed_pulls == 3:  # at a start, one waits for the other
            log.warning("mailbox.source_silent", source=self.source, reason=str(error))
        wait_s = self._timing.pace.reconnect.delay_s(self._failed_pulls, self._timing.random)
        self._pull_at = asyncio.get_running_loop().time() + wait_s

    async def _confirm(self, position: LogPosition) -> None:
        """Confirm the position. A lost confirmation does no harm: a pull says the same, and comes when
        nothing else does.
        """
        self._confirm_at = asyncio.get_running_loop().time() + self._timing.pace.confirm_s
        confirmation = wire.ReaderConfirmation(self._reader, position.epoch, position.watermark)
        try:
            await self._bus.publish(wire.confirmations_of(self.source), msgspec.json.encode(confirmation))
        except Unavailable:
            return
        self._confirmed = position
