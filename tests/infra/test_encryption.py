"""Files of a folder are encrypted, open with its key and no other, and nothing is lost on the way there."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.suite.patience import STARTS_S

from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.ports import Transaction
from entrepot.infra.database import backup_sqlite
from entrepot.infra.database.encrypted_folder import (
    RECORD,
    begin_converting,
    encryption_of,
    encryption_of_copies,
    end_converting,
    wrap_again,
)
from entrepot.infra.database.encrypting import check_room, encrypt_files, left_in_the_clear
from entrepot.infra.database.encryption import Encryption, Locked, in_the_clear
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.database.sqlite_connection import DatabaseDamaged
from entrepot.infra.keys.local import LocalKeys

CANARY = "52.0907374 kanarie@example.org"


@pytest.fixture
def keys(tmp_path: Path) -> LocalKeys:
    return LocalKeys.open(tmp_path / "keys")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


async def opened(folder: Path, keys: LocalKeys, name: str = "context") -> SQLite:
    database = SQLite.open(folder / f"{name}.sqlite", encryption=await encryption_of(folder, lambda: keys))
    assert await database.lead()
    return database


async def filled(database: SQLite, count: int = 2_000) -> None:
    async def fill(tx: Transaction) -> None:
        await tx.execute("CREATE TABLE thing (id integer PRIMARY KEY AUTOINCREMENT, what text, raw blob)")
        await tx.execute("CREATE TABLE pair (a text, b bigint, what text, PRIMARY KEY (a, b)) WITHOUT ROWID")
        await tx.execute("CREATE INDEX thing_by_what ON thing (what)")
        await tx.execute_many(
            "INSERT INTO thing (what, raw) VALUES (?, ?)",
            ((f"{CANARY} {number}", os.urandom(number % 3_000)) for number in range(count)),
        )
        await tx.execute_many(
            "INSERT INTO pair VALUES (?, ?, ?)",
            ((f"a{number % 7}", number, CANARY) for number in range(count)),
        )
        await tx.execute("DELETE FROM thing WHERE id % 5 = 0")

    await database.write(fill)


async def everything(database: SQLite) -> list[object]:
    found: list[object] = []
    for table, order in (("thing", "id"), ("pair", "a, b"), ("sqlite_sequence", "name")):
        sql = f"SELECT * FROM {table} ORDER BY {order}"
        found += await database.read(lambda tx, sql=sql: tx.fetch(sql))
    return found


def plain(folder: Path) -> list[str]:
    """The files that hold the canary, in any of the ways in which it could be written."""
    forms = [
        CANARY.encode(),
        CANARY.encode("utf-16-le"),
        CANARY.encode("utf-16-be"),
        CANARY.encode().hex().encode(),
    ]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


# ---- files --------------------------------------------------------------------------------------------


async def test_neither_file_nor_log_holds_what_was_written(folder: Path, keys: LocalKeys) -> None:
    database = await opened(folder, keys)
    await filled(database)
    assert (folder / "context.sqlite-wal").stat().st_size > 1_000_000, "it stands in the log as yet"
    assert plain(folder) == []
    await database.close()
    assert plain(folder) == []
    again = await opened(folder, keys)
    assert len(await everything(again)) == 1_600 + 2_000 + 1
    await again.close()


async def test_the_search_would_find_it(folder: Path) -> None:
    database = SQLite.open(folder / "context.sqlite")
    assert await database.lead()
    await filled(database)
    assert plain(folder) == ["context.sqlite-wal"]
    await database.close()
    assert plain(folder) == ["context.sqlite"]


async def test_what_is_too_large_for_memory_does_not_go_into_files_in_the_clear(
    folder: Path, keys: LocalKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sorting, and what a savepoint would have to undo."""
    database = await opened(folder, keys)
    await filled(database, 20_000)
    opened_files = set()

    async def look(tx: Transaction) -> None:
        await tx.fetch("SELECT what, raw FROM thing ORDER BY 1 DESC, 2")
        await tx.execute("UPDATE thing SET what = what || 'x'")
        opened_files.update(
            os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _is_open(fd)
        )

    await database.write(look)
    await database.close()
    assert not [name for name in opened_files if "etilqs" in name]  # https://www.sqlite.org/tempfiles.html


