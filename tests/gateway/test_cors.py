"""Which other origins' pages may read answers: those that the operator named."""

import pytest
from tests.gateway.client import Caller
from tests.sample.node import CORS_ORIGIN

from entrepot.http.headers import Cors

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


def test_named_origin_may_read_answers_and_refusals(ann: Caller, stranger: Caller) -> None:
    for reply in (
        ann.get("/api/who", headers={"Origin": CORS_ORIGIN}),
        stranger.get("/api/who", headers={"Origin": CORS_ORIGIN}),
    ):
        assert reply.header("access-control-allow-origin") == CORS_ORIGIN
        assert reply.header("vary") == "origin"
        assert "x-request-id" in (reply.header("access-control-expose-headers") or "")
        assert reply.header("access-control-allow-credentials") is None


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "*",
        "",
        CORS_ORIGIN.upper(),
        CORS_ORIGIN + ".evil.example",
        "http" + CORS_ORIGIN[5:],
    ],
)
def test_any_other_origin_gets_no_permission(ann: Caller, origin: str) -> None:
    for reply in (
        ann.get("/api/who", headers={"Origin": origin}),
        ann.ask("OPTIONS", "/api/who", headers={"Origin": origin, **PREFLIGHT}),
    ):
        assert not [name for name, _ in reply.headers if name.startswith("access-control-")]


def test_preflight_of_a_named_origin_needs_no_credential(stranger: Caller) -> None:
    reply = stranger.ask("OPTIONS", "/api/notes", headers={"Origin": CORS_ORIGIN, **PREFLIGHT})
    assert reply.status == 204
    assert reply.header("access-control-allow-origin") == CORS_ORIGIN
    assert "POST" in (reply.header("access-control-allow-methods") or "")
    assert "idempotency-key" in (reply.header("access-control-allow-headers") or "")


def test_console_s_header_is_never_granted_to_a_page_of_no_named_origin(stranger: Caller) -> None:
    """The cookies' protection rests on it."""
    sent = {"Origin": "https://evil.example", "Access-Control-Request-Headers": "x-console"}
    reply = stranger.ask("OPTIONS", "/api/notes", headers={**PREFLIGHT, **sent})
    assert reply.header("access-control-allow-headers") is None


def test_nothing_is_granted_where_nobody_is_named() -> None:
    assert Cors(()).for_origin(b"https://console.example") == []
    assert Cors(()).preflight(b"https://console.example") == []
