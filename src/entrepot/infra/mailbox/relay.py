"""The relay: publishes an outbox's log, answers those who missed a part of it, and prunes what all of
its readers have.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from random import Random, SystemRandom
from time import monotonic

import msgspec
import structlog

from entrepot.core.errors import Error
from entrepot.core.events import UNREADABLE
from entrepot.core.ports import Bus, Database, Message, Reading
from entrepot.core.time import now as clock
from entrepot.infra.mailbox import outbox as log_of
from entrepot.infra.mailbox import readers as rows_of
from entrepot.infra.mailbox import wire
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.infra.mailbox.pacing import PACE, Pace, Timing, at_last, keep_trying, wait_until
from entrepot.infra.mailbox.pruning import Pruned, ReaderReport, keep
from entrepot.infra.mailbox.pulling import answer_pull
from entrepot.infra.mailbox.readers import Reader, UnknownReader
from entrepot.infra.mailbox.strangers import Strangers
from entrepot.infra.mailbox.waiting import NO_BOUND, Wait

log = structlog.get_logger()

_pulls = msgspec.json.Decoder(wire.Pull)
_confirmations = msgspec.json.Decoder(wire.ReaderConfirmation)


SETTLES_S = 2.0  # how long an answer waits for those who hear what it said
_JUMP_US = 60_000_000  # smaller ones do not matter beside bounds of days
_WARN_AT = 0.5  # of a reader's bound; sooner than a day or a million events is nobody's worry


class RelayStatus(msgspec.Struct, frozen=True):
    """`published` counts events since the start; `lag` is how many each reader has not confirmed, `spent`
    the share of its bound that this uses up, and `left_behind` who lacks what is gone.
    """

    published: int
    head: int
    pruned: int
    lag: Mapping[str, int]
    spent: Mapping[str, float]
    left_behind: Collection[str]

    @property
    def confirmed(self) -> int:
        """The number through which every reader has confirmed, as far as the log goes back."""
        return self.head - max(self.lag.values(), default=0)


class _Known(msgspec.Struct):
    """A reader's row as it was last seen, and what it said since."""

    row: Reader
    watermark: int
    heard_at_us: int | None
    silent_from_us: int

    @classmethod
    def of(cls, row: Reader) -> "_Known":
        return cls(row, row.watermark, row.heard_at_us, row.silent_from_us)

    def now(self) -> Reader:
        """Return the row as it should be."""
        return msgspec.structs.replace(
            self.row,
            watermark=self.watermark,
            heard_at_us=self.heard_at_us,
            silent_from_us=self.silent_from_us,
        )


