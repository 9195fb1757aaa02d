"""What no HTTP client would send: it gets an answer or is hung up on, and never holds anything for long."""

import socket
import time
from contextlib import suppress

import pytest
from tests.gateway.client import Caller, Node, read_reply
from tests.suite.patience import PATIENCE_S, quickest

from entrepot.http import wire

HOST = b"Host: x\r\n"


def authorized(caller: Caller) -> bytes:
    return HOST + f"Authorization: Bearer {caller.credential}\r\n".encode()


def hung_up(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\nnonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Bare: a\rSet-Cookie: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        b"POST /api/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/notes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/notes HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_not_http_gets_a_problem_and_is_hung_up_on(stranger: Caller, request_bytes: bytes) -> None:
    with stranger.raw(request_bytes) as connection:
        reply = read_reply(connection)
        assert reply.status == 400, reply
        assert reply.header("content-type") == "application/problem+json"
        assert reply.header("x-content-type-options") == "nosniff"
        assert reply.json()["type"] == "urn:entrepot:problem:bad-request"
        assert hung_up(connection)


@pytest.mark.parametrize(
    "target",
    [b"/\xff\xfe", b"/\xc0\xaf", b"http://evil.example/api/who", b"*", b"/%zz", b"/?%00", b"/..%00/", b"//"],
)
def test_odd_target_is_refused_politely(stranger: Caller, target: bytes) -> None:
    [reply] = stranger.raw_replies(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    assert 300 <= reply.status < 500, reply


def test_header_cannot_be_injected_through_what_is_echoed(ann: Caller) -> None:
    for name in (b"X-Request-Id", b"Origin", b"Idempotency-Key"):
        sent = b"%b: a%%0d%%0aSet-Cookie: b\r\n" % name
        request = b"GET /api/who%0d%0aSet-Cookie:b HTTP/1.1\r\n" + authorized(ann) + sent + b"\r\n"
        [reply] = ann.raw_replies(request)
        assert reply.status == 404
        assert reply.header("set-cookie") is None


def test_headers_that_never_end_are_cut_off(stranger: Caller) -> None:
    with stranger.raw(b"GET / HTTP/1.1\r\n") as connection:
        with pytest.raises(OSError):
            for _ in range(2000):
                connection.sendall(b"X-More: " + b"a" * 1000 + b"\r\n")
                time.sleep(0.001)
    with stranger.raw(b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 65_500) as connection:
        connection.sendall(b"a" * 100)
        assert read_reply(connection).status == 431


def test_many_headers_within_the_limit_are_read(ann: Caller) -> None:
    many = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 100) for number in range(500))
    [reply] = ann.raw_replies(b"GET /api/who HTTP/1.1\r\n" + authorized(ann) + many + b"\r\n")
    assert reply.status == 200


def test_slow_headers_are_hung_up_on(stranger: Caller) -> None:
    with stranger.raw(b"GET / HTTP/1.1\r\nX-Slow: ") as connection:
        assert read_reply(connection).status == 408
        assert hung_up(connection)


def test_connection_that_says_nothing_is_hung_up_on(stranger: Caller) -> None:
    with stranger.raw() as connection:
        assert read_reply(connection).status == 408


def test_slow_body_is_given_up_at_the_deadline(ann: Caller) -> None:
    head = b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + b"Content-Length: 100\r\n\r\n"
    with ann.raw(head) as connection:
        for _ in range(3):
            connection.sendall(b"x")
            time.sleep(0.1)
        reply = read_reply(connection)
        assert (reply.status, reply.json()["type"]) == (408, "urn:entrepot:problem:body-too-slow")
        assert hung_up(connection)


@pytest.mark.parametrize("path", [b"/api/who", b"/healthz", b"/api/nowhere"])
def test_body_that_nobody_wants_does_not_hold_the_connection(ann: Caller, path: bytes) -> None:
    head = b"GET " + path + b" HTTP/1.1\r\n" + authorized(ann) + b"Content-Length: 1000000\r\n\r\n"
    with ann.raw(head) as connection:
        reply = read_reply(connection)
        assert reply.status in (200, 404)
        assert reply.header("connection") == "close"
        with pytest.raises(OSError):
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)


