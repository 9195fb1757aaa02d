"""Backups as one archive: `databases/` (a consistent cut), `files/` and, if asked for, `keys/`; then the
checksums of all of them. Each is read back before anybody gets it.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from entrepot.core.errors import Conflict, Invalid, Unavailable
from entrepot.core.ports import Database
from entrepot.infra.backups import encryption
from entrepot.infra.backups import file as archive_file
from entrepot.infra.database import backup_postgres, backup_sqlite
from entrepot.infra.database.backup import Manifest, manifest_of
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import new_epoch
from entrepot.infra.threads import in_thread

_PART_BYTES = 1 << 20  # sent at a time
_WORK = "backup-"  # folders of backups under way begin so
_LAST = "last-backup"  # a file whose time says when
_SUFFIXES = (".sqlite", ".sqlite-wal", ".sqlite-shm")


class Archive:
    """Makes archives of the databases that this process opened, and of what lies beside them."""

    def __init__(self, data: Path, names: Collection[str], *, recipients: Sequence[str] = ()) -> None:
        """`names` are all contexts of the program: an archive holds every one, or is not made. `recipients`
        are those of the settings.
        """
        self._data, self._names = data, names
        self.recipients = recipients
        self._databases: dict[str, Database] = {}

    def cover(self, name: str, database: Database) -> None:
        """Put this database into every archive from now on."""
        self._databases[name] = database

    async def take(self, *, with_keys: bool, recipients: Sequence[str]) -> AsyncIterator[bytes]:
        """Make the archive, then give its parts. Raises: Invalid for a recipient that is none; Unavailable
        when it would not be whole.
        """
        work = self.work_folder()
        archive = Path(work.name) / "archive"
        try:
            await self.make(archive, with_keys=with_keys, recipients=recipients)
        except BaseException:
            work.cleanup()
            raise
        return self._noted(_parts_of(archive, work))

    def last_at_s(self) -> float:
        """Return when the last backup was taken whole, in Unix time; 0 if none ever was."""
        try:
            return (self._data / _LAST).stat().st_mtime
        except OSError:
            return 0.0

    async def _noted(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Note when whoever asked has got the last part; what breaks off before is no backup."""
        async for part in parts:
            yield part
        self.note()

    def note(self) -> None:
        """Note that a backup is where it should be."""
        (self._data / _LAST).touch(mode=0o600)

    async def make(self, target: Path, *, with_keys: bool, recipients: Sequence[str] = ()) -> None:
        """Write the archive to a new file and read it back from there; its databases are looked through row
        by row. Nothing is left of one that failed. Raises: Invalid, Unavailable, Damaged, NotWhole.
        """
        readers = encryption.recipients(recipients)
        with self.work_folder() as folder:
            databases = Path(folder) / "databases"
            await self._back_up(databases)
            await check_databases(databases)
            sources = {"databases": databases, **self._beside(with_keys=with_keys)}
            await in_thread(
                lambda is_over: archive_file.write(
                    target, sources, recipients=readers, leaves_out=_is_unfinished, is_over=is_over
                )
            )

    def work_folder(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix=_WORK, dir=self._data)

    def _beside(self, *, with_keys: bool) -> dict[str, Path]:
        names = ("files", "keys") if with_keys else ("files",)
        return {name: self._data / name for name in names if (self._data / name).is_dir()}

    async def _back_up(self, folder: Path) -> None:
        if dsns := {each.dsn for each in self._databases.values() if isinstance(each, Postgres)}:
            await backup_postgres.backup(dsns.pop(), self._names, folder)
            return
        if elsewhere := sorted(set(self._names) - set(self._databases)):
            raise Unavailable(f"Others host {', '.join(elsewhere)}; a backup needs a node that hosts all.")
        sqlite = {name: each for name, each in self._databases.items() if isinstance(each, SQLite)}
        if idle := sorted(name for name, each in sqlite.items() if not each.leading):
            raise Unavailable(f"Other processes lead {', '.join(idle)}; a backup needs one that leads all.")
        await backup_sqlite.backup(sqlite, folder)


async def check_databases(folder: Path) -> Manifest:
    """Look through the databases of a backup. Raises: NotFound, Damaged."""
    manifest = await asyncio.to_thread(manifest_of, folder)
    check = backup_postgres.check if manifest.dialect == "postgres" else backup_sqlite.check
    return await check(folder)


async def unpack(archive: Path, folder: Path, *, identity: Path | None) -> None:
    """Raises: Invalid for a broken archive, or without the identity that it needs; Forbidden, Unavailable."""
    await asyncio.to_thread(partial(archive_file.unpack, archive, folder, identity=identity))
    if not (folder / "databases").is_dir():
        raise Invalid(f"{archive} holds no backup.")


def new_identity() -> tuple[str, str]:
    """Return an identity that opens backups, as age writes it, and its recipient."""
    return encryption.new_identity()


def forget_unfinished(data: Path) -> None:
    """Remove what backups left that were killed. Only for a process that has the folder for itself."""
    for folder in data.glob(f"{_WORK}*"):
        shutil.rmtree(folder, ignore_errors=True)


async def _parts_of(archive: Path, work: TemporaryDirectory[str]) -> AsyncIterator[bytes]:
    with work, archive.open("rb") as source:
        while part := await asyncio.to_thread(source.read, _PART_BYTES):
            yield part


def _is_unfinished(name: str) -> bool:
    """Whether a file is still being written."""
    return name.startswith("files/+incoming")


async def restore_sqlite(data: Path, unpacked: Path, *, aside: Path | None) -> list[str]:
    """Put the databases and what lies beside them into place. Return the names of the databases.

    Raises: NotFound or Damaged for a broken backup; Conflict when there is data and no `aside`.
    """
    if (await asyncio.to_thread(manifest_of, unpacked / "databases")).dialect != "sqlite":
        raise Conflict("This backup comes from PostgreSQL; set `database` to restore it there.")
    manifest = await backup_sqlite.check(unpacked / "databases")
    _clear_the_way([*_databases_in(data), *(data / name for name in folders_of(unpacked))], aside)
    for name in manifest.databases:
        shutil.move(unpacked / "databases" / f"{name}.db", data / f"{name}.sqlite")
    _put_beside(data, unpacked)
    return manifest.databases


def restore_beside(data: Path, unpacked: Path, *, aside: Path | None) -> None:
    """Put into place what does not lie in a database. Raises: Conflict when it is there and no `aside`."""
    _clear_the_way([data / name for name in folders_of(unpacked)], aside)
    _put_beside(data, unpacked)


def take_back(data: Path, beside: Sequence[str], *, aside: Path | None) -> None:
    """Undo a restore of SQLite that failed after its databases, and `beside` them these folders, were put
    into place: what was there before comes back.
    """
    for path in [*_databases_in(data), *(data / name for name in beside)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in list(aside.iterdir()) if aside is not None else ():
        shutil.move(path, data / path.name)


def _databases_in(data: Path) -> list[Path]:
    """Return all databases in the folder, also those of older versions under names that no context has
    now.
    """
    return [path for suffix in _SUFFIXES for path in data.glob(f"*{suffix}")]


def folders_of(unpacked: Path) -> list[str]:
    """Return the names of the folders that lie beside the databases of a backup."""
    return [name for name in ("files", "keys") if (unpacked / name).is_dir()]


def _put_beside(data: Path, unpacked: Path) -> None:
    for name in folders_of(unpacked):
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
