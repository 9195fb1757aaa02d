"""What bad input gets: a 4xx problem document that says what was wrong and reveals nothing else."""

import json
from typing import Any

import pytest
from tests.gateway.client import Caller, Node, Reply

JSON = {"Content-Type": "application/json"}


def problem(reply: Reply, status: int, kind: str) -> dict[str, Any]:
    """The problem document, after checking that it is a whole one."""
    assert reply.status == status, reply
    assert reply.header("content-type") == "application/problem+json"
    document: dict[str, Any] = reply.json()
    assert document["type"] == f"urn:entrepot:problem:{kind}"
    assert document["status"] == status
    assert document["title"] and document["detail"]
    assert document["request_id"] == reply.header("x-request-id")
    assert "Traceback" not in document["detail"] and "/src/" not in document["detail"]
    return document


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nul", b'{"title": "a",}', b"\xff\xfe", b'{"title": "\xff"}', b'{"title": "\xc0\xaf"}',
        b'{"title": "a\x00b"}', rb'{"title": "a\u0000b"}', rb'{"title": "\\\u0000"}',
        rb'{"title": "\ud800"}', rb'{"title": "\udc00x"}', rb'{"\ud800": 1}', b'{"title": 5}',
        b'{"title": null}', b'{"title": ""}', b"[]", b'"title"', b"{}", b'{"title": "a", "admin": true}',
        b'{"title": "a", "title": 7}', b'{"title": NaN}',
        b'{"title": "' + b"a" * 81 + b'"}', b"[" * 50_000, b'{"a":' * 10_000, b'{"title": "a"} trailing',
    ],
)  # fmt: skip
def test_body_that_does_not_fit_is_refused(ann: Caller, body: bytes) -> None:
    problem(ann.post("/api/notes", body=body, headers=JSON), 422, "bad-input")


def test_text_that_only_looks_like_a_nul_escape_is_taken(ann: Caller) -> None:
    written = ann.post("/api/notes", body=rb'{"title": "\\u0000"}', headers=JSON)
    assert written.status == 201, written
    assert written.json()["title"] == "\\u0000"


def test_refusal_names_the_member_that_does_not_fit(ann: Caller) -> None:
    said = problem(ann.post("/api/notes", {"title": 5}), 422, "bad-input")
    assert (said["field"], said["misfit"], said["detail"]) == ("title", "type", "Title must be text.")
    said = problem(ann.post("/api/notes", {"title": "a", "admin": 1}), 422, "bad-input")
    assert (said["field"], said["detail"]) == ("admin", "Admin is not known here.")


def test_million_numbers_are_refused(ann: Caller) -> None:
    numbers = b'{"numbers": [' + b",".join([b"1"] * 1_000_000) + b"]}"
    problem(ann.post("/api/sums", body=numbers, headers=JSON), 422, "bad-input")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=1e3", "limit=", "limit=1&limit=2", "unknown=1", "limit", "title=%00",
        "%00=1", "title=%ff", "title=%c0%af", "=", "&", "a=1&" * 200, "title=" + "a" * 81,
        "limit=99999999999999999999",
    ],
)  # fmt: skip
def test_query_that_does_not_fit_is_refused(ann: Caller, query: str) -> None:
    problem(ann.get(f"/api/notes?{query}"), 422, "bad-input")


def test_word_null_in_a_query_is_a_text_and_never_nothing(node: Node) -> None:
    fleet = node.caller("device:read", kind="person")
    problem(fleet.get("/api/devices?state=null"), 422, "bad-input")
    assert fleet.get("/api/devices?search=null&person=null").status == 200


@pytest.mark.parametrize("moment", ["0.5", "1700000000", "now", "-1"])
def test_number_in_a_query_is_no_moment(node: Node, moment: str) -> None:
    fleet = node.caller("position:read", kind="person")
    problem(fleet.get(f"/api/devices/0/trips?from={moment}"), 422, "bad-input")
    assert fleet.get("/api/devices/0/trips?from=2026-01-01T00:00:00Z").status == 404


