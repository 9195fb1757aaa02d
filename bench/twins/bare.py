"""The limit: an ASGI application by hand, for these two requests and nothing else. No routing tree, log,
metrics, trace, security headers, problem documents, idempotency, migrations or second process.

    python -m bench.twins.bare DATA PORT
"""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from bench.position.model import Position, Recorded
from bench.position.repository import INSERT, SELECT, position_of, row_of
from bench.twins import setting
from entrepot.core import tokens

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
_PREFIX = "/api/bench/positions"
_PER_S, _BURST = 1_000_000.0, 60_000_000.0


class Writer:
    """Group commit: rows gather on the loop while a thread writes and flushes those before them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1)
        self._rows: list[tuple[Any, ...]] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._busy = False

    def add(self, row: tuple[Any, ...]) -> "asyncio.Future[None]":
        done = asyncio.get_running_loop().create_future()
        self._rows.append(row)
        self._waiting.append(done)
        if not self._busy:
            self._busy = True
            asyncio.get_running_loop().call_soon(self._flush)
        return done

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        waiting, self._waiting = self._waiting, []
        written = asyncio.get_running_loop().run_in_executor(self._thread, self._write, rows)
        written.add_done_callback(lambda written: self._settle(written, waiting))

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(INSERT, rows)
        self._connection.execute("COMMIT")

    def _settle(self, written: "asyncio.Future[None]", waiting: list["asyncio.Future[None]"]) -> None:
        error = written.exception()
        for each in waiting:
            if error is None:
                each.set_result(None)
            else:
                each.set_exception(error)
        self._busy = bool(self._rows)
        if self._busy:
            self._flush()


class App:
    def __init__(self, data: Path) -> None:
        setting.prepare(data / "bare.sqlite")
        self._reader = setting.connect(data / "bare.sqlite")
        self._writer = Writer(setting.connect(data / "bare.sqlite"))
        self._keys = setting.verifying_keys(data)
        self._known: dict[bytes, tuple[str, float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._decode = msgspec.json.Decoder(Position).decode
        self._encode = msgspec.json.Encoder().encode

    async def __call__(
        self, scope: Message, receive: Receive, send: Callable[[Message], Awaitable[None]]
    ) -> None:
        who = self._who(scope["headers"])
        if who is None:
            status, body = 401, b""
        elif not self._allowed(who):
            status, body = 429, b""
        elif scope["method"] == "POST" and scope["path"] == _PREFIX:
            status, body = await self._record(receive)
        elif scope["method"] == "GET" and scope["path"].startswith(_PREFIX):
            status, body = self._show(scope["path"][len(_PREFIX) + 1 :])
        else:
            status, body = 404, b""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _who(self, headers: list[tuple[bytes, bytes]]) -> str | None:
        for name, header in headers:
            if name == b"authorization":
                known = self._known.get(header)
                if known is not None and known[1] > time.time():
                    return known[0]
                return self._verify(header)
        return None

    def _verify(self, header: bytes) -> str | None:
        token = header.decode().removeprefix("Bearer ")
        try:
            claims = tokens.verify(
                token, self._keys, issuer=setting.ISSUER, audience=setting.ISSUER, now_s=time.time()
            )
        except tokens.BadToken:
            return None
        self._known[header] = (claims.sub, claims.exp)
        return claims.sub

    def _allowed(self, who: str) -> bool:
        now = time.monotonic()
        left, at = self._buckets.get(who, (_BURST, now))
        left = min(_BURST, left + (now - at) * _PER_S)
        self._buckets[who] = (left - 1, now)
        return left >= 1

    async def _record(self, receive: Receive) -> tuple[int, bytes]:
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        try:
            position = self._decode(body)
        except msgspec.DecodeError:
            return 422, b""
        await self._writer.add(row_of(position))
        return 201, self._encode(Recorded(position.id))

    def _show(self, id: str) -> tuple[int, bytes]:
        row = self._reader.execute(SELECT, (id,)).fetchone()
        return (404, b"") if row is None else (200, self._encode(position_of(row)))


def main() -> None:
    app = App(Path(sys.argv[1]))
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[2]), loop="uvloop", http="httptools", ws="none",
        lifespan="off", access_log=False, proxy_headers=False, log_level="warning", backlog=2048,
    )  # fmt: skip


if __name__ == "__main__":
    main()
