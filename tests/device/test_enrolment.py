"""Devices are enrolled, changed and revoked, and whoever watches the door is told."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node
from tests.tracking.fleet import enrolled, manager, said

from entrepot.core.house import DevicePorts, House
from entrepot.core.ports import Database
from entrepot.core.rewrapping import KeyBatch
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.device.events import DeviceEnrolled, DeviceRevoked
from entrepot.device.model import enrolment
from entrepot.device.model.access import PAYLOAD_KEY
from entrepot.device.model.enrolment import DeviceChange, NewDevice, Removal
from entrepot.device.service import enrolment as devices
from entrepot.device.service.roster import Roster
from entrepot.infra.keys.local import LocalKeys
from entrepot.tracking.model.device import FilterSettings

ANN = Principal("ann", "acme", frozenset({"*"}), "person")
HOUSE = House("entrepot", "https://track.example.org", "x@example.org")
ROSTER = Roster()
PORTS = DevicePorts(mqtt=1883, families={"osmand": 5055})


def problem(reply: Any) -> tuple[int, str]:
    return reply.status, reply.json()["type"].removeprefix("urn:entrepot:problem:")


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture
def fleet(node: Node) -> Caller:
    """Somebody who runs devices, in an organisation of their own."""
    return manager(node)


# ---- over HTTP --------------------------------------------------------------------------------------


def test_enrolled_device_is_shown_without_its_password(fleet: Caller) -> None:
    told = enrolled(fleet, name="Lorry 7", kind="vehicle")
    assert told["username"].startswith("lorry-7-")
    shown = fleet.get(f"/api/devices/{told['id']}").json()
    assert (shown["name"], shown["kind"], shown["person"]) == ("Lorry 7", "vehicle", "")
    assert shown == told["device"] | {
        "state": "unseen", "last_contact_at": None, "battery_pct": None, "odometer_m": None, "position": None,
    }  # fmt: skip
    assert told["password"] not in json.dumps(shown)
    assert fleet.get("/api/devices").json()["items"] == [shown]


def test_phone_is_its_maker_s(node: Node) -> None:
    ann = manager(node, sub="ann")
    assert enrolled(ann)["device"]["person"] == "ann"
    assert enrolled(ann, person="")["device"]["person"] == ""
    program = manager(node, kind="program")
    assert enrolled(program)["device"]["person"] == ""


def test_taken_username_is_a_conflict(node: Node, fleet: Caller) -> None:
    told = enrolled(fleet)
    taken = {"name": "Another", "username": told["username"]}
    assert problem(fleet.post("/api/devices", taken)) == (409, "username-taken")
    assert problem(manager(node).post("/api/devices", taken)) == (409, "username-taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "  "}, {"name": "x", "kind": "spoon"}, {"name": "x", "username": "a/b"},
        {"name": "x", "username": "+"}, {"name": "x", "username": "UP"}, {"name": "x", "secret": 1},
        {"name": "x", "filter": {"max_speed_mps": -1}}, {"name": "x", "filter": {"speed": 1}},
    ],
)  # fmt: skip
def test_senseless_device_is_refused(fleet: Caller, wrong: dict[str, Any]) -> None:
    assert fleet.post("/api/devices", wrong).status == 422


def test_change_is_counted_and_an_old_view_of_it_refused(fleet: Caller) -> None:
    id = enrolled(fleet)["id"]
    path = f"/api/devices/{id}"
    changed = fleet.ask("PATCH", path, {"name": "Van", "filter": {"drift_m": None}, "revision": 1}).json()
    assert (changed["name"], changed["filter"]["drift_m"], changed["revision"]) == ("Van", None, 2)
    late = fleet.ask("PATCH", path, {"name": "Car", "revision": 1})
    assert problem(late) == (409, "outdated")
    assert late.json()["revision"] == 2


def test_revoked_device_has_only_its_past(fleet: Caller) -> None:
    told = enrolled(fleet)
    path = f"/api/devices/{told['id']}"
    assert fleet.ask("DELETE", path).status == 204
    assert fleet.ask("DELETE", path).status == 204
    assert fleet.get(path).json()["revoked_at"] is not None
    assert fleet.get("/api/devices").json()["items"] == []
    assert [each["id"] for each in fleet.get("/api/devices?revoked=true").json()["items"]] == [told["id"]]
    assert problem(fleet.ask("PATCH", path, {"name": "x"})) == (409, "device-is-revoked")
    assert problem(fleet.post(f"{path}/password")) == (409, "device-is-revoked")


def test_pages_show_every_device_once_in_order(fleet: Caller) -> None:
    names = [f"Device {n}" for n in range(7)]
    for name in names:
        enrolled(fleet, name=name, kind="sensor")
    found, cursor = [], ""
    while cursor is not None:
        page = fleet.get(f"/api/devices?limit=3{cursor and f'&cursor={cursor}'}").json()
        found += [each["name"] for each in page["items"]]
        cursor = page["next"]
    assert found == names


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1e3", "²", "9" * 30])
def test_cursor_that_no_page_gave_is_refused(fleet: Caller, cursor: str) -> None:
    assert problem(fleet.get(f"/api/devices?cursor={quote(cursor)}")) == (422, "unfit")


def test_search_takes_signs_as_they_are(fleet: Caller) -> None:
    for name in ("100% cotton", "100 cotton", "a_b", "acb", "Wow!"):
        enrolled(fleet, name=name, kind="asset")

    def found(text: str) -> list[str]:
        items = fleet.get(f"/api/devices?search={quote(text)}").json()["items"]
        return [each["name"] for each in items]

    assert found("100%") == ["100% cotton"]
    assert found("a_b") == ["a_b"]
    assert found("wow!") == ["Wow!"]
    assert found("COTTON") == ["100% cotton", "100 cotton"]


# ---- what sites hear --------------------------------------------------------------------------------


async def enrol(database: Database, **what: Any) -> devices.DeviceWithSecret:
    new = NewDevice(**({"name": "Van"} | what))
    return await database.write(
        lambda tx: devices.enrol(tx, ANN, new=new, house=HOUSE, ports=PORTS, roster=ROSTER)
    )


async def test_every_change_is_told_with_the_whole_access(database: Database, sealing: Sealing) -> None:
    told = await enrol(database, needs_password=False)
    id = told.id
    change = DeviceChange(name="Car", filter=FilterSettings(min_period_s=None))
    await database.write(lambda tx: devices.change_device(tx, ANN, id=id, change=change, roster=ROSTER))
    again = await database.write(
        lambda tx: devices.renew_password(tx, ANN, id=id, house=HOUSE, ports=PORTS, roster=ROSTER)
    )
    key = await database.write(
        lambda tx: devices.make_payload_key(tx, ANN, id=id, sealing=sealing, roster=ROSTER)
    )
    await database.write(lambda tx: devices.revoke_device(tx, ANN, id=id, query=Removal(), roster=ROSTER))
    enrolled, named, renewed, encrypted, revoked = await said(database)
    assert isinstance(enrolled, DeviceEnrolled) and isinstance(revoked, DeviceRevoked)
    assert [each.access.revision for each in (enrolled, named, renewed, encrypted)] == [1, 2, 3, 4]
    assert enrolled.access.password_digest == hashlib.sha256(told.password.encode()).digest()
    assert not enrolled.access.needs_password and enrolled.access.organisation == "acme"
    assert (named.access.name, named.access.filter.min_period_s) == ("Car", None)
    assert renewed.access.password_digest == enrolment.digest(again.password)
    sealer = await sealing.key(id, encrypted.access.wrapped_key)
    assert sealer.open(encrypted.access.payload_key, PAYLOAD_KEY) == key.key
    assert len(key.key.encode()) == 32


async def test_data_keys_are_wrapped_again_and_the_sites_are_told(
    database: Database, sealing: Sealing
) -> None:
    ids = [(await enrol(database)).id for _ in range(5)]
    secrets = {
        id: await database.write(
            lambda tx, id=id: devices.make_payload_key(tx, ANN, id=id, sealing=sealing, roster=ROSTER)
        )
        for id in ids[:4]
    }
    before = {each.device_id: each.access.wrapped_key for each in await said(database)}
    await database.write(lambda tx: devices.revoke_device(tx, ANN, id=ids[3], query=Removal(), roster=ROSTER))
    count, after = 0, ""
    while after is not None:
        batch = KeyBatch(after=after, limit=2)
        done = await database.write(
            lambda tx, batch=batch: devices.rewrap_device_keys(
                tx, ANN, batch=batch, sealing=sealing, roster=ROSTER
            )
        )
        count, after = count + done.count, done.next
    told = {each.device_id: each.access for each in (await said(database))[-3:]}
    assert count == 3 and sorted(told) == sorted(ids[:3])
    for id, access in told.items():
        assert access.wrapped_key != before[id]
        key = await sealing.key(id, access.wrapped_key)
        assert key.open(access.payload_key, PAYLOAD_KEY) == secrets[id].key


async def test_revoking_twice_is_said_once(database: Database) -> None:
    id = (await enrol(database)).id
    for _ in range(2):
        await database.write(lambda tx: devices.revoke_device(tx, ANN, id=id, query=Removal(), roster=ROSTER))
    assert [type(each) for each in await said(database)] == [DeviceEnrolled, DeviceRevoked]


# ---- truths -----------------------------------------------------------------------------------------


@given(st.text(max_size=120))
def test_generated_username_is_one(name: str) -> None:
    made = enrolment.username_for(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", made) and 3 <= len(made) <= 64


def test_passwords_differ_and_only_their_digest_is_kept() -> None:
    made = {enrolment.new_password() for _ in range(100)}
    assert len(made) == 100
    assert enrolment.digest("x") == hashlib.sha256(b"x").digest()
