import random
from collections.abc import Iterable
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking.tracks import NOON_US, Track, Walk, circle, polygon

from entrepot.core.geo import destination, distance_m, normal_longitude
from entrepot.tracking.functions.derive import Derived, Engine, Work, derive
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.model.device import FilterSettings, Window
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import NAIVE, Definition, FenceRevision, Hysteresis
from entrepot.tracking.model.state import DeviceState, Watched

HERE = (50.0, 8.0)
FRIDAY_US = 1_750_377_600_000_000  # 2025-06-20, midnight in UTC
EVERYTHING = FilterSettings(drift_m=None, min_period_s=None, min_distance_m=None, max_speed_mps=None)


def index(*definitions: Definition, **revision: Any) -> FenceIndex:
    return FenceIndex(
        Fence(FenceRevision(id=f"f{number}", name=f"F{number}", definition=each, **revision))
        for number, each in enumerate(definitions)
    )


def engine(hysteresis: Hysteresis) -> Engine:
    return Engine(hysteresis=hysteresis)


def derived(fixes: Track, fences: FenceIndex, *, hysteresis: Hysteresis | None = None) -> Derived:
    device = Watched(id="d1", filter=EVERYTHING)
    return derive([Work(device, DeviceState(), fixes)], fences, engine(hysteresis or Hysteresis()))[0]


def at(*places_m: float, every_s: float = 10.0, accuracy_m: float = 5.0, begins_us: int = NOON_US) -> Track:
    """So far east of here, one place after the other."""
    fixes = []
    for number, east_m in enumerate(places_m):
        latitude, longitude = destination(
            *HERE, course_deg=90 if east_m >= 0 else 270, distance_m=abs(east_m)
        )
        at_us = begins_us + int(number * every_s * 1e6)
        fixes.append(Fix("d1", at_us, at_us, latitude, longitude, accuracy_m))
    return fixes


def story(found: Derived) -> list[tuple[str, float]]:
    """What happened, and so many seconds after noon."""
    return [(event.kind, (event.at_us - NOON_US) / 1e6) for event in found.fence_events]


HOME = circle(*HERE, 100)


def test_coming_and_going_are_dated_by_the_first_fix_that_shows_them() -> None:
    found = derived(at(300, 200, 50, 40, 30, 200, 300), index(HOME))
    assert story(found) == [("enter", 20), ("exit", 50)]
    assert [alert.kind for alert in found.incidents] == ["enter", "exit"]
    assert [event.decided_us for event in found.fence_events] == [NOON_US + 30_000_000, NOON_US + 60_000_000]


def test_first_seen_inside_is_no_arrival() -> None:
    found = derived(at(10, 20, 300, 400), index(HOME))
    assert story(found) == [("inside", 0), ("exit", 20)]
    assert [alert.kind for alert in found.incidents] == ["exit"]


def test_fix_whose_error_straddles_the_border_changes_nothing() -> None:
    assert story(derived(at(200, 200, 60, 60, 60, accuracy_m=45), index(HOME))) == []
    assert story(derived(at(0, 0, 130, 130, 130, accuracy_m=45), index(HOME))) == [("inside", 0)]


def test_fence_smaller_than_the_error_can_still_be_entered() -> None:
    found = derived(at(300, 300, 5, 5, 5, accuracy_m=60), index(circle(*HERE, 30)))
    assert story(found) == [("enter", 20)]


def test_way_out_is_longer_than_the_way_in() -> None:
    """Just outside is still inside for who was inside, and still outside for who was outside."""
    found = derived(at(200, 50, 50, 115, 115, 115, 50, 50, 125, 125), index(HOME))
    assert story(found) == [("enter", 10), ("exit", 80)]


def test_single_stray_fix_is_not_believed() -> None:
    assert story(derived(at(300, 300, 10, 300, 300), index(HOME))) == []
    assert story(derived(at(0, 0, 300, 0, 0), index(HOME))) == [("inside", 0)]


def test_way_through_with_a_single_fix_inside_counts() -> None:
    found = derived(at(-300, -200, 0, 200, 300), index(HOME))
    assert story(found) == [("enter", 20), ("exit", 30)]
    assert all(event.crossed for event in found.fence_events)


