"""What went wrong with encrypted SQLite files elsewhere, in public reports, tried here."""

import asyncio
import os
import shutil
import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest
from tests.infra.test_encryption import CANARY, everything, filled, opened, plain

from entrepot.infra.database.encrypted_folder import RECORD, encryption_of, encryption_of_copies
from entrepot.infra.database.encryption import Encryption, Locked, in_the_clear
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.database.sqlite_connection import connect
from entrepot.infra.keys.local import LocalKeys

KEY = Encryption(bytes(range(32)))
KEPT = Path(__file__).parent / "encrypted-form-1.sqlite"  # made by SQLite3 Multiple Ciphers 2.6.1


@pytest.fixture
def keys(tmp_path: Path) -> LocalKeys:
    return LocalKeys.open(tmp_path / "keys")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def written(path: Path, *, mode: str = "wal") -> apsw.Connection:
    """A connection whose log or journal is full of the canary."""
    connection = connect(str(path), encryption=KEY)
    connection.pragma("journal_mode", mode)
    connection.execute("CREATE TABLE thing (id integer PRIMARY KEY, what text)")
    for text in (CANARY, CANARY[::-1]):
        with connection:
            rows = ((number, f"{text} {number}") for number in range(2_000))
            connection.executemany("INSERT OR REPLACE INTO thing VALUES (?, ?)", rows)
    return connection


def test_file_that_an_earlier_library_wrote_opens(tmp_path: Path) -> None:
    """https://github.com/utelle/SQLite3MultipleCiphers/issues/40, and SQLCipher 3 to 4."""
    copy = Path(shutil.copy(KEPT, tmp_path / "kept.sqlite"))
    with closing(connect(str(copy), encryption=KEY)) as connection:
        assert connection.execute("SELECT what FROM thing").fetchall() == [(CANARY,)]
        assert connection.pragma("cipher") == "aegis" and connection.pragma("page_size") == 4096
        connection.execute("INSERT INTO thing VALUES ('more')")


def test_checksums_of_the_log_are_of_what_is_encrypted(tmp_path: Path) -> None:
    """One over plain pages would tell of them: https://github.com/utelle/SQLite3MultipleCiphers/issues/175"""
    with closing(written(tmp_path / "a.sqlite")):
        log = (tmp_path / "a.sqlite-wal").read_bytes()
    magic, _, size = struct.unpack(">III", log[:12])
    order = ">" if magic & 1 else "<"
    first, page = log[32:56], log[56 : 56 + size]
    sums = _checksum(page, _checksum(first[:8], struct.unpack(">II", log[24:32]), order), order)
    assert sums == struct.unpack(">II", first[16:24])


def _checksum(data: bytes, sums: tuple[int, ...], order: str) -> tuple[int, ...]:
    """https://www.sqlite.org/fileformat2.html#checksum_algorithm"""
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return one, two


def test_journal_is_encrypted_too(tmp_path: Path) -> None:
    with closing(written(tmp_path / "a.sqlite", mode="persist")):
        assert (tmp_path / "a.sqlite-journal").stat().st_size > 50_000
        assert plain(tmp_path) == []


def test_another_tool_that_opens_a_file_with_a_log_harms_nothing(tmp_path: Path) -> None:
    """It empties the log into the file: https://github.com/utelle/SQLite3MultipleCiphers/issues/119"""
    held = tmp_path / "held"
    held.mkdir()
    with closing(written(held / "a.sqlite")):
        killed = Path(shutil.copytree(held, tmp_path / "killed")) / "a.sqlite"
    killed.with_name("a.sqlite-shm").unlink()
    with closing(sqlite3.connect(killed)) as tool:
        for sql in ("SELECT * FROM thing", "PRAGMA journal_mode = delete", "VACUUM"):
            with pytest.raises(sqlite3.DatabaseError, match="not a database"):
                tool.execute(sql)
    with closing(connect(str(killed), encryption=KEY)) as connection:
        assert connection.pragma("integrity_check") == "ok"
        assert connection.execute("SELECT count(*) FROM thing").fetchall() == [(2_000,)]


