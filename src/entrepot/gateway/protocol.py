"""HTTP as uvicorn speaks it, with three gaps closed: headers that never end or never come are cut off,
and what cannot be parsed gets a problem document like everything else.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from entrepot.gateway.problem import MEDIA_TYPE, problem

log = structlog.get_logger()

_MAX_HEADER_BYTES = 64 * 1024
_SWEEP_S = 1.0

# Where the gateway finds the wire of a request in its scope.
WIRE = "entrepot.wire"


class Wire:
    """Writes a whole answer at once. ASGI's way takes two messages, two writes to the socket and two
    regular expressions per header: two thirds of what a small answer costs. What goes through here is
    known to be sound: names and values are ours, or were checked when they came in.
    """

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    async def write(self, status: int, head: bytes, body: bytes) -> None:
        """`head` is header lines, each with its line end."""
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        default = b"".join([b"%b: %b\r\n" % pair for pair in cycle.default_headers])
        closing = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        cycle.transport.write(b"".join((STATUS_LINE[status], default, head, closing, body)))
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    def close_after(self) -> None:
        """Hang up when the answer is written."""
        self._cycle.keep_alive = False


class Protocol(HttpToolsProtocol):
    """One connection."""

    headers_since: float | None = None
    _header_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self.headers_since = monotonic()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.headers_since, self._header_bytes = monotonic(), 0

    def on_headers_complete(self) -> None:
        self.headers_since = None
        super().on_headers_complete()
        self.scope[WIRE] = Wire(self.cycle)  # type: ignore[literal-required]  # ours, beside ASGI's own

    def data_received(self, data: bytes) -> None:
        if self.headers_since is not None:
            self._header_bytes += len(data)
            if self._header_bytes > _MAX_HEADER_BYTES:
                # A body that comes in the same piece as its headers is not counted against them.
                head_end = data.find(b"\r\n\r\n")
                if head_end < 0 or self._header_bytes - len(data) + head_end > _MAX_HEADER_BYTES:
                    self.refuse(431, "headers-too-large", "The request's headers are too large.")
                    return
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        self.refuse(400, "bad-request", "This is not a valid HTTP request.")

    def refuse(self, status: int, slug: str, detail: str) -> None:
        """Answer outside of any request, and hang up."""
        if self.transport.is_closing():
            return
        body = problem(status, slug, detail).body
        self.transport.write(
            STATUS_LINE[status]
            + b"content-type: " + MEDIA_TYPE.encode()
            + b"\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
            + body
        )  # fmt: skip
        self.transport.close()


async def drop_the_slow(connections: Iterable[Any], *, patience_s: float) -> None:
    """Until cancelled: hang up on connections whose headers do not arrive."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        too_old = monotonic() - patience_s
        for connection in list(connections):
            since = getattr(connection, "headers_since", None)
            if since is not None and since < too_old:
                connection.refuse(408, "headers-too-slow", "The request's headers did not arrive in time.")
