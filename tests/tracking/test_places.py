"""Places are found in stops, whatever their order and wherever on the globe, and told by their habits."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node
from tests.tracking.fleet import directly, enrolled

from entrepot.core.geo import destination, normal_longitude
from entrepot.core.time import now, to_us
from entrepot.tracking.functions.places import places
from entrepot.tracking.model.history import FrequentPlace, TimelineEntry

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOME, OFFICE, GYM = (52.50, 13.40), (52.52, 13.45), (52.48, 13.38)


def stop(
    at: tuple[float, float], begins: datetime, hours: float, *, off_m: float = 0.0, turn: float = 0.0
) -> TimelineEntry:
    latitude, longitude = destination(*at, course_deg=turn, distance_m=off_m)
    begin_us = to_us(begins)
    end_us = begin_us + round(hours * 3.6e9)
    return TimelineEntry(
        "stop", begin_us, end_us, round(latitude * 1e7), round(longitude * 1e7), None, None, 0, None, None
    )


def week(random: Random) -> list[TimelineEntry]:
    """Nights at home, days at the office, the gym twice, and one errand."""
    found = []
    for day in range(5):
        begins = MONDAY + timedelta(days=day)
        for at, hour, hours in ((HOME, 0, 8), (OFFICE, 9, 8), (HOME, 19, 4)):
            found.append(
                stop(
                    at,
                    begins + timedelta(hours=hour),
                    hours,
                    off_m=random.uniform(0, 40),
                    turn=random.uniform(0, 360),
                )
            )
    found += [stop(GYM, MONDAY + timedelta(days=day, hours=17.5), 1) for day in (1, 3)]
    return [*found, stop((52.6, 13.6), MONDAY + timedelta(days=2, hours=17.5), 1)]


def found_in(stops: list[TimelineEntry], *, personal: bool = True, zone: str = "UTC") -> list[FrequentPlace]:
    return places(stops, zone=ZoneInfo(zone), at_us=to_us(MONDAY + timedelta(days=7)), personal=personal)


def test_home_work_and_what_is_regular_are_told_by_their_hours() -> None:
    home, work, gym = found_in(week(Random(7)))
    assert [each.kind for each in (home, work, gym)] == ["home", "work", "regular"]
    assert (home.visits, work.visits, gym.visits) == (10, 5, 2)
    assert (home.total_s, work.total_s, gym.total_s) == (60 * 3600, 40 * 3600, 2 * 3600)
    assert sum(work.hours_s[9:17]) == work.total_s and sum(work.weekdays_s[:5]) == work.total_s
    assert home.radius_m < 60
    assert [each.kind for each in found_in(week(Random(7)), personal=False)] == [
        "depot",
        "customer",
        "customer",
    ]


def test_the_clock_of_the_place_decides() -> None:
    here, there = (found_in(week(Random(7)), zone=zone)[0].hours_s for zone in ("UTC", "Asia/Tokyo"))
    assert [*there[9:], *there[:9]] == here


@given(st.randoms(use_true_random=False), st.integers(0, 1_000))
def test_order_of_stops_does_not_matter(random: Any, seed: int) -> None:
    stops = week(Random(seed))
    shuffled = stops[:]
    random.shuffle(shuffled)
    strip = [(each.kind, round(each.latitude, 6), each.visits, each.total_s) for each in found_in(stops)]
    assert [
        (each.kind, round(each.latitude, 6), each.visits, each.total_s) for each in found_in(shuffled)
    ] == strip


def test_place_on_the_antimeridian_is_one() -> None:
    stops = [
        stop((0.0, normal_longitude(180.0 + east)), MONDAY + timedelta(days=day), 6)
        for day, east in enumerate((-0.0003, 0.0003, -0.0003, 0.0003))
    ]
    [place] = found_in(stops)
    assert (place.kind, place.visits) == ("home", 4)
    assert abs(abs(place.longitude) - 180) < 0.0003 and place.radius_m < 50


def test_places_are_shown(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet, kind="vehicle")["id"]
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [
        (to_us(today - timedelta(days=day)), to_us(today - timedelta(days=day) + timedelta(hours=6)), id)
        for day in range(1, 6)
    ]
    directly(
        node,
        "INSERT INTO segment (device_no, started_at_us, kind, ended_at_us, latitude_e7, longitude_e7,"
        " distance_mm, decided_us) SELECT no, ?, 'stop', ?, 520000000, 130000000, 0, 0"
        " FROM device WHERE id = ?",
        rows,
    )
    [place] = fleet.get(f"/api/devices/{id}/places").json()["items"]
    assert (place["kind"], place["visits"], place["latitude"], place["longitude"]) == ("depot", 5, 52.0, 13.0)
    assert fleet.get(f"/api/devices/{id}/places?from=2020-01-01T00:00:00Z").status == 422
