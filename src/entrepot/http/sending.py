"""Sends an answer: whole, or in parts until they end, the caller hangs up or may no longer have them, or the
node stops.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from entrepot.http import headers as head
from entrepot.http.answer import EVENT_STREAM, JSON, Answer
from entrepot.http.body import Receive
from entrepot.http.wire import Wire

log = structlog.get_logger()

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


_PAGE_TYPES = ("text/html", "text/css", "text/javascript", "image/")
_API, _PAGE, _OWN_PAGE, _ASSET = map(head.lines, (head.API, head.PAGE, head.OWN_PAGE, head.ASSET))
_API_JSON = _API + head.lines(((b"content-type", JSON.encode()),))


def whole(answer: Answer, more: bytes, send: Send, *, with_body: bool = True) -> Awaitable[None]:
    """Send an answer that does not come in parts; `more` are further header lines."""
    lines, hang_up = _described(answer, more)
    if answer.status != 204:
        lines = b"%bcontent-length: %d\r\n" % (lines, len(answer.body))
    return described(answer.status, lines, answer.body if with_body else b"", send, hang_up=hang_up)


async def described(status: int, lines: bytes, body: bytes, send: Send, *, hang_up: bool = False) -> None:
    """Send an answer with all its header lines: at once on our own wire, else as ASGI does it."""
    if isinstance(send, Wire):
        if hang_up:
            send.close_after()
        if send.full:
            await send.drained()
        send.write(status, lines, body)
    else:
        await _as_asgi(status, lines, body, send, hang_up=hang_up)


async def _as_asgi(status: int, lines: bytes, body: bytes, send: Send, *, hang_up: bool) -> None:
    pairs = head.pairs(lines)
    if hang_up:
        pairs.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _never() -> None:
    await asyncio.Event().wait()


async def parts(
    answer: Answer,
    more: bytes,
    receive: Receive,
    send: Send,
    *,
    closing: asyncio.Event,
    over: Callable[[], Awaitable[None]] = _never,
    with_body: bool = True,
) -> int:
    """Send an answer in parts, until `over` returns: a stream ends then, and a file is cut off. Return the
    number of bytes sent.
    """
    pairs = head.pairs(_described(answer, more)[0])
    if isinstance(send, Wire) and send.unread:
        pairs.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    if not with_body:
        await _close(answer.parts)
        await send({"type": "http.response.body", "body": b""})
        return 0
    sending = asyncio.ensure_future(_pump(answer, send))
    gone, ended = asyncio.ensure_future(_hung_up(receive)), asyncio.ensure_future(over())
    ends: list[asyncio.Future[Any]] = [sending, gone, ended]
    if endless := answer.media_type == EVENT_STREAM:
        ends.append(asyncio.ensure_future(closing.wait()))  # a file is sent to its end
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        may_end = closing.is_set() or (ended.done() and not gone.done())
    finally:
        for end in ends:
            end.cancel()
        sent, *_ = await asyncio.gather(*ends, return_exceptions=True)
    if endless and isinstance(sent, asyncio.CancelledError) and may_end:
        await send({"type": "http.response.body", "body": b""})
    if isinstance(sent, Exception):
        log.error("gateway.stream_broke", media_type=answer.media_type, exc_info=sent)
    return sent if isinstance(sent, int) else 0


def _described(answer: Answer, more: bytes) -> tuple[bytes, bool]:
    """Return the header lines without the body's length, and whether to hang up."""
    if answer.media_type == JSON and not answer.headers and not answer.forever:
        return _API_JSON + more, False
    pairs, hang_up = [(b"content-type", answer.media_type.encode("latin-1"))], False
    for name, text in answer.headers:
        if not text.isprintable():
            raise ValueError(f"the header {name} would end its line")
        if (name, text) == ("connection", "close"):
            hang_up = True
        else:
            pairs.append((name.encode("latin-1"), text.encode("latin-1")))
    return _shared(answer) + head.lines(pairs) + more, hang_up


def _shared(answer: Answer) -> bytes:
    """Return the headers that all answers of this kind share."""
    if answer.forever:
        return _ASSET
    if answer.parts is not None:
        return _API
    if not answer.media_type.startswith(_PAGE_TYPES):
        return _API
    return _OWN_PAGE if any(name == head.POLICY for name, _ in answer.headers) else _PAGE


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
