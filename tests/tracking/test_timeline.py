"""Trips and stops of a time, and days as a time zone counts them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node, until
from tests.tracking.fleet import directly, enrolled, tell

from entrepot.core.time import now, to_us
from entrepot.tracking.functions.days import bounds, days
from entrepot.tracking.model.history import TimelineEntry, TimeSpan

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
HOUR_US = 3_600_000_000


def add_segments(node: Node, id: str, *segments: tuple[str, float, float | None, int]) -> None:
    """(kind, hours from midnight, hours until its end, metres)."""
    rows = [
        (
            to_us(MIDNIGHT) + round(begin * HOUR_US), kind,
            None if end is None else to_us(MIDNIGHT) + round(end * HOUR_US), metres * 1000, id,
        )
        for kind, begin, end, metres in segments
    ]  # fmt: skip
    directly(
        node,
        "INSERT INTO segment (device_no, started_at_us, kind, ended_at_us, latitude_e7, longitude_e7,"
        " distance_mm, max_speed_mps, decided_us) SELECT no, ?, ?, CAST(? AS BIGINT), 520000000, 130000000,"
        " ?, 12.5, 0 FROM device WHERE id = ?",
        rows,
    )


def ask(caller: Caller, id: str, what: str, **query: Any) -> Any:
    told = {"from": MIDNIGHT.isoformat(), "to": (MIDNIGHT + timedelta(days=1)).isoformat()} | query
    target = f"/api/devices/{id}/{what}?" + "&".join(f"{k}={quote(str(v))}" for k, v in told.items())
    reply = caller.get(target)
    assert reply.status == 200, reply
    return reply.json()


def test_trips_and_stops_that_touch_the_time_are_shown(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet, kind="vehicle")["id"]
    add_segments(
        node, id, ("trip", -3, -2, 5), ("stop", -2, 1, 0), ("trip", 1, 2, 36_000), ("gap", 2, 3, 0),
        ("stop", 3, 4, 0), ("trip", 4, None, 100), ("stop", 30, 31, 0),
    )  # fmt: skip
    stops = ask(fleet, id, "stops")["items"]
    assert [(each["started_at"][:13], each["duration_s"]) for each in stops] == [
        ("2026-02-28T22", 10_800.0), ("2026-03-01T03", 3_600.0),
    ]  # fmt: skip
    first, running = ask(fleet, id, "trips")["items"]
    assert (first["distance_m"], first["average_speed_mps"], first["max_speed_mps"]) == (36_000.0, 10.0, 12.5)
    assert (running["ended_at"], running["duration_s"]) == (None, None)
    page = ask(fleet, id, "trips", limit=1)
    assert page["items"] == [first]
    assert ask(fleet, id, "trips", limit=1, cursor=page["next"]) == {"items": [running], "next": None}


def test_days_share_a_trip_over_midnight_by_time(node: Node, fleet: Caller) -> None:
    id = enrolled(fleet, kind="vehicle")["id"]
    add_segments(node, id, ("trip", 22, 26, 4_000), ("stop", 26, 27, 0))
    told = ask(fleet, id, "days", to=(MIDNIGHT + timedelta(days=2)).isoformat())["items"]
    assert [(each["day"], each["distance_m"], each["moving_s"], each["trips"]) for each in told] == [
        ("2026-03-01", 2_000.0, 7_200.0, 1), ("2026-03-02", 2_000.0, 7_200.0, 0),
    ]  # fmt: skip
    assert [each["stops"] for each in told] == [0, 1]
    shifted = ask(fleet, id, "days", timezone="Asia/Tokyo")["items"]
    assert [(each["day"], each["distance_m"]) for each in shifted] == [
        ("2026-03-01", 0.0), ("2026-03-02", 4_000.0),
    ]  # fmt: skip


def test_trip_under_way_tells_how_far_it_went(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")
    begin = now().replace(microsecond=0) - timedelta(minutes=20)
    for n in range(20):
        tell(node, van, begin + timedelta(seconds=30 * n), 52.0 + n * 0.0027, 13.0)
    query = {"from": (begin - timedelta(hours=1)).isoformat(), "to": (now() + timedelta(hours=1)).isoformat()}

    def odometer() -> float:
        return float(fleet.get(f"/api/devices/{van['id']}").json()["odometer_m"] or 0)

    until(lambda: odometer() > 5_500)
    [trip] = ask(fleet, van["id"], "trips", **query)["items"]
    assert trip["ended_at"] is None
    assert trip["distance_m"] == pytest.approx(odometer(), abs=1)
    assert trip["max_speed_mps"] == pytest.approx(10, abs=1)
    told = ask(fleet, van["id"], "days", **query)["items"]
    assert sum(day["distance_m"] for day in told) == pytest.approx(odometer(), abs=1)
    assert max(day["max_speed_mps"] or 0 for day in told) == trip["max_speed_mps"]


def test_senseless_questions_are_refused(fleet: Caller) -> None:
    path = f"/api/devices/{enrolled(fleet)['id']}"
    for wrong in ("days?timezone=Mars", "days?from=2020-01-01T00:00:00Z", "trips?cursor=x", "stops?limit=0"):
        assert fleet.get(f"{path}/{wrong}").status == 422, wrong


@given(
    begins=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    hours=st.integers(0, 400),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_days_follow_each_other_without_a_hole(begins: datetime, hours: int, zone: str) -> None:
    span = TimeSpan(to_us(begins), to_us(begins + timedelta(hours=hours)))
    found = list(bounds(span, ZoneInfo(zone)))
    assert found[0][1] <= span.begin_us < found[0][2]
    assert found[-1][2] >= span.end_us
    assert all(a[2] == b[1] for a, b in pairwise(found))


@given(
    st.lists(st.tuples(st.integers(0, 5_000), st.booleans()), min_size=1, max_size=20),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
)
def test_days_sum_up_to_the_whole(parts: list[tuple[int, bool]], zone: str) -> None:
    at_us, stretches = to_us(datetime(2026, 3, 20, tzinfo=UTC)), []
    begin_us = at_us
    for minutes, moves in parts:
        ends_us = at_us + minutes * 60_000_000
        kind = "trip" if moves else "stop"
        stretches.append(TimelineEntry(kind, at_us, ends_us, 0, 0, 0, 0, minutes * 1_000_000, None, None))
        at_us = ends_us
    span = TimeSpan(begin_us, at_us + 1)
    told = days(stretches, span, zone=ZoneInfo(zone), at_us=at_us)
    assert round(sum(each.moving_s for each in told)) == 60 * sum(m for m, moves in parts if moves)
    assert round(sum(each.stopped_s for each in told)) == 60 * sum(m for m, moves in parts if not moves)
    assert abs(sum(each.distance_m for each in told) - 1_000 * sum(m for m, moves in parts if moves)) < 5
    assert sum(each.trips for each in told) == sum(moves for _, moves in parts)
