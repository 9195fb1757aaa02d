"""A context with nothing but a mailbox: it says `Said`, and writes down what it hears."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import ClassVar

from tests.suite.patience import PATIENCE_S

from entrepot.core.events import Event, placed
from entrepot.core.ports import Bus, Row, Transaction
from entrepot.core.time import now
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import SCHEMA, Backoff, EventHandler, Hearing, Inbox, Outbox, Pace, Relay
from entrepot.infra.mailbox.waiting import NO_BOUND

FAST = Pace(
    poll_s=0.01,
    keep_s=0.02,
    confirm_s=0.005,
    idle_pull_s=0.5,
    answer_s=2.0,
    parked_poll_s=0.05,
    reconnect=Backoff(0.01, 0.1),
    retry=Backoff(0.01, 0.05),
    attempts=4,
)
Open = Callable[[str, Outbox], Awaitable[SQLite | Postgres]]
TABLE = "CREATE TABLE IF NOT EXISTS effect (at BIGINT, source TEXT, who TEXT, n BIGINT)"


class Said(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "station.said"
    KEY: ClassVar[str] = "who"

    who: str
    n: int


class Mumbled(Event, frozen=True, kw_only=True):
    """Goes by the name of `Said`, and is none."""

    TYPE: ClassVar[str] = "station.said"
    KEY: ClassVar[str] = "who"

    who: str
    n: str


async def write_down(tx: Transaction, event: Said) -> None:
    row = await tx.fetch_one("SELECT count(*) FROM effect")
    await tx.execute(
        "INSERT INTO effect (at, who, n) VALUES (?, ?, ?)", row[0] if row else 0, event.who, event.n
    )


class Station:
    """Made once; `start` and `stop` as often as its process lives."""

    def __init__(
        self, name: str, opens: Open, bus: Bus, *, readers: Sequence[str] = (), hears: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.bus = bus
        self.handler: EventHandler = write_down
        self.hearing: Hearing = [(Said, self._handle)]
        self.pace = FAST
        self._opens = opens
        self._readers = [placed(reader) for reader in readers]
        self._hears = [placed(source) for source in hears]
        self.wait = NO_BOUND
        self.now, self.elapsed_s = now, monotonic
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> "Station":
        """The database alone: what is said waits."""
        outbox = Outbox(self.name)
        self.database = await self._opens(self.name, outbox)
        assert await self.database.lead()
        await migrate(self.database, {"mailbox": SCHEMA})
        await self.database.exclusively(lambda tx: tx.execute(TABLE))
        hears: Mapping[str, Hearing] = dict.fromkeys(self._hears, self.hearing)
        self.relay = Relay(
            outbox,
            self.database,
            self.bus,
            readers=self._readers,
            wait=self.wait,
            pace=self.pace,
            now=self.now,
            elapsed_s=self.elapsed_s,
        )
        self.inbox = Inbox(self.name, self.database, self.bus, hears=hears, pace=self.pace, now=self.now)
        return self

    async def start(self) -> "Station":
        await self.open()
        work = [self.inbox.run()] + ([self.relay.run()] if self._readers else [])
        self._tasks = [asyncio.create_task(task) for task in work]
        return self

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.database.close()

    async def say(self, *events: Event) -> None:
        async def work(tx: Transaction) -> None:
            for event in events:
                tx.emit(event)

        await self.database.write(work)

    async def rows(self, sql: str, *args: object) -> Sequence[Row]:
        return await self.database.read(lambda tx: tx.fetch(sql, *args))

    async def heard(self) -> list[int]:
        return [n for (n,) in await self.rows("SELECT n FROM effect ORDER BY at")]

    async def hears(self, *expected: int, within_s: float = PATIENCE_S) -> None:
        """Wait for exactly these effects, in this order."""
        await until(lambda: self._has(len(expected)), within_s=within_s)
        await asyncio.sleep(0.05)  # time for one too many
        assert await self.heard() == list(expected)

    async def _has(self, count: int) -> bool:
        return len(await self.heard()) >= count

    async def _handle(self, tx: Transaction, event: Said) -> None:
        await self.handler(tx, event)


async def until(condition: Callable[[], Awaitable[bool]], *, within_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(within_s):
        while not await condition():
            await asyncio.sleep(0.01)
