"""Our wire below an application that knows nothing of it, and below one that does."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from entrepot.http import sending
from entrepot.http.answer import Answer
from entrepot.http.body import read_body
from entrepot.http.refused import RefusedRequests
from entrepot.http.server import ServingTimes, serving
from entrepot.http.wire import Wire

ASK = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """What an application for our wire does: the whole answer at once."""
    assert isinstance(send, Wire)
    body, _ = await read_body(dict(scope["headers"]), receive, most_bytes=10_000_000)
    await sending.whole(Answer(200, body), b"", send)


async def plain_echo(scope: Any, receive: Any, send: Any) -> None:
    """ASGI as any framework speaks it."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"b")]})
    await send({"type": "http.response.body", "body": body})


async def broken(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("no answer")


@asynccontextmanager
async def served(
    app: Any, refused: RefusedRequests | None = None, **more: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of `app`."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    async with serving(app, listener, times=ServingTimes(5.0, 1.0, **more), refused=refused):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield reader, writer
        writer.close()


async def reply(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode()
    first, *lines = head.strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return int(first.split()[1]), headers, body
    return int(first.split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def test_connection_that_asks_nothing_more_is_hung_up_on() -> None:
    async with served(echo, keep_alive_s=0.2) as (reader, writer):
        writer.write(ASK % 2 + b"ab")
        assert (await reply(reader))[2] == b"ab"
        started = time.monotonic()
        assert await asyncio.wait_for(reader.read(), 10) == b""
        assert time.monotonic() - started > 0.2


async def test_blank_lines_do_not_keep_a_connection_that_asks_nothing() -> None:
    async with served(echo, keep_alive_s=0.2) as (reader, writer):
        writer.write(ASK % 0)
        await reply(reader)
        writer.write(b"\r\n")
        assert await asyncio.wait_for(reader.read(), 10) == b""


async def test_connection_whose_request_takes_its_time_is_not_idle() -> None:
    release = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    async with served(slow, keep_alive_s=0.1) as (reader, writer):
        writer.write(ASK % 0)
        await asyncio.sleep(2.5)  # two looks at all connections
        release.set()
        assert (await reply(reader))[0] == 200


async def test_body_in_many_pieces_arrives_whole() -> None:
    pieces = [bytes([number % 256]) * (1 + 997 * (number % 7)) for number in range(120)]
    for app in (echo, plain_echo):
        async with served(app) as (reader, writer):
            writer.write(CHUNKED)
            for piece in pieces:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
                await asyncio.sleep(0)
            writer.write(b"0\r\n\r\n")
            assert (await reply(reader))[2] == b"".join(pieces)


async def test_body_larger_than_the_buffers_goes_through_and_the_connection_stays() -> None:
    body = bytes(range(256)) * 8_000  # 2 MB: reading pauses and goes on
    for app in (echo, plain_echo):
        async with served(app) as (reader, writer):
            for _ in range(2):
                writer.write(ASK % len(body) + body)
                status, headers, back = await reply(reader)
                assert (status, back == body, "connection" in headers) == (200, True, False)


async def test_pipelined_requests_keep_their_bodies_and_their_order() -> None:
    async with served(echo) as (reader, writer):
        writer.write(b"".join(ASK % 3 + b"%03d" % number for number in range(50)))
        assert [(await reply(reader))[2] for _ in range(50)] == [b"%03d" % number for number in range(50)]


async def test_application_that_fails_is_a_500() -> None:
    async with served(broken) as (reader, writer):
        writer.write(ASK % 0)
        assert (await reply(reader))[0] == 500


async def test_what_strangers_send_is_counted_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """A line for each would fill the disk of a node that is on the open internet."""
    refused = RefusedRequests()
    wish = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    with capture_logs() as logs:
        for request in (b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", wish) * 5:
            async with served(echo, refused) as (reader, writer):
                writer.write(request)
                status, _, _ = await reply(reader)
                assert status == (200 if request is wish else 400)
    assert refused.counts == {"bad-request": 10}
    assert [(each["event"], each["reason"], each["times"]) for each in logs] == [
        ("http.refused", "bad-request", 1)
    ]
    assert caplog.records == []
