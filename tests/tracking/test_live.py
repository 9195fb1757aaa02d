"""Live lines show exactly the devices that one may see, the newest of each, and end when they must."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node, until
from tests.suite.patience import PATIENCE_S
from tests.tracking.fleet import Watching, directly, enrolled, manager, tell

from entrepot.core.time import now
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.latest import LiveQuery, within
from entrepot.tracking.service.broadcaster import Watcher
from entrepot.tracking.service.live import heard, seen

NOW = now().replace(microsecond=0) - timedelta(minutes=5)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def shown(line: Watching) -> list[tuple[str, float]]:
    return [
        (each["device_id"], each["latitude"])
        for news in line.heard
        if news["kind"] == "news"
        for each in news["positions"]
    ]


def snapshot(line: Watching) -> dict[str, Any]:
    until(lambda: line.heard)
    assert line.heard[0]["kind"] == "snapshot"
    return {each["device_id"]: each for each in line.heard[0]["positions"]}


def stored(caller: Caller, id: str) -> bool:
    return caller.get(f"/api/devices/{id}").json()["position"] is not None


def test_line_begins_with_where_devices_are_and_tells_where_they_go(node: Node, fleet: Caller) -> None:
    van, bus = enrolled(fleet, kind="vehicle"), enrolled(fleet, kind="vehicle")
    tell(node, van, later(0), 1.0, 2.0)
    until(lambda: stored(fleet, van["id"]))
    with Watching(fleet, "/api/live") as line:
        first = snapshot(line)
        assert list(first) == [van["id"]]
        told = first[van["id"]]
        assert (told["speed_mps"], told["course_deg"], told["battery_pct"]) == (10.0, 90.0, 77)
        assert told["state"] in ("moving", "stopped") and told["last_contact_at"]
        tell(node, bus, later(10), 5.0, 6.0)
        tell(node, van, later(20), 1.002, 2.0)
        until(lambda: (van["id"], 1.002) in shown(line) and (bus["id"], 5.0) in shown(line))
        tell(node, van, later(5), 1.0005, 2.0)  # late: history, and no news
        tell(node, van, later(30), 1.003, 2.0)
        until(lambda: (van["id"], 1.003) in shown(line))
        assert (van["id"], 1.0005) not in shown(line)


def test_line_shows_no_device_of_others_and_no_private_one(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="liners"), manager(node, sub="bob", org="liners")
    eve = manager(node)
    phone, foreign = enrolled(ann), enrolled(eve)
    fleet_car = enrolled(bob, kind="vehicle")
    wish = ann.get(f"/api/devices/{phone['id']}/preferences").json()
    told = {name: wish[name] for name in ("schedule", "purposes", "filter", "alerts")} | {"private": True}
    assert ann.ask("PUT", f"/api/devices/{phone['id']}/preferences", told).status == 200
    with Watching(ann, "/api/live") as of_ann, Watching(bob, "/api/live") as of_bob:
        snapshot(of_ann), snapshot(of_bob)
        for device in (phone, foreign, fleet_car):
            tell(node, device, later(40), 3.0, 4.0)
        until(lambda: {id for id, _ in shown(of_ann)} == {phone["id"], fleet_car["id"]})
        until(lambda: fleet_car["id"] in {id for id, _ in shown(of_bob)})
        assert {id for id, _ in shown(of_bob)} == {fleet_car["id"]}
    until(lambda: stored(ann, phone["id"]))
    seen_by_bob = bob.get("/api/positions/latest").json()["items"]
    assert [each["device_id"] for each in seen_by_bob] == [fleet_car["id"]]
    hidden = bob.get(f"/api/devices/{phone['id']}").json()
    assert (hidden["state"], hidden["position"], hidden["battery_pct"]) == (None, None, None)
    assert bob.get(f"/api/devices/{phone['id']}/positions").status == 403
    assert bob.get(f"/api/devices/{phone['id']}/reads").status == 403
    assert ann.get(f"/api/devices/{phone['id']}/positions").status == 200


def test_new_device_joins_the_line_and_a_revoked_one_is_gone(node: Node, fleet: Caller) -> None:
    with Watching(fleet, "/api/live") as line:
        assert snapshot(line) == {}
        van = enrolled(fleet, kind="vehicle")
        steps = iter(range(1, 30))

        def told() -> bool:
            step = next(steps)
            tell(node, van, later(10 * step), 1 + step / 1_000, 2.0)
            time.sleep(0.2)
            return bool(shown(line))

        until(told)
        assert fleet.ask("DELETE", f"/api/devices/{van['id']}").status == 204
        until(lambda: any(van["id"] in news["gone"] for news in line.heard))


def test_line_of_chosen_devices_or_a_box_shows_no_others(node: Node, fleet: Caller) -> None:
    van, bus = enrolled(fleet, kind="vehicle"), enrolled(fleet, kind="vehicle")
    chosen = f"/api/live?devices={van['id']}"
    boxed = "/api/live?bbox=170,-10,-170,10"
    with Watching(fleet, chosen) as of_van, Watching(fleet, boxed) as of_box:
        snapshot(of_van), snapshot(of_box)
        tell(node, bus, later(1), 5.0, 179.0)
        tell(node, van, later(1), 5.0, 100.0)
        until(lambda: shown(of_van) and shown(of_box))
        assert {id for id, _ in shown(of_van)} == {van["id"]}
        assert {id for id, _ in shown(of_box)} == {bus["id"]}


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,10,1,5", "bbox=0,0,200,1", "bbox=nan,0,1,1",
        "devices=" + ",".join(map(str, range(300))),
    ],
)  # fmt: skip
def test_senseless_line_is_refused(fleet: Caller, query: str) -> None:
    assert fleet.get(f"/api/live?{query}").status == 422


def test_line_ends_with_the_credential(node: Node) -> None:
    keys = node.caller("key:write position:read", org="keyed")
    made = keys.post("/api/keys", {"name": "wall", "scopes": ["position:read"]}).json()
    program = node.stranger(made["secret"])
    with Watching(program, "/api/live") as line:
        snapshot(line)
        assert keys.ask("DELETE", f"/api/keys/{made['key']['id']}").status == 204
        assert line.ended.wait(10)


def test_watching_is_a_look_at_every_device(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="watched-live"), manager(node, sub="bob", org="watched-live")
    phone = enrolled(ann)
    with Watching(bob, "/api/live") as line:
        snapshot(line)
    [look] = ann.get(f"/api/devices/{phone['id']}/reads").json()["items"]
    assert (look["reader"], look["what"], look["every"]) == ("bob", "live", True)


def test_latest_of_every_device_is_one_answer(node: Node, fleet: Caller) -> None:
    devices = [enrolled(fleet, kind="sensor") for _ in range(3)]
    for number, device in enumerate(devices):
        tell(node, device, later(number), 1.0 + number, 2.0)
    until(lambda: len(fleet.get("/api/positions/latest").json()["items"]) == 3)
    page = fleet.get("/api/positions/latest?limit=2").json()
    rest = fleet.get(f"/api/positions/latest?limit=2&cursor={page['next']}").json()
    assert [each["latitude"] for each in page["items"] + rest["items"]] == [1.0, 2.0, 3.0]
    assert rest["next"] is None


def test_devices_are_found_by_what_they_do(node: Node, fleet: Caller) -> None:
    van, silent = enrolled(fleet, kind="vehicle"), enrolled(fleet, kind="vehicle")
    tell(node, van, later(0), 1.0, 2.0)
    until(lambda: stored(fleet, van["id"]))
    old = int((now() - timedelta(hours=3)).timestamp() * 1e6)
    directly(
        node,
        "INSERT INTO latest (device_no, contact_at_us, motion, odometer_mm) SELECT no, ?, 'moving', 0"
        " FROM device WHERE id = ?",
        [(old, silent["id"])],
    )

    def found(state: str) -> list[str]:
        return [each["id"] for each in fleet.get(f"/api/devices?state={state}").json()["items"]]

    assert found("offline") == [silent["id"]]
    assert found("moving") + found("stopped") == [van["id"]]
    assert fleet.get(f"/api/devices/{silent['id']}").json()["state"] == "offline"


# ---- truths -----------------------------------------------------------------------------------------


def fix(device: str, at_us: int, latitude: float = 0.0) -> Fix:
    return Fix(device, at_us, at_us, latitude, 0.0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.booleans())))
def test_watcher_takes_the_newest_of_each_and_never_goes_back(heard_of: list[tuple[str, int, bool]]) -> None:
    watcher, told = Watcher(), dict[str, int]()
    newest: dict[str, int] = {}
    for device, at_us, takes in heard_of:
        watcher.hear(fix(device, at_us))
        newest[device] = max(newest.get(device, -1), at_us)
        if takes:
            for taken in watcher.take():
                assert taken.fixed_at_us > told.get(taken.device_id, -1)
                told[taken.device_id] = taken.fixed_at_us
            assert told == newest


async def test_silence_is_noticed() -> None:
    watcher = Watcher()
    assert not await heard(watcher, within_s=0.01)
    asyncio.get_running_loop().call_later(0.01, watcher.hear, fix("a", 1))
    assert await heard(watcher, within_s=PATIENCE_S)
    assert [each.device_id for each in seen(watcher, None)] == ["a"]


def test_box_over_the_antimeridian_holds_both_sides() -> None:
    box = LiveQuery(bbox="170,-10,-170,10").box()
    assert within(box, 0, 175) and within(box, 0, -175) and not within(box, 0, 0)
    assert not within(box, 11, 175)
