"""A command that takes a backup: its exit status is the word that counts."""

import os
from pathlib import Path

import pytest

from entrepot.core.errors import Unavailable
from entrepot.infra.backups.command import hand_over

CONTENT = os.urandom(3_000_000)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "archive").write_bytes(CONTENT)
    return tmp_path / "archive"


async def test_a_command_gets_the_archive_and_its_name(archive: Path, tmp_path: Path) -> None:
    await hand_over(f"cat > {tmp_path}/$BACKUP_NAME", archive, name="monday.tar")
    assert (tmp_path / "monday.tar").read_bytes() == CONTENT


async def test_a_command_that_fails_is_told_with_its_complaint(archive: Path) -> None:
    with pytest.raises(Unavailable, match="status 3: no such bucket"):
        await hand_over("cat > /dev/null; echo no such bucket >&2; exit 3", archive, name="x")
    with pytest.raises(Unavailable, match="status 127"):
        await hand_over("/nowhere/at-all", archive, name="x")


async def test_a_command_that_takes_a_part_has_failed_whatever_it_says(archive: Path) -> None:
    with pytest.raises(Unavailable, match="before it had all"):
        await hand_over("head -c 100 > /dev/null", archive, name="x")


async def test_a_command_learns_no_secret_of_ours(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_MASTER_KEY", "hush")
    await hand_over(f"cat > /dev/null; env > {tmp_path}/env", archive, name="x")
    assert "hush" not in (tmp_path / "env").read_text()


async def test_a_command_may_leave_something_running(archive: Path) -> None:
    await hand_over("cat > /dev/null; sleep 30 &", archive, name="x")
