"""A real node with its console, in a process of its own, and what somebody beside it can see: its letters."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from tests.at_rest import mail_folder, opened
from tests.suite import covered
from tests.suite.patience import PATIENCE_S, STARTS_S
from tests.suite.ports import free_port

from entrepot.core.events import envelop
from entrepot.monitor.events import RequestsServed

PASSWORD = "seven quiet barges, Rotterdam"


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Station:
    """The node at `url` that keeps everything in `data`; `name` is what a browser calls this machine."""

    port: int
    data: Path
    name: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.name}:{self.port}"

    def ask(
        self, method: str, path: str, body: Any = None, *, credential: str = "", headers: Any = None
    ) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body)."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if credential:
            sent["Authorization"] = f"Bearer {credential}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, body=content, headers=sent)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def link(self, subject: str, *, to: str, within_s: float = PATIENCE_S) -> str:
        """The link in the newest letter to somebody, which may still be on its way."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for letter in reversed(mail_folder(self.data).stored()):
                if letter.mail.to == to and letter.mail.subject == subject:
                    found = re.search(r"https?://\S+", letter.mail.text)
                    assert found is not None
                    return found[0]
            time.sleep(0.05)
        raise AssertionError(f"no letter {subject!r} came for {to}")

    def operator_token(self) -> str:
        command = (sys.executable, "-m", "entrepot", "token", "--data", str(self.data))
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def make_operator(self, person: Person) -> None:
        body = {"name": person.name, "email": person.email, "password": person.password}
        status, _, said = self.ask("POST", "/api/operators", body, credential=self.operator_token())
        assert status in (200, 201, 204), said

    def make_person(self, person: Person) -> None:
        """Signed up and confirmed, as the console does it."""
        body = {"name": person.name, "email": person.email, "password": person.password}
        assert self.ask("POST", "/api/users", body)[0] == 202
        token = self.link("Confirm your address", to=person.email).partition("#token=")[2]
        assert self.ask("POST", "/api/users/confirm", {"token": token})[0] == 204


def bury_an_event(data: Path) -> None:
    """Before the first start: an event that the monitor gave up, as its mailbox would have written it."""
    subprocess.run((sys.executable, "-m", "entrepot", "migrate", "--data", str(data)), check=True)
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    event = envelop(
        RequestsServed(
            row="GET /api/keys", status=200, principal="till-4", organisation="harbour", count=3,
            total_us=900, longest_us=400, bytes_out=2048, until=moment,
        ),
        source="gateway",
    )  # fmt: skip
    row = (
        event.id, "failed", "gateway", 0, 7, event.subject, event.type, msgspec.json.encode(event),
        "Unavailable: the disk was full", 12, int(moment.timestamp() * 1e6),
    )  # fmt: skip
    with closing(opened(data, "monitor")) as database:
        database.execute(f"INSERT INTO dead_letter VALUES ({', '.join('?' * len(row))})", row)


@contextmanager
def running(data: Path, *, port: int = 0, **settings: str) -> Iterator[Station]:
    port = port or free_port()
    told = {"access_log": "false", "log_level": "warning", **settings}
    environment = {**os.environ, **{f"ENTREPOT_{name.upper()}": each for name, each in told.items()}}
    process = subprocess.Popen(
        (
            sys.executable, "-m", "entrepot", "up", "--data", str(data), "--port", str(port),
            "--osmand-port", "0", "--mqtt-port", "0",
        ),
        env=environment,
    )  # fmt: skip
    try:
        _wait_until_ready(port, process)
        covered.node_started()
        yield Station(port, data)
    finally:
        process.terminate()
        process.wait(STARTS_S)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the node did not start")
