"""An acknowledgement means on disk: the real adapter, over a disk that forgets what was not flushed."""

import asyncio
import itertools
import random
from contextlib import suppress
from pathlib import Path

import apsw
import pytest
from tests.infra.power_cut import ForgetfulDisk
from tests.suite.lengths import length

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Transaction
from entrepot.infra.database.sqlite import SQLite


class Careless(SQLite):
    """The control: it does not flush."""

    def _begin(self) -> None:
        self._open_writer().pragma("synchronous", "off")
        super()._begin()


async def acknowledged_until_the_cut(kind: type[SQLite], disk: ForgetfulDisk, folder: Path) -> set[int]:
    """Many callers write, and note what was acknowledged while there was power."""
    database = kind.open(folder / "context.db", vfs=disk.name)
    assert await database.lead()
    await database.write(lambda tx: tx.execute("CREATE TABLE said (id integer PRIMARY KEY, what blob)"))
    numbers = itertools.count()
    acknowledged: set[int] = set()

    async def caller(seed: int) -> None:
        chance = random.Random(seed)
        while not disk.is_cut:
            number = next(numbers)

            async def says(tx: Transaction, number: int = number) -> None:
                await tx.execute("INSERT INTO said VALUES (?, ?)", number, bytes(chance.randint(0, 6000)))

            with suppress(TimeoutError):
                async with asyncio.timeout(chance.choice([0.001, 5, 5, 5])):
                    await database.write(says)
                    if not disk.is_cut:
                        acknowledged.add(number)

    await asyncio.gather(*(caller(seed) for seed in range(24)))
    await database.close()
    return acknowledged


async def lost_after_cut(kind: type[SQLite], folder: Path, *, cut_after: int, seed: int) -> tuple[int, int]:
    """(acknowledged, of these lost)"""
    before, after = folder / f"before-{seed}", folder / f"after-{seed}"
    before.mkdir()
    after.mkdir()
    disk = ForgetfulDisk(f"forgetful-{kind.__name__}-{seed}", cut_after=cut_after, seed=seed)
    acknowledged = await acknowledged_until_the_cut(kind, disk, before)
    disk.unregister()
    disk.restart_in(after)
    found = SQLite.open(after / "context.db")
    if kind is SQLite:
        assert await found.read(lambda tx: tx.fetch("PRAGMA integrity_check")) == [("ok",)]
    with suppress(apsw.Error):  # the careless one may have lost the table itself, or worse
        rows = await found.read(lambda tx: tx.fetch("SELECT id FROM said"))
        acknowledged_and_found = acknowledged & {id for (id,) in rows}
        await found.close()
        return len(acknowledged), len(acknowledged - acknowledged_and_found)
    await found.close()
    return len(acknowledged), len(acknowledged)


@pytest.mark.parametrize("seed", range(length(12, prove=120)))
async def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path, seed: int) -> None:
    cut_after = random.Random(seed).choice([50, 500, 3_000]) + seed * 37
    acknowledged, lost = await lost_after_cut(SQLite, tmp_path, cut_after=cut_after, seed=seed)
    assert acknowledged > 0 or cut_after < 200
    assert lost == 0


async def test_the_same_cut_hurts_a_database_that_does_not_flush(tmp_path: Path) -> None:
    results = [
        await lost_after_cut(Careless, tmp_path, cut_after=200 + seed * 300, seed=seed) for seed in range(4)
    ]
    assert sum(lost for _, lost in results) > 100


async def test_a_full_disk_is_refused_and_recovers(tmp_path: Path) -> None:
    database = SQLite.open(tmp_path / "context.db")
    assert await database.lead()
    await database.write(lambda tx: tx.execute("CREATE TABLE said (id integer PRIMARY KEY, what blob)"))
    writer = database._open_writer()
    writer.pragma("max_page_count", 40)
    refused = 0
    kept: set[int] = set()

    async def caller(number: int) -> None:
        nonlocal refused
        try:
            await database.write(lambda tx: tx.execute("INSERT INTO said VALUES (?, ?)", number, bytes(4000)))
            kept.add(number)
        except Unavailable:
            refused += 1

    await asyncio.gather(*(caller(number) for number in range(100)))
    assert refused > 40
    assert kept
    assert {id for (id,) in await database.read(lambda tx: tx.fetch("SELECT id FROM said"))} == kept
    writer.pragma("max_page_count", 10_000)
    await caller(1_000)
    assert 1_000 in kept
    await database.close()
