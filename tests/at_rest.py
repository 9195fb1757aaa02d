"""Looks into the encrypted files of a node, with its keys."""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import apsw
import apsw.shell

from entrepot.infra.database.encrypted_folder import encryption_of, is_encrypted
from entrepot.infra.database.encryption import Encryption
from entrepot.infra.keys.local import LocalKeys
from entrepot.infra.mail.folder import FolderPost


def encryption(data: Path) -> Encryption:
    """How the files of a folder open that keeps its own keys."""
    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
        opening = lambda: asyncio.run(encryption_of(data, lambda: LocalKeys.open(data / "keys")))  # noqa: E731
        return thread.submit(opening).result()


def mail_folder(data: Path) -> FolderPost:
    """The letters of a node; with PostgreSQL there is no key of the folder."""
    key = encryption(data).key_for("letters") if is_encrypted(data) else None
    return FolderPost(data / "mail", key=key)


def opened(data: Path, context: str) -> apsw.Connection:
    """A second SQLite library in one process would end the locks of the first, so it is the node's own."""
    return unlocked(data / f"{context}.sqlite", encryption(data))


def unlocked(file: Path, how: Encryption) -> apsw.Connection:
    connection = apsw.Connection(str(file))
    how.unlock(connection, str(file))
    connection.set_busy_timeout(10_000)
    return connection


def dump(connection: apsw.Connection) -> str:
    """The whole database as SQL."""
    out = io.StringIO()
    apsw.shell.Shell(db=connection, stdout=out).process_command(".dump")
    return out.getvalue()


def pages(data: Path) -> Iterator[tuple[Path, bytes]]:
    """Every database of the folder, as its pages are before they are encrypted."""
    how = encryption(data)
    for file in sorted(data.glob("*.sqlite")):
        yield file, decrypted(file, how)


def decrypted(file: Path, how: Encryption) -> bytes:
    """All pages, also those that belong to nothing any more."""
    with closing(unlocked(file, how)) as connection:
        return connection.serialize("main")
