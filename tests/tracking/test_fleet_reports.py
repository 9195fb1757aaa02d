"""Reports over many devices, asked of a node: in pages and as files, and who may see what."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from tests.context_database import context_database
from tests.gateway.client import Caller, Node
from tests.tracking.fleet import add_positions, directly, enrolled, manager
from tests.tracking.test_timeline import HOUR_US, MIDNIGHT, add_segments
from tests.tracking.told import ANN, change, enrol

from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.core.time import to_us
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.model.device import Privacy, Window
from entrepot.tracking.model.fleet import FleetQuery
from entrepot.tracking.service import fleet as service

BOB = Principal("bob", "acme", frozenset({"*"}), "person")
REPORTS = ("summary", "trips", "stops", "visits", "days", "speeding")


def ask(caller: Caller, report: str, *, status: int = 200, **query: Any) -> Any:
    told = {"from": MIDNIGHT.isoformat(), "to": (MIDNIGHT + timedelta(days=2)).isoformat()} | query
    reply = caller.get(f"/api/fleet/{report}?" + "&".join(f"{k}={quote(str(v))}" for k, v in told.items()))
    assert reply.status == status, reply
    return reply.json() if "json" in (reply.header("content-type") or "") else reply.body


def whole(caller: Caller, report: str, **query: Any) -> list[dict[str, Any]]:
    """All pages, each as short as it may be."""
    found, page = [], ask(caller, report, limit=1, **query)
    while True:
        found += page["items"]
        assert len(page["items"]) <= 1
        if page["next"] is None:
            return found
        page = ask(caller, report, limit=1, cursor=page["next"], **query)


def drive_two(node: Node, caller: Caller) -> tuple[str, str]:
    """A van that drove over midnight, and a lorry that did not move on the second day."""
    van = enrolled(caller, kind="vehicle", name="=Van")["id"]
    lorry = enrolled(caller, kind="vehicle", name="Lorry")["id"]
    add_segments(
        node, van, ("stop", -4, 1, 0), ("trip", 1, 2, 36_000), ("stop", 2, 22, 0), ("trip", 22, 26, 4_000),
        ("stop", 26, None, 0),
    )  # fmt: skip
    add_segments(node, lorry, ("trip", 3, 4, 50_000), ("gap", 4, 5, 0), ("stop", 5, 60, 0))
    return van, lorry


def test_reports_tell_of_every_device_in_pages(node: Node, fleet: Caller) -> None:
    van, lorry = drive_two(node, fleet)
    enrolled(fleet, kind="vehicle", name="Never heard of")
    trips = ask(fleet, "trips")["items"]
    assert [(each["device_id"], each["started_at"][:13], each["distance_m"]) for each in trips] == [
        (van, "2026-03-01T01", 36_000.0), (van, "2026-03-01T22", 4_000.0), (lorry, "2026-03-01T03", 50_000.0),
    ]  # fmt: skip
    assert [each["device_name"] for each in ask(fleet, "stops")["items"]] == ["=Van"] * 3 + ["Lorry"]
    for report in REPORTS:
        assert whole(fleet, report) == ask(fleet, report)["items"], report
    assert [each["device_id"] for each in ask(fleet, "trips", devices=lorry)["items"]] == [lorry]
    assert ask(fleet, "trips", kind="phone")["items"] == []


def test_summary_is_shared_by_time_and_agrees_with_its_days(node: Node, fleet: Caller) -> None:
    van, lorry = drive_two(node, fleet)
    first, second = ask(fleet, "summary")["items"]
    assert (first["device_id"], first["trips"], first["stops"], first["distance_m"]) == (van, 2, 2, 40_000.0)
    assert (first["first_at"], first["last_at"]) == ("2026-03-01T01:00:00Z", "2026-03-02T02:00:00Z")
    assert (second["device_id"], second["moving_s"], second["stopped_s"]) == (lorry, 3_600, 43 * 3_600)
    [half] = ask(fleet, "summary", devices=van, **{"from": "2026-03-02T00:00:00Z"})["items"]
    assert (half["trips"], half["distance_m"], half["first_at"]) == (0, 2_000.0, "2026-03-02T00:00:00Z")
    days = ask(fleet, "days", timezone="UTC")["items"]
    for told in (first, second):
        of_it = [each for each in days if each["device_id"] == told["device_id"]]
        for what in ("distance_m", "moving_s", "stopped_s", "trips", "stops"):
            assert sum(each[what] for each in of_it) == pytest.approx(told[what]), what


def test_days_are_those_of_the_zone_that_is_asked_for(node: Node, fleet: Caller) -> None:
    """A trip at 22 o'clock in London is one of the next day in Tokyo."""
    van, _ = drive_two(node, fleet)
    query = {"devices": van, "to": "2026-03-01T23:00:00Z"}
    assert [each["day"] for each in ask(fleet, "days", **query)["items"]] == ["2026-03-01"]
    tokyo = ask(fleet, "days", timezone="Asia/Tokyo", **query)["items"]
    assert [(each["day"], each["trips"]) for each in tokyo] == [("2026-03-01", 1), ("2026-03-02", 1)]


