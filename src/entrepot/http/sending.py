"""Sends an answer: whole, or in parts until they end, the caller hangs up or the node stops."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import structlog

from entrepot.http import headers as head
from entrepot.http.answer import EVENT_STREAM, Answer
from entrepot.http.body import Receive
from entrepot.http.wire import WIRE

log = structlog.get_logger()

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def lines(pairs: Iterable[head.Pair]) -> bytes:
    return b"".join([b"%b: %b\r\n" % pair for pair in pairs])


_PAGE_TYPES = ("text/html", "text/css", "text/javascript", "image/")
_API, _PAGE, _OWN_PAGE, _ASSET = (
    (pairs, lines(pairs)) for pairs in (head.API, head.PAGE, head.OWN_PAGE, head.ASSET)
)


async def whole(
    answer: Answer, more: list[head.Pair], scope: MutableMapping[str, Any], send: Send, *, with_body: bool
) -> None:
    """At once if the protocol is ours, else as ASGI does it."""
    shared, shared_lines = _shared(answer)
    pairs = _described(answer, more)
    if answer.status != 204:
        pairs.append((b"content-length", b"%d" % len(answer.body)))
    body = answer.body if with_body else b""
    if (wire := scope.get(WIRE)) is not None:
        if answer.headers and ("connection", "close") in answer.headers:
            pairs.remove((b"connection", b"close"))
            wire.close_after()
        await wire.write(answer.status, shared_lines + lines(pairs), body)
        return
    pairs = [*shared, *pairs]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _shared(answer: Answer) -> tuple[tuple[head.Pair, ...], bytes]:
    """The headers that every answer of its kind has."""
    if answer.forever:
        return _ASSET
    if not answer.media_type.startswith(_PAGE_TYPES):
        return _API
    return _OWN_PAGE if any(name == head.POLICY for name, _ in answer.headers) else _PAGE


async def parts(
    answer: Answer,
    more: list[head.Pair],
    scope: MutableMapping[str, Any],
    receive: Receive,
    send: Send,
    *,
    closing: asyncio.Event,
) -> int:
    """The number of bytes sent."""
    pairs = [*head.API, *_described(answer, more)]
    if (wire := scope.get(WIRE)) is not None and wire.unread:
        pairs.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    if scope["method"] == "HEAD":
        await _close(answer.parts)
        await send({"type": "http.response.body", "body": b""})
        return 0
    sending = asyncio.ensure_future(_pump(answer, send))
    ends: list[asyncio.Future[Any]] = [sending, asyncio.ensure_future(_hung_up(receive))]
    if endless := answer.media_type == EVENT_STREAM:
        ends.append(asyncio.ensure_future(closing.wait()))  # a file is sent to its end
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
        sent, *_ = await asyncio.gather(*ends, return_exceptions=True)
    if endless and isinstance(sent, asyncio.CancelledError) and closing.is_set():
        await send({"type": "http.response.body", "body": b""})
    if isinstance(sent, Exception):
        log.error("gateway.stream_broke", media_type=answer.media_type, exc_info=sent)
    return sent if isinstance(sent, int) else 0


def _described(answer: Answer, more: list[head.Pair]) -> list[head.Pair]:
    pairs = [(b"content-type", answer.media_type.encode("latin-1")), *more]
    for name, text in answer.headers:
        if not text.isprintable():
            raise ValueError(f"the header {name} would end its line")
        pairs.append((name.encode("latin-1"), text.encode("latin-1")))
    return pairs


async def _pump(answer: Answer, send: Send) -> int:
    size, pieces = 0, answer.parts
    assert pieces is not None
    try:
        async for piece in pieces:
            size += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await _close(pieces)
    return size


async def _close(pieces: AsyncIterator[bytes] | None) -> None:
    if (close := getattr(pieces, "aclose", None)) is not None:
        await close()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
