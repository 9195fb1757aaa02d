"""The table that no row escapes: what each answers to strangers, to the unentitled and to neighbours."""

from datetime import timedelta

import pytest
from tests.gateway.client import Node, Reply
from tests.sample.node import CONTEXTS

from entrepot.core.ids import new_id
from entrepot.core.routes import Route
from entrepot.core.time import now
from entrepot.node.assembly import assemble

_ALL = [row for context in assemble(CONTEXTS) for row in context.rows]
ROWS = {row.name: row for row in _ALL if not row.internal}
INTERNAL = [row for row in _ALL if row.internal]

# Public on purpose. A row that becomes public must be entered here by somebody who thought about it.
PUBLIC = {
    "GET /api/public",
    # Who has no session yet, or lost it: each proves itself by a password, or by the secret of a letter.
    "POST /api/users",
    "POST /api/users/confirm",
    "POST /api/users/first",
    "POST /api/tokens",
    "POST /api/tokens/refresh",
    "POST /api/passwords/forgot",
    "POST /api/passwords/reset",
    "POST /api/invitations/accept",
    # Whoever has the link of a share, which is random and expires.
    "GET /api/shares/{token}",
    "GET /api/shares/{token}/live",
}

# What an id in a path names, and so what somebody of another organisation gets for ours.
OWNED = {
    "GET /api/notes/{id}": "note",
    "PATCH /api/notes/{id}": "note",
    "DELETE /api/notes/{id}": "note",
    "DELETE /api/keys/{id}": "key",
    "PATCH /api/users/{id}": "person",
    "DELETE /api/users/{id}": "person",
    "DELETE /api/invitations/{id}": "invitation",
    "DELETE /api/sessions/{id}": "session",
    "GET /api/devices/{id}": "device",
    "PATCH /api/devices/{id}": "device",
    "DELETE /api/devices/{id}": "device",
    "POST /api/devices/{id}/password": "device",
    "POST /api/devices/{id}/payload-key": "device",
    "DELETE /api/devices/{id}/payload-key": "device",
    "GET /api/devices/{id}/reads": "device",
    "GET /api/devices/{id}/positions": "device",
    "GET /api/devices/{id}/positions.gpx": "device",
    "GET /api/devices/{id}/positions.geojson": "device",
    "GET /api/devices/{id}/positions.csv": "device",
    "GET /api/devices/{id}/trips": "device",
    "GET /api/devices/{id}/stops": "device",
    "GET /api/devices/{id}/days": "device",
    "GET /api/devices/{id}/places": "device",
    "GET /api/devices/{id}/known-places": "device",
    "PATCH /api/devices/{id}/places/{place_id}": "device",
    "GET /api/devices/{id}/habits": "device",
    "GET /api/devices/{id}/reports": "device",
    "POST /api/devices/{id}/reports/{report_id}/geofence": "device",
    "GET /api/devices/{id}/preferences": "device",
    "PUT /api/devices/{id}/preferences": "device",
    "POST /api/devices/{id}/commands": "device",
    "POST /api/alerts/{id}/acknowledge": "alert",
    "DELETE /api/shares/{id}": "share",
    "GET /api/geofences/{id}": "geofence",
    "GET /api/screenings/{id}": "screening",
    "PATCH /api/screenings/{id}": "screening",
    "DELETE /api/screenings/{id}": "screening",
    "POST /api/screenings/{id}/decisions": "screening",
    "PATCH /api/geofences/{id}": "geofence",
    "DELETE /api/geofences/{id}": "geofence",
    "POST /api/notifications/{id}/read": "notification",
    "GET /api/webhooks/{id}": "webhook",
    "PATCH /api/webhooks/{id}": "webhook",
    "DELETE /api/webhooks/{id}": "webhook",
    "POST /api/webhooks/{id}/secret": "webhook",
    "POST /api/webhooks/{id}/test": "webhook",
    "GET /api/deliveries/{id}": "delivery",
    "POST /api/deliveries/{id}/replay": "delivery",
    "GET /api/quarantine/{id}": "message",
    "POST /api/quarantine/{id}/retry": "message",
    "DELETE /api/quarantine/{id}": "message",
    "GET /api/checks/{id}": "check",
    "GET /api/checks/{id}/replay": "check",
    "GET /api/checks/{id}/today": "check",
    "GET /api/checks/{id}/ticks": "check",
    "PUT /api/checks/{id}/ticks/{rule}": "check",
    "DELETE /api/checks/{id}/ticks/{rule}": "check",
    "GET /api/dead-letters/user/{id}": "dead letter",
    "GET /api/dead-letters/common/{id}": "dead letter",
    "POST /api/dead-letters/common/{id}/replay": "dead letter",
    "GET /api/dead-letters/monitor/{id}": "dead letter",
    "GET /api/dead-letters/gateway/{id}": "dead letter",
    "POST /api/dead-letters/user/{id}/replay": "dead letter",
    "POST /api/dead-letters/monitor/{id}/replay": "dead letter",
    "POST /api/dead-letters/gateway/{id}/replay": "dead letter",
    "GET /api/dead-letters/edge/{id}": "dead letter",
    "POST /api/dead-letters/edge/{id}/replay": "dead letter",
    "GET /api/dead-letters/tracking/{id}": "dead letter",
    "POST /api/dead-letters/tracking/{id}/replay": "dead letter",
    "GET /api/dead-letters/rule/{id}": "dead letter",
    "POST /api/dead-letters/rule/{id}/replay": "dead letter",
    "GET /api/dead-letters/screening/{id}": "dead letter",
    "POST /api/dead-letters/screening/{id}/replay": "dead letter",
}
# Ids that name nothing that anybody owns.
FREE = {
    "GET /api/files/{id}": "the caller's own word",
    "GET /api/rules/{id}": "the house's own rules",
    "GET /api/parties/{name}": "the house's own lists",
    "GET /api/parties/{name}/changes": "the house's own lists",
    "DELETE /api/parties/{name}": "the house's own lists",
    "GET /api/hs/{code}": "the Harmonized System is everybody's",
    "GET /api/packs/{id}": "the house's own rules",
    "PATCH /api/packs/{id}": "the house's own rules",
    "DELETE /api/packs/{id}": "the house's own rules",
    "GET /api/packs/{id}/rules": "the house's own rules",
    "GET /api/packs/{id}/rules/{rule_id}": "the house's own rules",
    "PUT /api/packs/{id}/rules/{rule_id}": "the house's own rules",
    "DELETE /api/packs/{id}/rules/{rule_id}": "the house's own rules",
    "GET /api/packs/{id}/flaws": "the house's own rules",
    "GET /api/packs/{id}/diff/{other}": "the house's own rules",
    "GET /api/packs/{id}/file": "the house's own rules",
    "POST /api/packs/{id}/canary": "the house's own rules",
    "POST /api/packs/{id}/rebase": "the house's own rules",
    "POST /api/packs/{id}/submit": "the house's own rules",
    "POST /api/packs/{id}/return": "the house's own rules",
    "POST /api/packs/{id}/approve": "the house's own rules",
    "POST /api/packs/{id}/activate": "the house's own rules",
    "POST /api/packs/{id}/rollback": "the house's own rules",
    "DELETE /api/roles/{name}": "a name in the caller's own organisation",
    "GET /api/shares/{token}": "a secret",
    "GET /api/shares/{token}/live": "a secret",
    "PUT /api/notifications/templates/{kind}": "a word of the house",
    "DELETE /api/notifications/templates/{kind}": "a word of the house",
}
# Tried with real people in `tests/user/test_access.py`: a token alone makes nobody a person.
PERSONAL = {"person", "invitation", "session"}