def test_silence_confirms_once() -> None:
    assert story(derived(at(300, 10, 10, 10, 300, 300, every_s=70), index(HOME))) == [
        ("enter", 70),
        ("exit", 280),
    ]


def test_silence_without_contradiction_confirms() -> None:
    found = derived(at(300, 300, 10, 10, every_s=100), index(HOME), hysteresis=Hysteresis(confirm_fixes=9))
    assert story(found) == [("enter", 200)]


def test_fence_jumped_over_between_two_fixes_is_seen() -> None:
    found = derived(at(-400, 400, 500, every_s=40), index(HOME))
    assert [event.kind for event in found.fence_events] == ["enter", "exit"]
    assert all(event.crossed for event in found.fence_events)
    enter_s, exit_s = ((event.at_us - NOON_US) / 1e6 for event in found.fence_events)
    assert enter_s == pytest.approx(15, abs=0.1)  # 300 m of 800 m in 40 s
    assert exit_s == pytest.approx(25, abs=0.1)


def test_leg_along_the_border_is_no_visit() -> None:
    graze = circle(*destination(*HERE, course_deg=0, distance_m=97), 100)
    assert story(derived(at(-400, 400, 500, every_s=40), index(graze))) == []


def test_stray_around_the_border_is_no_jump() -> None:
    assert story(derived(at(200, 105, 99, 105, 99, 105, 200), index(HOME))) == []


def test_nobody_knows_the_way_of_a_long_leg() -> None:
    assert story(derived(at(-400, 400, 500, every_s=400), index(HOME))) == []


def test_dwell_is_told_once_at_its_time() -> None:
    home = circle(*HERE, 100, dwell_s=45)
    found = derived(at(300, 20, 10, 20, 10, 20, 10, 20, 300, 300), index(home))
    assert story(found) == [("enter", 10), ("dwell", 55), ("exit", 80)]
    assert story(derived(at(300, 20, 10, 20, 300, 300), index(home))) == [("enter", 10), ("exit", 40)]


def test_fence_out_of_hours_says_nothing() -> None:
    """Fridays from 22:00 to 06:00 in Berlin, summer time: until 04:00 UTC on Saturday."""
    night = Window(days=frozenset({4}), begins="22:00", ends="06:00")
    guarded = circle(*HERE, 100, active=(night,), timezone="Europe/Berlin")
    for hour, told in ((19.9, False), (20.1, True), (27.9, True), (28.1, False)):
        begins_us = FRIDAY_US + int(hour * 3.6e9)
        found = derived(at(300, 300, 10, 10, 300, 300, every_s=20, begins_us=begins_us), index(guarded))
        assert bool(found.fence_events) == told, hour


def test_fence_is_for_those_devices_that_it_names() -> None:
    assert story(derived(at(300, 10, 10), index(circle(*HERE, 100, devices=frozenset({"d2"}))))) == []
    assert story(derived(at(300, 10, 10), index(circle(*HERE, 100, devices=frozenset({"d1"}))))) != []


def test_fence_raises_only_the_alerts_it_shall() -> None:
    found = derived(at(300, 10, 10, 300, 300), index(circle(*HERE, 100, alerts=frozenset({"exit"}))))
    assert [event.kind for event in found.fence_events] == ["enter", "exit"]
    assert [alert.kind for alert in found.incidents] == ["exit"]


def test_new_fence_sees_only_what_comes_after_it_was_drawn() -> None:
    track = at(300, 10, 10, 300, 300, 10, 10)
    drawn = index(HOME, seen_from_us=NOON_US + 25_000_000)
    assert story(derived(track, drawn)) == [("enter", 50)]


def test_revision_sees_the_fixes_of_its_time() -> None:
    change_us = NOON_US + 35_000_000
    fences = FenceIndex(
        Fence(each)
        for each in (
            FenceRevision(id="f", name="F", definition=HOME, until_us=change_us),
            FenceRevision(id="f", name="F", definition=circle(*HERE, 500), from_us=change_us),
        )
    )
    assert story(derived(at(300, 10, 10, 300, 300, 300), fences)) == [("enter", 10)]
    removed = FenceIndex([Fence(FenceRevision(id="f", name="F", definition=HOME, until_us=change_us))])
    assert story(derived(at(300, 10, 10, 10, 300, 300), removed)) == [("enter", 10)]


