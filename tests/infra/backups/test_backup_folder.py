"""The folder of backups: files appear whole, and only our own ever go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from entrepot.core.errors import Conflict, Unavailable
from entrepot.infra.backups.folder import BackupFolder

AT = datetime(2026, 3, 29, 12, tzinfo=UTC)


def make(folder: BackupFolder, at: datetime, *, suffix: str = "") -> Path:
    name = folder.name(at, suffix=suffix)
    part = folder.begin(name)
    part.write_bytes(b"x")
    return folder.finish(part, name)


def test_only_our_own_backups_go(tmp_path: Path) -> None:
    ours, theirs = BackupFolder(tmp_path, "ours"), BackupFolder(tmp_path, "theirs")
    made = [
        make(ours, AT - timedelta(days=number), suffix=".age" if number % 2 else "") for number in range(9)
    ]
    foreign = [make(theirs, AT - timedelta(days=number)) for number in range(9)]
    for name in ("entrepot-ours-20260101T000000Z.tar.bak", "entrepot-ours-99999999T999999Z.tar", "notes"):
        foreign.append(tmp_path / name)
        foreign[-1].write_text("mine")
    (tmp_path / "entrepot-ours-20260102T000000Z.tar").mkdir()
    gone = ours.prune({"last": 3}, zone="UTC")
    assert gone == sorted(path.name for path in made[3:])
    assert [path.exists() for path in made] == [True] * 3 + [False] * 6
    assert all(path.exists() for path in foreign)


def test_what_a_killed_backup_left_goes_when_the_next_begins(tmp_path: Path) -> None:
    ours, theirs = BackupFolder(tmp_path / "new", "ours"), BackupFolder(tmp_path / "new", "theirs")
    left = ours.begin(ours.name(AT, suffix=""))
    left.write_bytes(b"half")
    not_ours = theirs.begin(theirs.name(AT, suffix=""))
    not_ours.write_bytes(b"half of theirs")
    make(ours, AT + timedelta(days=1))
    assert not left.exists()
    assert not_ours.exists()


def test_nothing_is_replaced(tmp_path: Path) -> None:
    ours = BackupFolder(tmp_path, "ours")
    first = make(ours, AT)
    first.write_bytes(b"the first")
    assert make(ours, AT).name > first.name, "a second one of the same second has a name of its own"
    with pytest.raises(Conflict):
        part = ours.begin(first.name)
        part.write_bytes(b"x")
        ours.finish(part, first.name)
    assert first.read_bytes() == b"the first"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        BackupFolder(tmp_path / "file" / "below", "ours").begin("name")