class Relay:
    """Runs in the process that leads the database; `run` until cancelled. `readers` are those whom the
    wiring derives; others are added and removed as rows. What a reader has not confirmed is kept, within
    the bounds of `wait`.
    """

    def __init__(
        self,
        outbox: Outbox,
        database: Database,
        bus: Bus,
        *,
        readers: Collection[str],
        wait: Wait = NO_BOUND,
        pace: Pace = PACE,
        random: Random | None = None,
        now: Callable[[], datetime] = clock,
        elapsed_s: Callable[[], float] = monotonic,
    ) -> None:
        self.source = outbox.source
        self._wake = outbox.wake
        self._database = database
        self._bus = bus
        self._wired = frozenset(readers)
        self._wait = wait
        self._timing = Timing(pace, random or SystemRandom(), now)
        self._elapsed_s, self._looked = elapsed_s, (0, 0.0)
        self._numbers = False  # whether rows wait here for their numbers
        self._epoch = ""
        self._began_us = 0
        self._head = self._pruned = self._published = 0
        self._known: dict[str, _Known] = {}
        self._warned: set[str] = set()
        self._strangers = Strangers(source=self.source)
        self._following: set[str] = set()
        self._heard = asyncio.Event()
        self._changed = asyncio.Event()
        self._confirmed = asyncio.Event()
        self._announce = True
        self._count = 0

    @property
    def status(self) -> RelayStatus:
        now_us = self._timing.now_us()
        lag = {name: max(0, self._head - known.watermark) for name, known in self._known.items()}
        spent = {name: self._spent(known, now_us) for name, known in self._known.items()}
        left = [name for name, known in self._known.items() if known.row.left_behind_at_us is not None]
        return RelayStatus(self._count, self._head, self._pruned, lag, spent, left)

    async def run(self) -> None:
        await at_last(self._load, task=f"relay of {self.source}", timing=self._timing)
        self._bus.on_reconnect(self._reconnected)
        hearing = await self._bus.subscribe(wire.confirmations_of(self.source), self._hear)
        answering = await self._bus.answer(wire.pulls_of(self.source), self._answer)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(
                    keep_trying(self._step, task=f"relay of {self.source}", timing=self._timing)
                )
                tasks.create_task(keep_trying(self._keep, task=f"prune {self.source}", timing=self._timing))
        finally:
            await hearing.stop()
            await answering.stop()

    async def _load(self) -> None:
        now_us = self._began_us = self._timing.now_us()
        self._looked = now_us, self._elapsed_s()
        self._refresh(await self._database.write(lambda tx: rows_of.enrol(tx, self._wired, now_us=now_us)))
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
                await asyncio.sleep(self._timing.pace.linger_s)

    async def _number(self) -> None:
        if await self._database.read(log_of.unnumbered):
            await self._database.write(log_of.number)

    async def _announce_head(self) -> None:
        """Say where the log ends, without events. A reader that is behind asks for what it needs."""
        extent, _ = await self._database.read(_extent)
        head = extent.head
        self._announce = False
        try:
            await self._publish(wire.batch((), epoch=self._epoch, base=head, first=head + 1, head=head))
        except BaseException:
            self._announce = True
            raise

    async def _publish(self, batch: wire.EventBatch) -> None:
        self._head = max(self._head, batch.head)
        headers = wire.batch_headers(batch, source=self.source)
        await self._bus.publish(wire.events_of(self.source), batch.data, headers)
        self._published = batch.last
        self._count += batch.last - batch.base
        self._changed.set()

    async def _rest(self) -> None:
        """Wait for new events. On PostgreSQL also look now and then: other processes write, too, and do
        not wake us.
        """
        wait_s = self._timing.pace.poll_s if self._numbers else self._timing.pace.idle_pull_s
        await wait_until(self._wake, at=asyncio.get_running_loop().time() + wait_s)

    async def _make_room(self, last: int) -> None:
        """Wait for followers that are far behind, but not for long: then they will have to pull."""
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + self._timing.pace.patience_s
        while (slow := self._slower_than(last)) and loop.time() < patient_until:
            self._heard.clear()
            await wait_until(self._heard, at=patient_until)
        self._following -= slow

    def _slower_than(self, last: int) -> set[str]:
        window = self._timing.pace.window
        return {reader for reader in self._following if last - self._known[reader].watermark > window}

    async def settled(self, *, within_s: float = SETTLES_S) -> None:
        """Wait until those readers that are there have everything that is in the log now. A process that
        does not lead hears nobody, and waits for the log alone.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while loop.time() < deadline:
            head, waits = await self._database.read(_head)
            if not waits and not self._behind(head):
                return
            self._confirmed.clear()
            await wait_until(self._confirmed, at=min(deadline, loop.time() + self._timing.pace.poll_s))

    def _behind(self, head: int) -> bool:
        there_us = self._timing.now_us() - round(2 * self._timing.pace.idle_pull_s * 1_000_000)
        young = self._began_us > there_us  # then nobody can have been heard yet
        return any(
            known.watermark < head
            for known in self._known.values()
            if young or (known.heard_at_us or 0) > there_us
        )

    # ---- readers ---------------------------------------------------------------------------------

    async def _hear(self, message: Message) -> None:
        try:
            said = _confirmations.decode(message.data)
        except UNREADABLE as error:
            log.warning("mailbox.garbage", subject=message.subject, reason=str(error))
        else:
            self._confirm(said.reader, said.watermark, epoch=said.epoch)

    def _confirm(self, reader: str, watermark: int, *, epoch: str) -> None:
        """Take a confirmation. One for another epoch, or for events that do not exist, is ignored."""
        known = self._known.get(reader)
        if known is None:
            self._strangers.refuse(reader, "it is no reader of this log")
            return
        known.heard_at_us = known.silent_from_us = self._timing.now_us()
        if epoch != self._epoch or watermark > self._head:
            return
        if self._published - watermark <= self._timing.pace.window:
            self._following.add(reader)
        if watermark > known.watermark:
            known.watermark = watermark
            self._changed.set()
            self._confirmed.set()
        self._heard.set()

    async def _answer(self, message: Message) -> AsyncIterator[Message]:
        try:
            pull = _pulls.decode(message.data)
            reader, batch = await self._database.read(lambda tx: answer_pull(tx, pull))
        except UNREADABLE as error:
            log.warning("mailbox.garbage", subject=message.subject, reason=str(error))
            yield Message(message.subject, b"", {"error": "this is no pull"})
        except UnknownReader as error:
            self._strangers.refuse(pull.reader, str(error))
            yield Message(message.subject, b"", {"error": str(error), wire.REFUSED: "1"})
        except Error as error:
            yield Message(message.subject, b"", {"error": type(error).__name__})
        else:
            self._strangers.forgive(reader.name)
            if reader.name not in self._known:  # added since we looked
                self._known[reader.name] = _Known.of(reader)
            yield self._reply(message.subject, pull, batch)

    def _reply(self, subject: str, pull: wire.Pull, batch: wire.EventBatch) -> Message:
        if batch.base > batch.head:
            log.error("mailbox.reader_ahead", reader=pull.reader, after=pull.after, head=batch.head)
            return Message(subject, b"", {"error": "the log is shorter than that; was it restored?"})
        self._head = max(self._head, batch.head)
        self._confirm(pull.reader, batch.base, epoch=pull.epoch)
        return Message(subject, batch.data, wire.batch_headers(batch, source=self.source))

    def _reconnected(self) -> None:
        self._announce = True
        self._wake.set()

    # ---- pruning ---------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Store confirmations now and then, together with pruning: losing some costs only space."""
        await wait_until(self._changed, at=asyncio.get_running_loop().time() + self._timing.pace.idle_pull_s)
        if self._changed.is_set():
            await asyncio.sleep(self._timing.pace.keep_s)
        else:  # others may have added or removed a reader
            self._refresh(await self._database.read(rows_of.enrolled))
        self._changed.clear()
        now_us = self._timing.now_us()
        self._forgive_jump(now_us)
        news = self._news()
        rows = [known.now() for known in self._known.values()]
        if news or self._floor(rows, self._head, now_us=now_us) > self._pruned:
            await self._prune(news, now_us)
        self._warn(now_us)

    def _forgive_jump(self, now_us: int) -> None:
        """Count against no reader that the clock was set, or that the machine slept."""
        (before_us, before_s), self._looked = self._looked, (now_us, self._elapsed_s())
        jump_us = now_us - before_us - round((self._looked[1] - before_s) * 1_000_000)
        if abs(jump_us) < _JUMP_US:
            return
        log.warning("mailbox.clock_was_set", source=self.source, by_s=round(jump_us / 1_000_000))
        for known in self._known.values():
            known.silent_from_us = min(known.silent_from_us + max(jump_us, 0), now_us)

    def _news(self) -> dict[str, ReaderReport]:
        """Return what is worth storing. When a reader was heard is worth a write of its own only now and
        then.
        """
        stale_us = round(self._timing.pace.heard_s * 1_000_000)
        return {
            name: ReaderReport(
                known.row.enrolled_at_us, known.watermark, known.heard_at_us, known.silent_from_us
            )
            for name, known in self._known.items()
            if known.watermark > known.row.watermark
            or known.silent_from_us - known.row.silent_from_us > stale_us
            or (known.row.heard_at_us is None and known.heard_at_us is not None)
        }

    async def _prune(self, news: Mapping[str, ReaderReport], now_us: int) -> None:
        floor = partial(self._floor, now_us=now_us)
        more = True
        while more:
            kept = await self._database.write(partial(keep, news=news, floor=floor, now_us=now_us))
            self._pruned, more = kept.pruned, kept.more
            self._refresh(kept.readers)
            self._log_changes(kept)

    def _floor(self, readers: Sequence[Reader], head: int, *, now_us: int) -> int:
        """Return the number through which no reader needs the log."""
        floors = (
            reader.wait.or_else(self._wait).floor(
                reader.watermark, head=head, silent_us=now_us - reader.silent_from_us
            )
            for reader in readers
        )
        return min(floors, default=self._published)

    def _refresh(self, rows: Sequence[Reader]) -> None:
        """Take over what the rows say; of a reader that was removed and added again, only that."""
        before, self._known = self._known, {}
        for row in rows:
            known = before.get(row.name)
            if known is None or known.row.enrolled_at_us != row.enrolled_at_us:
                known = _Known.of(row)
            known.row, known.watermark = row, max(known.watermark, row.watermark)
            self._known[row.name] = known
        self._following &= self._known.keys()

    def _spent(self, known: _Known, now_us: int) -> float:
        bound = known.row.wait.or_else(self._wait)
        return bound.spent(known.watermark, head=self._head, silent_us=now_us - known.silent_from_us)

    def _warn(self, now_us: int) -> None:
        """Before anything is lost, once for each time that a reader stays away."""
        spent = {name: self._spent(known, now_us) for name, known in self._known.items()}
        for name in {name for name, share in spent.items() if share >= _WARN_AT} - self._warned:
            kept = self._head - self._known[name].watermark
            log.warning(
                "mailbox.reader_away", source=self.source, reader=name, kept=kept, spent=round(spent[name], 2)
            )
        self._warned = {name for name, share in spent.items() if share >= _WARN_AT}

    def _log_changes(self, kept: Pruned) -> None:
        for reader in kept.left_behind:
            first, last = reader.watermark + 1, kept.pruned
            log.error(
                "mailbox.reader_left_behind", source=self.source, reader=reader.name, first=first, last=last
            )
        for reader in kept.caught_up:
            log.info("mailbox.reader_caught_up", source=self.source, reader=reader.name)


async def _head(tx: Reading) -> tuple[int, bool]:
    """The end of the log, and whether rows wait for their numbers."""
    waits = tx.dialect == "postgres" and await log_of.unnumbered(tx)
    return (await log_of.extent(tx)).head, waits


async def _extent(tx: Reading) -> tuple[log_of.Extent, bool]:
    return await log_of.extent(tx), tx.dialect == "postgres"
