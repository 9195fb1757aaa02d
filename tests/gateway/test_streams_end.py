"""What lasts ends with the session that opened it: streams of every context, and downloads."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from tests.gateway.client import Caller, Node, until
from tests.house import ASSEMBLY
from tests.sample.context import CONTEXT as SAMPLE

from entrepot.core.routes import Stream

SOON_S = 1.0
_STREAMS = [
    row
    for context in (*(each.context for each in ASSEMBLY), SAMPLE)
    for row in context.routes
    if getattr(row.gives, "__origin__", None) is Stream and not row.public and "{" not in row.path
]
# One that ends by itself is no line that stays open.
ROWS = {row.path: row.scope for row in _STREAMS if row.path != "/api/count"}


class Line:
    """An open stream, read by a thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self.read, self.ended = connection, b"", threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):  # closed by the test, or silent for too long
            while piece := self._connection.recv(65536):
                self.read += piece
                if self.read.endswith(b"0\r\n\r\n"):
                    break
            self.ended.set()

    @property
    def open(self) -> bool:
        return b"text/event-stream" in self.read and b"200 OK" in self.read


@contextmanager
def line(who: Caller, path: str) -> Iterator[Line]:
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {who.credential}\r\n\r\n"
    with who.raw(request.encode()) as connection:
        listening = Line(connection)
        until(lambda: listening.open)
        yield listening


def test_these_are_all_streams() -> None:
    assert set(ROWS) >= {"/api/events", "/api/notifications/live", "/api/live", "/api/live-count"}


@pytest.mark.parametrize("path", sorted(ROWS))
def test_stream_ends_when_its_session_is_signed_out(node: Node, path: str) -> None:
    ann, other = (node.caller(f"{ROWS[path]} token:self") for _ in range(2))
    with line(ann, path) as mine, line(other, path) as theirs:
        assert ann.ask("DELETE", "/api/tokens/current").status == 204
        assert mine.ended.wait(SOON_S)
        assert mine.read.endswith(b"0\r\n\r\n")  # a proper end, after which the console asks who it is
        assert not theirs.ended.wait(0.1)


def test_stream_ends_when_its_key_is_revoked(node: Node) -> None:
    maker = node.caller("key:write node:operate")
    made = maker.post("/api/keys", {"name": "watch", "scopes": ["node:operate"]}).json()
    with line(node.stranger(made["secret"]), "/api/events") as open_line:
        assert maker.ask("DELETE", f"/api/keys/{made['key']['id']}").status == 204
        assert open_line.ended.wait(SOON_S)


def test_stream_ends_when_its_token_expires(node: Node) -> None:
    # Five seconds of leeway for clocks that differ, and half a lease between two looks.
    ann = node.caller("sample:read", iat=int(time.time()) - 60, exp=int(time.time()) - 3)
    with line(ann, "/api/live-count") as open_line:
        assert open_line.ended.wait(2 + 2.5 + 2 * SOON_S)


def test_stream_goes_on_while_its_session_lives(node: Node) -> None:
    with line(node.caller("sample:read"), "/api/live-count") as open_line:
        assert not open_line.ended.wait(6.0)  # longer than a lease
        numbers = [json.loads(each) for each in re.findall(rb"data: (\{.*?\})", open_line.read)]
        assert len(numbers) > 100
