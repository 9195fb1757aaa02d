"""HTTP as uvicorn speaks it, with three gaps closed: headers that never end or never come are cut off,
and what cannot be parsed gets a problem document like everything else.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from entrepot.gateway.problem import MEDIA_TYPE, problem

log = structlog.get_logger()

_MAX_HEADER_BYTES = 64 * 1024
_SWEEP_S = 1.0


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