def test_length_over_the_limit_is_refused_before_the_body_comes(ann: Caller) -> None:
    for length in (b"1048577", b"9" * 18):
        head = b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + b"Content-Length: " + length + b"\r\n\r\n"
        [reply] = ann.raw_replies(head)
        assert reply.status == 413


def test_expected_continue_is_not_asked_for_what_is_refused(ann: Caller) -> None:
    more = b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n"
    [reply] = ann.raw_replies(b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + more)
    assert reply.status == 413


def test_expected_continue_is_asked_for_what_is_welcome(ann: Caller) -> None:
    more = b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with ann.raw(b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + more) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"abc")
        assert read_reply(connection).json() == {"number": 3}


def test_chunks_over_the_limit_are_refused_while_they_come(ann: Caller) -> None:
    head = b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    with ann.raw(head) as connection:
        for _ in range(17):
            connection.sendall(chunk)
        assert read_reply(connection).status == 413


def test_chunks_that_break_off_in_nonsense_are_refused_at_once(ann: Caller) -> None:
    head = b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + b"Transfer-Encoding: chunked\r\n\r\n"
    [reply] = ann.raw_replies(head, b"3\r\nabc\r\nzz\r\n")  # a body that only came too late would be 408
    assert reply.status == 400


def test_trailers_are_no_headers(ann: Caller, stranger: Caller) -> None:
    """Otherwise they would pass by whatever looks at headers in front of the node."""
    head = b"PUT /api/upload HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    trailer = b"Authorization: Bearer " + (ann.credential or "").encode()
    [reply] = stranger.raw_replies(head + b"3\r\nabc\r\n0\r\n" + trailer + b"\r\n\r\n")
    assert reply.status == 401


@pytest.mark.parametrize("path", [b"/api/who", b"/healthz", b"/api/upload"])
def test_trailers_that_never_end_are_cut_off(ann: Caller, path: bytes) -> None:
    method = b"PUT " if path == b"/api/upload" else b"GET "
    head = method + path + b" HTTP/1.1\r\n" + authorized(ann) + b"Transfer-Encoding: chunked\r\n\r\n"
    with ann.raw(head + b"3\r\nabc\r\n0\r\n") as connection:
        with pytest.raises(OSError):
            while True:
                connection.sendall(b"X-More: " + b"a" * 20_000 + b"\r\n")
                time.sleep(0.01)


def test_trailers_that_are_too_large_are_refused_before_the_deadline(ann: Caller) -> None:
    head = b"PUT /api/upload HTTP/1.1\r\n" + authorized(ann) + b"Transfer-Encoding: chunked\r\n\r\n"
    with ann.raw(head + b"3\r\nabc\r\n0\r\n") as connection:
        time.sleep(0.05)
        connection.sendall(b"X-More: " + b"a" * 70_000)
        assert read_reply(connection).status == 431  # after the deadline it would be 408


def test_pipelined_requests_are_answered_in_order(ann: Caller) -> None:
    def get(path: bytes) -> bytes:
        return b"GET " + path + b" HTTP/1.1\r\n" + authorized(ann) + b"\r\n"

    together = get(b"/api/naps?sleep_s=0.2") + get(b"/api/who") + get(b"/nowhere") + get(b"/healthz")
    assert [reply.status for reply in ann.raw_replies(together, methods=["GET"] * 4)] == [200, 200, 404, 200]


def test_nonsense_behind_a_request_does_not_take_its_answer(ann: Caller) -> None:
    request = b"GET /api/naps?sleep_s=0.3 HTTP/1.1\r\n" + authorized(ann) + b"\r\n"
    with ann.raw(request) as connection:
        time.sleep(0.1)
        connection.sendall(b"\x00nonsense\r\n\r\n")
        assert read_reply(connection).status == 200
        assert hung_up(connection)


