"""Two deployments on one NATS never meet, and nobody opens the databases of another."""

import shutil
from pathlib import Path

import msgspec
import pytest
from tests.context_database import new_database
from tests.journeys.command import Node, Refused, Shell, until

from entrepot.infra.bus.server import NatsAddress
from entrepot.infra.keys.local import LocalKeys


def _nats_of(node: Node) -> str:
    """The address of its NATS server, for another node."""
    address = msgspec.json.decode((node.folder / "nats" / "nats.json").read_bytes(), type=NatsAddress)
    return f"nats://{address.token}@127.0.0.1:{address.port}"


def _others(node: Node) -> float:
    with node.open("GET", "/metrics") as answer:
        lines = [line for line in answer.read().decode().splitlines() if "other_processes{" in line]
    assert lines
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_two_deployments_on_one_nats_never_hear_or_answer_each_other(shell: Shell, tmp_path: Path) -> None:
    with shell.up("--only", "user") as ours:
        their_shell = Shell(tmp_path, ENTREPOT_NATS=_nats_of(ours))
        with their_shell.up(data="theirs") as theirs:
            theirs.new_key()
            until(lambda: theirs.served("POST /api/keys") == 1)
            ours.new_key()
            with pytest.raises(Refused, match="503"):  # they serve the monitor, but not to us
                ours.served("POST /api/keys")
            assert (_others(ours), _others(theirs)) == (0, 0)
            with shell.start("serve", "monitor", "--data", "data", ready="Ctrl-C stops it."):
                until(lambda: _others(ours) == 1)
                until(lambda: ours.served("POST /api/keys") == 1)
            assert _others(theirs) == 0
            assert theirs.served("POST /api/keys") == 1


def test_copied_folder_is_refused_beside_its_original_and_goes_alone(shell: Shell, tmp_path: Path) -> None:
    with shell.up() as node:
        node.new_key("kept")
        assert node.interrupt() == 0
    shutil.copytree(node.folder, tmp_path / "copy")
    with shell.up() as original:
        beside = Shell(tmp_path, ENTREPOT_NATS=_nats_of(original))
        said = beside.refused("up", "--port", "0", "--data", "copy")
        assert "is at work in this deployment, on the same NATS" in said
        original.new_key()
        until(lambda: original.served("POST /api/keys") == 2)
    with shell.up(data="copy") as copy:
        assert [key["name"] for key in copy.all_keys()] == ["kept"]


def test_other_keys_do_not_open_a_deployments_databases(tmp_path: Path, postgres_dsn: str) -> None:
    """On PostgreSQL: without its keys an encrypted folder opens for nobody, whatever they say."""
    shell = Shell(tmp_path, ENTREPOT_DATABASE=new_database(postgres_dsn))
    with shell.up() as node:
        node.new_key("kept")
        assert node.interrupt() == 0
    keys = shell.folder / "data" / "keys"
    mine = LocalKeys.open(keys).deployment
    [sealed_under] = LocalKeys.open(keys).master_ids
    keys.rename(shell.folder / "safe")
    up = ("up", "--port", "0", "--data", "data")
    assert f"There are data of deployment {mine}, and no keys that open them" in shell.refused(*up)
    others = LocalKeys.open(keys).deployment
    shell.env["ENTREPOT_LOST_MASTER_KEYS"] = sealed_under  # gone for good: what they sealed stays closed
    assert f"belongs to deployment {mine}, and the keys here to {others}." in shell.refused(*up)
    shell.env["ENTREPOT_DEPLOYMENT"] = mine
    with shell.up() as node:
        assert node.ask("GET", "/api/readers/user")["items"]
        assert node.interrupt() == 0
    del shell.env["ENTREPOT_DEPLOYMENT"], shell.env["ENTREPOT_LOST_MASTER_KEYS"]
    shutil.rmtree(keys)
    (shell.folder / "safe").rename(keys)
    with shell.up() as node:
        assert [key["name"] for key in node.all_keys()] == ["kept"]


def test_a_process_elsewhere_with_a_copy_of_the_keys_belongs_to_the_deployment(
    tmp_path: Path, postgres_dsn: str
) -> None:
    dsn = new_database(postgres_dsn)
    shell = Shell(tmp_path, ENTREPOT_DATABASE=dsn)
    with shell.up("--only", "user") as node:
        elsewhere = Shell(tmp_path, ENTREPOT_DATABASE=dsn, ENTREPOT_NATS=_nats_of(node))
        serve = ("serve", "monitor", "--data", "elsewhere")
        assert "There are data of deployment" in elsewhere.refused(*serve)
        (tmp_path / "elsewhere" / "keys").mkdir(mode=0o700)
        shutil.copy(node.folder / "keys" / "keys.json", tmp_path / "elsewhere" / "keys" / "keys.json")
        with elsewhere.start(*serve, ready="Ctrl-C stops it."):
            node.new_key()
            until(lambda: _others(node) == 1)
            until(lambda: node.served("POST /api/keys") == 1)


def test_readers_are_listed_removed_and_added_again(shell: Shell) -> None:
    with shell.up() as node:
        node.new_key()
        until(lambda: node.served("POST /api/keys") == 1)
        listed = until(lambda: _line(shell, "gateway monitor@hub", "heard 2"))
        assert "events behind" in listed
        assert shell.ok("readers", "remove", "gateway", "monitor@hub", "--data", "data") == (
            "monitor@hub reads the log of gateway no more.\n"
        )
        assert _line(shell, "gateway monitor@hub", "removed 2")
        assert "does not read this log" in shell.refused(
            "readers", "remove", "gateway", "monitor@hub", "--data", "data"
        )
        shell.ok("readers", "add", "gateway", "monitor@hub", "--from-head", "--data", "data")
        assert _line(shell, "gateway monitor@hub", "never heard") or _line(
            shell, "gateway monitor@hub", "heard 2"
        )
        assert "is no reader" in shell.refused("readers", "add", "gateway", "me", "--data", "data")
        node.new_key()
        until(lambda: node.served("POST /api/keys") >= 2)


def _line(shell: Shell, begins: str, holds: str) -> str:
    lines = shell.ok("readers", "list", "--data", "data").splitlines()
    return next((line for line in lines if line.startswith(begins) and holds in line), "")
