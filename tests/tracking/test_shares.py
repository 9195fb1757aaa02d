"""Shares show some devices to whoever has the link, and nothing else, and not for longer than was said."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.at_rest import pages
from tests.gateway.client import Caller, Node, until
from tests.tracking.fleet import Watching, directly, enrolled, manager, tell

from entrepot.core.geo import distance_m
from entrepot.core.time import now, to_us
from entrepot.tracking.functions.blur import blurred
from entrepot.tracking.model import share as model

NOW = now().replace(microsecond=0) - timedelta(minutes=5)


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def shared(caller: Caller, *devices: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {
        "devices": [each["id"] for each in devices],
        "expires_at": text(now() + timedelta(hours=1)),
        "from": text(NOW - timedelta(hours=1)),
    } | more
    reply = caller.post("/api/shares", told)
    assert reply.status == 201, reply
    made: dict[str, Any] = reply.json()
    return made


def told(node: Node, caller: Caller, device: dict[str, Any], latitude: float, longitude: float) -> None:
    """The device was there, and everybody knows."""
    tell(node, device, NOW, latitude, longitude)
    until(lambda: caller.get(f"/api/devices/{device['id']}").json()["position"] is not None)


def test_stranger_with_the_link_sees_what_is_shared(node: Node, fleet: Caller) -> None:
    van, other = enrolled(fleet, name="Van", kind="vehicle"), enrolled(fleet, kind="vehicle")
    told(node, fleet, van, 52.5, 13.4)
    told(node, fleet, other, 1.0, 1.0)
    made = shared(fleet, van, name="Delivery")
    assert made["link"].endswith(f"/share#{made['token']}")
    reply = node.stranger().get(f"/api/shares/{made['token']}")
    seen = reply.json()
    assert (seen["name"], seen["expires_at"]) == ("Delivery", made["share"]["expires_at"])
    [device] = seen["devices"]
    assert (device["name"], device["kind"], device["simulated"]) == ("Van", "vehicle", False)
    place = device["place"]
    assert (place["latitude"], place["longitude"], place["speed_mps"]) == (52.5, 13.4, 10.0)
    for secret in (van["id"], van["username"], fleet.credential, made["share"]["id"], other["id"]):
        assert str(secret) not in reply.body.decode()


def test_blurred_share_tells_no_more_than_the_cell(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")
    told(node, fleet, van, 52.5170365, 13.3888599)
    made = shared(fleet, van, blur_m=2_000)
    place = node.stranger().get(f"/api/shares/{made['token']}").json()["devices"][0]["place"]
    assert place.keys() == {"key", "fixed_at", "latitude", "longitude", "accuracy_m"}
    assert place["accuracy_m"] == 2_000
    off_m = distance_m(place["latitude"], place["longitude"], 52.5170365, 13.3888599)
    assert 0 < off_m < 2_000


def test_share_shows_nothing_from_before_it_begins(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")
    told(node, fleet, van, 1.0, 2.0)
    made = shared(fleet, van, **{"from": text(now())})
    assert node.stranger().get(f"/api/shares/{made['token']}").json()["devices"][0]["place"] is None


def test_guest_sees_at_once_where_a_parked_device_is(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")
    told(node, fleet, van, 1.0, 2.0)
    made = shared(fleet, van, **{"from": None})
    place = node.stranger().get(f"/api/shares/{made['token']}").json()["devices"][0]["place"]
    assert (place["latitude"], place["longitude"]) == (1.0, 2.0)


def test_unknown_expired_and_revoked_look_the_same(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet)
    expired, revoked = shared(fleet, van), shared(fleet, van)
    directly(
        node, "UPDATE share SET expires_at_us = ? WHERE id = ?", [(to_us(now()) - 1, expired["share"]["id"])]
    )
    assert fleet.ask("DELETE", f"/api/shares/{revoked['share']['id']}").status == 204
    assert fleet.ask("DELETE", f"/api/shares/{revoked['share']['id']}").status == 404
    problems = []
    for token in (expired["token"], revoked["token"], model.new_token(), "x"):
        for path in ("", "/live"):
            reply = node.stranger().get(f"/api/shares/{token}{path}")
            problem = reply.json()
            problem.pop("request_id")
            problems.append((reply.status, problem))
    assert problems[0][0] == 404
    assert all(each == problems[0] for each in problems)


def test_token_is_nowhere_in_the_database(node: Node, fleet: Caller) -> None:
    made = shared(fleet, enrolled(fleet))
    listed = fleet.get("/api/shares").body.decode()
    assert made["share"]["id"] in listed and made["token"] not in listed
    if not node.settings.database:
        assert not any(made["token"].encode() in content for _, content in pages(node.settings.data))


def test_looks_are_counted(node: Node, fleet: Caller) -> None:
    made = shared(fleet, enrolled(fleet))
    for _ in range(3):
        node.stranger().get(f"/api/shares/{made['token']}")
    [seen] = [each for each in fleet.get("/api/shares").json()["items"] if each["id"] == made["share"]["id"]]
    assert seen["reads"] == 3 and seen["last_read_at"] is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_at": "2020-01-01T00:00:00Z"}, {"expires_at": "2999-01-01T00:00:00Z"},
        {"expires_at": "2020-01-01T00:00:00"}, {"devices": []}, {"blur_m": 1}, {"blur_m": 1e9},
    ],
)  # fmt: skip
def test_senseless_share_is_refused(fleet: Caller, wrong: dict[str, Any]) -> None:
    new = {"devices": [enrolled(fleet)["id"]], "expires_at": text(now() + timedelta(hours=1))} | wrong
    assert fleet.post("/api/shares", new).status == 422


def test_only_what_one_sees_can_be_shared(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="sharers"), manager(node, sub="bob", org="sharers")
    phone, foreign = enrolled(ann), enrolled(manager(node))
    ends = {"expires_at": text(now() + timedelta(hours=1))}
    assert bob.post("/api/shares", {"devices": [foreign["id"]]} | ends).status == 404
    by_bob = shared(bob, phone)
    assert ann.ask("PUT", f"/api/devices/{phone['id']}/preferences", {"private": True}).status == 200
    assert bob.post("/api/shares", {"devices": [phone["id"]]} | ends).status == 403
    assert node.stranger().get(f"/api/shares/{by_bob['token']}").json()["devices"] == []
    assert len(node.stranger().get(f"/api/shares/{shared(ann, phone)['token']}").json()["devices"]) == 1


def test_shared_line_follows_the_device_and_ends_with_the_share(node: Node, fleet: Caller) -> None:
    van, other = enrolled(fleet, kind="vehicle"), enrolled(fleet, kind="vehicle")
    told(node, fleet, van, 1.0, 2.0)
    made = shared(fleet, van)
    with Watching(node.stranger(), f"/api/shares/{made['token']}/live") as line:
        until(lambda: line.heard)
        [first] = line.heard[0]["places"]
        assert (line.heard[0]["kind"], first["latitude"]) == ("snapshot", 1.0)
        tell(node, other, NOW, 7.0, 7.0)
        tell(node, van, NOW + timedelta(seconds=20), 1.002, 2.0)
        until(lambda: any(news["kind"] == "news" for news in line.heard))
        [moved] = line.heard[-1]["places"]
        assert (moved["key"], moved["latitude"]) == (first["key"], 1.002)
        assert fleet.ask("DELETE", f"/api/shares/{made['share']['id']}").status == 204
        assert line.ended.wait(10)


def test_shared_line_tells_nothing_after_its_revocation(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")
    told(node, fleet, van, 1.0, 2.0)
    made = shared(fleet, van)
    with Watching(node.stranger(), f"/api/shares/{made['token']}/live") as line:
        until(lambda: line.heard)
        assert fleet.ask("DELETE", f"/api/shares/{made['share']['id']}").status == 204
        tell(node, van, NOW + timedelta(seconds=20), 1.002, 2.0)
        assert line.ended.wait(10)
        assert not [news for news in line.heard if news["kind"] == "news"]


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(50, 100_000),
)  # fmt: skip
def test_blur_is_near_and_blurs_to_itself(latitude: float, longitude: float, size_m: float) -> None:
    at = blurred(latitude, longitude, size_m)
    assert -90 <= at[0] <= 90 and -180 <= at[1] <= 180
    assert blurred(*at, size_m) == pytest.approx(at, abs=1e-9)
    assert distance_m(latitude, longitude, *at) <= size_m * 1.2


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(1_000, 50_000))
def test_neighbours_in_a_cell_are_told_alike(latitude: float, longitude: float, size_m: float) -> None:
    middle = blurred(latitude, longitude, size_m)
    near = size_m / 111_320 * 0.4
    for north, east in ((near, 0.0), (-near, 0.0), (0.0, near), (0.0, -near)):
        assert blurred(middle[0] + north, middle[1] + east, size_m) == pytest.approx(middle)
