"""History: read by device and time, in pages, simplified and as files; every look is written down."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node, until
from tests.tracking.fleet import Watching, add_positions, enrolled, manager, tell

from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.tracking.functions import export, simplify
from entrepot.tracking.model.history import Position, PositionsQuery, TimeSpan
from entrepot.tracking.model.look import Looked
from entrepot.tracking.service import audit, history

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GPX = {
    "g": "http://www.topografix.com/GPX/1/1",
    "t": "http://www.garmin.com/xmlschemas/TrackPointExtension/v2",
}


def at(moment: datetime) -> str:
    return quote(moment.isoformat())


def path_of(id: str, **query: Any) -> str:
    told = {"from": NOON.isoformat(), "to": (NOON + timedelta(days=1)).isoformat()} | query
    return f"/api/devices/{id}/positions?" + "&".join(f"{k}={quote(str(v))}" for k, v in told.items())


def problem(reply: Any) -> tuple[int, str]:
    return reply.status, reply.json()["type"].removeprefix("urn:entrepot:problem:")


def test_positions_are_shown_with_their_units(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet)["id"]
    add_positions(node, id, [(NOON, 52.5170365, 13.3888599)], accuracy_dm=125, altitude_dm=-34,
                  speed_cms=1389, course_dd=2705, battery_pct=81, attributes='{"t": "u"}')  # fmt: skip
    [shown] = fleet.get(path_of(id)).json()["items"]
    assert shown.pop("received_at")
    assert shown == {
        "fixed_at": "2026-03-01T12:00:00Z", "latitude": 52.5170365, "longitude": 13.3888599,
        "accuracy_m": 12.5, "altitude_m": -3.4, "speed_mps": 13.89, "course_deg": 270.5, "battery_pct": 81,
        "attributes": {"t": "u"},
    }  # fmt: skip


def test_place_that_was_moved_is_shown_no_more_exact_than_its_grid(node: Node, fleet: Caller) -> None:
    van, moment = enrolled(fleet, kind="vehicle"), now().replace(microsecond=0)
    one = f"/api/devices/{van['id']}"
    assert fleet.ask("PUT", f"{one}/preferences", {"precision_m": 500.0}).status == 200
    ends = (moment + timedelta(hours=1)).isoformat()
    share = fleet.post(
        "/api/shares", {"devices": [van["id"]], "from": moment.isoformat(), "expires_at": ends}
    ).json()
    with (
        Watching(fleet, "/api/live") as line,
        Watching(node.stranger(), f"/api/shares/{share['token']}/live") as of_share,
    ):
        until(lambda: line.heard and of_share.heard)
        tell(node, van, moment, 52.5, 13.4)
        until(lambda: fleet.get(one).json()["position"] is not None)
        for watching in (line, of_share):
            until(lambda watching=watching: "accuracy_m" in json.dumps(watching.heard))
            assert '"accuracy_m": 500.0' in json.dumps(watching.heard)
    assert fleet.get(one).json()["position"]["accuracy_m"] == 500.0
    [latest] = fleet.get("/api/positions/latest").json()["items"]
    [shown] = fleet.get(path_of(van["id"], **{"from": moment.isoformat(), "to": ends})).json()["items"]
    assert latest["accuracy_m"] == shown["accuracy_m"] == 500.0
    place = node.stranger().get(f"/api/shares/{share['token']}").json()["devices"][0]["place"]
    assert place["accuracy_m"] == 500.0


def test_pages_hold_every_position_once_and_rejected_ones_only_when_asked(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet)["id"]
    moments = [NOON + timedelta(seconds=n) for n in range(25)]
    add_positions(node, id, [(each, 1.0, 2.0) for each in moments])
    add_positions(node, id, [(NOON + timedelta(seconds=100), 9.0, 9.0)], rejected=7)
    found, cursor = [], None
    while True:
        page = fleet.get(path_of(id, limit=10, **({"cursor": cursor} if cursor else {}))).json()
        found += [each["fixed_at"] for each in page["items"]]
        if (cursor := page["next"]) is None:
            break
        assert len(page["items"]) == 10
    assert found == [each.isoformat().replace("+00:00", "Z") for each in moments]
    all_of_them = fleet.get(path_of(id, include_rejected="true")).json()["items"]
    assert all_of_them[-1]["rejected"] == "impossible_speed"


def test_time_has_any_offset_and_the_end_is_not_in_it(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet)["id"]
    add_positions(node, id, [(NOON + timedelta(hours=n), 1.0, 2.0) for n in range(3)])
    asked = path_of(id, **{"from": "2026-03-01T14:00:00+02:00", "to": "2026-03-01T09:00:00-05:00"})
    assert [each["fixed_at"][11:16] for each in fleet.get(asked).json()["items"]] == ["12:00", "13:00"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-03-02T12:00:01Z"}, {"from": "yesterday"}, {"to": "2026-03-01T12:00:00"},
        {"cursor": "x"}, {"cursor": "--1"}, {"cursor": "9" * 30}, {"limit": 0}, {"limit": 10_001},
        {"simplify_m": 0}, {"simplify_m": "nan"}, {"include_rejected": "maybe"},
    ],
)  # fmt: skip
def test_senseless_question_is_refused(fleet: Caller, wrong: dict[str, Any]) -> None:
    assert fleet.get(path_of(enrolled(fleet)["id"], **wrong)).status == 422


def test_simplified_track_keeps_its_ends_and_its_corners(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet)["id"]
    east = [(NOON + timedelta(seconds=n), 10.0, 20 + n / 1e4) for n in range(300)]
    north = [(NOON + timedelta(seconds=300 + n), 10 + n / 1e4, 20.03) for n in range(300)]
    add_positions(node, id, east + north)
    items = fleet.get(path_of(id, simplify_m=5)).json()["items"]
    assert len(items) <= 5
    assert (items[0]["longitude"], items[-1]["latitude"]) == (20.0, 10.0299)
    first, cursor = fleet.get(path_of(id, simplify_m=5, limit=2)).json(), None
    cursor = first["next"]
    assert cursor is not None
    rest = fleet.get(path_of(id, simplify_m=5, cursor=cursor)).json()
    assert first["items"] == items[:2]
    assert rest["items"][-1] == items[-1] and rest["next"] is None


# ---- who sees what, and who looked ------------------------------------------------------------------


def test_look_at_somebody_else_s_positions_is_written_down_once_a_minute(node: Node) -> None:
    organisation = "watched"
    ann, bob = manager(node, sub="ann", org=organisation), manager(node, sub="bob", org=organisation)
    id = enrolled(ann)["id"]
    add_positions(node, id, [(NOON, 1.0, 2.0)])
    assert ann.get(path_of(id)).status == 200
    assert ann.get(f"/api/devices/{id}/reads").json()["items"] == []
    for _ in range(3):
        assert bob.get(path_of(id)).status == 200
    assert bob.get(path_of(id, to=(NOON + timedelta(days=2)).isoformat())).status == 200
    looks = ann.get(f"/api/devices/{id}/reads").json()["items"]
    assert 1 <= len(looks) <= 2  # the minute may have turned
    assert (looks[0]["reader"], looks[0]["what"], looks[0]["every"]) == ("bob", "positions", False)
    assert looks[0]["to"] == "2026-03-03T12:00:00Z"
    assert looks[-1]["from"] == "2026-03-01T12:00:00Z"


def test_taking_a_file_is_a_look(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="filed"), manager(node, sub="bob", org="filed")
    id = enrolled(ann)["id"]
    assert bob.get(path_of(id).replace("positions?", "positions.csv?")).status == 200
    assert [each["what"] for each in ann.get(f"/api/devices/{id}/reads").json()["items"]] == ["export"]


def test_question_that_was_refused_is_no_look(node: Node) -> None:
    ann, eve = manager(node, sub="ann", org="safe"), manager(node, sub="eve")
    id = enrolled(ann)["id"]
    assert eve.get(path_of(id)).status == 404
    assert eve.get(path_of(id).replace("positions?", "positions.gpx?")).status == 404
    assert ann.get(f"/api/devices/{id}/reads").json()["items"] == []


async def test_pages_of_looks_show_each_once(database: Database) -> None:
    from tests.tracking.told import ANN, enrol

    id = (await enrol(database, kind="vehicle")).id
    readers = [Principal(f"reader-{n}", "acme", frozenset(), "person") for n in range(7)]
    for who in readers:
        for what in ("positions", "trips"):
            await database.write(
                lambda tx, who=who, what=what: audit.note(tx, who, what, device_no=1, span=TimeSpan(0, 1))
            )
    found, cursor = [], None
    while True:
        query = audit.LookQuery(limit=3, cursor=cursor)
        page = await database.read(lambda tx, query=query: audit.reads(tx, ANN, id=id, query=query))
        found += [(each.reader, each.what) for each in page.items]
        if (cursor := page.next) is None:
            break
    assert sorted(found) == sorted((who.id, what) for who in readers for what in ("positions", "trips"))


# ---- files ------------------------------------------------------------------------------------------


def test_gpx_is_read_by_a_strict_parser(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet, name='<Anna> & "Söhne"')["id"]
    places = [
        (NOON, 1.5, -170.25),
        (NOON + timedelta(minutes=1), 1.6, 179.5),
        (NOON + timedelta(hours=3), 2, 3),
    ]
    add_positions(node, id, places, altitude_dm=100, speed_cms=250)
    reply = fleet.get(path_of(id).replace("positions?", "positions.gpx?"))
    assert reply.header("content-type") == "application/gpx+xml"
    assert ".gpx" in (reply.header("content-disposition") or "")
    root = ElementTree.fromstring(reply.body)
    assert root.findtext("g:trk/g:name", namespaces=GPX) == '<Anna> & "Söhne"'
    assert [len(part) for part in root.findall("g:trk/g:trkseg", GPX)] == [2, 1]
    first = root.find("g:trk/g:trkseg/g:trkpt", GPX)
    assert first is not None and (first.get("lat"), first.get("lon")) == ("1.5000000", "-170.2500000")
    assert first.findtext("g:time", namespaces=GPX) == "2026-03-01T12:00:00Z"
    assert first.findtext(".//t:speed", namespaces=GPX) == "2.5"


def test_geojson_and_csv_hold_every_position(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet, name="=cmd|' /C calc'!A0")["id"]
    count = history.PART + 3
    add_positions(node, id, [(NOON + timedelta(seconds=n), -n / 1e4, n / 1e4) for n in range(count)])
    told = json.loads(fleet.get(path_of(id).replace("positions?", "positions.geojson?")).body)
    assert len(told["features"]) == count
    assert told["features"][2]["geometry"] == {"type": "Point", "coordinates": [0.0002, -0.0002]}
    text = fleet.get(path_of(id).replace("positions?", "positions.csv?")).body.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == count
    assert rows[1]["device"].startswith("'=") and rows[1]["latitude"] == "-0.0001000"
    fewer = fleet.get(path_of(id, simplify_m=10).replace("positions?", "positions.csv?")).body.decode()
    assert len(list(csv.DictReader(io.StringIO(fewer)))) < 10


def test_file_of_nothing_is_whole(fleet: Caller) -> None:
    id = enrolled(fleet)["id"]
    for form in ("gpx", "geojson", "csv"):
        reply = fleet.get(path_of(id).replace("positions?", f"positions.{form}?"))
        assert reply.status == 200
        if form == "gpx":
            ElementTree.fromstring(reply.body)
        if form == "geojson":
            assert json.loads(reply.body)["features"] == []


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    assert not export.defused(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=50))
def test_any_name_makes_well_formed_gpx(name: str) -> None:
    ElementTree.fromstring(export.GPX.head(name) + export.GPX.foot)


# ---- simplification ---------------------------------------------------------------------------------

_walks = st.lists(st.tuples(st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)), min_size=1, max_size=60).flatmap(
    lambda steps: st.tuples(st.just(steps), st.floats(-89, 89), st.floats(-180, 180), st.floats(0.1, 1_000))
)


def _arc_distance_m(p: Any, a: Any, b: Any) -> float:
    """By sampling the arc, independently of the closed form."""
    ts = np.linspace(0, 1, 400)[:, None]
    line = a * (1 - ts) + b * ts
    line /= np.linalg.norm(line, axis=1)[:, None]
    chords = np.linalg.norm(line - p, axis=1).min()
    return float(2 * np.arcsin(min(1.0, chords / 2)) * simplify.EARTH_RADIUS_M)


@given(_walks)
@example(([(0.0, 0.01)] * 30, 0.0, 179.95, 1.0))
@example(([(0.01, 0.0)] * 30, 88.9, 0.0, 1.0))
def test_nothing_left_out_is_farther_than_the_tolerance(walk: Any) -> None:
    steps, latitude, longitude, tolerance_m = walk
    latitudes = [
        max(-90.0, min(90.0, latitude + sum(s[0] for s in steps[:n]))) for n in range(len(steps) + 1)
    ]
    longitudes = [(longitude + sum(s[1] for s in steps[:n]) + 180) % 360 - 180 for n in range(len(steps) + 1)]
    kept = simplify.kept(latitudes, longitudes, tolerance_m=tolerance_m)
    assert kept[0] == 0 and kept[-1] == len(latitudes) - 1 and kept == sorted(set(kept))
    points = simplify.unit_vectors(latitudes, longitudes)
    for first, last in pairwise(kept):
        for between in range(first + 1, last):
            gap_m = _arc_distance_m(points[between], points[first], points[last])
            leg_m = float(np.linalg.norm(points[first] - points[last])) * simplify.EARTH_RADIUS_M
            assert gap_m <= tolerance_m + leg_m / 400 + 0.01


def test_straight_line_over_the_antimeridian_is_two_points() -> None:
    longitudes = [179.99, 179.995, 180.0, -179.995, -179.99]
    assert simplify.kept([0.0] * 5, longitudes, tolerance_m=0.5) == [0, 4]


async def test_one_day_is_read_in_a_moment(database: Database) -> None:
    """Not a figure: that the page is read by its index, whatever else there is."""

    async def plan(tx: Any) -> str:
        sql = (
            "SELECT fixed_at_us FROM position WHERE device_no = 1 AND fixed_at_us >= 0 AND fixed_at_us < 9"
            " AND rejected = 0 ORDER BY fixed_at_us LIMIT 10"
        )
        told = "EXPLAIN QUERY PLAN " if tx.dialect == "sqlite" else "EXPLAIN "
        if tx.dialect == "postgres":
            await tx.fetch("SET LOCAL enable_seqscan = off")
        return " ".join(str(part) for row in await tx.fetch(told + sql) for part in row)

    said = await database.read(plan)
    assert "PRIMARY KEY (device_no=?" in said or "position_pkey" in said
    assert "TEMP B-TREE" not in said and "Sort" not in said


def test_position_without_a_rejection_says_nothing_of_one() -> None:
    assert "rejected" in Position.__struct_fields__
    assert PositionsQuery().limit == 1_000
    assert Looked(None, "positions", None, TimeSpan(0, 1)).device_no is None
