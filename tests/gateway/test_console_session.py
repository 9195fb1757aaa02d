"""The console's cookies: they count beside its own header only, and a broken one locks nobody out."""

import pytest
from tests.gateway.client import Caller, Node

CONSOLE = {"X-Console": "1"}


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"theme=dark; entrepot_access={token}"}


def test_cookie_counts_beside_the_console_s_header_only(node: Node, stranger: Caller) -> None:
    sent = cookie(node.token())
    assert stranger.get("/api/who", headers={**sent, **CONSOLE}).status == 200
    assert stranger.get("/api/who", headers=sent).status == 401
    assert stranger.get("/api/who", headers={**sent, "X-Console": "0"}).status == 401


def test_cookie_opens_no_more_than_its_token(node: Node, stranger: Caller) -> None:
    sent = {**cookie(node.token("sample:read")), **CONSOLE}
    assert stranger.post("/api/notes", {"title": "a"}, headers=sent).status == 403


def test_authorization_header_wins_over_a_cookie(node: Node, ann: Caller) -> None:
    sent = {**cookie("garbage"), **CONSOLE}
    assert ann.get("/api/who", headers=sent).status == 200


@pytest.mark.parametrize(
    "broken",
    [
        "garbage",
        "",
        '"\\000\\015\\012"',
        "é",
        "a" * 9000,
        "=;=;=",
        '"',
        "\\",
        "entrepot_access",
        "$Version=1",
    ],
)
def test_broken_cookie_is_no_credential(stranger: Caller, broken: str) -> None:
    assert stranger.get("/api/who", headers={**cookie(broken), **CONSOLE}).status == 401


def test_broken_cookie_locks_nobody_out_of_what_is_public(node: Node, stranger: Caller) -> None:
    """Signing in is public, and is what somebody with a broken session must be able to do."""
    for sent in (cookie("garbage"), cookie(node.token(iat=1_000_000_000, exp=1_000_000_600))):
        assert stranger.get("/api/public", headers={**sent, **CONSOLE}).status == 200
