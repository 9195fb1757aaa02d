"""Reads a request's body, and no more of it than the row allows."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from entrepot.core.routes import Route
from entrepot.http.problem import Refusal

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_CLOSE = (("connection", "close"),)


class Gone(Exception):
    """The caller hung up."""


class BodyTooSlow(Refusal):
    """The row's deadline passed while the body still came."""

    def __init__(self) -> None:
        super().__init__(408, "body-too-slow", "The body did not arrive in time.", headers=_CLOSE)


async def read_body(row: Route, headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Raises: Refusal 400, 413 or 415; Gone."""
    _check_announced(row, headers)
    message = await _next(receive)
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        _check_size(row, len(body))
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        _check_size(row, size)
        message = await _next(receive)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    _check_size(row, size)
    return b"".join(parts)


def _check_announced(row: Route, headers: dict[bytes, bytes]) -> None:
    if (length := headers.get(b"content-length")) is not None:
        if not length.isdigit():
            raise Refusal(400, "bad-request", "Content-Length is not a number.", headers=_CLOSE)
        _check_size(row, int(length))
    if row.takes is not bytes:
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != b"application/json":
            raise Refusal(415, "unsupported-media-type", "This route takes application/json.")


def _check_size(row: Route, size: int) -> None:
    if size > row.max_body_bytes:
        raise Refusal(
            413, "body-too-large", f"The body may have {row.max_body_bytes} bytes at most.", headers=_CLOSE
        )


async def _next(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    return message
