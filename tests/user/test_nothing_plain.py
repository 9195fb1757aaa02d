"""No personal datum stands in the open: recognisable values go in through every row that takes one, and then
no file of the node, no backup and no line of its log holds them. Neither do its databases as they are before
they are encrypted, for what names a person is sealed under a key of that person besides.

What stands in the clear before encryption, and so on the disk of a PostgreSQL server or of a folder from
before: positions, names of devices and of places, notices of alerts. `tests/journeys/test_at_rest.py` looks
for those in the files themselves; `docs/privacy.md` has the whole list.
"""

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.at_rest import decrypted, encryption, mail_folder, pages
from tests.gateway.client import Caller, Node, until
from tests.suite.patience import PATIENCE_S, STARTS_S
from tests.user.people import Person, letter, secret_in

from entrepot.cli.running import operator_token
from entrepot.core.ids import new_id
from entrepot.settings import Settings

MARK = f"kanarie{new_id()[-10:]}"


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
        until((data / "node.json").exists, within_s=STARTS_S)
        url = json.loads((data / "node.json").read_bytes())["url"]
        until(lambda: b"Ctrl-C" in log.read_bytes())
        yield Node(url, Settings(data=data))
    finally:
        process.terminate()
        process.wait(STARTS_S)


def found_in(content: bytes) -> list[bytes]:
    """The mark, however its letters are written."""
    return re.findall(rb"(?i)" + MARK.encode(), content)


def kept(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file as it lies there, and databases once more as they are before they are encrypted."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
    yield from pages(folder)


async def operator(node: Node) -> Caller:
    token = await operator_token(node.settings, scope="*", organisation="operators", seconds=60)
    return node.stranger(token)


async def live(node: Node) -> list[str]:
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
    assert [each.status for each in steps] == [200, 200, 201, 201, 204, 202, 403, 400, 405]
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    reset = secret_in(await letter(node, ada.email, subject="Choose a new password"))
    change = {"password": ada.password, "new_password": f"another {ada.password}"}
    assert ada.me.post("/api/users/me/password", change).status == 204
    async with asyncio.timeout(PATIENCE_S):
        while (export := ada.me.get("/api/users/me/export").json())["state"] != "ready":
            await asyncio.sleep(0.05)
    assert MARK in export["held"]["user"]["profile"]["email"]
    secrets = (secret, reset, ada.tokens["refresh_token"], ada.tokens["access_token"])
    return [*secrets, *tracked(node, ada), *called(ada), *screened(await operator(node), ada)]


def tracked(node: Node, ada: Person) -> Iterator[str]:
    """Names of devices and where they are stand in the open, as docs/privacy.md says; what opens them does
    not.
    """
    van = ada.me.post("/api/devices", {"name": "Van"}).json()
    yield van["password"]
    yield ada.me.post(f"/api/devices/{van['id']}/payload-key").json()["key"]
    basic = base64.b64encode(f"{van['username']}:{van['password']}".encode()).decode()
    place = {"lat": 52.1, "lon": 5.1}
    sent = {"_type": "location", "tst": int(time.time()), **place}
    nobody = node.stranger()
    assert nobody.post("/owntracks", sent, headers={"Authorization": f"Basic {basic}"}).status == 200
    for token, status in ((van["password"], 200), (MARK, 401)):
        asked = {"id": van["username"], "token": token, "timestamp": int(time.time()) + 60, **place}
        assert nobody.get(f"/osmand?{urlencode(asked)}").status == status
    until = datetime.now(UTC) + timedelta(days=1)
    share = ada.me.post("/api/shares", {"devices": [van["id"]], "expires_at": until.isoformat()}).json()
    assert nobody.get(f"/api/shares/{share['token']}").status == 200
    yield share["token"]


def called(ada: Person) -> Iterator[str]:
    """An address that says who is called, or that opens by being known; it is tried, and answers nothing."""
    asked = {"url": f"https://{MARK}.invalid/{MARK}", "kinds": ["*"]}
    made = ada.me.post("/api/webhooks", asked).json()
    yield made["secret"]
    assert ada.me.post(f"/api/webhooks/{made['webhook']['id']}/test").status == 202


def screened(operator: Caller, ada: Person) -> Iterator[str]:
    """Against one who is listed, which is public, and by somebody who is not."""
    listed = "id,kind,name,aliases,birth_dates,countries,programme\n1,person,Ivan Petrovsky,,1961,RU,X\n"
    to_import = {"list": "example", "format": "csv", "text": listed}
    assert operator.post("/api/parties/import", to_import).status == 200
    asked = {"name": "Ivan Petrovsky", "reference": MARK, "watch": True}
    found = ada.me.post("/api/screenings", asked).json()
    assert ada.me.post("/api/screenings", {"name": f"{MARK} Ivanov", "watch": True}).status == 201
    decided = {"list": "example", "entry": "1", "verdict": "false_positive", "reason": f"{MARK} knows him"}
    assert ada.me.post(f"/api/screenings/{found['id']}/decisions", decided).status == 200
    yield from ()


async def test_no_personal_datum_and_no_secret_stands_in_the_open(
    node: Node, data: Path, log: Path, tmp_path: Path
) -> None:
    secrets = await live(node)
    await asyncio.sleep(1.5)  # until the journal is written
    archive = data / "backup.tar"
    archive.write_bytes((await operator(node)).get("/api/backup").body)
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    copies = [(each, decrypted(each, encryption(data))) for each in (tmp_path / "databases").glob("*.db")]
    assert "user.db" in {path.name for path, _ in copies}
    for path, content in (*kept(data), *copies, (log, log.read_bytes())):
        assert not found_in(content), path
        assert not [secret for secret in secrets if secret.encode() in content], path


async def test_the_search_would_find_it(data: Path) -> None:
    """The letters do hold the address, and the search finds it there once they are opened."""
    assert any(path.suffix == ".sealed" for path, _ in kept(data))
    assert any(found_in(each.mail.to.encode()) for each in mail_folder(data).stored())
    assert sum(path.suffix == ".sqlite" for path, _ in kept(data)) > 10
