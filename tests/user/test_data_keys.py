"""Data keys: wrapped again while they are in use, and gone for good when somebody is erased."""

import asyncio
from pathlib import Path
from typing import Any

from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.rewrapping import KeyBatch
from entrepot.core.routes import ANONYMOUS
from entrepot.core.sealing import Sealing
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


async def test_destroyed_key_opens_nothing_and_stands_nowhere_in_the_file(
    database: Database, tmp_path: Path
) -> None:
    sealing = Sealing(LocalKeys.open(tmp_path / "keys"))
    await fill(database, sealing)
    wrapped = await database.read(lambda tx: data_key.find(tx, OWNERS[3]))
    assert wrapped is not None
    await database.write(lambda tx: vault.destroy(tx, sealing, OWNERS[3]))
    assert await database.read(lambda tx: data_key.find(tx, OWNERS[3])) is None
    if isinstance(database, SQLite):
        await database.close()  # the last connection empties the log into the file
        assert wrapped not in (tmp_path / "user.sqlite").read_bytes()
