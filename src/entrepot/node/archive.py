"""Backups as one tar archive: `databases/` (a consistent cut), `files/` and, if asked for, `keys/`."""

import asyncio
import shutil
import tarfile
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.ports import Database
from entrepot.infra.database import backup_postgres, backup_sqlite
from entrepot.infra.database.backup import read_manifest
from entrepot.infra.database.encrypted_folder import RECORD, OpenKeys, encryption_of_copies, is_encrypted
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import new_epoch

_PART_BYTES = 1 << 20  # sent at a time
_SUFFIXES = (".sqlite", ".sqlite-wal", ".sqlite-shm")


class Archive:
    """Makes archives of the databases that this process opened, and of what lies beside them."""

    def __init__(self, data: Path, names: Collection[str]) -> None:
        """`names` are all contexts of the program: an archive holds every one, or is not made."""
        self._data, self._names = data, names
        self._databases: dict[str, Database] = {}

    def cover(self, name: str, database: Database) -> None:
        """Put this database into every archive from now on."""
        self._databases[name] = database

    async def take(self, *, with_keys: bool) -> AsyncIterator[bytes]:
        """Make the archive, then give its parts. Raises: Unavailable when it would not be whole."""
        if elsewhere := sorted(set(self._names) - set(self._databases)):
            raise Unavailable(f"Others host {', '.join(elsewhere)}; a backup needs a node that hosts all.")
        work = TemporaryDirectory(prefix="backup-", dir=self._data)
        folder = Path(work.name)
        try:
            await _back_up(self._databases, folder / "databases")
            archive = folder / "archive.tar"
            await asyncio.to_thread(self._pack, archive, folder / "databases", with_keys=with_keys)
        except BaseException:
            work.cleanup()
            raise
        return _parts_of(archive, work)

    def _pack(self, archive: Path, databases: Path, *, with_keys: bool) -> None:
        with tarfile.open(archive, "w") as tar:
            tar.add(databases, "databases")
            if (self._data / "files").is_dir():
                tar.add(self._data / "files", "files", filter=_finished)
            if with_keys:
                tar.add(self._data / "keys", "keys")


async def _parts_of(archive: Path, work: TemporaryDirectory[str]) -> AsyncIterator[bytes]:
    with work, archive.open("rb") as source:
        while part := await asyncio.to_thread(source.read, _PART_BYTES):
            yield part


def _finished(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Whether a file is complete, and not still being written."""
    return None if member.name.startswith("files/+incoming/") else member


async def _back_up(databases: dict[str, Database], folder: Path) -> None:
    if postgres := {name: each for name, each in databases.items() if isinstance(each, Postgres)}:
        await backup_postgres.backup(postgres, folder)
    else:
        sqlite = {name: each for name, each in databases.items() if isinstance(each, SQLite)}
        if idle := sorted(name for name, each in sqlite.items() if not each.leading):
            raise Unavailable(f"Other processes lead {', '.join(idle)}; a backup needs one that leads all.")
        await backup_sqlite.backup(sqlite, folder)


async def restore_sqlite(data: Path, unpacked: Path, *, keys: OpenKeys, aside: Path | None) -> list[str]:
    """Put the databases and what lies beside them into place. Return the names of the databases. `keys` are
    those that shall open them.

    Raises: NotFound or Damaged for a broken backup; Locked for other keys; Conflict when there is data and no
    `aside`.
    """
    copies, record = unpacked / "databases", data / RECORD
    if (await read_manifest(copies)).dialect != "sqlite":
        raise Conflict("This backup comes from PostgreSQL; set `database` to restore it there.")
    manifest = await backup_sqlite.check(copies, encryption=await encryption_of_copies(copies, keys))
    _clear_the_way([*_databases_in(data), record, *(data / name for name in _beside(unpacked))], aside)
    if is_encrypted(copies):
        shutil.move(copies / RECORD, record)
    for name in manifest.databases:
        shutil.move(copies / f"{name}.db", data / f"{name}.sqlite")
    _put_beside(data, unpacked)
    return manifest.databases


def restore_beside(data: Path, unpacked: Path, *, aside: Path | None) -> None:
    """Put into place what does not lie in a database. Raises: Conflict when it is there and no `aside`."""
    _clear_the_way([data / name for name in _beside(unpacked)], aside)
    _put_beside(data, unpacked)


def _databases_in(data: Path) -> list[Path]:
    """Return all databases in the folder, also those of older versions under names that no context has
    now.
    """
    return [path for suffix in _SUFFIXES for path in data.glob(f"*{suffix}")]


def _beside(unpacked: Path) -> list[str]:
    return [name for name in ("files", "keys") if (unpacked / name).is_dir()]


def _put_beside(data: Path, unpacked: Path) -> None:
    for name in _beside(unpacked):
        shutil.move(unpacked / name, data / name)


def _clear_the_way(wanted: list[Path], aside: Path | None) -> None:
    present = [path for path in wanted if path.exists()]
    if aside is None and (full := [path for path in present if _holds_something(path)]):
        raise Conflict(f"There is data in {full[0].parent} already. Use --replace to move it aside.")
    for path in present:
        if aside is not None:
            shutil.move(path, aside / path.name)
        else:
            shutil.rmtree(path)


def _holds_something(path: Path) -> bool:
    return path.is_file() or any(each.is_file() for each in path.rglob("*"))


async def begin_anew(database: Migratable) -> None:
    """Begin a new epoch of the log after a restore: events since the backup are lost, and numbers come
    again.
    """
    if not await database.lead():
        raise Unavailable("The database is in use; stop the node first.")
    await database.write(new_epoch)
