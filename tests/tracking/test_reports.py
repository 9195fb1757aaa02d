"""What a phone says besides its positions is kept, shown, told, and forgotten like its positions."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.gateway.client import Node, until
from tests.house import exported
from tests.tracking.fleet import enrolled, manager, said, send
from tests.tracking.test_privacy import numbers
from tests.tracking.told import change, enrol, revoke

from entrepot.core.ports import Database
from entrepot.core.sealing import Sealing
from entrepot.core.time import from_us, now, to_us
from entrepot.device.events import DeviceReported, PositionsAccepted
from entrepot.tracking.events import DeviceFact, FactWithdrawn
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.service import retention
from entrepot.tracking.service.positions import on_device_reported, on_positions_accepted


async def report(database: Database, id: str, kind: str = "transition", **more: Any) -> None:
    body = {"event": "enter", "desc": "Depot", "lat": 1.0, "lon": 2.0}
    heard = DeviceReported(
        device_id=id, kind=kind, body=msgspec.json.encode(body).decode(),
        **{"reported_at": now() - timedelta(seconds=9)} | more,
    )  # fmt: skip
    for _ in range(2):  # an event may come again
        await database.write(lambda tx: on_device_reported(tx, heard))


def test_regions_of_a_phone_are_found_and_told(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="regions"), manager(node, sub="bob", org="regions")
    phone, tst = enrolled(ann), int(now().timestamp()) - 20
    path = f"/api/devices/{phone['id']}/reports"
    place = {"desc": "Depot", "lat": 52.5, "lon": 13.4}
    send(node, phone, {"_type": "waypoint", "tst": tst, "rad": 120} | place)
    send(node, phone, {"_type": "transition", "tst": tst + 1, "event": "enter", "acc": 5} | place)
    send(node, phone, {"_type": "transition", "tst": tst + 9, "event": "leave", "acc": 5} | place)
    until(lambda: len(bob.get(path).json()["items"]) == 3)
    page = bob.get(f"{path}?limit=2").json()
    assert [(each["kind"], each["said"]["desc"]) for each in page["items"]] == [("transition", "Depot")] * 2
    [waypoint] = bob.get(f"{path}?limit=2&cursor={page['next']}").json()["items"]
    assert bob.get(f"{path}?kind=waypoint").json()["items"] == [waypoint]
    assert "reports" in [
        each["what"] for each in ann.get(f"/api/devices/{phone['id']}/reads").json()["items"]
    ]

    def alerts() -> list[tuple[str, str]]:
        return [(each["kind"], each["geofence_name"]) for each in ann.get("/api/alerts").json()["items"]]

    until(lambda: len(alerts()) == 2)
    assert alerts() == [("exit", "Depot"), ("enter", "Depot")]
    drawn = bob.post(f"{path}/{waypoint['id']}/geofence")
    assert drawn.status == 201
    fence = drawn.json()
    assert (fence["name"], fence["radius_m"]) == ("Depot", 120)
    assert fence["geometry"]["coordinates"] == [13.4, 52.5]
    assert bob.post(f"{path}/{page['items'][0]['id']}/geofence").status == 422
    assert bob.post(f"{path}/nothing/geofence").status == 404
    assert ann.ask("PUT", f"/api/devices/{phone['id']}/preferences", {"private": True}).status == 200
    assert bob.get(path).status == bob.post(f"{path}/{waypoint['id']}/geofence").status == 403
    assert len(ann.get(path).json()["items"]) == 3


@pytest.mark.parametrize("wanted", [True, False])
async def test_transition_is_told_once_if_its_device_wants_it(database: Database, wanted: bool) -> None:
    id = (await enrol(database, kind="phone")).id
    await change(database, id, private=True, private_to="ann", alerts=AlertSettings(phone_regions=wanted))
    await report(database, id)
    told = [each for each in await said(database) if isinstance(each, DeviceFact)]
    assert [(each.kind, each.geofence_name, each.only_for) for each in told] == [
        ("enter", "Depot", "ann")
    ] * wanted
    assert await numbers(database, "SELECT COUNT(*) FROM report") == [1]


async def test_late_positions_take_back_nothing_that_the_phone_said(database: Database) -> None:
    id, at_us = (await enrol(database, kind="phone")).id, to_us(now() - timedelta(minutes=20))
    fixes = [Fix(id, at_us + n * 20_000_000, at_us, 1 + n / 1_000, 2.0) for n in range(50)]
    await report(database, id, reported_at=from_us(at_us + 500_000_000))
    for some in (fixes[::2], fixes[1::2]):
        told = PositionsAccepted(site="hub", fixes=some)
        await database.write(lambda tx, told=told: on_positions_accepted(tx, told))
    assert not [each for each in await said(database) if isinstance(each, FactWithdrawn)]


async def test_reports_are_exported_and_forgotten(database: Database, sealing: Sealing) -> None:
    id = (await enrol(database, kind="phone")).id
    await change(database, id, retention_days=2)
    await report(database, id, reported_at=now() - timedelta(days=3))
    await report(database, id)
    [device] = (await exported(database, "tracking", sealing))["devices"]
    assert device["reports_stored"] == len(device["reports"]) == 2
    await retention.keep_retention(database)
    for table in ("report", "incident"):
        assert await numbers(database, f"SELECT COUNT(*) FROM {table}") == [1], table
    await revoke(database, id, purge=True)
    await retention.keep_retention(database)
    assert await numbers(database, "SELECT COUNT(*) FROM report") == [0]