def test_corridor_is_left_sideways() -> None:
    """100 m wide, along the parallel; to the north one leaves it."""
    _, east = destination(*HERE, course_deg=90, distance_m=5_000)
    line = {"type": "LineString", "coordinates": [[8.0, 50.0], [east, 50.0]]}
    road = index(Definition(geometry=line, width_m=100))
    on = [destination(*HERE, course_deg=90, distance_m=metres) for metres in (500, 1_000, 1_500, 2_000)]
    off = [destination(*place, course_deg=0, distance_m=90) for place in on]
    places = [on[0], on[1], off[2], off[3], on[3], on[2]]
    track = [Fix("d1", NOON_US + n * 10**7, NOON_US, *place, 5.0) for n, place in enumerate(places)]
    assert story(derived(track, road)) == [("inside", 0), ("exit", 20), ("enter", 40)]


def test_long_corridor_is_as_wide_in_the_north_as_in_the_south() -> None:
    line = {"type": "LineString", "coordinates": [[8.0, 45.0], [8.0, 65.0]]}
    road = Fence(FenceRevision(id="r", name="R", definition=Definition(geometry=line, width_m=1_000)))
    for latitude in (45.2, 50.0, 55.3, 60.0, 64.9):
        place = destination(latitude, 8.0, course_deg=90, distance_m=800)
        assert road.outside_m(*place) == pytest.approx(300, abs=8)


def test_polygon_with_a_hole_and_several_parts() -> None:
    outer = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
    hole = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]]
    other = [[10.0, 0.0], [11.0, 0.0], [11.0, 1.0], [10.0, 1.0], [10.0, 0.0]]
    both = Definition(geometry={"type": "MultiPolygon", "coordinates": [[outer, hole], [other]]})
    fence = Fence(FenceRevision(id="f", name="F", definition=both))
    inside = [fence.outside_m(*place) < 0 for place in ((0.5, 0.5), (2, 2), (0.5, 10.5), (0.5, 7))]
    assert inside == [True, False, True, False]


def test_polygon_cut_at_the_antimeridian_is_whole() -> None:
    """RFC 7946, 3.1.9: it comes in two parts, and the seam is no border."""
    west = [[179.0, 0.0], [180.0, 0.0], [180.0, 2.0], [179.0, 2.0], [179.0, 0.0]]
    east = [[-180.0, 0.0], [-179.0, 0.0], [-179.0, 2.0], [-180.0, 2.0], [-180.0, 0.0]]
    cut = Definition(geometry={"type": "MultiPolygon", "coordinates": [[west], [east]]})
    fence = Fence(FenceRevision(id="f", name="F", definition=cut))
    for longitude in (180.0, -180.0, 179.9999, -179.9999):
        assert fence.outside_m(1.0, longitude) < -100_000


def test_polygon_around_the_pole_holds_it() -> None:
    ring = [(longitude, 80.0) for longitude in (-180.0, -90.0, 0.0, 90.0, 180.0)]
    cap = polygon(*ring, (180.0, 90.0), (-180.0, 90.0))
    around = polygon((0.0, 80.0), (120.0, 80.0), (-120.0, 80.0))
    for definition in (cap, around):
        fence = Fence(FenceRevision(id="f", name="F", definition=definition))
        assert fence.outside_m(89.0, 10.0) < 0
        assert fence.outside_m(85.0, -170.0) < 0
        assert fence.outside_m(70.0, 10.0) > 0


def test_circle_around_the_pole_is_seen_from_all_sides() -> None:
    pole = circle(90.0, 0.0, 10_000)
    for longitude in (-170.0, -10.0, 75.0, 179.0):
        track = [
            Fix("d1", NOON_US + n * 10**7, NOON_US, 90 - away / 111_195, longitude, 5.0)
            for n, away in enumerate((20_000, 5_000, 4_000))
        ]
        assert [kind for kind, _ in story(derived(track, index(pole)))] == ["enter"]


# ---- laws ------------------------------------------------------------------------------------------

near = st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
stars = st.lists(st.floats(0.004, 0.03), min_size=3, max_size=9)


