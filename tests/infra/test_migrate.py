"""Tables come up to date once, wholly, and never by guessing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.core.errors import Error
from entrepot.infra.database.migrate import FromTheFuture, Rewritten, migrate
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite

Opener = Callable[[], Awaitable[Any]]


@pytest.fixture(params=["sqlite", "postgres"])
async def opener(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opener]:
    opened: list[Any] = []

    async def opens() -> Any:
        if request.param == "sqlite":
            opened.append(SQLite.open(tmp_path / "context.db"))
        else:
            dsn = request.getfixturevalue("postgres_dsn")
            opened.append(await Postgres.open(dsn, f"migrate_{abs(hash(tmp_path)):x}"))
        return opened[-1]

    if request.param == "postgres":
        request.getfixturevalue("postgres_dsn")
    yield opens
    for database in opened:
        await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "0001.sql").write_text("CREATE TABLE a (n integer); -- why?\nINSERT INTO a VALUES (1), (2);\n")
    (folder / "0002.sqlite.sql").write_text("CREATE TABLE b (n integer PRIMARY KEY AUTOINCREMENT)")
    (folder / "0002.postgres.sql").write_text("CREATE TABLE b (n bigserial PRIMARY KEY)")
    (folder / "README.md").write_text("not a migration")
    return folder


async def numbers(database: Any) -> list[Any]:
    return list(await database.read(lambda tx: tx.fetch("SELECT part, number FROM migration ORDER BY 1, 2")))


async def test_files_are_applied_once_and_in_order(opener: Opener, folder: Path) -> None:
    database = await opener()
    assert [step.number for step in await migrate(database, {"context": folder})] == [1, 2]
    assert not await migrate(database, {"context": folder})
    (folder / "0003.sql").write_text("INSERT INTO a SELECT count(*) FROM b")
    assert [step.number for step in await migrate(database, {"context": folder})] == [3]
    assert await numbers(database) == [("context", 1), ("context", 2), ("context", 3)]
    assert await database.read(lambda tx: tx.fetch_one("SELECT count(*) FROM a")) == (3,)


async def test_a_file_that_fails_leaves_nothing_of_its_run(opener: Opener, folder: Path) -> None:
    database = await opener()
    (folder / "0003.sql").write_text("CREATE TABLE c (n integer); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(Exception, match="nowhere"):
        await migrate(database, {"context": folder})
    (folder / "0003.sql").unlink()
    assert len(await migrate(database, {"context": folder})) == 2


async def test_two_at_once_migrate_once(opener: Opener, folder: Path) -> None:
    databases = [await opener() for _ in range(4)]
    done = await asyncio.gather(*(migrate(database, {"context": folder}) for database in databases))
    assert sorted(len(steps) for steps in done) == [0, 0, 0, 2]


async def test_parts_number_on_their_own(opener: Opener, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "0001.sql").write_text("CREATE TABLE o (n integer)")
    database = await opener()
    await migrate(database, {"context": folder, "mailbox": other})
    assert await numbers(database) == [("context", 1), ("context", 2), ("mailbox", 1)]
    assert not await migrate(database, {"mailbox": other}), "a part that is not asked for is no matter"


async def test_a_database_from_the_future_is_refused(opener: Opener, folder: Path) -> None:
    database = await opener()
    (folder / "0003.sql").write_text("CREATE TABLE c (n integer)")
    await migrate(database, {"context": folder})
    (folder / "0003.sql").unlink()
    with pytest.raises(FromTheFuture, match="newer than this program: context 0003"):
        await migrate(database, {"context": folder})


async def test_a_rewritten_file_is_refused(opener: Opener, folder: Path) -> None:
    database = await opener()
    await migrate(database, {"context": folder})
    (folder / "0001.sql").write_text("CREATE TABLE a (n bigint)")
    with pytest.raises(Rewritten, match="context 0001 was changed"):
        await migrate(database, {"context": folder})


@pytest.mark.parametrize("name", ["0004.sql", "0001.sqlite.sql"])
async def test_holes_and_doubles_are_refused(tmp_path: Path, folder: Path, name: str) -> None:
    database = SQLite.open(":memory:")
    (folder / name).write_text("CREATE TABLE x (n integer)")
    with pytest.raises(Error, match="number"):
        await migrate(database, {"context": folder})
    await database.close()
