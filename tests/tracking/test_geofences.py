"""Geofences are drawn in GeoJSON, refused when they make no sense, and never change the past."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node
from tests.tracking.fleet import enrolled, manager

from entrepot.core.errors import Unfit
from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Principal
from entrepot.tracking.model import drawing
from entrepot.tracking.model.drawing import GeofenceChange, NewGeofence, Point, PolygonShape
from entrepot.tracking.service import geofences

ANN = Principal("ann", "acme", frozenset({"*"}), "person")
SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
CIRCLE = {"name": "Depot", "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}, "radius_m": 150}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def ask(caller: Caller, geometry: dict[str, Any], **more: Any) -> Any:
    return caller.post("/api/geofences", {"name": "A fence", "geometry": geometry} | more)


@pytest.mark.parametrize(
    ("geometry", "more"),
    [
        (CIRCLE["geometry"], {"radius_m": 1}),
        ({"type": "Point", "coordinates": [180, 90, 12.5]}, {"radius_m": 100_000}),
        ({"type": "LineString", "coordinates": [[179.9, 1], [-179.9, 1]]}, {"width_m": 50}),
        (polygon(*SQUARE), {}),
        (polygon(*SQUARE, [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.2]]), {}),
        (polygon([[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]), {}),
        (polygon([[179, 0], [-178, 0], [-178, 2], [179, 2], [179, 0]],
                 [[-179, 1], [-178.5, 1], [-178.5, 1.5], [-179, 1]]), {}),
        ({"type": "MultiPolygon", "coordinates": [
            [[[179, 0], [180, 0], [180, 1], [179, 1], [179, 0]]],
            [[[-180, 0], [-179, 0], [-179, 1], [-180, 1], [-180, 0]]],
        ]}, {}),
    ],
)  # fmt: skip
def test_sensible_fence_comes_back_as_it_was_drawn(
    fleet: Caller, geometry: dict[str, Any], more: dict[str, Any]
) -> None:
    reply = ask(fleet, geometry, colour="#a0b1c2", dwell_s=600, alerts=["exit"], **more)
    assert reply.status == 201, reply
    told = reply.json()
    assert told["geometry"] == geometry
    assert (told["revision"], told["colour"], told["dwell_s"], told["alerts"]) == (
        1,
        "#a0b1c2",
        600,
        ["exit"],
    )
    assert fleet.get(f"/api/geofences/{told['id']}").json() == told
    assert told in fleet.get("/api/geofences").json()["items"]


@pytest.mark.parametrize(
    ("geometry", "more", "field"),
    [
        (CIRCLE["geometry"], {}, "radius_m"),
        (CIRCLE["geometry"], {"radius_m": 5, "width_m": 5}, "width_m"),
        (polygon(*SQUARE), {"radius_m": 5}, "radius_m"),
        ({"type": "Point", "coordinates": [181, 0]}, {"radius_m": 5}, "geometry.coordinates[0]"),
        ({"type": "Point", "coordinates": [0, -91]}, {"radius_m": 5}, "geometry.coordinates[1]"),
        (polygon(), {}, "geometry.coordinates"),
        (polygon([]), {}, "geometry.coordinates[0]"),
        (polygon([[0, 0], [1, 1], [0, 0]]), {}, "geometry.coordinates[0]"),
        (polygon([[0, 0], [1, 0], [1, 1], [0, 1]]), {}, "geometry.coordinates[0]"),
        (polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), {}, "geometry.coordinates"),
        (polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), {}, "geometry.coordinates"),
        (polygon(*SQUARE, [[2, 2], [3, 2], [3, 3], [2, 2]]), {}, "geometry.coordinates"),
        (polygon([[-90, 80], [0, 80], [90, 80], [180, 80], [-90, 80]]), {}, "geometry.coordinates[0]"),
        (polygon([[-100, 0], [0, 0], [100, 0], [0, 10], [-100, 0]]), {}, "geometry.coordinates"),
        (polygon([[0, 0], [1, 0], [1, 95], [0, 0]]), {}, "geometry.coordinates[0][2][1]"),
        ({"type": "LineString", "coordinates": [[1, 1], [1, 1]]}, {"width_m": 5}, "geometry.coordinates"),
        ({"type": "LineString", "coordinates": []}, {"width_m": 5}, "geometry.coordinates"),
        ({"type": "MultiPolygon", "coordinates": []}, {}, "geometry.coordinates"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE, SQUARE]}, {}, "geometry.coordinates"),
        (polygon(*SQUARE), {"timezone": "Mars/Olympus"}, "timezone"),
        (polygon(*SQUARE), {"timezone": "Factory"}, "timezone"),
        (polygon(*SQUARE), {"active": [{"days": [1], "begins": "08:00", "ends": "08:00"}]}, "active[0]"),
        (polygon(*SQUARE), {"devices": ["nobody"]}, "devices"),
    ],
)  # fmt: skip
def test_senseless_fence_is_refused_by_the_name_of_its_field(
    fleet: Caller, geometry: dict[str, Any], more: dict[str, Any], field: str
) -> None:
    reply = ask(fleet, geometry, **more)
    assert (reply.status, reply.json().get("field")) == (422, field), reply.json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"geometry": {"type": "Point", "coordinates": [1]}, "radius_m": 5},
        {"geometry": {"type": "Circle", "coordinates": [1, 1]}, "radius_m": 5},
        {"geometry": {"type": "Point", "coordinates": ["1", 1]}, "radius_m": 5},
        {"geometry": {"type": "Point", "coordinates": [1, 1]}, "radius_m": 0},
        {"geometry": {"type": "Point", "coordinates": [1, 1]}, "radius_m": 1e9},
        {"geometry": polygon(*SQUARE), "colour": "red"},
        {"geometry": polygon(*SQUARE), "active": [{"days": [7], "begins": "08:00", "ends": "09:00"}]},
        {"geometry": polygon(*SQUARE), "active": [{"days": [1], "begins": "24:00", "ends": "09:00"}]},
        {"geometry": None}, {},
    ],
)  # fmt: skip
def test_shapeless_fence_is_refused(fleet: Caller, wrong: dict[str, Any]) -> None:
    assert fleet.post("/api/geofences", {"name": "A fence"} | wrong).status == 422


def test_fence_with_too_many_vertices_is_refused(fleet: Caller) -> None:
    ring = [[n / 1e4, 0.0] for n in range(drawing.MOST_VERTICES)] + [[0.0, 1.0], [0.0, 0.0]]
    assert ask(fleet, polygon(ring)).status == 422


def test_fence_is_for_devices_of_one_s_own(node: Node, fleet: Caller) -> None:
    mine, theirs = enrolled(fleet)["id"], enrolled(manager(node))["id"]
    assert ask(fleet, polygon(*SQUARE), devices=[mine]).json()["devices"] == [mine]
    assert ask(fleet, polygon(*SQUARE), devices=[mine, theirs]).status == 422


def test_edit_keeps_what_it_does_not_name_and_refuses_an_old_view(fleet: Caller) -> None:
    told = fleet.post("/api/geofences", CIRCLE | {"dwell_s": 60}).json()
    path = f"/api/geofences/{told['id']}"
    changed = fleet.ask("PATCH", path, {"radius_m": 200, "dwell_s": None, "revision": 1}).json()
    assert (changed["radius_m"], changed["dwell_s"], changed["name"]) == (200, None, "Depot")
    assert (changed["revision"], changed["created_at"]) == (2, told["created_at"])
    stale = fleet.ask("PATCH", path, {"name": "x", "revision": 1})
    assert (stale.status, stale.json()["revision"]) == (409, 2)
    assert fleet.ask("PATCH", path, {"geometry": polygon(*SQUARE)}).json()["field"] == "radius_m"
    replaced = fleet.ask("PATCH", path, {"geometry": polygon(*SQUARE), "radius_m": None}).json()
    assert replaced["geometry"]["type"] == "Polygon"


def test_removed_fence_is_gone_from_the_list(fleet: Caller) -> None:
    id = fleet.post("/api/geofences", CIRCLE).json()["id"]
    assert fleet.ask("DELETE", f"/api/geofences/{id}").status == 204
    assert fleet.ask("DELETE", f"/api/geofences/{id}").status == 404
    assert fleet.get("/api/geofences").json()["items"] == []


async def test_revisions_follow_each_other_without_a_hole(database: Database) -> None:
    new = NewGeofence(name="Depot", geometry=Point(coordinates=[1, 1]), radius_m=5)
    told = await database.write(lambda tx: geofences.draw_geofence(tx, ANN, new=new))
    for name in ("Yard", "Hall"):
        change = GeofenceChange(name=name)
        await database.write(
            lambda tx, change=change: geofences.change_geofence(tx, ANN, id=told.id, change=change)
        )
    await database.write(lambda tx: geofences.remove_geofence(tx, ANN, id=told.id))

    async def look(tx: Reading) -> Any:
        return await tx.fetch("SELECT name, from_us, until_us FROM geofence ORDER BY revision")

    rows = await database.read(look)
    assert [row[0] for row in rows] == ["Depot", "Yard", "Hall"]
    assert rows[0][1] == 0
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]]
    assert rows[-1][2] is not None


@given(
    ring=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=8),
    closes=st.booleans(),
)
def test_any_ring_is_taken_or_refused(ring: list[tuple[float, float]], closes: bool) -> None:
    places = [list(place) for place in ring] + ([list(ring[0])] if ring and closes else [])
    try:
        drawing.check_shape(PolygonShape(coordinates=[places]), radius_m=None, width_m=None)
    except Unfit as error:
        assert error.field.startswith("geometry.coordinates")


@given(
    longitude=st.floats(-180, 180), latitude=st.floats(-70, 70), size=st.floats(0.01, 10),
)  # fmt: skip
def test_square_is_a_fence_wherever_on_the_globe(longitude: float, latitude: float, size: float) -> None:
    def around(value: float) -> float:
        return (value + 180) % 360 - 180

    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    ring = [[around(longitude + east), latitude + north] for east, north in corners]
    drawing.check_shape(PolygonShape(coordinates=[ring]), radius_m=None, width_m=None)
