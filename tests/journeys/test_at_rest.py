"""Nothing that a node was told stands in the clear in any file of its folder or of a backup, whatever became
of its process; and a folder from before is encrypted when its operator says so.
"""

import asyncio
import base64
import http.client
import json
import os
import signal
import sqlite3
import struct
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.at_rest import mail_folder
from tests.journeys.command import Node, Shell, until
from tests.journeys.test_position import positions
from tests.old_folder.folder import put

from entrepot.infra.database.encrypted_folder import encryption_of
from entrepot.infra.keys.local import LocalKeys

NAME, PLATE, EMAIL = "Kanarienvogel", "ZZ-CANARY-77", "kanarie.vogel@example.org"
LATITUDE, LONGITUDE = 52.0907374, 5.1214201
CHILDREN = {"keys", "nats"}  # the keys themselves, and the token of the child's loopback port


def planted(node: Node) -> list[bytes]:
    """What was told, in every form in which it could be written down."""
    made = node.ask("POST", "/api/devices", {"name": NAME, "kind": "vehicle"})
    for number in range(30):
        message = {
            "_type": "location", "lat": LATITUDE, "lon": LONGITUDE + number / 10_000, "acc": 5,
            "tst": int(time.time()) - 600 + number, "vel": 30,
        }  # fmt: skip
        report(node, made, message)
    until(lambda: len(positions(node, made["id"])) == 30)
    node.ask(
        "POST",
        "/api/geofences",
        {"name": PLATE, "geometry": {"type": "Point", "coordinates": [LONGITUDE, LATITUDE]}, "radius_m": 500},
    )
    _letter(node)
    texts = [NAME, PLATE, EMAIL, made["id"], made["username"], made["password"]]
    return [*forms(texts), *numbers(LATITUDE), *numbers(LONGITUDE)]


def _letter(node: Node) -> None:
    said = {"email": EMAIL, "password": "seven quiet barges, Rotterdam", "name": NAME}
    node.ask("POST", "/api/users", said)
    until(lambda: [each for each in mail_folder(node.folder).stored() if each.mail.to == EMAIL])


def report(node: Node, device: dict[str, Any], message: dict[str, Any]) -> None:
    """As a phone does over HTTP."""
    basic = base64.b64encode(f"{device['username']}:{device['password']}".encode()).decode()
    connection = http.client.HTTPConnection(urlsplit(node.url).netloc, timeout=30)
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    connection.request("POST", "/owntracks", json.dumps(message), headers)
    assert connection.getresponse().status == 200
    connection.close()


def forms(texts: list[str]) -> list[bytes]:
    found = []
    for text in texts:
        raw = text.encode()
        found += [raw, raw.lower(), raw.upper(), text.encode("utf-16-le"), text.encode("utf-16-be")]
        found += [raw.hex().encode(), *(base64.b64encode(b"\0" * pad + raw)[4:-4] for pad in range(3))]
    return [each for each in found if len(each) >= 8]


def numbers(value: float) -> list[bytes]:
    """As text, as a float, and as whole 10⁻⁷ degrees, which is how a position is stored."""
    whole = round(value * 1e7)
    return [
        str(value).encode(), str(whole).encode(), struct.pack(">d", value), struct.pack("<d", value),
        struct.pack(">i", whole), struct.pack("<i", whole),
    ]  # fmt: skip


def in_the_clear(folder: Path, canaries: list[bytes], *, but: set[str] = CHILDREN) -> dict[str, list[bytes]]:
    files = [
        each for each in folder.rglob("*") if each.is_file() and each.relative_to(folder).parts[0] not in but
    ]
    assert files
    contents = {str(each.relative_to(folder)): each.read_bytes() for each in files}
    found = {name: [one for one in canaries if one in content] for name, content in contents.items()}
    return {name: ones for name, ones in found.items() if ones}


def older(shell: Shell) -> Path:
    """A folder that an older version began, in the clear; its own keys come with the next start."""
    folder = shell.folder / "data"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "user.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    return folder


def test_no_byte_of_the_folder_or_of_a_backup_tells_what_a_node_was_told(shell: Shell) -> None:
    with shell.up() as node:
        canaries = planted(node)
        assert in_the_clear(node.folder, canaries) == {}, "while it runs"
        shell.ok("backup", "b.tar", "--data", "data")
        assert in_the_clear(shell.folder, canaries, but={"data"}) == {}, "nor in the backup, nor in the log"
        os.kill(node.process.pid, signal.SIGKILL)
        node.process.wait()
        assert in_the_clear(node.folder, canaries) == {}, "killed"
    with shell.up() as node:
        assert node.interrupt() == 0
    assert in_the_clear(shell.folder / "data", canaries) == {}, "stopped"


def test_the_search_would_find_it_in_a_folder_from_before(shell: Shell) -> None:
    folder = older(shell)
    with shell.up() as node:
        assert "entrepot encrypt --data data" in node.said(), "it says so at its start"
        canaries = planted(node)
        assert node.interrupt() == 0
    found = in_the_clear(folder, canaries)
    assert {"device.sqlite", "tracking.sqlite"} <= set(found)
    assert any(name.startswith("mail/") for name in found)
    assert struct.pack(">i", round(LATITUDE * 1e7)) in found["tracking.sqlite"]


