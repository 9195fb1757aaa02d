"""A world of contexts on an unreliable network, whose processes die at any await: one seed is one history
of it, and `run` says which laws it broke.

`shop` speaks; `store` hears it and echoes; `desk` hears both. The `guest` comes and goes: its row is added
to the shop's readers and removed again, and it stays away longer than the shop waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import ClassVar

import msgspec
from tests.infra.mailbox.network import Network, UnreliableBus
from tests.infra.mailbox.troubled import TroubledDatabase

from entrepot.core.errors import Conflict, NotFound, Unavailable
from entrepot.core.events import Event, placed
from entrepot.core.ports import Row, Transaction
from entrepot.core.routes import ANONYMOUS
from entrepot.core.time import to_us
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import (
    SCHEMA,
    Backoff,
    Inbox,
    Outbox,
    Pace,
    Relay,
    Wait,
    add_reader,
    dead_letters,
    remove_reader,
)
from entrepot.infra.mailbox.outbox import extent
from entrepot.infra.mailbox.readers import Begin

HOUR_S = 3600.0
KEYS = 5
# The real waits are milliseconds to seconds. Here they are stretched so that an hour is a few hundred steps.
PACE = Pace(
    window=40,
    patience_s=30.0,
    keep_s=20.0,
    confirm_s=1.0,
    idle_pull_s=HOUR_S,
    answer_s=60.0,
    parked_poll_s=HOUR_S,
    reconnect=Backoff(1.0, 600.0),
    retry=Backoff(60.0, HOUR_S),
    attempts=8,
)
HEARS = {"shop": (), "store": ("shop",), "desk": ("shop", "store")}
GUEST, DAY_US = "guest", 24 * 3600 * 1_000_000
GUEST_WAIT = Wait(events=60, days=1)


class Said(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "world.said"
    KEY: ClassVar[str] = "who"

    source: str
    who: str
    n: int
    poison: bool


TABLES = """
CREATE TABLE said (n INTEGER PRIMARY KEY, who TEXT NOT NULL);
CREATE TABLE effect (id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT, who TEXT, n INTEGER);
"""
# What the shop's log gave up before its guest confirmed it, and why it might: written by the database itself.
WITNESS = f"""
CREATE TABLE dropped (first INTEGER, last INTEGER, enrolled INTEGER, head INTEGER, silent_from_us INTEGER,
                      at_us INTEGER);
CREATE INDEX dropped_now ON dropped (first) WHERE at_us IS NULL;
CREATE TABLE begun (after INTEGER);
CREATE TRIGGER witness AFTER UPDATE ON outbox_pruned BEGIN
    INSERT INTO dropped (first, last, enrolled, head, silent_from_us)
    SELECT max(old.through, watermark) + 1, new.through, removed_at_us IS NULL,
           coalesce((SELECT max(sequence) FROM outbox), new.through), silent_from_us
    FROM outbox_reader WHERE reader = '{placed(GUEST)}' AND watermark < new.through;
