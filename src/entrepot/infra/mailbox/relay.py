"""The relay: publishes an outbox's log, answers those who missed a part of it, and prunes what all of
its readers have.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from random import Random, SystemRandom

import msgspec
import structlog

from entrepot.core.errors import Error
from entrepot.core.events import UNREADABLE
from entrepot.core.ports import Bus, Database, Message, Reading
from entrepot.core.time import now as clock
from entrepot.infra.mailbox import outbox as log_of
from entrepot.infra.mailbox import wire
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.infra.mailbox.pacing import PACE, Means, Pace, at_last, keep_trying, wait_until

log = structlog.get_logger()

_pulls = msgspec.json.Decoder(wire.Pull)
_confirmations = msgspec.json.Decoder(wire.Confirmation)


class RelayStatus(msgspec.Struct, frozen=True):
    """`published` counts events since the start; `lag` is how many each reader has not confirmed."""

    published: int
    head: int
    pruned: int
    lag: Mapping[str, int]


class Relay:
    """Runs in the process that leads the database; `run` until cancelled. `readers` are the contexts
    that hear this one: what they have not confirmed is kept.
    """

    def __init__(
        self,
        outbox: Outbox,
        database: Database,
        bus: Bus,
        *,
        readers: Collection[str],
        pace: Pace = PACE,
        random: Random | None = None,
        now: Callable[[], datetime] = clock,
    ) -> None:
        self.context = outbox.context
        self._wake = outbox.wake
        self._database = database
        self._bus = bus
        self._readers = sorted(readers)
        self._means = Means(pace, random or SystemRandom(), now)
        self._numbers = False  # whether rows wait here for their numbers
        self._epoch = ""
        self._head = self._pruned = self._published = 0
        self._confirmed: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._following: set[str] = set()
        self._heard = asyncio.Event()
        self._changed = asyncio.Event()
        self._announce = True
        self._count = 0

    @property
    def status(self) -> RelayStatus:
        lag = {reader: self._head - watermark for reader, watermark in self._confirmed.items()}
        return RelayStatus(self._count, self._head, self._pruned, lag)

    async def run(self) -> None:
        await at_last(self._load, task=f"relay of {self.context}", means=self._means)
        self._bus.on_reconnect(self._reconnected)
        hearing = await self._bus.subscribe(wire.confirmations_of(self.context), self._hear)
        answering = await self._bus.answer(wire.pulls_of(self.context), self._answer)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(keep_trying(self._step, task=f"relay of {self.context}", means=self._means))
                tasks.create_task(keep_trying(self._keep, task=f"prune {self.context}", means=self._means))
        finally:
            await hearing.stop()
            await answering.stop()

    async def _load(self) -> None:
        self._confirmed = dict(await self._database.write(lambda tx: log_of.register(tx, self._readers)))
        self._kept = dict(self._confirmed)
        extent, self._numbers = await self._database.read(_extent)
        self._epoch, self._head, self._pruned = extent.epoch, extent.head, extent.pruned

    # ---- publishing ------------------------------------------------------------------------------

    async def _step(self) -> None:
        self._wake.clear()
        if self._numbers:
            await self._number()
        if self._announce:
            await self._announce_head()
        batch = await self._database.read(lambda tx: log_of.next_batch(tx, self._published))
        if batch is None:
            await self._rest()
        else:
            await self._make_room(batch.last)
            await self._publish(batch)
            if batch.last == batch.head:  # the first after a pause went at once; let the next grow
                await asyncio.sleep(self._means.pace.linger_s)

    async def _number(self) -> None:
        if await self._database.read(log_of.unnumbered):
            await self._database.write(log_of.number)

    async def _announce_head(self) -> None:
        """Say where the log ends, with no events: whoever is not there yet asks for what it needs."""
        extent, _ = await self._database.read(_extent)
        head = extent.head
        self._announce = False
        try:
            await self._publish(wire.batch((), epoch=self._epoch, base=head, first=head + 1, head=head))
        except BaseException:
            self._announce = True
            raise

    async def _publish(self, batch: wire.Batch) -> None:
        self._head = max(self._head, batch.head)
        headers = wire.batch_headers(batch, source=self.context)
        await self._bus.publish(wire.events_of(self.context), batch.data, headers)
        self._published = batch.last
        self._count += batch.last - batch.base
        self._changed.set()

    async def _rest(self) -> None:
        """Other processes write to PostgreSQL too, and do not wake us."""
        wait_s = self._means.pace.poll_s if self._numbers else self._means.pace.idle_pull_s
        await wait_until(self._wake, at=asyncio.get_running_loop().time() + wait_s)

    async def _make_room(self, last: int) -> None:
        """Wait for followers that are far behind, but not for long: then they will have to pull."""
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + self._means.pace.patience_s
        while (slow := self._slower_than(last)) and loop.time() < patient_until:
            self._heard.clear()
            await wait_until(self._heard, at=patient_until)
        self._following -= slow

    def _slower_than(self, last: int) -> set[str]:
        return {
            reader for reader in self._following if last - self._confirmed[reader] > self._means.pace.window
        }

    # ---- readers ---------------------------------------------------------------------------------

    async def _hear(self, message: Message) -> None:
        try:
            said = _confirmations.decode(message.data)
        except UNREADABLE as error:
            log.warning("mailbox.garbage", subject=message.subject, reason=str(error))
        else:
            self._confirm(said.reader, said.watermark, epoch=said.epoch)

    def _confirm(self, reader: str, watermark: int, *, epoch: str) -> None:
        """What is said of another life of the log, or of events that do not exist, counts for nothing."""
        if epoch != self._epoch or reader not in self._confirmed or watermark > self._head:
            return
        if self._published - watermark <= self._means.pace.window:
            self._following.add(reader)
        if watermark > self._confirmed[reader]:
            self._confirmed[reader] = watermark
            self._changed.set()
        self._heard.set()

    async def _answer(self, message: Message) -> AsyncIterator[Message]:
        try:
            pull = _pulls.decode(message.data)
            batch = await self._database.read(lambda tx: log_of.answer_pull(tx, pull))
        except UNREADABLE as error:
            log.warning("mailbox.garbage", subject=message.subject, reason=str(error))
            yield Message(message.subject, b"", {"error": "this is no pull"})
        except Error as error:
            yield Message(message.subject, b"", {"error": type(error).__name__})
        else:
            yield self._reply(message.subject, pull, batch)

    def _reply(self, subject: str, pull: wire.Pull, batch: wire.Batch) -> Message:
        if batch.base > batch.head:
            log.error("mailbox.reader_ahead", reader=pull.reader, after=pull.after, head=batch.head)
            return Message(subject, b"", {"error": "the log is shorter than that; was it restored?"})
        self._head = max(self._head, batch.head)
        self._confirm(pull.reader, batch.base, epoch=pull.epoch)
        return Message(subject, batch.data, wire.batch_headers(batch, source=self.context))

    def _reconnected(self) -> None:
        self._announce = True
        self._wake.set()

    # ---- pruning ---------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Store confirmations now and then, together with pruning: losing some costs only space."""
        await self._changed.wait()
        await asyncio.sleep(self._means.pace.keep_s)
        self._changed.clear()
        confirmed, through = dict(self._confirmed), self._prunable()
        news = {reader: mark for reader, mark in confirmed.items() if mark != self._kept.get(reader)}
        if news or through > self._pruned:
            await self._prune(news, through)
            self._kept = confirmed

    async def _prune(self, confirmed: Mapping[str, int], through: int) -> None:
        while True:
            before = self._pruned
            work = partial(log_of.keep, confirmed=confirmed, through=through)
            self._pruned = await self._database.write(work)
            if self._pruned in (before, through):
                return

    def _prunable(self) -> int:
        return min(self._confirmed.values(), default=self._published)


async def _extent(tx: Reading) -> tuple[log_of.Extent, bool]:
    return await log_of.extent(tx), tx.dialect == "postgres"
