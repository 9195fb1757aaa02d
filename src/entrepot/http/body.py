"""Reads the body of a request, up to the bytes that its row allows."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from entrepot.http.problem import Refusal

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_CLOSE = (("connection", "close"),)


class Gone(Exception):
    """The caller hung up."""


class BodyTooSlow(Refusal):
    """The row's deadline passed before the whole body arrived."""

    def __init__(self) -> None:
        super().__init__(408, "body-too-slow", "The body did not arrive in time.", headers=_CLOSE)


class BodyTooLarge(Refusal):
    """The body has more bytes than the row allows."""

    def __init__(self, most_bytes: int) -> None:
        detail = f"The body may have {most_bytes} bytes at most."
        super().__init__(413, "body-too-large", detail, headers=_CLOSE)


async def read_body(
    headers: dict[bytes, bytes], receive: Receive, *, most_bytes: int, kept_bytes: int | None = None
) -> tuple[bytes, int]:
    """Return the body and its size. Past `kept_bytes` the rest is read and dropped.

    Raises: Refusal 400 or 413; Gone.
    """
    if (length := headers.get(b"content-length")) is not None:
        if not length.isdigit():
            raise Refusal(400, "bad-request", "Content-Length is not a number.", headers=_CLOSE)
        if int(length) > most_bytes:
            raise BodyTooLarge(most_bytes)
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part, more = message.get("body", b""), message.get("more_body", False)
        if kept_bytes is None or size <= kept_bytes:
            parts.append(part)
        size += len(part)
        if size > most_bytes:
            raise BodyTooLarge(most_bytes)
    return (parts[0] if len(parts) == 1 else b"".join(parts)), size
