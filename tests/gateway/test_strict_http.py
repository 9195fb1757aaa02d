"""What two readers could understand in two ways is refused, before anybody looks at what it wants. Each line
names the place that says so.
"""

import json
from typing import Any

import pytest
from tests.gateway.client import Caller, read_reply

GET, PUT = b"GET /api/who HTTP/1.1\r\n", b"PUT /api/upload HTTP/1.1\r\n"
HOST, END = b"Host: x\r\n", b"\r\n"
CHUNKS = b"3\r\nabc\r\n0\r\n\r\n"

REFUSED = [
    # RFC 9112 §3.2: exactly one valid Host
    (400, GET + END),
    (400, GET + HOST + HOST + END),
    (400, GET + HOST + b"Host: y\r\n" + END),
    (400, b"GET /api/who HTTP/1.0\r\n" + HOST + b"Host: y\r\n" + END),
    (400, GET + b"Host:\r\n" + END),  # RFC 9110 §4.2.1: no http URI has an empty host
    (400, GET + b"Host: a, b\r\n" + END),
    (400, GET + b"Host: a b\r\n" + END),
    (400, GET + b"Host: a/b\r\n" + END),
    (400, GET + b"Host: ann@x\r\n" + END),  # RFC 9110 §4.2.4
    (400, GET + b"Host: x:port\r\n" + END),
    (400, GET + b"Host: x:70000\r\n" + END),
    (400, GET + b"Host: [::1\r\n" + END),
    (400, GET + b"Host: [1.2.3]\r\n" + END),
    (400, GET + b"Host: http://x\r\n" + END),
    (400, GET + b"Host: x%zz\r\n" + END),
    (400, GET + "Host: münchen\r\n".encode() + END),
    # RFC 9110 §5.3, §11.6.2: fields that a request has once
    (400, GET + HOST + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n" + END),
    (400, GET + HOST + b"Authorization: Bearer a\r\nauthorization: Bearer a\r\n" + END),
    (400, GET + HOST + b"Cookie: a=1\r\nCookie: a=2\r\n" + END),  # RFC 6265 §5.4
    (400, PUT + HOST + b"Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 3\r\n\r\nabc"),
    (400, PUT + HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
    (400, PUT + HOST + b"Content-Length: 3, 3\r\n\r\nabc"),
    (400, PUT + HOST + b"Content-Length: +3\r\n\r\nabc"),
    (400, PUT + HOST + b"Content-Length: 0x3\r\n\r\nabc"),
    (400, PUT + HOST + b"Content-Length:\r\n\r\nabc"),
    (400, PUT + HOST + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 3\r\n\r\nabc"),
    # RFC 9112 §6.1 and §6.3: chunked once, at the end, in HTTP/1.1; what we do not undo is 501
    (501, PUT + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS),
    (501, PUT + HOST + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS),
    (501, PUT + HOST + b"Transfer-Encoding: cow, chunked\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: gzip\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: identity\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: \"chunked\"\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: chunked;a=b\r\n\r\n" + CHUNKS),  # §7.1
    (400, PUT + HOST + b"Transfer-Encoding:\r\n\r\n" + CHUNKS),
    (400, PUT + HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + CHUNKS),
    (400, b"PUT /api/upload HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS),
    # RFC 9112 §7.1: sizes are hexadecimal digits
    (400, PUT + HOST + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"),
    (400, PUT + HOST + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n"),
    (400, PUT + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"),
    (400, PUT + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\nabc\r\n0\r\n\r\n"),
    # RFC 9112 §2.3 and §3: a request line with a version that we speak; RFC 9110 §15.6.6
    (400, b"GET /api/who\r\n\r\n"),
    (400, b"GET /api/who HTTP/0.9\r\n" + HOST + END),
    (505, b"GET /api/who HTTP/2.0\r\n" + HOST + END),
    (400, b"GET /api/who HTTP/1.2\r\n" + HOST + END),
    (400, b"GET /api/who http/1.1\r\n" + HOST + END),
    (400, b"GET /api/who HTTP/1.10\r\n" + HOST + END),
    (400, b"GET\t/api/who HTTP/1.1\r\n" + HOST + END),
    # RFC 9112 §3.2: the target is a path or a whole address, without a fragment
    (400, b"GET /api/who#there HTTP/1.1\r\n" + HOST + END),
    (400, b"GET /api/naps?sleep_s=0#there HTTP/1.1\r\n" + HOST + END),
    (400, b"GET http://x/api/who#there HTTP/1.1\r\n" + HOST + END),
    (400, b"GET api/who HTTP/1.1\r\n" + HOST + END),
    (400, b"GET * HTTP/1.1\r\n" + HOST + END),
    (400, b"GET ftp://x/api/who HTTP/1.1\r\n" + HOST + END),
    (400, b"GET http://ann@x/api/who HTTP/1.1\r\n" + HOST + END),
    (400, b"GET http:///api/who HTTP/1.1\r\n" + HOST + END),
    (400, b"GET x:443 HTTP/1.1\r\n" + HOST + END),
    # RFC 3986 §2.1 and §2.2: an encoded slash is no slash, and what is encoded has two digits
    (400, b"GET /api%2Fwho HTTP/1.1\r\n" + HOST + END),
    (400, b"GET /api/notes/a%2fb HTTP/1.1\r\n" + HOST + END),
    (400, b"GET /owntracks%2f HTTP/1.1\r\n" + HOST + END),
    (400, b"GET http://x/api%2Fwho HTTP/1.1\r\n" + HOST + END),
    (400, b"GET /api/wh%6 HTTP/1.1\r\n" + HOST + END),
    (400, b"GET /api/%zz HTTP/1.1\r\n" + HOST + END),
    # RFC 9112 §2.2 and §5.2: lines end with CRLF, and are not folded
    (400, b"GET /api/who HTTP/1.1\nHost: x\n\n"),
    (400, GET + HOST + b"X-A: b\nX-C: d\r\n" + END),
    (400, GET + HOST + b"X-A: b\r\n c\r\n" + END),
    (400, GET + b" \r\n" + HOST + END),
    (400, GET + HOST + b"X A: b\r\n" + END),
    (400, GET + HOST + b": b\r\n" + END),
    (400, GET + HOST + b"X-A\r\n" + END),
]  # fmt: skip


@pytest.mark.parametrize(("status", "request_bytes"), REFUSED)
def test_ambiguous_request_is_refused_and_hung_up_on(
    stranger: Caller, status: int, request_bytes: bytes
) -> None:
    with stranger.raw(request_bytes + GET + HOST + END) as connection:  # what follows is not read either
        reply = read_reply(connection)
        assert (reply.status, reply.header("content-type")) == (status, "application/problem+json"), reply
        assert reply.header("connection") == "close"
        assert connection.recv(1) == b""


@pytest.mark.parametrize("path", [b"/owntracks", b"/osmand", b"/healthz", b"/", b"/api/nowhere"])
def test_doors_of_devices_and_pages_are_as_strict(stranger: Caller, path: bytes) -> None:
    post = b"POST " + path + b" HTTP/1.1\r\n"
    for request in (
        post + END,
        post + HOST + HOST + END,
        post + HOST + b"Authorization: Basic YTpi\r\nAuthorization: Basic Yzpk\r\n" + END,
        post.replace(path, path + b"#x") + HOST + END,
        post.replace(path, b"/%2f" + path) + HOST + END,
    ):
        [reply] = stranger.raw_replies(request)
        assert reply.status == 400, request


@pytest.mark.parametrize(
    "request_bytes",
    [
        GET + b"Host: x:8080\r\n",
        GET + b"Host: [::1]:8080\r\n",
        GET + b"Host: my_host.example.\r\n",
        GET + b"hOsT:x\r\n",
        b"GET /api/who HTTP/1.0\r\n",  # HTTP/1.0 knew no Host
        b"GET http://x/api/who HTTP/1.1\r\nHost: x\r\n",
        b"GET HTTP://x:80/api/who HTTP/1.1\r\nHost: y\r\n",  # RFC 9112 §3.2.2: the address wins
        b"GET /%61pi/who HTTP/1.1\r\nHost: x\r\n",  # RFC 3986 §6.2.2.2
        GET + HOST + b"Accept: a/b\r\nAccept: c/d\r\n",  # a list, on two lines
        b"\r\n" + GET + HOST,  # RFC 9112 §2.2: an empty line before
    ],
)
def test_what_is_allowed_is_still_answered(ann: Caller, request_bytes: bytes) -> None:
    authorization = f"Authorization: Bearer {ann.credential}\r\n\r\n".encode()
    [reply] = ann.raw_replies(request_bytes + authorization)
    assert reply.status == 200


def test_encoded_slash_in_a_query_is_no_slash_in_a_path(ann: Caller) -> None:
    head = f"Host: x\r\nAuthorization: Bearer {ann.credential}\r\n\r\n".encode()
    [reply] = ann.raw_replies(b"GET /api/naps?sleep_s=0&x=%2F HTTP/1.1\r\n" + head)
    assert reply.status == 422  # the member is unknown, and the path was found


def test_chunked_alone_is_read(ann: Caller) -> None:
    head = f"Authorization: Bearer {ann.credential}\r\n".encode()
    for coding in (b"chunked", b"Chunked", b"chunked "):
        coded = b"Transfer-Encoding: " + coding + b"\r\n\r\n"
        [reply] = ann.raw_replies(PUT + HOST + head + coded + CHUNKS)
        assert (reply.status, reply.json()) == (200, {"number": 3})


def test_ambiguous_request_behind_another_does_not_take_its_answer(ann: Caller) -> None:
    whole = b"GET /api/naps?sleep_s=0.2 HTTP/1.1\r\n" + HOST
    authorization = f"Authorization: Bearer {ann.credential}\r\n\r\n".encode()
    with ann.raw(whole + authorization + GET + END) as connection:
        assert read_reply(connection).status == 200
        assert connection.recv(1) == b""


# ---- JSON: RFC 8259 §4, RFC 7493 §2.3 ----------------------------------------------------------------

DUPLICATES = [
    '{"title": "a", "title": "b"}',
    '{"title": "a", "text": "", "title": "a"}',
    '{"title": "a", "t\\u0069tle": "b"}',  # the same name, written otherwise
    '{"title" : "a", "title": "b"}',
    '{"title":"a","title"\n:"b"}',
    '{"title": "\\u0022:", "title": "b"}',
    '{"title": ":", "title": ":\\""}',
]


@pytest.mark.parametrize("body", DUPLICATES)
def test_body_that_names_a_member_twice_is_refused(ann: Caller, body: str) -> None:
    reply = ann.ask("POST", "/api/notes", body=body.encode(), headers={"Content-Type": "application/json"})
    assert reply.status == 422, reply
    assert reply.json()["detail"] == "The body names 'title' twice."


@pytest.mark.parametrize(
    "body",
    [
        {"title": "a"},
        {"title": ':"a": {"title"'},
        {"title": 'she said "title": twice \\', "text": "\u2028"},
        {"title": "note : this", "text": '":":":'},
    ],
)
def test_body_that_only_looks_so_is_taken(ann: Caller, body: dict[str, Any]) -> None:
    for text in (json.dumps(body), json.dumps(body, ensure_ascii=False, separators=(" , ", " : "))):
        sent = text.encode()
        reply = ann.ask("POST", "/api/notes", body=sent, headers={"Content-Type": "application/json"})
        assert reply.status in (200, 201), (reply, text)