def test_head_is_a_get_without_the_body(ann: Caller) -> None:
    request = b"HEAD /api/who HTTP/1.1\r\n" + authorized(ann) + b"\r\n"
    replies = ann.raw_replies(request, request, methods=["HEAD"] * 2)
    assert [(reply.status, reply.body) for reply in replies] == [(200, b"")] * 2
    assert int(replies[0].header("content-length") or 0) > 0


@pytest.mark.parametrize("path", [b"/api/live-count", b"/api/count", b"/api/files/a"])
def test_head_of_what_comes_in_parts_ends_at_once(ann: Caller, path: bytes) -> None:
    head = b"HEAD " + path + b" HTTP/1.1\r\n" + authorized(ann) + b"\r\n"
    after = b"GET /api/who HTTP/1.1\r\n" + authorized(ann) + b"\r\n"
    replies = ann.raw_replies(head, after, methods=["HEAD", "GET"])  # /api/live-count itself would never end
    assert [reply.status for reply in replies] == [200, 200]


def test_options_is_answered_without_a_credential(stranger: Caller) -> None:
    [reply] = stranger.raw_replies(b"OPTIONS /api/notes HTTP/1.1\r\n" + HOST + b"\r\n", methods=["OPTIONS"])
    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c", b"nonsense"])
def test_upgrade_is_not_taken_and_the_request_still_answered(ann: Caller, upgrade: bytes) -> None:
    more = b"Connection: Upgrade\r\nUpgrade: " + upgrade + b"\r\n\r\n"
    [reply] = ann.raw_replies(b"GET /api/who HTTP/1.1\r\n" + authorized(ann) + more)
    assert reply.status == 200


def test_old_http_is_answered_and_hung_up_on(ann: Caller) -> None:
    with ann.raw(b"GET /api/who HTTP/1.0\r\n" + authorized(ann) + b"\r\n") as connection:
        assert read_reply(connection).status == 200
        assert hung_up(connection)


def test_reader_that_leaves_ends_its_stream(ann: Caller, node: Node) -> None:
    with ann.raw(b"GET /api/live-count HTTP/1.1\r\n" + authorized(ann) + b"\r\n") as connection:
        assert b"200 OK" in connection.recv(4096)
    assert ann.get("/healthz").status == 200


def test_reader_that_takes_nothing_is_hung_up_on(stranger: Caller) -> None:
    """Otherwise a few bytes of requests would hold a connection and its answers for ever."""
    whole = 400 * len(stranger.get("/openapi.json").body)
    # Three times the patience of the node, 2 s, and a look around. Nothing tells without taking, and a busy
    # machine may need longer for it.
    assert any(taken_after(pause_s, stranger) < whole / 2 for pause_s in (8.5, 17.0, 34.0))


def taken_after(pause_s: float, stranger: Caller) -> int:
    """How many bytes of 400 answers come to a reader that pauses first."""
    taken = 0
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_S)
        connection.connect((stranger.url.split("//")[1].split(":")[0], int(stranger.url.rsplit(":", 1)[1])))
        connection.sendall((b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n") * 400)
        time.sleep(pause_s)
        with suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                taken += len(part)
    return taken


def test_connections_that_hang_do_not_stop_others(ann: Caller, stranger: Caller) -> None:
    hanging = [stranger.raw(b"GET / HTTP/1.1\r\nX: ") for _ in range(200)]
    try:
        for each in hanging:
            each.__enter__()
        quickest(lambda: ann.get("/api/who"), within_s=0.5)
        assert ann.get("/api/who").status == 200
    finally:
        for each in hanging:
            each.__exit__(None, None, None)


def test_limit_of_headers_is_64_kibibytes() -> None:
    assert wire._MAX_HEADER_BYTES == 64 * 1024
