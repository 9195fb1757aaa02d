"""What the store was told is on disk, on both databases, even if it could not be written for a while."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.context_database import context_database

from entrepot.core.errors import Unavailable
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.sqlite import SQLite
from entrepot.mqtt.store import Store, StoredRows, StoreTable


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("device", folder=tmp_path, dsn=dsn) as database:
        yield database


def plain(kept: StoredRows) -> list[list[tuple[object, ...]]]:
    return [sorted(tuple(row) for row in rows) for rows in kept]


async def test_rows_are_put_replaced_dropped_and_forgotten(database: Migratable) -> None:
    store = Store(database)
    store.run()
    store.put(StoreTable.SESSION, ("s1",), "ann", "phone", 5)
    store.put(StoreTable.SESSION, ("s2",), "ann", "watch", 6)
    for session in ("s1", "s2"):
        store.put(StoreTable.SUBSCRIPTION, (session, "a/#"), "a/#", 1)
        store.put(StoreTable.OUTGOING, (session, 1), 1, "a/b", b"\x00\xff", 2, 0, 0, 0)
        store.put(StoreTable.INCOMING, (session, 7))
    store.put_lazily(StoreTable.RETAINED, ("a/b",), b"old", 1, "ann")
    await store.put(StoreTable.RETAINED, ("a/c",), b"gone", 1, "")
    store.put(StoreTable.OUTGOING, ("s1", 1), 1, "a/b", b"", 2, 0, 1, 1)
    store.put(StoreTable.INCOMING, ("s1", 7))
    store.put(StoreTable.SESSION, ("s1",), "ann", "phone", 9)
    store.drop(StoreTable.RETAINED, ("a/c",))
    store.forget("s2")
    await store.promise()
    store.put_lazily(StoreTable.RETAINED, ("a/b",), b"new", 1, "ann")
    await store.close()
    assert plain(await Store(database).load()) == [
        [("s1", "ann", "phone", 9)],
        [("s1", "a/#", "a/#", 1)],
        [("s1", 1, 1, "a/b", b"", 2, 0, 1, 1)],
        [("s1", 7)],
        [("a/b", b"new", 1, "ann")],
    ]


async def test_a_drop_overtakes_what_was_put_lazily(database: Migratable) -> None:
    store = Store(database)
    store.run()
    store.put_lazily(StoreTable.RETAINED, ("a/b",), b"x", 1, "ann")
    await store.drop(StoreTable.RETAINED, ("a/b",))
    await store.close()
    assert not (await Store(database).load()).retained


async def test_what_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    """Another process leads, so this one may not write; then it leads."""
    async with context_database("device", folder=tmp_path) as leader:
        other = SQLite.open(tmp_path / "device.sqlite")
        store = Store(other)
        store.run()
        told = store.put(StoreTable.RETAINED, ("a/b",), b"x", 1, "")
        with pytest.raises(Unavailable):
            await told
        await leader.close()
    assert await other.lead()
    await store.promise()
    assert plain(await store.load())[4] == [("a/b", b"x", 1, "")]
    await store.close()
    await other.close()


async def test_a_promise_without_changes_is_kept_at_once(tmp_path: Path) -> None:
    async with context_database("device", folder=tmp_path) as database:
        store = Store(database)
        store.run()
        await store.promise()
        await store.close()