async def test_log_of_another_database_beside_a_file_is_no_wrong_key(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    """https://github.com/ulsklyc/yuvomi/pull/1275"""
    database = await opened(folder, keys)
    await filled(database, 100)
    before = await everything(database)
    await database.close()
    with closing(written(tmp_path / "other.sqlite")):
        shutil.copy(tmp_path / "other.sqlite-wal", folder / "context.sqlite-wal")
    with pytest.raises(Locked, match=r"or context\.sqlite-wal beside it, does not open"):
        await opened(folder, keys)
    (folder / "context.sqlite-wal").unlink()
    again = await opened(folder, keys)
    assert await everything(again) == before
    await again.close()


@pytest.mark.parametrize("damage", ["salt", "first page", "cut off"])
async def test_damaged_file_is_refused_and_not_begun_anew(folder: Path, keys: LocalKeys, damage: str) -> None:
    """https://github.com/signalapp/Signal-Desktop/issues/5097: a new one, in the clear, took its place."""
    database = await opened(folder, keys)
    await filled(database, 100)
    await database.close()
    file = folder / "context.sqlite"
    content = bytearray(file.read_bytes())
    if damage == "cut off":
        del content[3_000:]
    else:
        content[3 if damage == "salt" else 2_000] ^= 1
    file.write_bytes(content)
    with pytest.raises(Locked, match="does not open with the key of"):
        await opened(folder, keys)
    assert file.read_bytes() == content


async def test_copy_of_the_keys_from_before_a_rotation_is_refused_with_the_key_that_is_missing(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    """https://github.com/home-assistant/supervisor/issues/6450: an older kit opened nothing, unexplained."""
    shutil.copytree(tmp_path / "keys", tmp_path / "copy")
    await keys.rotate()
    how = await encryption_of(folder, lambda: keys)
    await SQLite.open(folder / "context.sqlite", encryption=how).close()
    [_, newest] = _in_order(keys)
    before = LocalKeys.open(tmp_path / "copy")
    with pytest.raises(Locked, match=f"under master key {newest}.*newest copy"):
        await encryption_of(folder, lambda: before)
    with pytest.raises(Locked, match=f"under master key {newest}.*not older than the backup"):
        await encryption_of_copies(folder, lambda: before)


def _in_order(keys: LocalKeys) -> list[str]:
    return [id.hex() for id in keys._current().masters]


@pytest.mark.parametrize("content", [b"", b"{", b'{"form": 2}', b"\0" * 200])
async def test_record_of_the_key_that_is_damaged_is_named(
    folder: Path, keys: LocalKeys, content: bytes
) -> None:
    """https://github.com/keeweb/keeweb/issues/2107: a key file that a power cut left empty."""
    await (await opened(folder, keys)).close()
    (folder / RECORD).write_bytes(content)
    with pytest.raises(Locked, match=r"encryption\.json is damaged, or of a newer version"):
        await encryption_of(folder, lambda: keys)
    assert (folder / RECORD).read_bytes() == content


def test_library_that_cannot_encrypt_is_refused_before_it_writes_in_the_clear(tmp_path: Path) -> None:
    """https://github.com/divinevideo/divine-mobile/pull/4981: PRAGMA key without ciphers says nothing."""

    class Plain:
        def pragma(self, name: str, value: object = None) -> None:
            """As apsw without ciphers."""

    with pytest.raises(Locked, match="cannot encrypt"):
        KEY.unlock(Plain(), str(tmp_path / "new.sqlite"))  # type: ignore[arg-type]


def test_opening_derives_no_key_slowly(tmp_path: Path) -> None:
    """https://github.com/marmot-protocol/mdk/issues/1791: 66 ms at each connection. Counted in CPU time, with
    room for a machine 50 times as slow.
    """
    from time import process_time

    connect(str(tmp_path / "a.sqlite"), encryption=KEY).close()
    began_s = process_time()
    for _ in range(10):
        connect(str(tmp_path / "a.sqlite"), encryption=KEY).close()
    assert process_time() - began_s < 0.1


async def test_file_of_another_folder_is_refused_by_name(
    folder: Path, tmp_path: Path, keys: LocalKeys
) -> None:
    await (await opened(folder, keys)).close()
    (tmp_path / "other").mkdir()
    await (await opened(tmp_path / "other", LocalKeys.open(tmp_path / "others"))).close()
    shutil.copy(tmp_path / "other" / "context.sqlite", folder / "context.sqlite")
    with pytest.raises(Locked, match=r"context\.sqlite does not open"):
        await opened(folder, keys)


async def test_writer_that_is_killed_leaves_what_was_acknowledged_and_nothing_in_the_clear(
    folder: Path, keys: LocalKeys
) -> None:
    pid = os.fork()
    if pid == 0:  # pragma: no cover
        with suppress(BaseException):
            with closing(written(folder / "a.sqlite")) as connection:
                os.write(1, b"")
                connection.execute("BEGIN IMMEDIATE").execute("UPDATE thing SET what = what || 'lost'")
                os.kill(os.getpid(), 9)
        os._exit(1)
    _, status = await asyncio.to_thread(os.waitpid, pid, 0)
    assert os.WTERMSIG(status) == 9
    assert plain(folder) == [] and not in_the_clear(folder / "a.sqlite")
    with closing(connect(str(folder / "a.sqlite"), encryption=KEY)) as connection:
        lost = "SELECT count(*), count(*) FILTER (WHERE what LIKE '%lost') FROM thing"
        assert connection.execute(lost).fetchall() == [(2_000, 0)]