# What fits a row's input well enough to get past it.
BODIES = {
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


def test_every_row_with_an_id_is_classified() -> None:
    assert {name for name, row in ROWS.items() if "{" in row.path} == OWNED.keys() | FREE.keys()


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
    owner = node.caller("sample:write key:write sample:read key:read device:read device:write")
    match OWNED[name]:
        case "note":
            owned = owner.post("/api/notes", {"title": "ours"}).json()["id"]
        case "key":
            owned = owner.post("/api/keys", {"name": "ours", "scopes": ["sample:read"]}).json()["key"]["id"]
        case "device":
            owned = owner.post("/api/devices", {"name": "ours"}).json()["id"]
        case "share":
            shown = owner.post("/api/devices", {"name": "ours"}).json()["id"]
            new = {"devices": [shown], "expires_at": f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
            owned = node.caller("share:write").post("/api/shares", new).json()["share"]["id"]
        case "geofence":
            circle = {"name": "ours", "geometry": {"type": "Point", "coordinates": [1, 1]}, "radius_m": 5}
            owned = node.caller("geofence:write").post("/api/geofences", circle).json()["id"]
        case _:
            owned = new_id()  # letters belong to the operators, who are one organisation
    neighbour = node.token(row.scope or "", org="other")
    status, _ = kind(ask(node, row, neighbour, id=owned))
    assert status == 404
    if OWNED[name] == "note":
        assert owner.get(f"/api/notes/{owned}").json()["title"] == "ours"
    if OWNED[name] == "device":
        assert owner.get(f"/api/devices/{owned}").json()["revision"] == 1
    if OWNED[name] == "key":
        assert [
            key["revoked_at"]
            for key in owner.get("/api/keys?limit=200").json()["items"]
            if key["id"] == owned
        ] == [None]


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
