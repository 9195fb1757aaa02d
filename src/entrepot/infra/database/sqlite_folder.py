"""The SQLite files of a data folder, for `relocate`: also those under names that no context has any more."""

import asyncio
import fcntl
import os
from pathlib import Path

import apsw

from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.ports import Dialect
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.migrate import Migratable, keep_older_programs_out, recorded
from entrepot.infra.database.relocate import Records, is_renamed, record_renamed
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.database.sqlite_connection import connect, translate
from entrepot.infra.durable import flush
from entrepot.infra.locks import is_locked

_BESIDE = ("-wal", "-shm")


class SQLiteFolder:
    """`Databases` of a folder."""

    dialect: Dialect = "sqlite"

    def __init__(self, folder: Path, *, encryption: Encryption = IN_THE_CLEAR) -> None:
        self._folder, self._encryption = folder, encryption
        self._claimed: dict[str, int] = {}

    async def records(self, name: str) -> Records | None:
        return await self._records(self._path(name))

    async def open(self, name: str) -> Migratable:
        return SQLite.open(self._path(name), encryption=self._encryption)

    async def claim(self, name: str) -> bool:
        lock = os.open(f"{self._path(name)}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._claimed[name] = lock
        return True

    async def release(self, name: str) -> None:
        os.close(self._claimed.pop(name))

    async def check_rights(self, source: str, receiver: str, *, renames: bool) -> None:
        """Who may write into the folder may do it all, and who may not cannot even mark a file."""

    async def led(self, name: str) -> bool:
        return is_locked(Path(f"{self._path(name)}.lock"))

    async def rename(self, old: str, new: str) -> None:
        """The file has both names until what stays under the old one takes its place, so that there is no
        moment at which an older program would find nothing there, and begin anew.
        """
        before, after = self._path(old), self._path(new)
        await asyncio.to_thread(fold, before, encryption=self._encryption)
        if not (after.exists() and after.samefile(before)):
            await self._clear(after)
            _link(before, after)
            flush(self._folder)
        await self._leave_note(before, new)
        flush(self._folder)

    async def _clear(self, path: Path) -> None:
        """Raises: Conflict when there is a database."""
        if await self._records(path):
            raise Conflict(
                f"There are two databases of one context in {path.parent}: {path.name}, and one under its"
                " old name. Move the one that does not belong there out of the folder."
            )
        for each in (path, *(path.with_name(f"{path.name}{end}") for end in _BESIDE)):
            each.unlink(missing_ok=True)

    async def _records(self, path: Path) -> Records | None:
        if not os.path.isfile(path):  # noqa: ASYNC240, PTH113  # one look at the disk, before a node begins
            return None
        database = SQLite.open(path, encryption=self._encryption)
        try:
            records = await database.read(recorded)
        finally:
            await database.close()
        return records if records and not is_renamed(records) else None

    async def _leave_note(self, path: Path, new: str) -> None:
        """Put a small database in the file's place that every program refuses which looks for it."""
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        database = SQLite.open(draft, encryption=self._encryption)
        try:
            await database.exclusively(keep_older_programs_out)
            await database.exclusively(lambda tx: record_renamed(tx, new))
        finally:
            await database.close()
        fold(draft, encryption=self._encryption)
        flush(draft)
        draft.replace(path)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite"


def fold(path: Path, *, encryption: Encryption) -> None:
    """Make it one file, without a log beside it. Raises: Unavailable while somebody has it open."""
    try:
        connection = connect(str(path), encryption=encryption)
        try:
            connection.pragma("journal_mode", "delete")
        finally:
            connection.close()
    except apsw.Error as error:
        raise Unavailable(f"{path.name} is in use; stop the node first") from translate(error)


def _link(before: Path, after: Path) -> None:
    try:
        os.link(before, after)
    except OSError:  # a file system without such links, as exFAT
        before.rename(after)