def test_a_folder_from_before_is_encrypted_with_everything_in_it(shell: Shell) -> None:
    folder = older(shell)
    with shell.up() as node:
        canaries = planted(node)
        assert node.interrupt() == 0
    done = shell.run("encrypt", "--data", "data")
    assert done.code == 0, done.err
    assert "data is encrypted: " in done.out and "keep a copy of it elsewhere" in done.out
    assert "Encrypting tracking" in done.err
    assert in_the_clear(folder, canaries) == {}
    assert shell.refused("encrypt", "--data", "data") == "data is encrypted already."
    with shell.up() as node:
        assert "entrepot encrypt" not in node.said()
        [device] = [each for each in node.ask("GET", "/api/devices")["items"] if each["name"] == NAME]
        assert len(positions(node, device["id"])) == 30
        assert [each.mail.to for each in mail_folder(node.folder).stored()] == [EMAIL]


def test_a_backup_from_before_restores_in_the_clear_and_says_so(shell: Shell) -> None:
    older(shell)
    with shell.up() as node:
        node.new_key("kept")
        shell.ok("backup", "before.tar", "--with-keys", "--data", "data")
        assert node.interrupt() == 0
    with shell.up(data="new") as node:
        _letter(node)
        assert node.interrupt() == 0
    told = shell.ok("restore", "before.tar", "--replace", "--data", "new")
    assert "It was made in the clear, and so is the folder now." in told
    aside = next((shell.folder / "new").glob("replaced-*"))
    assert {"encryption.json", "mail", "keys", "user.sqlite"} <= {each.name for each in aside.iterdir()}
    shell.ok("encrypt", "--data", "new")
    with shell.up(data="new") as node:
        assert "kept" in [key["name"] for key in node.all_keys()]


def test_a_running_node_is_not_encrypted(shell: Shell) -> None:
    older(shell)
    with shell.up():
        assert "already runs on data" in shell.refused("encrypt", "--data", "data")


def test_keys_that_are_gone_or_others_are_refused_before_new_ones_are_made(shell: Shell) -> None:
    with shell.up() as node:
        assert node.interrupt() == 0
    keys = shell.folder / "data" / "keys" / "keys.json"
    kept = keys.read_bytes()
    keys.unlink()
    for command in (("up", "--port", "0"), ("migrate",)):
        assert "their keys are gone: put your copy of keys.json" in shell.refused(*command, "--data", "data")
    assert not keys.exists()
    with shell.up(data="other") as node:
        assert node.interrupt() == 0
    keys.write_bytes((shell.folder / "other" / "keys" / "keys.json").read_bytes())
    keys.chmod(0o600)
    before = {each.name: each.read_bytes() for each in (shell.folder / "data").glob("*.sqlite*")}
    assert "which is not among the keys here" in shell.refused("up", "--port", "0", "--data", "data")
    assert {each.name: each.read_bytes() for each in (shell.folder / "data").glob("*.sqlite*")} == before
    keys.write_bytes(kept)
    with shell.up() as node:
        assert node.interrupt() == 0


def test_a_rotation_and_another_master_key_open_what_was_there(shell: Shell) -> None:
    with shell.up() as node:
        node.new_key("kept")
        record = (node.folder / "encryption.json").read_bytes()
        done = shell.run("keys", "rotate", "--data", "data")
        assert done.code == 0 and "The key of the data folder is wrapped" in done.err
        assert (node.folder / "encryption.json").read_bytes() != record
        assert node.interrupt() == 0
    master = os.urandom(32)
    shell.env["ENTREPOT_MASTER_KEY"] = base64.b64encode(master).decode()
    with shell.up() as node:
        shell.ok("keys", "rotate", "--only-rewrap", "--data", "data")
        assert node.interrupt() == 0
    alone = LocalKeys.open(shell.folder / "nothing", master=master)
    assert asyncio.run(encryption_of(shell.folder / "data", lambda: alone)).on, "the new one opens it alone"


def test_a_mixture_is_refused(shell: Shell) -> None:
    with shell.up() as node:
        assert node.interrupt() == 0
    put(shell.folder / "older")
    (shell.folder / "older" / "rule.sqlite").replace(shell.folder / "data" / "rule.sqlite")
    said = shell.refused("up", "--port", "0", "--data", "data")
    assert said.startswith("rule.sqlite stands in the clear, but data is encrypted.")


@pytest.mark.parametrize("stage", ["begun", "monitor is copied", "tracking is compared", "user is encrypted"])
def test_an_encryption_that_was_killed_is_finished_by_calling_it_again(shell: Shell, stage: str) -> None:
    older(shell)
    with shell.up() as node:
        node.new_key("kept")
        assert node.interrupt() == 0
    killed = Shell(shell.folder, module="tests.journeys.killed_encryption", ENTREPOT_DATA="data", STAGE=stage)
    assert killed.run().code == -signal.SIGKILL
    with shell.up() as node:
        assert "run: entrepot encrypt --data data" in node.said()
        node.new_key("since")
        shell.ok("backup", "half.tar", "--data", "data")
        assert node.interrupt() == 0
    shell.ok("encrypt", "--data", "data")
    with shell.up() as node:
        assert {"kept", "since"} <= {key["name"] for key in node.all_keys()}
