"""Alerts through the doors: what devices do is told, listed, acknowledged, and every look is written down."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.gateway.client import Caller, Node, until
from tests.tracking.fleet import directly, enrolled, manager, tell

from entrepot.core.time import to_us

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def add_alerts(node: Node, id: str, organisation: str, *moments: datetime, kind: str = "enter") -> list[str]:
    rows = [(f"{id}-{to_us(moment)}-{kind}", organisation, id, kind, to_us(moment)) for moment in moments]
    directly(
        node,
        "INSERT INTO alert (id, organisation, subject, name, kind, occurred_at_us, raised_at_us, place,"
        " place_name, ends, late, simulated, corrects, only_for, rule, status, counted_in, denied,"
        " acknowledged_by) VALUES (?, ?, ?, '', ?, ?, 0, '', '', '', 0, 0, '', '', '', 'told', '', 0, '')",
        rows,
        context="alert",
    )
    return [row[0] for row in rows]


def listed(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/api/alerts{query}").json()["items"]
    return found


def test_alerts_are_listed_newest_first_and_acknowledged_once(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="alerted"), manager(node, sub="bob", org="alerted")
    van, car = enrolled(ann, kind="vehicle")["id"], enrolled(ann, kind="vehicle")["id"]
    ids = add_alerts(node, van, "alerted", *(NOON + timedelta(minutes=n) for n in range(5)))
    add_alerts(node, car, "alerted", NOON, kind="overspeed")
    found, cursor = [], ""
    while cursor is not None:
        page = ann.get(f"/api/alerts?limit=2{cursor and f'&cursor={cursor}'}").json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert found[:4] == ids[:0:-1] and len(set(found)) == 6
    assert len(listed(ann, "?kind=overspeed")) == 1
    assert len(listed(ann, f"?device={van}&from=2026-03-01T12:03:00Z")) == 2
    assert bob.post(f"/api/alerts/{ids[0]}/acknowledge").status == 204
    assert ann.post("/api/alerts/acknowledge", {"ids": ids[:2]}).status == 204
    [first] = [each for each in listed(ann) if each["id"] == ids[0]]
    assert first["acknowledged_by"] == "bob" and first["acknowledged_at"] is not None
    assert len(listed(ann, "?unacknowledged=true")) == 4
    assert ann.post("/api/alerts/acknowledge", {"ids": [ids[2], "nothing"]}).status == 404
    assert manager(node).post(f"/api/alerts/{ids[0]}/acknowledge").status == 404
    for wrong in ("cursor=x", "kind=departed", "from=2026-03-02T12:00:00Z&to=2026-03-01T12:00:00Z"):
        assert ann.get(f"/api/alerts?{wrong}").status == 422, wrong


def test_alert_of_a_private_device_is_its_person_s(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="quiet"), manager(node, sub="bob", org="quiet")
    phone = enrolled(ann)["id"]
    [id] = add_alerts(node, phone, "quiet", NOON)
    assert [each["id"] for each in listed(bob)] == [id]
    assert ann.ask("PUT", f"/api/devices/{phone}/preferences", {"private": True}).status == 200
    until(lambda: listed(bob) == [])
    assert bob.post(f"/api/alerts/{id}/acknowledge").status == 404
    assert [each["id"] for each in listed(ann)] == [id]


def test_device_s_name_is_the_one_that_it_has_now(node: Node) -> None:
    ann = manager(node, org="renamed")
    van = enrolled(ann, kind="vehicle")["id"]
    add_alerts(node, van, "renamed", NOON)
    assert ann.ask("PATCH", f"/api/devices/{van}", {"name": "Lorry"}).status == 200
    until(lambda: [each["device_name"] for each in listed(ann)] == ["Lorry"])


def test_what_a_device_does_is_told_by_the_organisation_s_rules(node: Node) -> None:
    ann = manager(node, org="ruling")
    rule = {"kind": "low_battery", "again_after_s": 3600}
    set_ = ann.ask("PUT", "/api/alert-rules", rule)
    assert set_.status == 200, set_
    assert set_.json() | rule == set_.json() and set_.json()["tells"] is True
    assert ann.get("/api/alert-rules").json() == {"items": [set_.json()], "next": None}
    van, silent = (
        enrolled(ann, name=name, filter={"min_distance_m": None, "drift_m": None})
        for name in ("Van", "Silent")
    )
    assert ann.ask("PUT", "/api/alert-rules", {"device": silent["id"], "tells": False}).status == 200
    for device in (silent, van):
        for percent, seconds in ((9, -40), (60, -20), (9, 0)):
            _charged(node, device, percent, int(time.time()) + seconds)
    until(lambda: [(each["device_name"], each["repeats"]) for each in listed(ann)] == [("Van", 1)])
    assert ann.ask("DELETE", f"/api/alert-rules?device={silent['id']}").status == 204
    assert ann.ask("DELETE", f"/api/alert-rules?device={silent['id']}").status == 404
    assert ann.ask("PUT", "/api/alert-rules", {"kind": "departed"}).status == 422
    assert ann.ask("PUT", "/api/alert-rules", {"holds_for_s": -1}).status == 422
    assert manager(node, "alert:read", org="ruling").ask("PUT", "/api/alert-rules", rule).status == 403
    assert manager(node).get("/api/alert-rules").json()["items"] == []


def _charged(node: Node, device: dict[str, Any], percent: int, at_s: int) -> None:
    asked = f"id={device['username']}&token={device['password']}&lat=52.5&lon=13.4"
    assert node.stranger().get(f"/osmand?{asked}&timestamp={at_s}&batt={percent}").status == 200


def test_look_at_alerts_is_written_down_for_the_devices_person(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="looked"), manager(node, sub="bob", org="looked")
    phone = enrolled(ann)
    reads = f"/api/devices/{phone['id']}/reads"
    assert listed(bob) == []  # nothing was seen
    add_alerts(node, phone["id"], "looked", NOON, NOON + timedelta(minutes=7))
    assert len(listed(bob)) == 2
    until(lambda: ann.get(reads).json()["items"])
    [look] = ann.get(reads).json()["items"]
    assert (look["reader"], look["what"], look["every"]) == ("bob", "alerts", True)
    assert (look["from"], look["to"]) == ("2026-03-01T12:00:00Z", "2026-03-01T12:08:00Z")


def test_purged_device_takes_its_alerts_along(node: Node) -> None:
    ann = manager(node, org="purging")
    van = enrolled(ann, kind="vehicle")
    tell(node, van, datetime.now(UTC), 52.5, 13.4)
    add_alerts(node, van["id"], "purging", NOON)
    assert ann.ask("DELETE", f"/api/devices/{van['id']}?purge=true").status == 204
    until(lambda: listed(ann) == [])


def test_alert_says_how_far_from_which_town_it_was(node: Node) -> None:
    ann = manager(node, sub="ann", org="placed")
    van = enrolled(ann, kind="vehicle")["id"]
    [id, _] = add_alerts(node, van, "placed", NOON, NOON - timedelta(hours=1))
    directly(
        node, "UPDATE alert SET latitude_e7 = ?, longitude_e7 = ? WHERE id = ?",
        [(457_760_000, 48_480_000, id)], context="alert",
    )  # fmt: skip
    assert [each["place"] for each in listed(ann)] == ["3 km north of Lyon, FR", ""]
