"""What only the SQLite adapter promises: long reads do not stall the loop, and one broken commit or
statement harms nobody who was not told so.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import apsw
import pytest
from tests.suite.lengths import length
from tests.suite.patience import PATIENCE_S, TRIES

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Duplicate, Reading, Transaction
from entrepot.infra.database.sqlite import SQLite

LONG = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT sum(n) FROM c"


class BadFile(apsw.VFSFile):
    def __init__(self, disk: "BadDisk", name: object, flags: list[int]) -> None:
        self.disk = disk
        super().__init__("", name, flags)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.maybe_fail(apsw.IOError)
        super().xSync(flags)

    def xWrite(self, data: object, offset: int) -> None:  # noqa: N802
        self.disk.maybe_fail(apsw.FullError)
        super().xWrite(data, offset)


class BadDisk(apsw.VFS):
    """Refuses a share of the writes and flushes while `share` is not 0."""

    def __init__(self, name: str, *, seed: int) -> None:
        self.name = name
        self.share = 0.0
        self.refused = 0
        self._chance = random.Random(seed)
        super().__init__(name, base="")

    def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return BadFile(self, name, flags)

    def maybe_fail(self, error: type[apsw.Error]) -> None:
        if self._chance.random() < self.share:
            self.refused += 1
            raise error


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SQLite]:
    database = SQLite.open(tmp_path / "context.db")
    assert await database.lead()
    await database.write(lambda tx: tx.execute("CREATE TABLE thing (id integer PRIMARY KEY, what blob)"))
    yield database
    await database.close()


async def longest_stall_s(stop: asyncio.Event) -> float:
    longest, before = 0.0, perf_counter()
    while not stop.is_set():
        await asyncio.sleep(0)
        longest, before = max(longest, perf_counter() - before), perf_counter()
    return longest


async def test_a_long_read_does_not_stall_the_loop(database: SQLite) -> None:
    for _ in range(TRIES):  # what stalls a busy machine is not always the read
        stop = asyncio.Event()
        watching = asyncio.create_task(longest_stall_s(stop))
        await asyncio.sleep(0)
        started = perf_counter()
        assert await database.read(lambda tx: tx.fetch_one(LONG, 3_000_000)) == (4_500_001_500_000,)
        took_s = perf_counter() - started
        stop.set()
        if await watching < took_s / 3:
            return
    raise AssertionError("each time the loop stood still for a third of the read")


async def test_a_long_read_stays_on_its_snapshot(database: SQLite) -> None:
    async def looks(tx: Reading) -> list[object]:
        before = await tx.fetch_one("SELECT count(*) FROM thing")
        await database.write(lambda tx: tx.execute("INSERT INTO thing (id) VALUES (1)"))
        long = await tx.fetch(f"SELECT (SELECT count(*) FROM thing), ({LONG})", 1_000_000)
        return [before, long[0][0], await tx.fetch_one("SELECT count(*) FROM thing")]

    assert await database.read(looks) == [(0,), 0, (0,)]


async def test_a_cancelled_long_read_stops_and_frees_its_connection(database: SQLite) -> None:
    async with asyncio.timeout(PATIENCE_S):  # to its end, a single one would take an hour
        for _ in range(40):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await database.read(lambda tx: tx.fetch_one(LONG, 10_000_000_000))
        assert await database.read(lambda tx: tx.fetch_one("SELECT 1")) == (1,)


async def test_a_read_cannot_write(database: SQLite) -> None:
    with pytest.raises(Unavailable):
        await database.read(lambda tx: tx.fetch("DELETE FROM thing"))


async def test_more_readers_than_connections_take_turns(database: SQLite) -> None:
    async def slow(tx: Reading) -> object:
        await asyncio.sleep(0.001)
        return await tx.fetch_one("SELECT 1")

    assert await asyncio.gather(*(database.read(slow) for _ in range(60))) == [(1,)] * 60


async def test_who_does_not_lead_does_not_write(tmp_path: Path) -> None:
    database = SQLite.open(tmp_path / "context.db")
    with pytest.raises(Unavailable, match="lead"):
        await database.write(lambda tx: tx.execute("CREATE TABLE t (n integer)"))
    await database.close()


async def test_writes_share_their_flushes(tmp_path: Path) -> None:
    flushes = 0

    class CountingFile(apsw.VFSFile):
        def xSync(self, flags: int) -> None:  # noqa: N802
            nonlocal flushes
            flushes += 1

    class CountingDisk(apsw.VFS):
        def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return CountingFile("", name, flags)

    disk = CountingDisk("counting", base="")
    database = SQLite.open(tmp_path / "context.db", vfs="counting")
    assert await database.lead()
    await database.write(lambda tx: tx.execute("CREATE TABLE thing (id integer PRIMARY KEY)"))
    flushes = 0
    for _ in range(10):
        await database.write(lambda tx: tx.execute("INSERT INTO thing DEFAULT VALUES"))
    assert flushes >= 10, "each was acknowledged after a flush of its own"
    flushes = 0
    await asyncio.gather(
        *(database.write(lambda tx: tx.execute("INSERT INTO thing DEFAULT VALUES")) for _ in range(500))
    )
    assert 1 <= flushes < 50
    await database.close()
    disk.unregister()


@pytest.mark.parametrize("seed", range(length(6, prove=60)))
async def test_a_bad_disk_refuses_clearly_and_recovers(tmp_path: Path, seed: int) -> None:
    disk = BadDisk(f"bad-{seed}", seed=seed)
    database = SQLite.open(tmp_path / "context.db", vfs=disk.name)
    assert await database.lead()
    await database.write(lambda tx: tx.execute("CREATE TABLE thing (id integer PRIMARY KEY, what blob)"))
    told = {"kept": set[int](), "refused": set[int]()}

    async def caller(number: int, size: int) -> None:
        async def work(tx: Transaction) -> None:
            await tx.execute("INSERT INTO thing VALUES (?, ?)", number, bytes(size))

        try:
            await database.write(work)
        except Unavailable:
            told["refused"].add(number)
        else:
            told["kept"].add(number)

    chance = random.Random(seed)
    for start in range(0, 400, 20):
        disk.share = chance.choice([0.0, 0.05, 0.5])
        await asyncio.gather(*(caller(start + number, chance.randint(0, 9000)) for number in range(20)))
    disk.share = 0.0
    await caller(1_000, 1)
    assert 1_000 in told["kept"], "it recovers"
    assert disk.refused
    assert told["refused"]
    rows = await database.read(lambda tx: tx.fetch("SELECT id FROM thing"))
    assert told["kept"] == {id for (id,) in rows}, "and what was refused is not there"
    await database.close()
    disk.unregister()


async def test_when_the_whole_group_is_undone_everybody_is_told(database: SQLite) -> None:
    """`OR ROLLBACK` does on demand what SQLite does by itself after some I/O errors."""
    await database.write(lambda tx: tx.execute("INSERT INTO thing (id) VALUES (0)"))

    async def undoes_all(tx: Transaction) -> None:
        with suppress(Duplicate):
            await tx.execute("INSERT OR ROLLBACK INTO thing (id) VALUES (0)")
        with pytest.raises(Duplicate):  # must not run outside of any transaction
            await tx.execute("INSERT INTO thing (id) VALUES (77)")

    first = [
        database.write(lambda tx, id=id: tx.execute("INSERT INTO thing (id) VALUES (?)", id)) for id in (1, 2)
    ]
    last = [
        database.write(lambda tx, id=id: tx.execute("INSERT INTO thing (id) VALUES (?)", id)) for id in (3, 4)
    ]
    told = await asyncio.gather(*first, database.write(undoes_all), *last, return_exceptions=True)
    assert [type(answer) for answer in told] == [int, Unavailable, Duplicate, int, int], (
        "the first went alone"
    )
    assert await database.read(lambda tx: tx.fetch("SELECT id FROM thing")) == [(0,), (1,), (3,), (4,)]