def test_visits_tell_when_devices_were_in_geofences(node: Node, fleet: Caller) -> None:
    van, lorry = drive_two(node, fleet)
    point = {"type": "Point", "coordinates": [13.0, 52.0]}
    drawn = fleet.post("/api/geofences", {"name": "Depot", "geometry": point, "radius_m": 100}).json()
    hours = ((van, -5, "enter"), (van, 3, "exit"), (van, 10, "inside"), (lorry, 40, "enter"))
    directly(
        node,
        "INSERT INTO fence_event (device_no, at_us, geofence_id, kind, latitude_e7, longitude_e7, crossed,"
        " late, decided_us) SELECT no, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), 0, 0, 0, 0, 0"
        " FROM device WHERE id = ?",
        [(to_us(MIDNIGHT) + hour * HOUR_US, drawn["id"], kind, id) for id, hour, kind in hours],
    )  # fmt: skip
    found = ask(fleet, "visits")["items"]
    assert [(each["device_id"], each["geofence_name"], each["duration_s"]) for each in found] == [
        (van, "Depot", 8 * 3_600), (van, "Depot", None), (lorry, "Depot", None),
    ]  # fmt: skip
    assert [each["from_first"] for each in found] == [False, True, False]
    assert whole(fleet, "visits") == found
    assert fleet.ask("DELETE", f"/api/geofences/{drawn['id']}").status == 204
    assert all(each["left_at"] for each in ask(fleet, "visits")["items"]), "nobody is in a fence that is not"


def test_speeding_is_found_above_what_is_asked_or_what_the_device_may(node: Node, fleet: Caller) -> None:
    van, _ = drive_two(node, fleet)
    directly(node, "UPDATE segment SET max_speed_mps = 40 WHERE distance_mm = ?", [(36_000_000,)])
    begins = MIDNIGHT + timedelta(hours=1)
    for first, speed_cms in ((0, 2_000), (5, 3_500), (8, 1_000), (12, 4_000), (15, 1_000)):
        places = [(begins + timedelta(seconds=10 * n), 52.0, 13.0 + n / 1e3) for n in range(first, first + 5)]
        directly(node, "DELETE FROM position WHERE fixed_at_us >= ?", [(to_us(places[0][0]),)])
        add_positions(node, van, places, speed_cms=speed_cms)
    assert ask(fleet, "speeding")["items"] == [], "nobody said a limit"
    found = ask(fleet, "speeding", above_mps=30)["items"]
    assert [(each["started_at"][14:19], each["duration_s"], each["max_speed_mps"]) for each in found] == [
        ("00:50", 20.0, 35.0), ("02:00", 20.0, 40.0),
    ]  # fmt: skip
    assert whole(fleet, "speeding", above_mps=30) == found
    assert ask(fleet, "speeding", above_mps=45)["items"] == []