def test_query_where_none_is_taken_is_refused(ann: Caller) -> None:
    problem(ann.get("/api/who?x=1"), 422, "bad-input")


@pytest.mark.parametrize("sleep_s", ["nan", "-nan", "inf", "-inf", "1e400", "-0.1", "61"])
def test_number_that_is_out_of_bounds_is_refused(ann: Caller, sleep_s: str) -> None:
    problem(ann.get(f"/api/naps?sleep_s={sleep_s}"), 422, "bad-input")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere", "/api", "/api/notes/", "/api//notes", "/api/notes/a/b", "/API/notes", "/api/notes/%00",
        "/api/notes/a%0d%0aset-cookie:x", "/api/notes/%ff", "/api/notes/%c0%ae%c0%ae", "/api/internal",
        "/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd", "/docs/../../etc/passwd",
        "/docs/%2e%2e/etc/passwd",
        "/api/notes/%e2%80%ae", "/" + "a/" * 1500, "//evil.example/api/who", "/internal/credentials",
    ],
)  # fmt: skip
def test_path_that_leads_nowhere_is_not_found(ann: Caller, path: str) -> None:
    problem(ann.get(path), 404, "no-such-path")


def test_path_with_an_encoded_slash_is_refused(ann: Caller) -> None:
    for path in ("/docs/%2e%2e%2fetc/passwd", "/api%2Fwho", "/api/notes/a%2fb"):
        reply = ann.get(path)
        assert (reply.status, reply.json()["type"]) == (400, "urn:entrepot:problem:bad-request")


def test_path_is_never_resolved(ann: Caller) -> None:
    problem(ann.get("/api/notes/%2e%2e"), 404, "note-not-found")
    problem(ann.get("/api/notes/.."), 404, "note-not-found")


