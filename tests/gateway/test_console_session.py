"""The console's cookies: they count beside its own header only, and a broken one locks nobody out."""

import pytest
from tests.gateway.client import Caller, Node

CONSOLE = {"X-Console": "1"}


def cookie(node: Node, token: str) -> dict[str, str]:
    return {"Cookie": f"theme=dark; {node.cookies.access}={token}"}


def test_cookie_counts_beside_the_console_s_header_only(node: Node, stranger: Caller) -> None:
    sent = cookie(node, node.token())
    assert stranger.get("/api/who", headers={**sent, **CONSOLE}).status == 200
    assert stranger.get("/api/who", headers=sent).status == 401
    assert stranger.get("/api/who", headers={**sent, "X-Console": "0"}).status == 401


def test_cookie_opens_no_more_than_its_token(node: Node, stranger: Caller) -> None:
    sent = {**cookie(node, node.token("sample:read")), **CONSOLE}
    assert stranger.post("/api/notes", {"title": "a"}, headers=sent).status == 403


def test_authorization_header_wins_over_a_cookie(node: Node, ann: Caller) -> None:
    sent = {**cookie(node, "garbage"), **CONSOLE}
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
def test_broken_cookie_is_no_credential(node: Node, stranger: Caller, broken: str) -> None:
    assert stranger.get("/api/who", headers={**cookie(node, broken), **CONSOLE}).status == 401


def test_broken_cookie_locks_nobody_out_of_what_is_public(node: Node, stranger: Caller) -> None:
    """Signing in is public, and is what somebody with a broken session must be able to do."""
    for sent in (cookie(node, "garbage"), cookie(node, node.token(iat=1_000_000_000, exp=1_000_000_600))):
        assert stranger.get("/api/public", headers={**sent, **CONSOLE}).status == 200


@pytest.mark.parametrize(
    "foreign", ['prefs={"a": 1, "b": [2]}', "bad name=1", "é=ü", '"', "=", "x" * 3000, 'a="b; c"']
)
def test_foreign_cookie_signs_nobody_out(node: Node, stranger: Caller, foreign: str) -> None:
    """Other programs on this host set cookies, too, and some that a strict parser gives up at."""
    sent = {"Cookie": f"{foreign}; {node.cookies.access}={node.token()}".encode().decode("latin-1")}
    assert stranger.get("/api/who", headers={**sent, **CONSOLE}).status == 200


@pytest.mark.parametrize(
    "name", ["entrepot_access", "entrepot_access_0badcafe", "__Host-entrepot_access", "x{}", "{}x"]
)
def test_cookie_of_another_name_is_no_credential(node: Node, stranger: Caller, name: str) -> None:
    sent = {"Cookie": f"{name.format(node.cookies.access)}={node.token()}"}
    assert stranger.get("/api/who", headers={**sent, **CONSOLE}).status == 401
