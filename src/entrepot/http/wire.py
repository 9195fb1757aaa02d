"""HTTP as uvicorn speaks it, with its gaps closed: headers and trailers that never end or never come are cut
off, trailers are not taken for headers, a body that nobody reads does not hold its connection, and what
cannot be parsed gets a problem document that never takes the place of another request's answer.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from entrepot.http import headers as head
from entrepot.http.problem import MEDIA_TYPE, problem

log = structlog.get_logger()

_MAX_HEADER_BYTES = 64 * 1024
_SWEEP_S = 1.0
_LINGER_S = 1.0
_REFUSED = b"".join(
    b"%b: %b\r\n" % pair
    for pair in (*head.API, (b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close"))
)

# Where the gateway finds the wire of a request in its scope.
WIRE = "entrepot.wire"


class Wire:
    """Writes a whole answer at once. ASGI's way takes two messages, two writes to the socket and two
    regular expressions per header: two thirds of what a small answer costs. What goes through here is
    known to be sound: names and values are ours, or were checked when they came in.
    """

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, cycle: RequestResponseCycle, protocol: "Protocol") -> None:
        self._cycle, self._protocol = cycle, protocol

    async def write(self, status: int, head: bytes, body: bytes) -> None:
        """`head` is header lines, each with its line end."""
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.transport.is_closing():  # uvicorn tells only the newest of the pipelined requests
            cycle.disconnected = True
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        if cycle.more_body:
            cycle.keep_alive = False
        default = b"".join([b"%b: %b\r\n" % pair for pair in cycle.default_headers])
        closing = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        cycle.transport.write(b"".join((STATUS_LINE[status], default, head, closing, body)))
        cycle.message_event.set()
        if cycle.more_body:
            self._protocol.linger()
        elif not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    @property
    def unread(self) -> bool:
        """Whether some of the request's body has not arrived."""
        return self._cycle.more_body

    def close_after(self) -> None:
        """Hang up when the answer is written."""
        self._cycle.keep_alive = False


class Protocol(HttpToolsProtocol):
    """One connection."""

    headers_since: float | None = None
    _header_bytes = 0
    _apart_bytes = 0
    _deaf = False
    _untaken: tuple[int, float] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self.headers_since = monotonic()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.headers_since, self._apart_bytes = monotonic(), 0

    def on_headers_complete(self) -> None:
        self.headers_since, self._header_bytes = None, 0
        super().on_headers_complete()
        self.headers = []  # from here on they are trailers, and the scope keeps the list that it has
        self.scope[WIRE] = Wire(self.cycle, self)  # type: ignore[literal-required]  # ours, beside ASGI's own

    def on_body(self, body: bytes) -> None:
        self._apart_bytes = 0
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if self.headers_since is not None:
            self._header_bytes += len(data)
            if self._header_bytes > _MAX_HEADER_BYTES:
                # A body that comes in the same piece as its headers is not counted against them.
                head_end = data.find(b"\r\n\r\n")
                if head_end < 0 or self._header_bytes - len(data) + head_end > _MAX_HEADER_BYTES:
                    self.refuse(431, "headers-too-large", "The request's headers are too large.")
                    return
        else:
            self._apart_bytes += len(data)
        super().data_received(data)
        # Since the last of the body: trailers, or chunks of nothing.
        if self._apart_bytes > _MAX_HEADER_BYTES:
            self.refuse(431, "trailers-too-large", "What is not body is too large.")

    def send_400_response(self, msg: str) -> None:
        self.refuse(400, "bad-request", "This is not a valid HTTP request.")

    def refuse(self, status: int, slug: str, detail: str) -> None:
        """Answer outside of any request, and hang up. An answer that is due goes out first."""
        if self._deaf or self.transport.is_closing():
            return
        cycle, self.headers_since = self.cycle, None
        if cycle is not None and not cycle.response_complete:
            if not cycle.more_body and not cycle.response_started:
                cycle.keep_alive, self._deaf = False, True
                return
            if cycle.response_started or self.pipeline:
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        body = problem(status, slug, detail).body
        length = b"content-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + _REFUSED + length + body)
        self.linger()

    def linger(self) -> None:
        """Hang up so that the peer can still read what was written: closing a socket while its peer sends
        resets it, and the answer is lost (RFC 9112 §9.6).
        """
        self._deaf = True
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def stuck_s(self, now: float) -> float:
        """How long the peer has taken nothing of what was written for it, as far as earlier calls saw."""
        size = self.transport.get_write_buffer_size()
        if self._untaken is None or self._untaken[0] != size:
            self._untaken = (size, now)
        return now - self._untaken[1] if size else 0.0


async def drop_the_slow(connections: Iterable[Any], *, patience_s: float) -> None:
    """Until cancelled: hang up on connections whose headers do not arrive, and on those that read nothing for
    three times as long: lines pause.
    """
    while True:
        await asyncio.sleep(_SWEEP_S)
        now = monotonic()
        for connection in list(connections):
            since = connection.headers_since
            if since is not None and since < now - patience_s:
                connection.refuse(408, "headers-too-slow", "The request's headers did not arrive in time.")
            elif connection.stuck_s(now) > 3 * patience_s:
                connection.transport.abort()
