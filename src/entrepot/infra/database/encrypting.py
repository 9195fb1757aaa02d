"""Encrypts the SQLite files of a folder that was made in the clear, one after the other.

Of each file, an encrypted copy is made beside it, compared with it row by row, flushed, and takes its name.
So at any moment either form is there whole, and a run that was killed is finished by the next: what begins
with a salt is done, and a copy that has not taken the name is thrown away. `encryption.json` says meanwhile
that the folder is being converted, and a node opens each file as it is; who calls this says so first, and
takes it back.

Why a copy and not SQLite's own `PRAGMA rekey`? It rewrites the file in place, over a journal that holds the
old pages in the clear, and leaves nothing to compare with.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

import apsw

from entrepot.core.errors import Conflict, Error, Unavailable
from entrepot.infra.database.encrypted_folder import databases_in
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption, in_the_clear
from entrepot.infra.database.sqlite_connection import connect, translate
from entrepot.infra.database.sqlite_folder import fold
from entrepot.infra.durable import flush

_ENDING = ".encrypting"
_SPARE = 1.05  # each page of the copy keeps 32 of its 4,096 bytes for nonce and tag
_LOOK_S = 0.2

Progress = Callable[[str, int, int], None]  # file, bytes written of it, its size


def in_the_way(folder: Path) -> list[Path]:
    """Return the databases that stand in the clear."""
    return [path for path in databases_in(folder) if in_the_clear(path)]


def left_in_the_clear(folder: Path) -> list[Path]:
    """Return databases elsewhere in the folder, such as what a restore moved aside."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and in_the_clear(path))


def needed_bytes(folder: Path) -> int:
    """Return how much must be free: room for a copy of the largest file, with what its log holds."""
    sizes = [_size(path) for path in in_the_way(folder)]
    return int(max(sizes, default=0) * _SPARE)


async def encrypt_files(
    folder: Path,
    encryption: Encryption,
    *,
    progress: Progress,
    stage: Callable[[str], None] = lambda name: None,
) -> int:
    """Encrypt every database of a folder that nobody uses; how many there were. `stage` hears of each stage
    when it is on disk; a test kills the process there.

    Raises: Unavailable when somebody uses a file; Error when a copy differs.
    """
    _throw_away(folder)
    files = in_the_way(folder)
    for path in files:
        await _convert(path, encryption, progress=progress, stage=stage)
    return len(files)


def check_room(folder: Path) -> None:
    """Raises: Conflict."""
    needed, free = needed_bytes(folder), shutil.disk_usage(folder).free
    if free < needed:
        raise Conflict(
            f"To encrypt {folder} there must be {needed // 1_000_000 + 1:,} MB free for a copy of its largest"
            f" file; there are {free // 1_000_000:,} MB."
        )


def _throw_away(folder: Path) -> None:
    """Remove copies that a killed run left."""
    for leftover in folder.glob(f"*{_ENDING}*"):
        leftover.unlink()


async def _convert(
    path: Path, encryption: Encryption, *, progress: Progress, stage: Callable[[str], None]
) -> None:
    copy = path.with_name(f"{path.name}{_ENDING}")
    await asyncio.to_thread(fold, path, encryption=IN_THE_CLEAR)
    try:
        copying = asyncio.create_task(asyncio.to_thread(_copy, path, copy, encryption))
        while not copying.done():
            await asyncio.wait([copying], timeout=_LOOK_S)
            progress(path.stem, min(_size(copy), _size(path)), _size(path))
        await copying
        stage(f"{path.stem} is copied")
        await asyncio.to_thread(_compare, path, copy, encryption)
        flush(copy)
    except BaseException:
        _throw_away(path.parent)  # it may be what fills the disk
        raise
    stage(f"{path.stem} is compared")
    copy.replace(path)
    flush(path.parent)
    stage(f"{path.stem} is encrypted")


def _copy(path: Path, copy: Path, encryption: Encryption) -> None:
    """Raises: Unavailable, without the statement, which holds the key."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with closing(apsw.Connection(str(path), flags=flags)) as connection:
            connection.pragma("temp_store", "memory")
            connection.execute("VACUUM INTO ?", (encryption.uri_of_new(copy),))
    except apsw.Error as error:
        raise Unavailable(f"{path.name} cannot be copied: {type(error).__name__}.") from translate(error)


def _compare(path: Path, copy: Path, encryption: Encryption) -> None:
    """Raises: Error when the copy does not hold what the file holds."""
    if in_the_clear(copy):
        raise Error(f"The copy of {path.name} is not encrypted.")
    with (
        closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as before,
        closing(connect(str(copy), encryption=encryption)) as after,
    ):
        if after.pragma("integrity_check") != "ok":
            raise Error(f"The copy of {path.name} is not whole.")
        for old, new in zip_longest(_everything(before), _everything(after)):
            if old != new:
                raise Error(f"The copy of {path.name} differs from it; nothing was changed.")
        after.pragma("journal_mode", "delete")  # one file, without a log beside it


def _everything(connection: apsw.Connection) -> Iterator[tuple[object, ...]]:
    """Yield the schema, then all rows of each table in the order of its key."""
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    yield from connection.execute(schema)
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"
    for (table,) in connection.execute(tables).fetchall():
        key = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
        names = [name for (name,) in connection.execute(key, (table,))] or ["rowid"]
        order = ", ".join(f'"{name}"' if name != "rowid" else name for name in names)
        yield (table,)
        yield from connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}')


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
