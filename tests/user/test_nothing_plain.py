"""No personal datum stands in the open: recognisable values go in through every row that takes one, and
then nothing that the node keeps or says holds them, but the mail folder of this development node.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.client import Node, until
from tests.user.people import Person, letter, secret_in

from entrepot.core.ids import new_id
from entrepot.operator import operator_token
from entrepot.settings import Settings

MARK = f"kanarie{new_id()[-10:]}"
HOUSEHOLD = ("mail",)  # letters as they were sent


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "node.log"


@pytest.fixture(scope="module")
def node(data: Path, log: Path) -> Iterator[Node]:
    """A node as operators start it, which logs everything that it can."""
    told = {
        "ENTREPOT_LOG_LEVEL": "debug", "ENTREPOT_PORT": "0", "ENTREPOT_DATA": str(data),
        "ENTREPOT_OSMAND_PORT": "0", "ENTREPOT_MQTT_PORT": "0",
    }  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "entrepot", "up"], env={**os.environ, **told}, stdout=out, stderr=out
        )
    try:
        until((data / "node.json").exists, within_s=20)
        url = json.loads((data / "node.json").read_bytes())["url"]
        until(lambda: b"Ctrl-C" in log.read_bytes(), within_s=20)
        yield Node(url, Settings(data=data))
    finally:
        process.terminate()
        process.wait(20)


def found_in(content: bytes) -> list[bytes]:
    """The mark, however its letters are written."""
    return re.findall(rb"(?i)" + MARK.encode(), content)


def kept(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).parts[0] not in HOUSEHOLD:
            yield path, path.read_bytes()


async def live(node: Node) -> str:
    """Say something personal through every row that takes it; what was kept secret."""
    ada = Person(node, email=f"{MARK}@example.org", name=f"{MARK.title()} Lovelace")
    (await ada.register()).sign_in()
    assert ada.ask_to_register().status == 202
    ada.ask_in(password=MARK)
    agent = {"User-Agent": f"{MARK}/1.0"}
    told = {"email": ada.email, "password": ada.password}
    ada.tokens = ada.nobody.post("/api/tokens", told, headers=agent).json()
    key = {"Idempotency-Key": new_id()}
    steps = (
        ada.me.ask("PATCH", "/api/users/me", {"name": f"Countess {MARK}"}),
        ada.me.ask("PATCH", "/api/organisation", {"name": f"{MARK} & Daughters"}),
        ada.me.post("/api/keys", {"name": f"{MARK} till", "scopes": ["key:read"]}),
        ada.me.post("/api/invitations", {"email": f"guest.{MARK}@example.org", "roles": ["customer"]}),
        ada.me.post("/api/users/me/consents", {"purpose": "product-news", "given": True}, headers=key),
        ada.nobody.post("/api/passwords/forgot", {"email": ada.email}),
        ada.nobody.post("/api/users/confirm", {"token": MARK}),
        ada.nobody.post("/api/tokens/refresh", {"refresh_token": MARK}),
        ada.me.get(f"/api/users/{MARK}"),
    )
    assert [each.status for each in steps] == [200, 200, 201, 201, 204, 202, 403, 403, 405]
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    reset = secret_in(await letter(node, ada.email, subject="Choose a new password"))
    change = {"password": ada.password, "new_password": f"another {ada.password}"}
    assert ada.me.post("/api/users/me/password", change).status == 204
    for _ in range(100):
        export = ada.me.get("/api/users/me/export").json()
        if export["state"] == "ready":
            break
        await asyncio.sleep(0.05)
    assert MARK in export["held"]["user"]["profile"]["email"]
    return f"{secret} {reset} {ada.tokens['refresh_token']} {ada.tokens['access_token']}"


async def test_no_personal_datum_and_no_secret_stands_in_the_open(node: Node, data: Path, log: Path) -> None:
    secrets = (await live(node)).split()
    await asyncio.sleep(1.5)  # until the journal is written
    archive = data / "backup.tar"
    token = await operator_token(node.settings, scope="*", organisation="operators", seconds=60)
    archive.write_bytes(Person(node, tokens={"access_token": token}).me.get("/api/backup").body)
    with tarfile.open(archive) as tar:
        assert "databases/user.db" in tar.getnames()
    for path, content in (*kept(data), (log, log.read_bytes())):
        assert not found_in(content), path
        assert not [secret for secret in secrets if secret.encode() in content], path


async def test_the_search_would_find_it(data: Path) -> None:
    """The mail folder does hold the letters, and the search finds the address there."""
    letters = [path.read_bytes() for path in (data / "mail").iterdir()]
    assert any(found_in(content) for content in letters)
    assert any(path.suffix == ".sqlite" for path, _ in kept(data))
