"""What a node has stored, read beside it: its files are encrypted, so they open with its keys."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import apsw

from bench.node import settings
from entrepot.infra.database.encrypted_folder import encryption_of
from entrepot.infra.database.encryption import Encryption
from entrepot.node.node_keys import open_keys


def look(data: Path, context: str, *, flags: int = apsw.SQLITE_OPEN_READONLY) -> apsw.Connection:
    """Open a context's database, for reading unless `flags` say more."""
    path = data / f"{context}.sqlite"
    connection = apsw.Connection(str(path), flags=flags)
    _encryption(data).unlock(connection, str(path))
    connection.set_busy_timeout(10_000)
    return connection


def begin_in_the_clear(data: Path) -> None:
    """Make what an older version would have left: a folder with a database in the clear goes on so."""
    data.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(data / "user.sqlite")
    connection.execute("PRAGMA journal_mode = wal")
    connection.close()


@cache
def _encryption(data: Path) -> Encryption:
    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
        found = thread.submit(lambda: asyncio.run(encryption_of(data, lambda: open_keys(settings(data)))))
        return found.result()
