"""The table that no row escapes: what each answers to strangers, to the unentitled and to neighbours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.gateway.client import Node, Reply
from tests.gateway.least import least
from tests.sample.node import CONTEXTS

from entrepot.core.ids import new_id
from entrepot.core.routes import Route
from entrepot.core.time import now
from entrepot.node.assembly import assemble

ASSEMBLY = assemble(CONTEXTS)
_ALL = [row for context in ASSEMBLY for row in context.rows]
ROWS = {row.name: row for row in _ALL if not row.internal}
INTERNAL = [row for row in _ALL if row.internal]

# Public on purpose. A row that becomes public must be entered here by somebody who thought about it.
PUBLIC = {
    "GET /api/public",
    # Who has no session yet, or lost it: each proves itself by a password, or by the secret of a letter.
    "POST /api/users",
    "POST /api/users/confirm",
    "POST /api/users/decline",
    "POST /api/users/first",
    "POST /api/tokens",
    "POST /api/tokens/refresh",
    # By a passkey; by an outside service, there and back, and by the second factor after it.
    "POST /api/tokens/options",
    "POST /api/tokens/passkey",
    "GET /api/providers",
    "POST /api/providers/departures",
    "POST /api/tokens/provider",
    "POST /api/tokens/second-factor",
    "POST /api/passwords/forgot",
    "POST /api/passwords/reset",
    "POST /api/invitations/accept",
    # Whoever has the link of a share, which is random and expires.
    "GET /api/shares/{token}",
    "GET /api/shares/{token}/live",
}

# What an id in a path names, and so what somebody of another organisation gets for ours.
OWNED = {
    row.name: owner
    for context in ASSEMBLY
    for row in context.rows
    if not row.internal and (owner := context.owner_of(row)) is not None
}
# Tried with real people in `tests/user/test_access.py`: a token alone makes nobody a person.
PERSONAL = {"person", "invitation", "session", "passkey", "identity"}

# What fits a row's input well enough to get past it.
BODIES = {
    "POST /api/devices/{id}/recordings": {"file": "a.gpx", "bytes": 1},
    "POST /api/recordings/{id}/parts": {"number": 0, "content": "eA=="},
    "POST /api/devices/{id}/commands": {"action": "reportLocation"},
    "PATCH /api/notes/{id}": {"title": "taken over"},
    "PATCH /api/screenings/{id}": {"watch": True},
    "POST /api/screenings/{id}/decisions": {
        "list": "a",
        "entry": "1",
        "verdict": "false_positive",
        "reason": "another person",
    },
}

# What makes something, where the least that a row takes is not enough.
MAKES: dict[str, Callable[[Node], dict[str, Any]]] = {
    "key": lambda node: {"name": "ours", "scopes": ["sample:read"]},
    "geofence": lambda node: {
        "name": "ours", "geometry": {"type": "Point", "coordinates": [1, 1]}, "radius_m": 5
    },
    "webhook": lambda node: {"url": "https://hooks.example.org/ours"},
    "screening": lambda node: screening(node),
    "check": lambda node: {"hs_code": "9503", "origin": "CN", "destination": "DE"},
    "report schedule": lambda node: {"report": "summary", "every": "day", "at": "07:00"},
    "share": lambda node: {
        "devices": [node.caller("device:write").post("/api/devices", {"name": "ours"}).json()["id"]],
        "expires_at": f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
    },
}  # fmt: skip

guarded = pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.public])


def ask(node: Node, row: Route, credential: str | None, *, id: str = "0") -> Reply:
    body = b"x" if row.takes is bytes else BODIES.get(row.name, {})
    target = row.path.replace("{id}", id)
    caller = node.stranger(credential)
    if isinstance(body, bytes):
        return caller.ask(row.method, target, body=body)
    return caller.ask(row.method, target, body if row.method in ("POST", "PUT", "PATCH") else None)


def kind(reply: Reply) -> tuple[int, str]:
    assert reply.header("content-type") == "application/problem+json", reply
    return reply.status, reply.json()["type"].removeprefix("urn:entrepot:problem:")


def test_only_what_is_meant_to_be_public_is() -> None:
    assert {name for name, row in ROWS.items() if row.public} == PUBLIC


@guarded
def test_nobody_is_asked_to_say_who_they_are(node: Node, name: str) -> None:
    assert kind(ask(node, ROWS[name], None)) == (401, "unauthenticated")


@guarded
def test_garbage_is_no_credential(node: Node, name: str) -> None:
    assert kind(ask(node, ROWS[name], "garbage")) == (401, "unauthenticated")


@guarded
def test_token_with_every_scope_but_the_row_s_is_not_enough(node: Node, name: str) -> None:
    others = {row.scope for row in ROWS.values() if row.scope} - {ROWS[name].scope}
    token = node.token(" ".join(sorted(others)))
    assert kind(ask(node, ROWS[name], token)) == (403, "missing-scope")


@pytest.mark.parametrize("name", [name for name, what in OWNED.items() if what not in PERSONAL])
def test_what_another_organisation_owns_is_not_there(node: Node, name: str) -> None:
    row = ROWS[name]
    owned = make(node, OWNED[name], row)
    before = show(node, row, owned)
    neighbour = node.token(row.scope or "", org="other")
    status, _ = kind(ask(node, row, neighbour, id=owned))
    assert status == 404
    assert show(node, row, owned) == before


def make(node: Node, what: str, row: Route) -> str:
    """The id of something of ours: made where a row makes it from what it needs at least, else one that is
    as good as any (a letter of the node, a message of a device).
    """
    collection = row.path.partition("/{")[0]
    maker = ROWS.get(f"POST {collection}")
    if maker is None or maker.takes in (None, bytes):
        return new_id()
    asked = (MAKES[what](node) if what in MAKES else least(maker.takes)) or {}
    reply = node.caller(f"{maker.scope} device:write sample:read").post(collection, asked)
    assert reply.status in (200, 201), reply
    return id_in(reply.json())


def screening(node: Node) -> dict[str, Any]:
    """A screening, once there is a list to screen against."""
    a_list = {"list": "every-row", "format": "csv", "text": "id,name\n1,Somebody Else\n"}
    reply = node.caller("rule:write", kind="person").post("/api/parties/import", a_list)
    assert reply.status in (200, 201), reply
    return {"name": "Ours"}


def show(node: Node, row: Route, id: str) -> Any:
    """What its owner sees of it, where a row shows it."""
    shown = ROWS.get(f"GET {row.path.partition('}')[0]}}}")
    if shown is None or shown.scope is None or shown.needs_write:
        return None
    reply = node.caller(shown.scope).get(shown.path.replace("{id}", id))
    return reply.json() if reply.status == 200 else reply.status


def id_in(answer: Any) -> str:
    if "id" in answer:
        return str(answer["id"])
    return next(id_in(each) for each in answer.values() if isinstance(each, dict) and "id" in each)


@pytest.mark.parametrize("row", INTERNAL, ids=lambda row: row.name)
def test_internal_row_is_not_there_for_the_mightiest(node: Node, row: Route) -> None:
    assert kind(ask(node, row, node.token("*", kind="operator"))) == (404, "no-such-path")


def test_lists_show_nothing_of_another_organisation(node: Node) -> None:
    owner = node.caller("sample:write key:write sample:read")
    owner.post("/api/notes", {"title": "private"})
    owner.post("/api/keys", {"name": "private", "scopes": ["sample:read"]})
    neighbour = node.caller("sample:read key:read activity:read", org=f"other-{new_id()}")
    for path in ("/api/notes", "/api/keys", "/api/activity"):
        assert neighbour.get(path).json()["items"] == []
