"""Data keys: wrapped again while they are in use, and gone for good when somebody is erased."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from tests.context_database import context_database
from tests.suite.lengths import length

from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.rewrapping import KeyBatch
from entrepot.core.routes import ANONYMOUS
from entrepot.core.sealing import Sealing
from entrepot.infra.database.scrubbing import HELD
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.keys.local import LocalKeys
from entrepot.user.repository import data_key
from entrepot.user.service import vault

OWNERS = [f"person-{number:02}" for number in range(25)]


async def fill(database: Database, sealing: Sealing) -> dict[str, bytes]:
    async def add(tx: Transaction) -> dict[str, bytes]:
        return {owner: (await vault.key_made(tx, sealing, owner)).seal(owner, "t.c") for owner in OWNERS}

    return await database.write(add)


async def open_all(database: Database, keys: LocalKeys, sealed: dict[str, bytes]) -> list[str]:
    """With nothing remembered, as a process that has just begun."""

    async def look(tx: Reading) -> list[str]:
        fresh = Sealing(keys)
        return [(await vault.key_of(tx, fresh, owner)).open(each, "t.c") for owner, each in sealed.items()]

    return await database.read(look)


async def rewrap_all(database: Database, sealing: Sealing) -> int:
    count, after = 0, ""
    while True:
        batch = KeyBatch(after=after, limit=4)

        async def work(tx: Transaction, batch: KeyBatch = batch) -> Any:
            return await vault.rewrap_data_keys(tx, ANONYMOUS, batch=batch, sealing=sealing)

        done = await database.write(work)
        count += done.count
        if done.next is None:
            return count
        after = done.next


async def test_every_read_succeeds_while_all_keys_are_wrapped_again(
    database: Database, tmp_path: Path
) -> None:
    keys = LocalKeys.open(tmp_path / "keys")
    sealing = Sealing(keys)
    sealed = await fill(database, sealing)
    before = dict(await database.read(lambda tx: data_key.page(tx, after="", limit=100)))
    await keys.rotate()
    rewrapping = asyncio.create_task(rewrap_all(database, sealing))
    reads = 0
    while not rewrapping.done() or reads == 0:
        assert await open_all(database, keys, sealed) == OWNERS
        reads += 1
        await asyncio.sleep(0)
    after = dict(await database.read(lambda tx: data_key.page(tx, after="", limit=100)))
    assert await rewrapping == len(OWNERS) == len(after)
    assert all(before[owner][:9] != after[owner][:9] for owner in OWNERS)
    assert await open_all(database, keys, sealed) == OWNERS


async def test_destroyed_key_opens_nothing_and_stands_nowhere_in_the_files(
    database: Database, tmp_path: Path
) -> None:
    sealing = Sealing(LocalKeys.open(tmp_path / "keys"))
    await fill(database, sealing)
    wrapped = await database.read(lambda tx: data_key.find(tx, OWNERS[3]))
    assert wrapped is not None
    destroyed = await database.write(lambda tx: vault.destroy(tx, sealing, OWNERS[3]))
    assert destroyed == [wrapped]
    remains = await database.scrub(tables=data_key.TABLES, traces=destroyed)
    assert await database.read(lambda tx: data_key.find(tx, OWNERS[3])) is None
    if isinstance(database, SQLite):
        assert remains == ()
        for file in tmp_path.glob("user.sqlite*"):
            assert wrapped not in file.read_bytes(), file
    else:
        assert ["write-ahead log" in each for each in remains] == [True]
        assert wrapped not in await heap_of(database, "data_key")


async def heap_of(database: Any, table: str) -> bytes:
    """The table's file, as the server last wrote it."""
    file = "SELECT pg_read_binary_file(pg_relation_filepath($1::regclass))"
    async with database._share.connection() as connection:
        await connection.execute("CHECKPOINT")
        return bytes(await connection.fetchval(file, f"{database.schema}.{table}"))


async def test_a_plain_vacuum_of_postgres_would_leave_the_bytes(database: Database, tmp_path: Path) -> None:
    """Why `scrub` writes the table anew: where the last row of a page was, nothing is moved over it."""
    if isinstance(database, SQLite):
        return
    sealing = Sealing(LocalKeys.open(tmp_path / "keys"))
    await fill(database, sealing)
    [wrapped] = await database.write(lambda tx: vault.destroy(tx, sealing, OWNERS[-1]))
    held: Any = database
    async with held._share.connection() as connection:
        await connection.execute(f"VACUUM {held.schema}.data_key")
    assert wrapped in await heap_of(database, "data_key")


def in_files(folder: Path, wrapped: bytes) -> bool:
    return any(wrapped in file.read_bytes() for file in folder.glob("user.sqlite*"))


async def test_a_reader_in_the_way_is_waited_for_and_told_of_when_it_stays(tmp_path: Path) -> None:
    async with context_database("user", folder=tmp_path) as opened:
        database: Any = opened
        sealing = Sealing(LocalKeys.open(tmp_path / "keys"))
        await fill(database, sealing)
        reads_a_moment, reads_for_long = database.snapshot(), database.snapshot()
        asyncio.get_running_loop().call_later(0.2, reads_a_moment.close)
        destroyed = await database.write(lambda tx: vault.destroy(tx, sealing, OWNERS[3]))
        assert await database.scrub(traces=destroyed) == (HELD,)
        assert in_files(tmp_path, destroyed[0])
        asyncio.get_running_loop().call_later(0.2, reads_for_long.close)
        assert await database.scrub(traces=destroyed) == ()
        assert not in_files(tmp_path, destroyed[0])


@pytest.mark.parametrize("seed", range(length(2, prove=100)))
async def test_rows_that_sqlite_moved_leave_no_copy(tmp_path: Path, seed: int) -> None:
    """A page that is split or merged keeps old copies of rows in what is free of it: of 7,500 keys that were
    deleted so, 2 were still legible with `secure_delete` alone, and 1,188 with the `fast` form of it.
    """
    chance = random.Random(seed)
    keys = {f"{chance.random()}": chance.randbytes(69) for _ in range(3_000)}
    gone = chance.sample(list(keys), 2_500)

    async def add(tx: Transaction) -> None:
        for owner, wrapped in keys.items():
            await data_key.add(tx, owner, wrapped=wrapped)

    async def destroy(tx: Transaction) -> None:
        for owner in gone:
            await data_key.destroy(tx, owner)

    async with context_database("user", folder=tmp_path) as database:
        await database.write(add)
        await database.write(destroy)
        assert await database.scrub(traces=[keys[owner] for owner in gone]) == ()
        content = b"".join(file.read_bytes() for file in tmp_path.glob("user.sqlite*"))
        assert not [owner for owner in gone if keys[owner] in content]
        assert len(await database.read(lambda tx: data_key.page(tx, after="", limit=3_000))) == 500