def test_over_long_id_is_refused(ann: Caller) -> None:
    problem(ann.get("/api/notes/" + "a" * 201), 422, "bad-input")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/notes", "GET, POST"),
        ("POST", "/api/who", "GET"),
        ("TRACE", "/api/who", "GET"),
        ("POST", "/openapi.json", "GET"),
        ("DELETE", "/healthz", "GET"),
        ("PROPFIND", "/api/notes", "GET, POST"),
    ],
)
def test_method_that_a_path_does_not_answer_is_told_which_it_does(
    ann: Caller, method: str, path: str, allowed: str
) -> None:
    reply = ann.ask(method, path)
    problem(reply, 405, "method-not-allowed")
    assert reply.header("allow") == allowed


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/xml", "application/jsonp", "multipart/form-data"]
)
def test_body_that_is_not_said_to_be_json_is_refused(ann: Caller, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    problem(ann.post("/api/notes", body=b'{"title":"a"}', headers=headers), 415, "unsupported-media-type")


def test_json_with_a_charset_is_json(ann: Caller) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert ann.post("/api/notes", body=b'{"title":"a"}', headers=headers).status == 201


@pytest.mark.parametrize("key", ["a\tb", "é", "x" * 201, ""])
def test_idempotency_key_that_is_none_is_refused(ann: Caller, key: str) -> None:
    reply = ann.post("/api/notes", {"title": "a"}, headers={"Idempotency-Key": key})
    problem(reply, 400, "bad-idempotency-key")


def test_crash_shows_nothing_but_the_request(ann: Caller) -> None:
    for reply in (ann.get("/api/crash"), ann.post("/api/crash", {"title": "crash"})):
        document = problem(reply, 500, "unexpected")
        assert set(document) == {"type", "title", "status", "detail", "request_id"}
        assert b"swordfish" not in reply.body


def test_crash_leaves_nothing_behind(ann: Caller) -> None:
    title = "left behind by a crash"
    ann.post("/api/crash", {"title": title})
    assert ann.get(f"/api/notes?title={title.replace(' ', '+')}").json()["items"] == []


def test_error_of_a_context_shows_its_public_fields_only(ann: Caller) -> None:
    note = ann.post("/api/notes", {"title": "frozen"}).json()
    reply = ann.ask("PATCH", f"/api/notes/{note['id']}", {"title": "other"})
    document = problem(reply, 409, "title-frozen")
    assert document["title"] == "Conflict"
    assert b"never shown" not in reply.body
    assert ann.get(f"/api/notes/{note['id']}").json()["title"] == "frozen"


def test_deadline_ends_what_takes_too_long_and_keeps_nothing(ann: Caller) -> None:
    problem(ann.post("/api/slow-notes", {"title": "too slow"}), 504, "deadline-exceeded")
    assert ann.get("/api/notes?title=too+slow").json()["items"] == []


def test_upload_up_to_the_limit_is_taken_and_one_byte_more_is_not(ann: Caller) -> None:
    assert ann.ask("PUT", "/api/upload", body=b"x" * (1 << 20)).json() == {"number": 1 << 20}
    problem(ann.ask("PUT", "/api/upload", body=b"x" * ((1 << 20) + 1)), 413, "body-too-large")


def test_far_too_large_upload_learns_why_although_it_still_sends(ann: Caller) -> None:
    problem(ann.ask("PUT", "/api/upload", body=b"x" * (24 << 20)), 413, "body-too-large")


def test_file_with_any_name_is_a_sound_download(ann: Caller) -> None:
    for name in ("plain.txt", "a%22b.txt", "%E2%82%AC.txt", "a;b.txt", "a%5Cb"):
        reply = ann.get(f"/api/files/{name}")
        assert (reply.status, reply.body) == (200, b"x" * 4000), reply
        assert (reply.header("content-disposition") or "").startswith("attachment; filename")


def test_stream_says_each_item_once_and_ends(ann: Caller) -> None:
    reply = ann.get("/api/count?until=3")
    assert reply.header("content-type") == "text/event-stream"
    assert reply.body == b"".join(b'data: {"number":%d}\n\n' % number for number in range(3))


def test_every_answer_carries_the_security_headers_once(ann: Caller, stranger: Caller) -> None:
    replies = [
        ann.get("/api/who"), ann.get("/nowhere"), ann.get("/api/crash"), stranger.get("/api/who"),
        ann.get("/api/count"), ann.get("/api/files/a"), ann.get("/openapi.json"), ann.get("/docs"),
        ann.ask("HEAD", "/api/who"), ann.ask("OPTIONS", "/api/who"),
    ]  # fmt: skip
    for reply in replies:
        assert reply.header("x-content-type-options") == "nosniff"
        assert reply.header("x-frame-options") == "DENY"
        assert reply.header("referrer-policy") == "no-referrer"
        assert (reply.header("content-security-policy") or "").startswith("default-src 'none'")
        assert reply.header("cache-control") in ("no-store", "no-cache")
        assert reply.header("server") is None


def test_request_id_that_is_sound_is_kept_and_any_other_replaced(ann: Caller) -> None:
    assert (
        ann.get("/api/who", headers={"X-Request-Id": "order-7:a.b_c"}).header("x-request-id")
        == "order-7:a.b_c"
    )
    for bad in ("", "a b", "x" * 129, "é", "a\tb", "<script>"):
        given = ann.get("/api/who", headers={"X-Request-Id": bad}).header("x-request-id")
        assert given and given != bad


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "00-",
        "00-" + "0" * 32 + "-" + "1" * 16 + "-01",
        "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
        "é" * 55,
    ],
)
def test_traceparent_that_is_none_starts_a_trace(ann: Caller, sent: str) -> None:
    reply = ann.get("/api/who", headers={"traceparent": sent})
    assert reply.status == 200
    assert json.loads(reply.body)


def test_trace_of_the_caller_goes_on(ann: Caller) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    reply = ann.get("/api/who", headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    assert reply.header("x-request-id") == trace_id