def _is_open(fd: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{fd}")


async def test_each_file_has_a_key_of_its_own(folder: Path, keys: LocalKeys) -> None:
    for name in ("left", "right"):
        database = await opened(folder, keys, name)
        await database.close()
    left, right = ((folder / f"{name}.sqlite").read_bytes() for name in ("left", "right"))
    assert left[:16] != right[:16]
    (folder / "right.sqlite").write_bytes(left[:16] + right[16:])
    with pytest.raises(Locked):
        await opened(folder, keys, "right")


async def test_a_file_keeps_its_key_under_another_name(folder: Path, keys: LocalKeys) -> None:
    database = await opened(folder, keys)
    await filled(database)
    before = await everything(database)
    await database.close()
    (folder / "context.sqlite").rename(folder / "renamed.sqlite")
    renamed = await opened(folder, keys, "renamed")
    assert await everything(renamed) == before
    await renamed.close()


async def test_a_changed_byte_is_noticed(folder: Path, keys: LocalKeys) -> None:
    database = await opened(folder, keys)
    await filled(database)
    await database.close()
    file = folder / "context.sqlite"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    again = await opened(folder, keys)
    with pytest.raises(DatabaseDamaged, match=r"A part of context\.sqlite is damaged; .* restore a backup"):
        await everything(again)
    await again.close()


async def test_two_processes_that_make_a_file_at_once_make_one(folder: Path, keys: LocalKeys) -> None:
    how = await encryption_of(folder, lambda: keys)
    for each in range(20):
        file = folder / f"{each}.sqlite"
        databases = await asyncio.gather(
            *(asyncio.to_thread(lambda file=file: SQLite.open(file, encryption=how)) for _ in range(12))
        )
        for database in databases:
            await database.close()


def test_an_older_program_refuses_it_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "context.sqlite"
    SQLite.open(file, encryption=Encryption(os.urandom(32)))
    before = file.read_bytes()
    with (
        closing(sqlite3.connect(file)) as older,
        pytest.raises(sqlite3.DatabaseError, match="not a database"),
    ):
        older.execute("PRAGMA journal_mode = wal")
    assert file.read_bytes() == before


# ---- folders ------------------------------------------------------------------------------------------


async def test_a_new_folder_begins_encrypted_and_an_older_one_goes_on_in_the_clear(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    assert (await encryption_of(folder, lambda: keys)).on
    older = tmp_path / "older"
    older.mkdir()
    await SQLite.open(older / "context.sqlite").close()
    assert not (await encryption_of(older, lambda: keys)).on
    assert not (older / RECORD).exists()


async def test_a_mixture_is_refused(folder: Path, keys: LocalKeys) -> None:
    await (await opened(folder, keys)).close()
    await SQLite.open(folder / "other.sqlite").close()
    with pytest.raises(Locked, match=r"other\.sqlite stands in the clear"):
        await encryption_of(folder, lambda: keys)
    (folder / "other.sqlite").unlink()
    (folder / RECORD).unlink()
    with pytest.raises(Locked, match="which holds its key, is gone"):
        await encryption_of(folder, lambda: keys)


async def test_another_master_key_is_refused_with_what_helps(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    await (await opened(folder, keys)).close()
    with pytest.raises(Locked, match="master_key"):
        await encryption_of(folder, lambda: LocalKeys.open(tmp_path / "other"))


async def test_a_rotation_wraps_the_key_anew_and_touches_no_page(folder: Path, keys: LocalKeys) -> None:
    await (await opened(folder, keys)).close()
    pages, record = (folder / "context.sqlite").read_bytes(), (folder / RECORD).read_bytes()
    await keys.rotate()
    assert await wrap_again(folder, keys)
    assert (folder / RECORD).read_bytes() != record and (folder / "context.sqlite").read_bytes() == pages
    await (await opened(folder, keys)).close()


# ---- backups ------------------------------------------------------------------------------------------


async def test_a_backup_is_encrypted_and_opens_after_a_rotation(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    database = await opened(folder, keys)
    await filled(database)
    before = await everything(database)
    await backup_sqlite.backup({"context": database}, tmp_path / "backup")
    await database.close()
    assert plain(tmp_path / "backup") == []
    await keys.rotate()
    how = await encryption_of_copies(tmp_path / "backup", lambda: keys)
    await backup_sqlite.check(tmp_path / "backup", encryption=how)
    copy = SQLite.open(tmp_path / "backup" / "context.db", encryption=how)
    assert await everything(copy) == before
    await copy.close()


# ---- conversion ---------------------------------------------------------------------------------------


async def in_clear(folder: Path) -> dict[str, list[object]]:
    """Three databases of an older folder, and what they hold."""
    held = {}
    for name in ("left", "middle", "right"):
        database = SQLite.open(folder / f"{name}.sqlite")
        assert await database.lead()
        await filled(database)
        held[name] = await everything(database)
        await database.close()
    return held


async def encrypt(folder: Path, keys: LocalKeys, seen: set[str] | None = None) -> int:
    def progress(name: str, done: int, whole: int) -> None:
        if seen is not None:
            seen.add(name)

    count = await encrypt_files(folder, await begin_converting(folder, keys), progress=progress)
    end_converting(folder)
    return count


async def held_by(folder: Path, keys: LocalKeys) -> dict[str, list[object]]:
    held = {}
    for name in ("left", "middle", "right"):
        database = await opened(folder, keys, name)
        held[name] = await everything(database)
        await database.close()
    return held


async def test_a_folder_is_encrypted_with_everything_in_it(folder: Path, keys: LocalKeys) -> None:
    before, seen = await in_clear(folder), set[str]()
    assert await encrypt(folder, keys, seen) == 3
    assert plain(folder) == []
    assert seen == {"left", "middle", "right"}
    assert await held_by(folder, keys) == before
    assert not [path for path in folder.iterdir() if "encrypting" in path.name]


async def test_a_backup_of_a_folder_that_is_half_encrypted_holds_each_file_as_it_is(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    """A page with a tag does not fit into one without: https://github.com/utelle/wxsqlite3/issues/29"""
    before = await in_clear(folder)
    command = (sys.executable, "-c", KILLED, str(folder), str(tmp_path / "keys"), "left is encrypted")
    assert subprocess.run(command, timeout=STARTS_S).returncode == -signal.SIGKILL
    databases = {name: await opened(folder, keys, name) for name in before}
    await backup_sqlite.backup(databases, tmp_path / "backup")
    for each in databases.values():
        await each.close()
    how = await encryption_of_copies(tmp_path / "backup", lambda: keys)
    await backup_sqlite.check(tmp_path / "backup", encryption=how)
    assert plain(tmp_path / "backup") == ["middle.db", "right.db"]
    for name, held in before.items():
        copy = SQLite.open(tmp_path / "backup" / f"{name}.db", encryption=how)
        assert await everything(copy) == held
        await copy.close()


async def test_room_for_the_largest_file_is_looked_for_before_anything_changes(folder: Path) -> None:
    await in_clear(folder)
    check_room(folder)
    with (folder / "left.sqlite").open("r+b") as sparse:
        sparse.truncate(shutil.disk_usage(folder).free + (1 << 30))
    with pytest.raises(Conflict, match=r"there must be [\d,]+ MB free for a copy of its largest file"):
        check_room(folder)


async def test_a_disk_that_fills_up_leaves_the_folder_as_it_was_and_no_copy(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    before = await in_clear(folder)
    small = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 20}, {1 << 20}))" + KILLED
    command = (sys.executable, "-c", small, str(folder), str(tmp_path / "keys"), "never")
    done = subprocess.run(command, timeout=STARTS_S, capture_output=True, text=True)
    assert done.returncode == 1 and "left.sqlite cannot be copied" in done.stderr
    assert not list(folder.glob("*.encrypting*"))
    assert await held_by(folder, keys) == before


STAGES = (
    "begun",
    *(f"{name} is {what}" for name in ("left", "right") for what in ("copied", "compared", "encrypted")),
)
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from entrepot.infra.database.encrypted_folder import begin_converting
from entrepot.infra.database.encrypting import encrypt_files
from entrepot.infra.keys.local import LocalKeys

def stage(name):
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

async def main(folder, keys):
    encryption = await begin_converting(folder, keys)
    stage("begun")
    await encrypt_files(folder, encryption, progress=lambda *_: None, stage=stage)

asyncio.run(main(Path(sys.argv[1]), LocalKeys.open(Path(sys.argv[2]))))
"""


@pytest.mark.parametrize("stage", STAGES)
async def test_a_conversion_that_was_killed_is_finished_by_the_next(
    folder: Path, tmp_path: Path, keys: LocalKeys, stage: str
) -> None:
    before = await in_clear(folder)
    command = (sys.executable, "-c", KILLED, str(folder), str(tmp_path / "keys"), stage)
    assert subprocess.run(command, timeout=STARTS_S).returncode == -signal.SIGKILL
    assert not (await encryption_of(folder, lambda: keys)).whole, "a node says so, and opens it as it is"
    assert await held_by(folder, keys) == before
    for name in ("left", "right"):
        database = await opened(folder, keys, name)
        await database.write(lambda tx: tx.execute("INSERT INTO thing (what) VALUES ('since')"))
        before[name] = await everything(database)
        await database.close()
    await encrypt(folder, keys)
    assert (await encryption_of(folder, lambda: keys)).whole
    assert await held_by(folder, keys) == before
    assert plain(folder) == []
    assert not [path for path in folder.iterdir() if "encrypting" in path.name]


async def test_a_file_in_use_is_not_converted(folder: Path, keys: LocalKeys) -> None:
    before = await in_clear(folder)
    busy = SQLite.open(folder / "middle.sqlite")
    await busy.read(lambda tx: tx.fetch_one("SELECT 1 FROM thing"))
    with pytest.raises(Unavailable, match=r"middle\.sqlite is in use"):
        await encrypt(folder, keys)
    await busy.close()
    await encrypt(folder, keys)
    assert await held_by(folder, keys) == before


async def test_copies_elsewhere_in_the_folder_are_named(folder: Path, keys: LocalKeys) -> None:
    await in_clear(folder)
    (folder / "replaced").mkdir()
    (folder / "left.sqlite").rename(folder / "replaced" / "left.sqlite")
    await encrypt(folder, keys)
    assert left_in_the_clear(folder) == [folder / "replaced" / "left.sqlite"]
    assert in_the_clear(folder / "replaced" / "left.sqlite")
