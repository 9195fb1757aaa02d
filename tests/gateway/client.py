"""A small real HTTP client, raw sockets for what no client would send, and a node to talk to."""

import asyncio
import http.client
import itertools
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvloop
from tests.sample.node import CONTEXTS, settings
from tests.suite import covered
from tests.suite.patience import PATIENCE_S, STARTS_S

from entrepot.core import tokens
from entrepot.core.context import Context
from entrepot.core.ids import new_id
from entrepot.core.stopping import Stopping
from entrepot.gateway.session.cookies import SessionCookies
from entrepot.node import run
from entrepot.node.node_keys import open_keys
from entrepot.settings import Settings

ROOT = Path(__file__).parents[2]

# Loopback is a whole /8 on Linux: an address of one's own has a rate limit of its own.
_addresses = (f"127.1.{number // 250}.{number % 250 + 1}" for number in itertools.count())


def fresh_address() -> str:
    return next(_addresses)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The header's only value. A header that came twice is a fault."""
        found = [text for key, text in self.headers if key.lower() == name]
        assert len(found) < 2, f"{name} came {len(found)} times"
        return found[0] if found else None

    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """Somebody at `url`, with a credential and an address or without."""

    def __init__(self, url: str, credential: str | None = None, *, address: str = "127.0.0.1") -> None:
        self.url, self.credential, self.address = url, credential, address
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port

    def ask(
        self,
        method: str,
        target: str,
        json_body: Any = None,
        *,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = PATIENCE_S,
    ) -> Reply:
        sent = dict(headers or {})
        if self.credential is not None:
            sent.setdefault("Authorization", f"Bearer {self.credential}")
        if json_body is not None:
            body = json.dumps(json_body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(
            self._host, self._port, timeout=timeout_s, source_address=(self.address, 0)
        )
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused while it still sends
                connection.request(method, target, body=body, headers=sent)
            answer = connection.getresponse()
            return Reply(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def get(self, target: str, **more: Any) -> Reply:
        return self.ask("GET", target, **more)

    def post(self, target: str, json_body: Any = None, **more: Any) -> Reply:
        return self.ask("POST", target, json_body, **more)

    @contextmanager
    def raw(self, *pieces: bytes, timeout_s: float = PATIENCE_S) -> Iterator[socket.socket]:
        """A socket that has sent `pieces`."""
        with socket.create_connection(
            (self._host, self._port), timeout=timeout_s, source_address=(self.address, 0)
        ) as connection:
            for piece in pieces:
                connection.sendall(piece)
            yield connection

    def raw_replies(self, *pieces: bytes, methods: Iterable[str] = ("GET",)) -> list[Reply]:
        """What comes back on one connection for requests of these methods, sent as `pieces`."""
        with self.raw(*pieces) as connection:
            return [read_reply(connection, method) for method in methods]


def read_reply(connection: socket.socket, method: str = "GET") -> Reply:
    answer = http.client.HTTPResponse(_Unbuffered(connection), method=method)  # type: ignore[arg-type]
    answer.begin()
    return Reply(answer.status, answer.getheaders(), answer.read())


class _Unbuffered:
    """A socket whose file reads no further than asked, so that a second reply stays in place."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, mode: str) -> Any:
        return self._connection.makefile(mode, buffering=0)


class Node:
    """A node at `url` whose keys are ours."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.url, self.settings = url, settings

    @property
    def cookies(self) -> SessionCookies:
        """How the node names the console's cookies."""
        deployment, url = open_keys(self.settings).deployment, self.settings.public_url
        return SessionCookies(deployment=deployment, secure=url.startswith("https://"))

    def claims(self, scope: str = "sample:read sample:write", **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": "entrepot", "aud": "entrepot", "sub": f"ann-{new_id()}", "org": "acme", "scope": scope,
            "kind": "operator", "jti": new_id(), "iat": now, "exp": now + 600,
        } | changes  # fmt: skip

    def token(self, scope: str = "sample:read sample:write", **changes: Any) -> str:
        claims = tokens.Claims(**self.claims(scope, **changes))
        return asyncio.run(tokens.issue(open_keys(self.settings), claims))

    def caller(self, scope: str = "sample:read sample:write", **changes: Any) -> Caller:
        """Somebody with a token of their own."""
        return Caller(self.url, self.token(scope, **changes), address=fresh_address())

    def stranger(self, credential: str | None = None) -> Caller:
        """Somebody without a token, or with this one, at an address of their own."""
        return Caller(self.url, credential, address=fresh_address())


@contextmanager
def _log_as_before() -> Iterator[None]:
    """A node sets up the log of its process, which here is that of all other tests too."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@contextmanager
def running_node(
    data: Path, *, hosts: tuple[str, ...] = (), dsn: str = "",
    contexts: Sequence[Context] = CONTEXTS, **changes: Any,
) -> Iterator[Node]:  # fmt: skip
    """A whole node on a loop of its own, in a thread of this process; on PostgreSQL at `dsn`, or SQLite,
    with `changes` to its settings.
    """
    letters = {"smtp": (data / "mail").resolve().as_uri()} if dsn else {}
    chosen = replace(settings(data, hosts=hosts), database=dsn, **{**letters, **changes})
    ready, url, broke = threading.Event(), [""], list[BaseException]()
    stop: list[tuple[asyncio.AbstractEventLoop, Stopping]] = []

    def is_ready(at: str) -> None:
        url[0] = at
        ready.set()

    async def live() -> None:
        stop.append((asyncio.get_running_loop(), Stopping()))
        await run.up(chosen, ready=is_ready, contexts=contexts, stop=stop[0][1])

    def whole_life() -> None:
        try:
            uvloop.run(live())
        except BaseException as error:
            broke.append(error)
            ready.set()

    thread = threading.Thread(target=whole_life, name="node")
    with _log_as_before():
        thread.start()
        assert ready.wait(STARTS_S) and not broke, broke
        covered.node_started()
    try:
        yield Node(url[0], chosen)
    finally:
        stop[0][0].call_soon_threadsafe(stop[0][1].ask)
        thread.join(STARTS_S)
        assert not thread.is_alive() and not broke, broke


@contextmanager
def node_process(command: str, data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`tests.sample.node` in a process of its own, and what it said when it was ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sample.node", command, str(data), *options],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        # How a process ends well is proved elsewhere; `up` has a NATS child to take along.
        process.terminate() if command == "up" else process.kill()
        process.wait(STARTS_S)
        process.stdout.close()


def until(claim: Any, *, within_s: float = PATIENCE_S, each_s: float = 0.005) -> float:
    """Seconds until `claim()` holds; it is asked again after `each_s`."""
    started = time.monotonic()
    while not claim():
        assert time.monotonic() - started < within_s, "it did not come true"
        time.sleep(each_s)
    return time.monotonic() - started
