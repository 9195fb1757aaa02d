"""Calls to strangers' addresses: where they may go, how long they take, and what may come back."""

import asyncio
import socket
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.infra.webhooks.receiver import OK, receiving
from tests.ports.test_post import Certificate
from tests.suite.patience import NEVER_S, PATIENCE_S

from entrepot.infra.webhooks.addresses import Networks
from entrepot.infra.webhooks.http import HttpCaller, RefusedUrl

LOOPBACK = Networks(["127.0.0.0/8"])
HEADERS = {"content-type": "application/json", "webhook-id": "m1"}


class Names(AbstractResolver):
    """A name server that says something else every time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0)
            for each in answer
        ]

    async def close(self) -> None:
        pass


async def test_a_call_brings_body_and_headers() -> None:
    async with receiving() as receiver, HttpCaller(LOOPBACK) as caller:
        outcome = await caller.call(receiver.url(path="/hook?a=b"), b'{"x":1}', HEADERS)
    assert (outcome.code, outcome.error) == (200, "")
    [got] = receiver.got
    assert (got.method, got.target, got.body) == ("POST", "/hook?a=b", b'{"x":1}')
    assert got.headers["webhook-id"] == "m1"
    assert got.headers["content-type"] == "application/json"
    assert "cookie" not in got.headers and "authorization" not in got.headers


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[fe80::1%25eth0]/", "https://100.64.0.1/", "https://0.0.0.0/",
        "http://93.184.215.14/", "http://example.org/", "ftp://example.org/", "https://", "example.org",
        "https://ada:secret@example.org/", "https://example.org/#x", "https://example.org:99999/",
        "https://ex ample.org/", "https://example.org/\r\nx: y", "https://bücher.example/", "//example.org/",
        "https://[::1/", "file:///etc/passwd", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
        "https://0177.0.0.1/", "https://127.0.0.1./", "https://0x7f000001/", "https://example.0x7f/",
    ],
)  # fmt: skip
async def test_what_can_never_be_called_is_refused_at_once(url: str) -> None:
    async with HttpCaller(Networks()) as caller:
        with pytest.raises(RefusedUrl):
            caller.check(url)
        assert (await caller.call(url, b"{}", {})).code == 0


@pytest.mark.parametrize(
    "url", ["https://example.org/x?y=z", "https://8.8.8.8:8443/", "https://[2606:2800::1]/"]
)
async def test_what_may_be_called_is_taken(url: str) -> None:
    async with HttpCaller(Networks()) as caller:
        caller.check(url)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "sly.example"])
async def test_no_spelling_of_an_inside_address_is_connected_to(host: str) -> None:
    names = Names(["127.0.0.1"]) if host == "sly.example" else None
    async with receiving() as receiver, HttpCaller(Networks(), resolver=names) as caller:
        outcome = await caller.call(receiver.url(scheme="https", host=host), b"{}", HEADERS)
        await asyncio.sleep(0.05)
        assert (outcome.code, outcome.error) == (0, "This node does not call this address.")
        assert receiver.connections == 0


async def test_name_that_points_inside_a_moment_later_gains_nothing() -> None:
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    networks = Networks(["127.0.0.2/32"])
    async with receiving(host="0.0.0.0") as receiver, HttpCaller(networks, resolver=names) as caller:
        url = receiver.url(host="rebound.example")
        assert (await caller.call(url, b"{}", HEADERS)).code == 200
        assert (await caller.call(url, b"{}", HEADERS)).error == "This node does not call this address."
        assert (receiver.connections, names.asked) == (1, 2)


async def test_of_several_addresses_only_those_that_may_be_are_called() -> None:
    names = Names(["127.0.0.1", "127.0.0.2"])
    async with (
        receiving(host="127.0.0.1") as inside,
        HttpCaller(Networks(["127.0.0.2/32"]), resolver=names, timeout_s=PATIENCE_S) as caller,
    ):
        outcome = await caller.call(inside.url(host="both.example"), b"{}", HEADERS)
        assert outcome.code == 0
        assert inside.connections == 0


async def test_without_tls_a_name_leads_only_into_the_operator_s_networks() -> None:
    names = Names(["93.184.215.14"])
    async with HttpCaller(LOOPBACK, resolver=names) as caller:
        outcome = await caller.call("http://public.example/", b"{}", HEADERS)
    assert outcome.error == "This node does not call this address."


async def test_redirects_are_not_followed() -> None:
    async with receiving() as inside, HttpCaller(LOOPBACK) as caller:
        there = f"HTTP/1.1 302 Found\r\nLocation: {inside.url()}\r\nContent-Length: 0\r\n\r\n".encode()
        async with receiving(there) as receiver:
            outcome = await caller.call(receiver.url(), b"{}", HEADERS)
    assert (outcome.code, outcome.error) == (302, "It redirects, and we do not follow.")
    assert inside.connections == 0


@pytest.mark.parametrize(
    ("answer", "code", "retry_after_s"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, 0.0),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, 0.0),
        (b"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", 429, 120.0),
        (b"HTTP/1.1 503 Later\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", 503, 0.0),
        (b"HTTP/1.1 503 Later\r\nRetry-After: " + b"9" * 400 + b"\r\nContent-Length: 0\r\n\r\n", 503, 0.0),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", 410, 0.0),
    ],
)
async def test_the_answer_s_status_is_the_outcome(answer: bytes, code: int, retry_after_s: float) -> None:
    async with receiving(answer) as receiver, HttpCaller(LOOPBACK) as caller:
        outcome = await caller.call(receiver.url(), b"{}", HEADERS)
    assert (outcome.code, outcome.retry_after_s) == (code, retry_after_s)
    assert bool(outcome.error) == (code != 204)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
     b"HTTP/1.1 2000 OK\r\n\r\n", b"\xff" * 1000],
)  # fmt: skip
async def test_what_is_no_answer_is_an_outcome_too(answer: bytes) -> None:
    async with receiving(answer) as receiver, HttpCaller(LOOPBACK, timeout_s=PATIENCE_S) as caller:
        outcome = await caller.call(receiver.url(), b"{}", HEADERS)
    assert outcome.code == 0
    assert outcome.error


async def test_endless_answer_is_not_read() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1_000_000
    async with receiving(endless) as receiver, HttpCaller(LOOPBACK, timeout_s=NEVER_S) as caller:
        async with asyncio.timeout(PATIENCE_S):
            outcome = await caller.call(receiver.url(), b"{}", HEADERS)
    assert outcome.code == 200


async def test_silence_is_not_waited_for_longer_than_said() -> None:
    async with receiving(None) as receiver, HttpCaller(LOOPBACK, timeout_s=0.2) as caller:
        outcome = await caller.call(receiver.url(), b"{}", HEADERS)
    assert (outcome.code, outcome.error) == (0, "No answer came within 0 s.")


async def test_nobody_there_is_an_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    async with HttpCaller(LOOPBACK) as caller:
        outcome = await caller.call(f"http://127.0.0.1:{port}/", b"{}", HEADERS)
    assert (outcome.code, outcome.error) == (0, "It cannot be reached.")


async def test_receiver_must_prove_its_name(tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    async with receiving(OK, sealed=certificate.server) as receiver:
        url = receiver.url(scheme="https")
        async with HttpCaller(LOOPBACK, trust=certificate.client) as caller:
            assert (await caller.call(url, b"{}", HEADERS)).code == 200
        async with HttpCaller(LOOPBACK) as caller:
            assert (await caller.call(url, b"{}", HEADERS)).error == "It cannot prove its name."
    assert len(receiver.got) == 1
