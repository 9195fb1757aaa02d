"""Backs up all SQLite files of a running node at one moment: no writer is halfway between two of them."""

import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import apsw

from entrepot.core.errors import Unavailable
from entrepot.infra.database.backup import Damaged, Manifest, make_folder, read_manifest, seal
from entrepot.infra.database.encrypted_folder import RECORD
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.threads import IsOver, in_thread

_STEPS_PER_LOOK = 100_000  # of SQLite's virtual machine, a millisecond or so
_PAGES_PER_STEP = 1_000  # some milliseconds, between which other threads get their turn
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


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
        return await in_thread(lambda is_over: _copy(databases, pinned, folder, is_over))
    finally:
        for connection in pinned.values():
            connection.close(True)


async def check(folder: Path, *, encryption: Encryption = IN_THE_CLEAR) -> Manifest:
    """Return the manifest of a backup whose files are whole databases with the rows that were copied.

    Raises: NotFound, Damaged, Locked.
    """
    manifest = await read_manifest(folder)
    for name in manifest.databases:
        file, rows = folder / f"{name}.db", manifest.rows.get(name)
        await in_thread(partial(_check, file, encryption=encryption, rows=rows))
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


def _copy(
    databases: Mapping[str, SQLite], pinned: Mapping[str, apsw.Connection], folder: Path, is_over: IsOver
) -> Manifest:
    rows = {
        name: _copy_one(source, folder / f"{name}.db", is_over, encryption=_how(databases[name]))
        for name, source in pinned.items()
    }
    return seal(folder, dialect="sqlite", databases=pinned, rows=rows)


def _how(database: SQLite) -> Encryption:
    """A copy is encrypted as its file is: pages with room for a tag do not fit into others without."""
    return database.encryption.of(database.path)


def _copy_one(
    source: apsw.Connection, target: Path, is_over: IsOver, *, encryption: Encryption
) -> dict[str, int]:
    """Return how many rows each table has where they are copied from."""
    connection = apsw.Connection(str(target))
    try:
        encryption.unlock(connection, str(target))
        with connection.backup("main", source, "main") as copy:
            while not copy.done:
                if is_over():
                    raise Unavailable("The backup was stopped.")
                copy.step(_PAGES_PER_STEP)
        connection.pragma("journal_mode", "delete")  # one file, without a log beside it
    except apsw.FullError as error:
        raise Unavailable("The backup cannot be written: No space left on device.") from error
    finally:
        connection.close()
    return _rows(source)


def _rows(connection: apsw.Connection) -> dict[str, int]:
    names = [row[0] for row in connection.execute(_TABLES)]
    counts = (connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0] for name in names)
    return dict(zip(names, counts, strict=True))


def _check(file: Path, is_over: IsOver, *, encryption: Encryption, rows: dict[str, int] | None) -> None:
    try:
        connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_progress_handler(is_over, _STEPS_PER_LOOK)
        try:
            encryption.unlock(connection, str(file))
            found = connection.pragma("integrity_check")
            counted = _rows(connection)
        finally:
            connection.close()
    except apsw.Error as error:
        raise Damaged(f"{file.name} is no whole database") from error
    if found != "ok":
        raise Damaged(f"{file.name} is no whole database")
    if rows is not None and counted != rows:
        raise Damaged(f"{file.name} does not hold the rows that were copied")
