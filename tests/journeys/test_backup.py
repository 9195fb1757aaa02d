"""A backup of a node at work, restored: the data is the same, and events flow on, each counted once."""

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.journeys.command import Node, Shell, until

from entrepot.infra.database.backup import MANIFEST


def _backed_up(shell: Shell, node: Node) -> tuple[list[str], list[str]]:
    """Back up under write load to `b.tar`; the keys that were there before and those made meanwhile."""
    before = [node.new_key(f"before {number}")["key"]["id"] for number in range(5)]
    until(lambda: node.served("POST /api/keys") == len(before))
    meanwhile: list[str] = []
    enough = threading.Event()

    def write() -> None:
        while not enough.is_set() and len(meanwhile) < 50:
            meanwhile.append(node.new_key("meanwhile")["key"]["id"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        until(lambda: len(meanwhile) > 2)
        done = shell.run("backup", "b.tar", "--data", node.data)
    finally:
        enough.set()
        writer.join()
    assert done.code == 0, done.err
    assert "The keys are not in it" in done.err
    return before, meanwhile


def _holds(found: list[str], before: list[str], meanwhile: list[str]) -> bool:
    """All from before the backup, and what was written meanwhile up to some moment."""
    return sorted(found) == sorted(before + meanwhile[: len(found) - len(before)])


def test_a_restored_node_holds_one_moment_and_events_flow_on(shell: Shell) -> None:
    with shell.up() as node:
        before, meanwhile = _backed_up(shell, node)
        files = (node.folder / "keys" / "keys.json").read_bytes()
        assert node.interrupt() == 0
    told = shell.ok("restore", "b.tar", "--data", "other")
    assert "put a copy of them into other/keys" in told
    (shell.folder / "other" / "keys").mkdir(mode=0o700)
    (shell.folder / "other" / "keys" / "keys.json").touch(mode=0o600)
    (shell.folder / "other" / "keys" / "keys.json").write_bytes(files)
    with shell.up(data="other") as node:
        found = [key["id"] for key in node.all_keys()]
        assert _holds(found, before, meanwhile)
        counted = node.served("POST /api/keys")
        assert counted >= len(before)
        node.new_key("afterwards")
        until(lambda: node.served("POST /api/keys") > counted)
        assert node.served("POST /api/keys") <= len(found) + 1, "something was counted twice"
        assert json.loads(shell.ok("dead-letters", "list", "--data", "other") or "[]") == []


def test_a_restore_over_data_moves_it_aside_and_forgets_what_came_later(shell: Shell) -> None:
    with shell.up() as node:
        node.new_key("kept")
        shell.ok("backup", "b.tar", "--data", "data")
        node.new_key("lost")
        assert node.interrupt() == 0
    said = shell.refused("restore", "b.tar", "--data", "data")
    assert said == "There is data in data already. Use --replace to move it aside."
    assert "What was there lies in data/replaced-" in shell.ok(
        "restore", "b.tar", "--replace", "--data", "data"
    )
    shell.ok("restore", "b.tar", "--replace", "--data", "data")
    with shell.up() as node:
        assert [key["name"] for key in node.all_keys()] == ["kept"]
        node.new_key("new")
        until(lambda: node.served("POST /api/keys") >= 1)
    assert len(list((shell.folder / "data").glob("replaced-*"))) == 2


def test_a_backup_with_keys_opens_what_was_signed_before(shell: Shell) -> None:
    with shell.up() as node:
        token = node.token
        shell.ok("backup", "b.tar", "--with-keys", "--data", "data")
    told = shell.ok("restore", "b.tar", "--data", "other")
    assert "keys" not in told
    with shell.up(data="other") as node:
        assert node.ask("GET", "/api/keys", token=token)["items"] == []


def test_a_backup_that_cannot_be_written_leaves_nothing(shell: Shell) -> None:
    with shell.up():
        assert "cannot be written" in shell.refused("backup", "none/b.tar", "--data", "data")
        assert "No space left" in shell.refused("backup", "-", "--data", "data", out="/dev/full")
        listed = ("backup", "list", "--data", "data")
        assert shell.run(*listed).err == "There are none. Set backup_every and backup_to.\n"
        shell.env |= {"ENTREPOT_BACKUP_EVERY": "30d", "ENTREPOT_BACKUP_TO": str(shell.folder / "backups")}
        assert shell.run(*listed).err.startswith("There are none yet: backup_every is 30d.")
    assert not list(shell.folder.rglob("*.part"))


def _tar(path: Path, **members: bytes) -> None:
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name.replace("__", "../"))
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def _link(path: Path) -> None:
    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo("databases")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(entry)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup that is as it should be."""
    shell = Shell(tmp_path_factory.mktemp("whole"))
    with shell.up():
        shell.ok("backup", "b.tar", "--data", "data")
    return (shell.folder / "b.tar").read_bytes()


def test_a_broken_archive_is_refused_and_changes_nothing(shell: Shell, whole: bytes) -> None:
    bad = shell.folder / "bad.tar"
    swapped = bytearray(whole)
    swapped[whole.index(b"SQLite format 3") + 5000] ^= 0xFF
    for content in (b"", b"hello", whole[: len(whole) // 2], bytes(swapped)):
        bad.write_bytes(content)
        assert shell.refused("restore", "bad.tar", "--data", "data")
    assert not (shell.folder / "data").exists(), "it was not there before"


def test_a_restore_that_fails_at_its_end_leaves_what_was_there(shell: Shell, whole: bytes) -> None:
    """Such as of a backup that a newer version made: the next try finds everything as the first did."""
    (shell.folder / "b.tar").write_bytes(whole)
    (shell.folder / "newer.tar").write_bytes(whole)
    _from_the_future(shell.folder / "newer.tar")
    assert "newer than this program" in shell.refused("restore", "newer.tar", "--data", "data")
    assert not (shell.folder / "data").exists()
    shell.ok("restore", "b.tar", "--data", "data")
    before = {path: path.read_bytes() for path in (shell.folder / "data").rglob("*") if path.is_file()}
    assert "newer than this program" in shell.refused("restore", "newer.tar", "--replace", "--data", "data")
    after = {path: path.read_bytes() for path in (shell.folder / "data").rglob("*") if path.is_file()}
    assert after == before


def _from_the_future(archive: Path) -> None:
    folder = archive.with_suffix("")
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    database, manifest = folder / "databases" / "user.db", folder / "databases" / MANIFEST
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE migration SET number = 9999 WHERE part = 'context' AND number = 1")
    said = json.loads(manifest.read_bytes())
    said["files"]["user.db"] = hashlib.sha256(database.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(said))
    with tarfile.open(archive, "w") as tar:
        for name in ("databases", "files"):
            if (folder / name).exists():
                tar.add(folder / name, name)
    shutil.rmtree(folder)


def test_an_archive_cannot_write_outside_of_the_folder(shell: Shell) -> None:
    bad = shell.folder / "bad.tar"
    _tar(bad, __outside=b"x")
    assert "is not a whole backup" in shell.refused("restore", "bad.tar", "--data", "data")
    _link(bad)
    assert "is not a whole backup" in shell.refused("restore", "bad.tar", "--data", "data")
    _tar(bad, **{"letters/1": b"x"})
    assert shell.refused("restore", "bad.tar", "--data", "data") == "bad.tar holds no backup."
    assert {path.name for path in shell.folder.iterdir()} == {"bad.tar"}