END;
"""


class World:
    def __init__(
        self,
        seed: int,
        folder: Path,
        *,
        relay: type[Relay] = Relay,
        inbox: type[Inbox] = Inbox,
    ) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.relay, self.inbox = relay, inbox
        self.network = Network(Random(seed + 1), self.record)
        self.trouble = 0.0  # how often a handler fails, or a database
        self.cured = False
        self._trace = blake2b()
        self.steps = 0
        self.processes = [Process(name, self, seed) for name in HEARS]
        self.shop, self.guest = self.processes[0], Process(GUEST, self, seed)

    @property
    def trace(self) -> str:
        return self._trace.hexdigest()

    def record(self, *what: object) -> None:
        self.steps += 1
        self._trace.update(repr((round(asyncio.get_running_loop().time(), 5), *what)).encode())

    def now(self) -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC) + timedelta(seconds=asyncio.get_running_loop().time())

    async def run(self, hours: float) -> list[str]:
        """Trouble for so long, then peace until all is quiet; the laws that were broken."""
        for process in self._everybody:
            await process.start()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(hours * HOUR_S), asyncio.TaskGroup() as chaos:
                    chaos.create_task(self._chaos())
                    chaos.create_task(self._visits())
            await self._peace()
            found = await self._settle() + await self._disorder() + await self._too_soon()
            await self._cure()
            return found + await self._settle()
        finally:
            for process in self._everybody:
                await process.stop()

    @property
    def _everybody(self) -> "list[Process]":
        return [*self.processes, self.guest]

    async def _chaos(self) -> None:
        while True:
            self.network.loss = self.random.choice((0.0, 0.02, 0.3))
            self.network.repeats = self.random.choice((0.0, 0.1))
            self.trouble = self.random.choice((0.0, 0.0, 0.05, 0.3))
            await asyncio.sleep(self.random.expovariate(1 / HOUR_S))
            await self.random.choice((self._crash, self._crash, self._cut, self._reconnect))()

    async def _crash(self) -> None:
        process = self.random.choice(self.processes)
        self.record("crash", process.name)
        await process.stop()
        await asyncio.sleep(self.random.choice((1.0, 60.0, 3 * HOUR_S)))
        await process.start()

    async def _cut(self) -> None:
        one, other = self.random.sample([process.name for process in self._everybody], 2)
        self.network.cuts.add((min(one, other), max(one, other)))
        await asyncio.sleep(self.random.expovariate(1 / HOUR_S))
        self.network.cuts.clear()

    async def _reconnect(self) -> None:
        for process in self._everybody:
            process.bus.reconnect()

    async def _visits(self) -> None:
        """The guest is added, removed, added again; and it is away, for minutes or for days."""
        while True:
            await self.random.choice((self._admit, self._admit, self._dismiss, self._leave))()
            await asyncio.sleep(self.random.expovariate(1 / (4 * HOUR_S)))

    async def _admit(self) -> None:
        with suppress(Conflict):
            await self._at_the_shop(partial(self._add_guest, begin=self.random.choice(("kept", "head"))))

    async def _dismiss(self) -> None:
        now_us = to_us(self.now())
        with suppress(NotFound):
            await self._at_the_shop(lambda tx: remove_reader(tx, placed(GUEST), now_us=now_us))

    async def _leave(self) -> None:
        await self.guest.stop()
        await asyncio.sleep(self.random.choice((60.0, 3 * HOUR_S, 20 * HOUR_S, 40 * HOUR_S)))
        await self.guest.start()

    async def _at_the_shop(self, work: Callable[[Transaction], Awaitable[object]]) -> None:
        self.record("visit", self.shop.running)
        if self.shop.running:
            with suppress(Unavailable):
                await self.shop.database.write(work)

    async def _add_guest(self, tx: Transaction, *, begin: Begin) -> None:
        log = await extent(tx)
        now_us = to_us(self.now())
        reader = await add_reader(tx, placed(GUEST), now_us=now_us, begin=begin, wait=GUEST_WAIT)
        await tx.execute("INSERT INTO begun VALUES (?)", reader.begins_after)
        if reader.begins_after > log.pruned:  # it wanted nothing of what was still there
            sql = "INSERT INTO dropped (first, last, enrolled) VALUES (?, ?, 0)"
            await tx.execute(sql, log.pruned + 1, reader.begins_after)

    async def _peace(self) -> None:
        self.trouble = 0.0
        for process in self._everybody:
            process.quiet = True
            if not process.running:
                await process.start()
        self.network.heal()
        with suppress(Conflict):
            await self.shop.database.write(partial(self._add_guest, begin="kept"))

    async def _cure(self) -> None:
        """Every dead letter is tried again, by handlers that fail no more."""
        self.cured = True
        for process in self._everybody:
            for (letter,) in await process.rows("SELECT id FROM dead_letter WHERE kind <> 'gap'"):
                await process.database.write(lambda tx, id=letter: dead_letters.replay(tx, ANONYMOUS, id=id))

    async def _settle(self) -> list[str]:
        """The law: every event that was committed has one effect at every reader, or one dead letter."""
        found: list[str] = []
        for _ in range(60):
            await asyncio.sleep(HOUR_S)
            found = await self._differences()
            if not found:
                break
        return found

    async def _differences(self) -> list[str]:
        found = []
        said = {process.name: await process.rows("SELECT n FROM said") for process in self.processes}
        for process in self.processes:
            for source in HEARS[process.name]:
                sql = (
                    "SELECT n FROM effect WHERE source = ?"
                    " UNION ALL SELECT sequence FROM dead_letter WHERE source = ?"
                )
                heard = await process.rows(sql, source, placed(source))
                if sorted(heard) != sorted(said[source]):
                    found.append(f"{process.name} heard {len(heard)} of {len(said[source])} from {source}")
        return found + await self._guest_differences(len(said["shop"]))

    async def _guest_differences(self, said: int) -> list[str]:
        """From where it began the guest has each event once, or knows that it is gone; and gone is, of what
        it had not heard, exactly what the shop dropped.
        """
        sql = "SELECT n FROM effect UNION ALL SELECT sequence FROM dead_letter WHERE kind <> 'gap'"
        heard = [n for (n,) in await self.guest.rows(sql)]
        letters = await self.guest.rows("SELECT body FROM dead_letter WHERE kind = 'gap'")
        gone = _numbers(
            (gap["first"], gap["last"]) for gap in (msgspec.json.decode(row[0]) for row in letters)
        )
        dropped = _numbers(await self.shop.rows("SELECT first, last FROM dropped"))
        begun = {after for (after,) in await self.shop.rows("SELECT after FROM begun")}
        start = min([*heard, *gone], default=said + 1) - 1
        found = []
        if start not in begun and start < said:
            found.append(f"the guest began after {start}")
        if sorted(heard + gone) != list(range(start + 1, said + 1)):
            found.append(f"the guest heard {len(heard)} and missed {len(gone)} of {said - start}")
        if set(gone) != {n for n in dropped if n > start} - set(heard):
            found.append(f"the guest missed {len(gone)}, and {len(set(dropped))} were dropped")
        return found

    async def _too_soon(self) -> list[str]:
        """What was dropped for the guest while it was a reader, though its bound was not reached."""
        rows = await self.shop.rows(
            "SELECT last, head, at_us - silent_from_us FROM dropped WHERE enrolled AND silent_from_us > 0"
        )
        events, days = GUEST_WAIT.events or 0, GUEST_WAIT.days or 0
        return [
            f"the shop dropped {last} of {head} after {silent_us / DAY_US:.1f} days"
            for last, head, silent_us in rows
            if last > head - events and silent_us <= days * DAY_US
        ]

    async def _disorder(self) -> list[str]:
        found = []
        for process in self._everybody:
            latest: dict[tuple[str, str], int] = {}
            for source, who, n in await process.rows("SELECT source, who, n FROM effect ORDER BY id"):
                if n <= latest.get((source, who), 0):
                    found.append(f"{process.name} heard {source} {n} late")
                latest[source, who] = n
        return found


class Process:
    """One context; what it keeps in memory dies with it, what it committed does not."""

    def __init__(self, name: str, world: World, seed: int) -> None:
        self.name = name
        self.world = world
        self.random = Random(f"{seed} {name}")
        self.quiet = False
        self.running = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        world = self.world
        readers = [placed(name) for name, sources in HEARS.items() if self.name in sources]
        outbox = Outbox(self.name)
        self.bus = UnreliableBus(self.name, world.network)
        self._file = SQLite.open(world.folder / f"{self.name}.db", closing=outbox, threaded=False)
        assert await self._file.lead()
        if await migrate(self._file, {"mailbox": SCHEMA}):
            await self._file.write(lambda tx: tx.execute(TABLES + WITNESS * (self.name == "shop")))
        self.database = TroubledDatabase(self._file, self)
        relay = world.relay(
            outbox, self.database, self.bus, readers=readers, pace=PACE, random=self._chance(), now=world.now
        )
        hears = {placed(source): [(Said, self._on_said)] for source in HEARS.get(self.name, ("shop",))}
        inbox = world.inbox(
            self.name, self.database, self.bus, hears=hears, pace=PACE, random=self._chance(), now=world.now
        )
        self.running = True
        work = [inbox.run()] + ([relay.run(), self._speak()] if readers else [])
        self._tasks = [asyncio.create_task(_again(task)) for task in work]

    async def stop(self) -> None:
        """As sudden as cancelling can be; nothing is said on the bus any more."""
        if not self.running:
            return
        self.running = False
        self.bus.up = False
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError, Unavailable):
                await task
        await self.bus.close()
        await self._file.close()

    async def rows(self, sql: str, *args: object) -> Sequence[Row]:
        return await self._file.read(lambda tx: tx.fetch(sql, *args))

    def _chance(self) -> Random:
        return Random(self.random.random())

    async def _speak(self) -> None:
        """Now and then a burst."""
        while not self.quiet:
            await asyncio.sleep(self.random.expovariate(1 / (2 * HOUR_S)))
            for _ in range(self.random.randint(1, 10)):
                with suppress(Unavailable):
                    await self.database.write(self._say)
                await asyncio.sleep(self.random.expovariate(1 / 0.5))

    async def _say(self, tx: Transaction) -> None:
        for _ in range(self.random.randint(1, 3)):
            await self._utter(tx, f"key {self.random.randrange(KEYS)}")

    async def _utter(self, tx: Transaction, who: str) -> None:
        (n,) = await tx.fetch_one("SELECT coalesce(max(n), 0) + 1 FROM said") or (0,)
        await tx.execute("INSERT INTO said (n, who) VALUES (?, ?)", n, who)
        tx.emit(Said(source=self.name, who=who, n=n, poison=n % 97 == 0))

    async def _on_said(self, tx: Transaction, event: Said) -> None:
        if self.random.random() < 0.1:
            await asyncio.sleep(self.random.expovariate(1 / 2.0))
        sql = "INSERT INTO effect (source, who, n) VALUES (?, ?, ?)"
        await tx.execute(sql, event.source, event.who, event.n)
        if event.source == "shop" and self.name == "store":
            await self._utter(tx, event.who)
        self.world.record("effect", self.name, event.source, event.n)
        if self.random.random() < self.world.trouble or (event.poison and not self.world.cured):
            raise ValueError(f"{event.n} is not to my taste")


async def _again(work: Awaitable[None]) -> None:
    await work


def _numbers(spans: Iterable[Row]) -> list[int]:
    return [n for first, last in spans for n in range(first, last + 1)]