def star(radii: list[float], *, longitude: float) -> list[tuple[float, float]]:
    """A polygon around a place on the parallel of 50 degrees that never crosses itself."""
    from math import cos, pi, sin

    return [
        (longitude + radius * cos(2 * pi * n / len(radii)), 50 + radius * sin(2 * pi * n / len(radii)))
        for n, radius in enumerate(radii)
    ]


@given(stars, st.lists(near, min_size=1, max_size=20))
def test_inside_is_what_shapely_says(radii: list[float], places: list[tuple[float, float]]) -> None:
    """RFC 7946 draws straight lines in degrees; so does shapely."""
    ring = star(radii, longitude=8.0)
    exact = shapely.Polygon(ring)
    fence = Fence(FenceRevision(id="f", name="F", definition=polygon(*ring)))
    for north, east in places:
        place = shapely.Point(8 + east, 50 + north)
        if exact.boundary.distance(place) > 1e-9:
            assert (fence.outside_m(50 + north, 8 + east) < 0) == exact.contains(place)


@given(stars, st.lists(near, min_size=2, max_size=12), st.floats(-360, 360))
def test_nothing_depends_on_where_the_antimeridian_lies(
    radii: list[float], places: list[tuple[float, float]], turn: float
) -> None:
    def kinds(longitude: float) -> list[tuple[str, str]]:
        ring = [(normal_longitude(x), y) for x, y in star(radii, longitude=longitude)]
        disc = circle(50.01, normal_longitude(longitude + 0.01), 900)
        track = [
            Fix("d1", NOON_US + n * 30_000_000, NOON_US, 50 + north, normal_longitude(longitude + east), 5.0)
            for n, (north, east) in enumerate(places)
        ]
        found = derived(track, index(polygon(*ring), disc), hysteresis=NAIVE)
        return [(event.geofence_id, event.kind) for event in found.fence_events]

    assert sorted(kinds(8.0)) == sorted(kinds(8.0 + turn))


@given(st.integers(0, 2**32), st.sampled_from([1, 3, 10]))
def test_alone_or_among_many_a_leg_is_judged_the_same(seed: int, size: int) -> None:
    chance = random.Random(seed)
    walk = Walk(noise_m=20, seed=seed)
    for _ in range(6):
        walk.ride(s=60, mps=chance.uniform(1, 60), course_deg=chance.uniform(0, 360), every_s=10)
    fences = index(
        *(circle(50 + chance.gauss(0, 0.01), 8 + chance.gauss(0, 0.01), 300) for _ in range(10)),
        *(
            polygon(*((x, y) for x, y in star([0.004] * 5, longitude=8 + chance.gauss(0, 0.01))))
            for _ in range(5)
        ),
    )
    whole = derived(walk.fixes, fences)
    device, state, parts = Watched(id="d1", filter=EVERYTHING), DeviceState(), []
    for start in range(0, len(walk.fixes), size):
        [part] = derive([Work(device, state, walk.fixes[start : start + size])], fences)
        state, parts = part.state, [*parts, *part.fence_events]
    assert parts == whole.fence_events


def events_of(walk: Walk, definition: Definition, hysteresis: Hysteresis) -> Iterable[str]:
    return [
        event.kind for event in derived(walk.fixes, index(definition), hysteresis=hysteresis).fence_events
    ]


def test_hysteresis_keeps_a_device_at_the_border_quiet() -> None:
    edge = circle(*destination(*HERE, course_deg=0, distance_m=100), 100)
    walk = Walk(noise_m=8, at=HERE).rest(s=12 * 3_600, every_s=30)
    assert len(list(events_of(walk, edge, NAIVE))) > 100
    assert len(list(events_of(walk, edge, Hysteresis()))) <= 3


def test_circle_is_round_on_the_sphere() -> None:
    big = Fence(FenceRevision(id="f", name="F", definition=circle(60.0, 20.0, 80_000)))
    for course in range(0, 360, 30):
        place = destination(60.0, 20.0, course_deg=course, distance_m=79_000)
        assert big.outside_m(*place) == pytest.approx(-1_000, abs=1)
        assert distance_m(60.0, 20.0, *place) == pytest.approx(79_000, abs=1)
