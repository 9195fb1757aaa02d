"""What a database's measure says: how long it took, and whether a write that failed would succeed now."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.context_database import context_database

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Transaction
from entrepot.infra.database.measured import MeasuredDatabase
from entrepot.infra.database.sqlite import SQLite


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MeasuredDatabase]:
    dsn = "" if request.param == "sqlite" else request.getfixturevalue("postgres_dsn")
    async with context_database("monitor", folder=tmp_path, dsn=dsn) as opened:
        yield MeasuredDatabase(opened)


async def no_room(tx: Transaction) -> None:
    raise Unavailable("the database could not write; nothing was kept")


async def test_reads_and_writes_are_counted_also_those_that_fail(database: MeasuredDatabase) -> None:
    assert await database.read(lambda tx: tx.fetch_one("SELECT 1")) == (1,)
    with pytest.raises(Unavailable):
        await database.write(no_room)
    assert (sum(database.reads.counts), sum(database.writes.counts)) == (1, 1)
    assert 0 < database.reads.sum < 30 and database.writes.sum > 0


async def test_failed_write_leaves_a_doubt_until_one_succeeds(database: MeasuredDatabase) -> None:
    assert not database.doubtful
    with pytest.raises(Unavailable):
        await database.write(no_room)
    assert database.doubtful
    await database.prove_write()
    assert not database.doubtful


async def test_scrubbing_is_asked_of_the_database_below(database: MeasuredDatabase, tmp_path: Path) -> None:
    def traces() -> bool:
        return any(b"kanarie" in file.read_bytes() for file in tmp_path.glob("monitor.sqlite*"))

    await database.write(lambda tx: tx.execute("CREATE TABLE trace (what text)"))
    await database.write(lambda tx: tx.execute("INSERT INTO trace VALUES ('kanarie')"))
    await database.write(lambda tx: tx.execute("DELETE FROM trace"))
    on_sqlite = database.dialect == "sqlite"
    assert traces() == on_sqlite, "in the log"
    assert len(await database.scrub(tables=["trace"], traces=[b"kanarie"])) == (0 if on_sqlite else 1)
    assert not traces()


async def test_process_that_may_not_write_has_no_doubt(tmp_path: Path) -> None:
    async with context_database("monitor", folder=tmp_path) as leader:
        assert leader.leading
        other = MeasuredDatabase(SQLite.open(tmp_path / "monitor.sqlite"))
        with pytest.raises(Unavailable):
            await other.prove_write()
        assert not other.doubtful
        await other.close()
