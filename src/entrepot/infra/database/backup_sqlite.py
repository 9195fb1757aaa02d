"""Backs up all SQLite files of a running node at one moment: no writer is halfway between two of them."""

import asyncio
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import apsw

from entrepot.infra.database.backup import Damaged, Manifest, make_folder, read_manifest, seal
from entrepot.infra.database.encrypted_folder import RECORD
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.sqlite import SQLite

_PAGES_PER_STEP = 1_000  # some milliseconds, between which other threads get their turn


async def backup(databases: Mapping[str, SQLite], folder: Path) -> Manifest:
    """Copy every database as it is at one moment to `<name>.db`; writes go on meanwhile, after a pause
    of some milliseconds. A `work` that writes to two of them at once would block this. Copies are encrypted
    as the databases are, and their folder's wrapped key comes along.

    Raises: Conflict when the folder is not empty, Unavailable.
    """
    make_folder(folder)
    _copy_records(databases, folder)
    pinned = await _pin(databases)
    try:
        copying = asyncio.ensure_future(_copy(databases, pinned, folder))
        return await asyncio.shield(copying)
    except asyncio.CancelledError:
        await asyncio.wait([copying])
        raise
    finally:
        for connection in pinned.values():
            connection.close(True)


async def check(folder: Path, *, encryption: Encryption = IN_THE_CLEAR) -> Manifest:
    """Return the manifest of a backup whose files are whole. Raises: NotFound, Damaged, Locked."""
    manifest = await read_manifest(folder)
    for name in manifest.databases:
        await asyncio.to_thread(_check, folder / f"{name}.db", encryption=encryption)
    return manifest


def _copy_records(databases: Mapping[str, SQLite], folder: Path) -> None:
    """Why before the pages? A rotation may wrap the key anew meanwhile, and either form opens them."""
    for database in databases.values():
        if database.encryption.on:
            shutil.copyfile(Path(database.path).with_name(RECORD), folder / RECORD)


async def _pin(databases: Mapping[str, SQLite]) -> dict[str, apsw.Connection]:
    """Hold every turn at once, and open a snapshot of each."""
    pinned: dict[str, apsw.Connection] = {}
    try:
        async with AsyncExitStack() as turns:
            for name in sorted(databases):  # always in the same order, for the sake of two backups
                await turns.enter_async_context(databases[name].paused())
            for name, database in databases.items():
                pinned[name] = database.snapshot()
    except BaseException:
        for connection in pinned.values():
            connection.close(True)
        raise
    return pinned


async def _copy(
    databases: Mapping[str, SQLite], pinned: Mapping[str, apsw.Connection], folder: Path
) -> Manifest:
    for name, source in pinned.items():
        encryption = databases[name].encryption
        await asyncio.to_thread(_copy_one, source, folder / f"{name}.db", encryption=encryption)
    return await asyncio.to_thread(seal, folder, dialect="sqlite", databases=pinned)


def _copy_one(source: apsw.Connection, target: Path, *, encryption: Encryption) -> None:
    connection = apsw.Connection(str(target))
    try:
        encryption.unlock(connection, str(target))
        with connection.backup("main", source, "main") as copy:
            while not copy.done:
                copy.step(_PAGES_PER_STEP)
        connection.pragma("journal_mode", "delete")  # one file, without a log beside it
    finally:
        connection.close()


def _check(file: Path, *, encryption: Encryption) -> None:
    try:
        connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            encryption.unlock(connection, str(file))
            found = connection.pragma("integrity_check")
        finally:
            connection.close()
    except apsw.Error as error:
        raise Damaged(f"{file.name} is no whole database") from error
    if found != "ok":
        raise Damaged(f"{file.name} is no whole database")