def test_files_hold_what_the_pages_show(node: Node, fleet: Caller) -> None:
    """Times are those of the zone that is asked for, not of the node [traccar#2581], and name it."""
    drive_two(node, fleet)
    for report in REPORTS:
        rows = list(
            csv.DictReader(io.StringIO(ask(fleet, f"{report}.csv", timezone="Europe/Berlin").decode()))
        )
        shown = ask(fleet, report, **({"timezone": "Europe/Berlin"} if report == "days" else {}))["items"]
        assert len(rows) == len(shown), report
        assert [each["device_id"] for each in rows] == [each["device_id"] for each in shown]
        with zipfile.ZipFile(io.BytesIO(ask(fleet, f"{report}.xlsx", timezone="Europe/Berlin"))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == len(shown) + 1 and "<f>" not in sheet
        assert ("=Van" in sheet) is any(each["device_name"] == "=Van" for each in shown)
    trips = ask(fleet, "trips.csv", timezone="Europe/Berlin").decode()
    assert "'=Van" in trips and "2026-03-01T02:00:00+01:00" in trips


def test_places_have_names(node: Node, fleet: Caller) -> None:
    """By the organisation's own geofences first [traccar#3969], in pages, files and of one device."""
    van, _ = drive_two(node, fleet)
    assert {each["place"] for each in ask(fleet, "stops")["items"]} == {
        "2.5 km north-east of Niedergörsdorf, DE"
    }
    point = {"type": "Point", "coordinates": [13.0, 52.0]}
    fleet.post("/api/geofences", {"name": "Depot", "geometry": point, "radius_m": 100})
    assert {each["place"] for each in ask(fleet, "stops")["items"]} == {"Depot"}
    assert ask(fleet, "trips")["items"][0]["start_place"] == "Depot"
    assert ask(fleet, "trips")["items"][0]["end_place"] == "", "nobody knows where it ended"
    assert ",Depot" in ask(fleet, "stops.csv").decode()
    span = {"from": MIDNIGHT.isoformat(), "to": (MIDNIGHT + timedelta(days=2)).isoformat()}
    query = "&".join(f"{name}={quote(value)}" for name, value in span.items())
    assert fleet.get(f"/api/devices/{van}/stops?{query}").json()["items"][0]["place"] == "Depot"
    assert fleet.get(f"/api/devices/{van}/trips?{query}").json()["items"][0]["start_place"] == "Depot"


def test_senseless_questions_are_refused(node: Node, fleet: Caller) -> None:
    ask(fleet, "summary", status=422, **{"from": "2020-01-01T00:00:00Z"})
    ask(fleet, "days", status=422, timezone="Mars")
    ask(fleet, "trips", status=422, cursor="x")
    ask(fleet, "trips", status=422, devices=",".join(["a"] * 101))
    ask(fleet, "trips", status=422, devices="nothing")
    ask(fleet, "days.xlsx", status=422, timezone="Mars")
    assert manager(node, "device:read").get("/api/fleet/summary").status == 403


def test_devices_of_another_organisation_are_not_there(node: Node, fleet: Caller) -> None:
    van, _ = drive_two(node, fleet)
    other = manager(node)
    for report in REPORTS:
        assert ask(other, report)["items"] == []
        ask(other, report, status=422, devices=van)
        ask(other, f"{report}.csv", status=422, devices=van)


def test_who_looked_at_a_report_is_written_down(node: Node, fleet: Caller) -> None:
    van, lorry = drive_two(node, fleet)
    ask(fleet, "trips", devices=van)
    looks = {id: fleet.get(f"/api/devices/{id}/reads").json()["items"] for id in (van, lorry)}
    assert [(each["what"], each["every"]) for each in looks[van]] == [("fleet", False)]
    assert looks[lorry] == []
    ask(fleet, "summary.xlsx")
    [look] = fleet.get(f"/api/devices/{lorry}/reads").json()["items"]
    assert (look["what"], look["every"]) == ("fleet", True)


@pytest.fixture
async def alone(tmp_path: Any) -> Any:
    async with context_database("tracking", folder=tmp_path, dsn="") as opened:
        yield opened


async def _drive(database: Database, id: str, *trips: tuple[int, int]) -> None:
    async def put(tx: Any) -> None:
        for begins, ends in trips:
            at = to_us(MIDNIGHT)
            await tx.execute(
                "INSERT INTO segment (device_no, started_at_us, kind, ended_at_us, latitude_e7, longitude_e7,"
                " distance_mm, max_speed_mps, decided_us) SELECT no, ?, 'trip', ?, 0, 0, 1000000, 10.0, 0"
                " FROM device WHERE id = ?",
                at + begins * HOUR_US, at + ends * HOUR_US, id,
            )  # fmt: skip

    await database.write(put)


async def test_what_was_driven_off_duty_is_in_nobody_elses_sum(alone: Migratable) -> None:
    id = (await enrol(alone, kind="phone")).id
    await _drive(alone, id, (9, 10), (20, 21))
    query = FleetQuery(begin=MIDNIGHT, end=datetime(2026, 3, 2, tzinfo=UTC))

    async def metres(who: Principal) -> list[float]:
        page = (await service.find_summary(alone.read, who, query=query)).page
        return [msgspec.to_builtins(each)["distance_m"] for each in page.items]

    assert await metres(BOB) == [2_000.0]
    duty = (Window(days=frozenset(range(7)), begins="08:00", ends="18:00"),)
    await change(alone, id, privacy=Privacy(schedule=duty))
    assert await metres(BOB) == [1_000.0]
    assert await metres(ANN) == [2_000.0], "it is hers"
    await change(alone, id, private=True)
    assert await metres(BOB) == []


async def test_fences_tell_nothing_of_a_device_whose_places_are_reduced(alone: Migratable) -> None:
    id = (await enrol(alone, kind="phone")).id

    async def put(tx: Any) -> None:
        await tx.execute("INSERT INTO fence_event SELECT no, ?, 'f', 'enter', 0, 0, 0, 0, 0 FROM device",
                         to_us(MIDNIGHT))  # fmt: skip

    await alone.write(put)
    query = FleetQuery(begin=MIDNIGHT, end=datetime(2026, 3, 2, tzinfo=UTC))
    assert len((await service.find_visits(alone.read, BOB, query=query)).page.items) == 1
    await change(alone, id, privacy=Privacy(precision_m=1_000.0))
    assert (await service.find_visits(alone.read, BOB, query=query)).page.items == []
    assert len((await service.find_visits(alone.read, ANN, query=query)).page.items) == 1
