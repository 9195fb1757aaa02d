"""Subclasses uvicorn's HTTP protocol to close its gaps. It cuts off headers and trailers that never end or
never come, does not take trailers for headers, frees connections whose body nobody reads, refuses what is
ambiguous, takes the word of trusted proxies on who asks, and answers what cannot be parsed with a problem
document that never takes the place of another request's answer.
"""

import asyncio
from collections.abc import Awaitable, Iterable, MutableMapping
from time import monotonic
from typing import Any, Protocol
from urllib.parse import unquote

import httptools
import structlog
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from entrepot.http import headers as head
from entrepot.http import strictness
from entrepot.http.forwarded import Forwarding
from entrepot.http.problem import MEDIA_TYPE, problem
from entrepot.http.strictness import NotStrict
from entrepot.net.arriving import Peer

log = structlog.get_logger()

_MAX_HEADER_BYTES = 64 * 1024  # uvicorn's limit for h11; httptools has none
_SWEEP_S = 1.0  # between two looks for connections that are slow
_LINGER_S = 1.0  # for the peer to read the last answer
_REFUSED = head.lines((*head.API, (b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close")))
_ASGI = {"version": "3.0", "spec_version": "2.3"}
# A year, as the OWASP cheat sheet advises; a browser takes it for names, not for addresses (RFC 6797 §8.1.1).
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def _refused(status: int, slug: str, detail: str) -> bytes:
    """Return a whole answer to what was no request."""
    body = problem(status, slug, detail).body
    return b"%b%bcontent-length: %d\r\n\r\n%b" % (STATUS_LINE[status], _REFUSED, len(body), body)


# To somebody who speaks plain HTTP where TLS is wanted.
NOT_TLS = _refused(400, "not-tls", "This port speaks TLS: write https:// instead of http://.")


class _Nobody:
    """Replaces the event of a request that nothing waits for: making a real one costs more than it saves."""

    def set(self) -> None: ...


_NOBODY = _Nobody()


class Wire(RequestResponseCycle):
    """One request on its connection, and the way back for its answer: ASGI's `send`, which also takes a whole
    answer at once. ASGI's way takes two messages, two writes to the socket and two regular expressions per
    header: two thirds of what a small answer costs. What goes through `write` is known to be sound: names and
    values are ours, or were checked when they came in.
    """

    disconnected = response_started = response_complete = access_log = False
    more_body = True
    chunked_encoding: bool | None = None
    expected_content_length = 0
    body: Any = b""  # one piece as it came; several are gathered in a bytearray
    message_event: Any = _NOBODY
    _read_to_end = False

    def __init__(self, protocol: "HttpProtocol", scope: Any, *, keep_alive: bool) -> None:
        # In place of the inherited one, which makes an event and sets what the class says already.
        self._protocol, self.scope, self.keep_alive = protocol, scope, keep_alive
        self.transport, self.flow, self.logger = protocol.transport, protocol.flow, protocol.logger
        self.waiting_for_100_continue = protocol.expect_100_continue

    def __call__(self, message: MutableMapping[str, Any]) -> Awaitable[None]:
        return self.send(message)  # type: ignore[arg-type]  # any ASGI message

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:  # type: ignore[override]  # read when it is needed
        pairs = self._protocol.server_state.default_headers
        return [*pairs, _HSTS] if self.scope["scheme"] == "https" else pairs

    def on_response(self) -> None:  # no reference that would have to be cut
        self._protocol.on_response_complete()

    async def run_asgi(self, app: Any) -> None:
        try:
            await app(self.scope, self.receive, self)
        except BaseException as error:
            self.logger.error("Exception in ASGI application", exc_info=error)
        if self.disconnected or self.response_complete:
            return
        if self.response_started:
            self.transport.close()
        else:
            await self.send_500_response()

    async def receive(self) -> Any:
        """Return the next message: the part of the body that arrived, or that the peer hung up."""
        if self.waiting_for_100_continue and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.waiting_for_100_continue = False
        if not self._has_news():
            self.flow.resume_reading()
            await self._news()
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        message = {"type": "http.request", "body": bytes(self.body), "more_body": self.more_body}
        self.body, self._read_to_end = b"", not self.more_body
        self.flow.resume_reading()
        return message

    def _has_news(self) -> bool:
        if self.disconnected or self.response_complete or self.body:
            return True
        return not self.more_body and not self._read_to_end

    async def _news(self) -> None:
        if self.message_event is _NOBODY:
            self.message_event = asyncio.Event()
        while not self._has_news():
            self.message_event.clear()
            await self.message_event.wait()

    def gather(self, body: bytes) -> None:
        """Take another piece of the request's body."""
        if not self.body:
            self.body = body
        elif isinstance(self.body, bytes):
            self.body = bytearray(self.body) + body
        else:
            self.body += body
        if len(self.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        self.message_event.set()

    @property
    def full(self) -> bool:
        """Whether the peer takes nothing now; then wait for `drained` before `write`."""
        return self.flow.write_paused and not self.disconnected

    async def drained(self) -> None:
        await self.flow.drain()

    def write(self, status: int, lines: bytes, body: bytes) -> None:
        """Write a whole answer; `lines` are header lines, each with its line end."""
        transport = self.transport
        if transport.is_closing():  # uvicorn tells only the newest of the pipelined requests
            self.disconnected = True
        if self.disconnected:
            return
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        if self.more_body:
            self.keep_alive = False
        closing = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        dated = self._protocol.dated(secure=self.scope["scheme"] == "https")
        transport.write(b"".join((STATUS_LINE[status], dated, lines, closing, body)))
        self.message_event.set()
        if self.more_body:
            self._protocol.linger()
        elif not self.keep_alive:
            transport.close()
        self._protocol.on_response_complete()

    @property
    def unread(self) -> bool:
        """Whether some of the request's body has not arrived."""
        return self.more_body

    def close_after(self) -> None:
        """Hang up after the answer."""
        self.keep_alive = False


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection; `announced` is the peer that a proxy announced, if it did."""

    announced: Peer | None = None
    forwarding: Forwarding | None = None
    headers_since: float | None = None
    idle_since: float | None = None
    _header_bytes = 0
    _apart_bytes = 0
    _deaf = False
    _untaken: tuple[int, float] | None = None
    _not_strict: NotStrict | None = None
    _dated: tuple[object, bytes, bytes] = (None, b"", b"")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self.client = self.announced or self.client
        self.headers_since = monotonic()

    def on_message_begin(self) -> None:
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self.headers_since, self.idle_since, self._apart_bytes = monotonic(), None, 0

    def on_headers_complete(self) -> None:
        self.headers_since, self._header_bytes = None, 0
        parser = self.parser
        version, method = parser.get_http_version(), parser.get_method()
        try:
            strictness.check(method, self.url, version, self.headers)
        except NotStrict as error:
            self._not_strict = error
            raise
        target = httptools.parse_url(self.url)
        raw_path = target.path or b"/"
        path = raw_path.decode("ascii")
        client, scheme = self._came_from()
        scope = {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "server": self.server,
            "client": client,
            "scheme": scheme,
            "root_path": "",
            "method": method.decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": target.query or b"",
            "headers": self.headers,
        }
        self.headers = []  # from here on they are trailers, and the scope keeps the list that it has
        before, keep_alive = self.cycle, version != "1.0" and parser.should_keep_alive()
        keep_alive = keep_alive and not self.config.hangs_up()  # type: ignore[attr-defined]  # ours
        wire = self.cycle = Wire(self, scope, keep_alive=keep_alive)
        if before is None or before.response_complete:
            self._start(wire)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((wire, self.app))

    def _came_from(self) -> tuple[Peer | None, str | None]:
        """Return (caller, scheme), as far as trusted proxies say more than the connection."""
        peer, forwarding = self.client, self.forwarding
        if forwarding is None or peer is None or peer[0] not in forwarding.proxies:
            return peer, self.scheme
        address, scheme = forwarding.came_from(peer[0], self.headers)
        return (address, 0), scheme or self.scheme

    def _start(self, wire: RequestResponseCycle) -> None:
        task = self.loop.create_task(wire.run_asgi(self.app))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def on_body(self, body: bytes) -> None:
        self._apart_bytes = 0
        if not self.cycle.response_complete:
            self.cycle.gather(body)  # type: ignore[attr-defined]  # all of our cycles are wires

    def on_message_complete(self) -> None:
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start(self.pipeline.pop()[0])
        else:
            self.idle_since = monotonic()

    def dated(self, *, secure: bool) -> bytes:
        """Return the lines that every answer has; uvicorn makes them anew each second. `secure`: the request
        came over TLS.
        """
        pairs = self.server_state.default_headers
        if self._dated[0] is not pairs:
            HttpProtocol._dated = (pairs, head.lines(pairs), head.lines((*pairs, _HSTS)))
        _, plain, over_tls = self._dated
        return over_tls if secure else plain

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
        self._parse(data)
        # Since the last of the body: trailers, or chunks of nothing.
        if self._apart_bytes > _MAX_HEADER_BYTES:
            self.refuse(431, "trailers-too-large", "What is not body is too large.")

    def _parse(self, data: bytes) -> None:
        """Why not uvicorn's own? It logs a warning for all that is no request, and two for each wish to speak
        another protocol, so that strangers could fill the disk.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # the request is answered as if it had not wished for another protocol (RFC 9110 §7.8)
        except httptools.HttpParserError:
            self._refuse_unparsed()

    def _refuse_unparsed(self) -> None:
        if (error := self._not_strict) is not None:
            self.refuse(error.status, error.slug, error.detail)
        else:
            self.refuse(400, "bad-request", "This is not a valid HTTP request.")

    def refuse(self, status: int, slug: str, detail: str) -> None:
        """Answer outside of any request, and hang up. An answer that is still due goes out first."""
        if self._deaf or self.transport.is_closing():
            return
        self.config.refused.count(slug, detail)  # type: ignore[attr-defined]  # ours
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
        self.transport.write(_refused(status, slug, detail))
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
        """Return for how long the peer has read nothing of what waits for it, as seen by earlier calls."""
        size = self.transport.get_write_buffer_size()
        if self._untaken is None or self._untaken[0] != size:
            self._untaken = (size, now)
        return now - self._untaken[1] if size else 0.0


class Patience(Protocol):
    """How long connections may take."""

    patience_s: float
    keep_alive_s: float


async def drop_the_slow(connections: Iterable[Any], times: Patience) -> None:
    """Until cancelled: hang up on connections whose headers do not arrive, on those that read nothing for
    three times as long (lines pause), and on those that have asked nothing for too long. A look at all
    of them each second costs less than a timer for each request.
    """
    while True:
        await asyncio.sleep(_SWEEP_S)
        now, patience_s, keep_alive_s = monotonic(), times.patience_s, times.keep_alive_s
        for connection in list(connections):
            since = connection.headers_since
            if since is not None and since < now - patience_s:
                connection.refuse(408, "headers-too-slow", "The request's headers did not arrive in time.")
            elif connection.idle_since is not None and connection.idle_since < now - keep_alive_s:
                connection.timeout_keep_alive_handler()
            elif connection.stuck_s(now) > 3 * patience_s:
                connection.transport.abort()
