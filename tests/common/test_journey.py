"""An alert's way through a real node: from tracking to the inbox, the live stream, a letter and a webhook."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.common.station import CONTEXTS, raise_alert
from tests.context_database import new_database
from tests.gateway.client import Caller, Node, running_node, until
from tests.infra.webhooks.receiver import Receiver, receiving
from tests.suite.patience import PATIENCE_S
from tests.user.people import Person, letter, letters

ALWAYS = {
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "begins": "08:00",
    "ends": "08:00",
}
SCOPE = "notification:read notification:write notification:manage alert:read"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    data = tmp_path_factory.mktemp("alerts")
    with running_node(data, dsn=dsn, contexts=CONTEXTS, webhook_networks=("127.0.0.0/8",)) as running:
        yield running


@pytest.fixture
def operator(node: Node) -> Caller:
    return node.caller("node:operate")


@pytest.fixture
async def ada(node: Node) -> Person:
    return (await Person(node).register()).sign_in()


def organisation(person: Person) -> str:
    return str(person.me.get("/api/organisation").json()["id"])


def inbox(person: Person, query: str = "") -> Any:
    reply = person.me.get(f"/api/notifications{query}")
    assert reply.status == 200, reply
    return reply.json()["items"]


@contextmanager
def listening(person: Person) -> Iterator[http.client.HTTPResponse]:
    url = urlsplit(person.node.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE_S)
    token = person.tokens["access_token"]
    connection.request("GET", "/api/notifications/live", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.readline().startswith(b":")
    try:
        yield answer
    finally:
        connection.close()


def next_event(answer: http.client.HTTPResponse) -> Any:
    while True:
        line = answer.readline()
        if line.startswith(b"data: "):
            return json.loads(line[6:])


async def test_alert_is_in_the_inbox_without_anybody_s_doing(ada: Person, operator: Caller) -> None:
    with listening(ada) as live:
        raised = raise_alert(operator, organisation(ada))
        told = next_event(live)
    [notice] = inbox(ada)
    assert (notice["id"], notice["kind"], notice["subject"]) == (
        told["id"],
        "alert.enter",
        "Van 3 entered Depot",
    )
    assert ada.me.get("/api/notifications/unread").json() == {"count": 1}
    assert ada.me.post(f"/api/notifications/{notice['id']}/read").status == 204
    assert inbox(ada, "?unread=true") == []
    raise_alert(operator, organisation(ada), id=raised, withdrawn=True)
    until(lambda: inbox(ada, "?unread=true"))
    assert inbox(ada)[0]["withdrawn"]
    assert ada.me.post("/api/notifications/read", {}).status == 204
    assert ada.me.get("/api/notifications/unread").json() == {"count": 0}


async def test_letter_reaches_the_address_that_only_the_user_context_knows(
    node: Node, ada: Person, operator: Caller
) -> None:
    wanted = {"channels": {"alert.low_battery": {"in_app": False, "email": True}}}
    assert ada.me.ask("PUT", "/api/notifications/preferences", wanted).status == 200
    kept = ada.me.get("/api/notifications/preferences").json()["channels"]
    assert (kept["alert.low_battery"], kept["alert.enter"]["in_app"]) == (
        {"in_app": False, "email": True},
        True,
    )
    raise_alert(operator, organisation(ada), kind="low_battery")
    mail = await letter(node, ada.email, subject="Van 3 is low on battery: an unknown value")
    assert "Van 3" in mail.text
    until(lambda: ada.me.get("/api/deliveries?channel=email").json()["items"][0]["status"] == "delivered")
    assert inbox(ada) == []


async def test_webhook_is_called_signed_and_its_test_too(ada: Person, operator: Caller) -> None:
    async with receiving() as receiver:
        made = ada.me.post("/api/webhooks", {"url": receiver.url(), "kinds": ["alert.*"]}).json()
        id = made["webhook"]["id"]
        tested = ada.me.post(f"/api/webhooks/{id}/test").json()
        raise_alert(operator, organisation(ada))
        await calls(receiver, 2)
    types = {got.json()["type"] for got in receiver.got}
    assert types == {"alert.enter", "webhook.test"}
    assert all(got.signed_by(made["secret"]) for got in receiver.got)
    until(lambda: ada.me.get(f"/api/deliveries/{tested['id']}").json()["status"] == "delivered")
    assert "secret" not in ada.me.get(f"/api/webhooks/{id}").json()


async def test_own_words_are_checked_shown_and_used(ada: Person, operator: Caller) -> None:
    path = "/api/notifications/templates/alert.enter"
    words = {"subject": "{device} ist da", "text": "{device} hat {geofence} erreicht."}
    refused = ada.me.ask("PUT", path, {**words, "text": "{nobody}"})
    assert (refused.status, refused.json()["field"]) == (422, "text")
    tried = ada.me.post("/api/notifications/templates/preview", {**words, "kind": "alert.enter"}).json()
    assert tried == {"subject": "Van 3 ist da", "text": "Van 3 hat Depot erreicht."}
    assert ada.me.ask("PUT", path, words).json()["own"]
    raise_alert(operator, organisation(ada))
    until(lambda: inbox(ada))
    assert inbox(ada)[0]["subject"] == "Van 3 ist da"
    assert ada.me.ask("DELETE", path).status == 204
    shown = ada.me.get("/api/notifications/templates").json()["items"]
    assert not any(each["own"] for each in shown)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"channels": {"alert.nothing": {}}}, "channels"),
        ({"throttle_minutes": -1}, "throttle_minutes"),
        ({"quiet_hours": [ALWAYS]}, "quiet_hours"),
    ],
)  # fmt: skip
def test_preferences_that_make_no_sense_are_refused_where_they_stand(
    node: Node, changes: Any, field: str
) -> None:
    reply = node.caller(SCOPE, kind="person").ask("PUT", "/api/notifications/preferences", changes)
    assert reply.status == 422
    assert reply.json().get("field") == field or f"$.{field}" in reply.json()["detail"]


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://192.168.1.1/", "ftp://x.example/", "https://"])
def test_webhook_to_an_inside_address_is_refused(node: Node, url: str) -> None:
    reply = node.caller(SCOPE).post("/api/webhooks", {"url": url})
    assert (reply.status, reply.json()["type"]) == (422, "urn:entrepot:problem:refused-url")
    assert reply.json()["field"] == "url"


async def test_export_tells_and_erasure_forgets(node: Node, ada: Person, operator: Caller) -> None:
    wanted = {"channels": {"alert.enter": {"email": True}}}
    assert ada.me.ask("PUT", "/api/notifications/preferences", wanted).status == 200
    home = organisation(ada)
    raise_alert(operator, home)
    until(lambda: inbox(ada))
    until(lambda: ada.me.get("/api/users/me/export").json()["state"] == "ready")
    held = ada.me.get("/api/users/me/export").json()["held"]["common"]
    assert [each["subject"] for each in held["notifications"]] == ["Van 3 entered Depot"]
    assert held["preferences"][home]["channels"] == {"alert.enter": {"in_app": True, "email": True}}
    assert {each["channel"] for each in held["deliveries"]} == {"in_app", "email"}
    before = len(await letters(node, ada.email))
    assert ada.me.ask("DELETE", "/api/users/me").status == 200
    manager = await asyncio.to_thread(node.caller, "notification:manage", org=home)
    until(lambda: {each["recipient"] for each in _deliveries(manager)} == {"erased"})
    raise_alert(operator, home)
    until(lambda: operator.get("/api/dead-letters/common").json()["items"] == [])
    assert len(await letters(node, ada.email)) <= before + 1
    assert {each["recipient"] for each in _deliveries(manager)} == {"erased"}


def _deliveries(caller: Caller) -> Any:
    return caller.get("/api/deliveries").json()["items"]


async def calls(receiver: Receiver, count: int) -> None:
    """Until so many have come; the receiver runs on this loop."""
    async with asyncio.timeout(PATIENCE_S):
        while len(receiver.got) < count:
            await asyncio.sleep(0.01)
