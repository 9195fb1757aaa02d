"""Backups by the calendar, from a node at work to an empty folder."""

import shutil
import tarfile
from pathlib import Path

import pytest
from tests.context_database import new_database
from tests.journeys.command import Node, Shell, until
from tests.suite.patience import STARTS_S

from entrepot.infra.keys.local import LocalKeys

NAME = "entrepot-*.tar*"


@pytest.fixture(params=["sqlite", "postgres"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    """A node that makes an encrypted backup every second."""
    on_postgres = request.param == "postgres"
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if on_postgres else ""
    found = Shell(tmp_path, ENTREPOT_DATABASE=dsn) if on_postgres else Shell(tmp_path)
    recipient = found.ok("backup", "identity", "identity").strip()
    assert (tmp_path / "identity").stat().st_mode & 0o777 == 0o600
    found.env |= {
        "ENTREPOT_BACKUP_EVERY": "1s",
        "ENTREPOT_BACKUP_TO": str(tmp_path / "backups"),
        "ENTREPOT_BACKUP_KEEP": "last=2",
        "ENTREPOT_BACKUP_RECIPIENT": recipient,
    }
    return found


def made(node: Node) -> list[str]:
    items = node.ask("GET", "/api/backups")["items"]
    assert not (errors := [each["error"] for each in items if each["error"]]), errors
    return [each["name"] for each in items]


def newest(shell: Shell) -> str:
    return str(sorted((shell.folder / "backups").glob(NAME))[-1])


def test_a_scheduled_encrypted_backup_restores_into_an_empty_folder(shell: Shell, postgres_dsn: str) -> None:
    with shell.up() as node:
        node.new_key("kept")
        before = len(made(node))
        until(lambda: len(made(node)) >= before + 3, within_s=STARTS_S)
        assert len(list((shell.folder / "backups").glob(NAME))) <= 3, (
            "two are kept, and one may just have come"
        )
        with node.open("GET", "/metrics") as answer:
            assert b"entrepot_backup_last_success_timestamp_seconds" in answer.read()
        assert "good" in shell.ok("backup", "list", "--data", "data")
        assert node.interrupt() == 0
    last = newest(shell)
    assert last.endswith(".age")
    assert "--identity" in shell.refused("backup", "verify", last)
    assert "The keys are in it." in shell.ok("backup", "verify", last, "--identity", "identity")
    again = _elsewhere(shell, postgres_dsn)
    shell.ok(*again, last, "--identity", "identity", "--data", "other")
    with shell.up(data="other") as node:
        assert [key["name"] for key in node.all_keys()] == ["kept"]
        node.new_key("new")
        until(lambda: node.served("POST /api/keys") >= 1)


def _elsewhere(shell: Shell, dsn: str) -> tuple[str, ...]:
    """How to restore, into an empty database where there is one."""
    if "ENTREPOT_DATABASE" not in shell.env:
        return ("restore",)
    shell.env["ENTREPOT_DATABASE"] = new_database(dsn)
    return ("restore", "--replace")


def test_scheduled_backup_without_a_recipient_opens_with_the_keys_of_the_node_only(tmp_path: Path) -> None:
    shell = Shell(
        tmp_path, ENTREPOT_BACKUP_EVERY="1s", ENTREPOT_BACKUP_TO=str(tmp_path / "backups"),
        ENTREPOT_BACKUP_KEEP="last=2",
    )  # fmt: skip
    with shell.up() as node:
        node.new_key("kept")
        before = len(made(node))
        until(lambda: len(made(node)) >= before + 2, within_s=STARTS_S)
        assert node.interrupt() == 0
    last = newest(shell)
    with tarfile.open(last) as tar:
        assert "databases/encryption.json" in tar.getnames() and "keys" not in tar.getnames()
    assert b"SQLite format 3" not in Path(last).read_bytes()
    assert "databases with" in (looked := shell.ok("backup", "verify", last, "--data", "data"))
    assert "checksums only" not in looked
    assert "checksums only: to look into them" in shell.ok("backup", "verify", last, "--data", "none")
    keys = shell.folder / "other" / "keys"
    LocalKeys.open(keys)
    said = shell.refused("restore", last, "--data", "other")
    assert said.startswith("This backup is encrypted under master key ") and "folder of its own" in said
    assert shell.refused("backup", "verify", last, "--data", "other") == said
    shutil.copy(shell.folder / "data" / "keys" / "keys.json", keys / "keys.json")
    shell.ok("restore", last, "--data", "other")
    del shell.env["ENTREPOT_BACKUP_EVERY"]
    with shell.up(data="other") as node:
        assert [key["name"] for key in node.all_keys()] == ["kept"]


def test_kill_9_while_a_backup_runs_leaves_the_last_good_one(shell: Shell, postgres_dsn: str) -> None:
    with shell.up() as node:
        node.new_key("kept")
        before = len(made(node))
        until(lambda: len(made(node)) >= before + 2, within_s=STARTS_S)
        until(lambda: any((shell.folder / "data").glob("backup-*")))
        node.kill()
    shell.ok("backup", "verify", newest(shell), "--identity", "identity")
    with shell.up() as node:
        until(lambda: len(made(node)) >= 3, within_s=STARTS_S)
        assert node.interrupt() == 0
    assert not list((shell.folder / "data").glob("backup-*"))
    assert not list((shell.folder / "backups").glob(".*"))
    shell.ok(*_elsewhere(shell, postgres_dsn), newest(shell), "--identity", "identity", "--data", "other")
    with shell.up(data="other") as node:
        assert [key["name"] for key in node.all_keys()] == ["kept"]


def test_a_backup_that_cannot_be_made_is_told_and_takes_no_good_one_away(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    shell = Shell(tmp_path, ENTREPOT_BACKUP_TO=str(backups), ENTREPOT_BACKUP_KEEP="last=1",
                  ENTREPOT_BACKUP_COMMAND=f"cat >/dev/null; test ! -e {tmp_path}/away || exit 7")  # fmt: skip
    with shell.up():
        assert "read back" in shell.ok("backup", "now", "--data", "data")
        [good] = backups.glob(NAME)
        (tmp_path / "away").touch()
        assert "status 7" in shell.refused("backup", "now", "--data", "data")
        good = sorted(backups.glob(NAME))[-1]
        backups.rename(tmp_path / "aside")
        backups.write_text("no folder")
        assert "cannot be written" in shell.refused("backup", "now", "--data", "data")
        assert "failed" in shell.ok("backup", "list", "--data", "data")
    assert "whole" in shell.ok("backup", "verify", str(tmp_path / "aside" / good.name))
    assert "The keys are not in it." in shell.ok("backup", "verify", str(tmp_path / "aside" / good.name))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"EVERY": "6h"}, "backup_to or backup_command"),
        ({"EVERY": "often", "TO": "b"}, "backup_every cannot be 'often'"),
        ({"EVERY": "0 3 * * * Nowhere/Town", "TO": "b"}, "backup_every cannot be"),
        ({"EVERY": "6h", "TO": "b", "KEEP": "daily"}, "backup_keep"),
        ({"EVERY": "6h", "TO": "b", "RECIPIENT": "age1nobody"}, "backup_recipient"),
    ],
)
def test_settings_that_could_make_no_backup_are_refused_at_the_start(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    shell = Shell(tmp_path, **{f"ENTREPOT_BACKUP_{name}": value for name, value in settings.items()})
    assert said in shell.refused("up", "--port", "0", "--data", "data")
