"""Times off duty over days and clock changes, and places on a grid."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.geo import on_grid
from entrepot.core.time import to_us
from entrepot.tracking.functions.privacy import on_duty
from entrepot.tracking.model.device import Window

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = Window(days=frozenset(range(5)), begins="08:00", ends="17:00")
FRIDAY_NIGHT = Window(days=frozenset({4}), begins="22:00", ends="06:00")


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2024-05-01T08:00", True), ("2024-05-01T07:59", False), ("2024-05-01T17:00", False),
        ("2024-05-04T12:00", False),
        # The clock changes on 2024-03-31 and 2024-10-27; the hours stay those on the wall.
        ("2024-04-01T08:00", True), ("2024-03-29T08:00", True), ("2024-10-28T08:00", True),
    ],
)  # fmt: skip
def test_duty_is_by_the_clock_on_the_wall(moment: str, works: bool) -> None:
    assert on_duty((WEEKDAYS,), "Europe/Berlin", at(moment)) is works


@pytest.mark.parametrize(
    ("moment", "works"),
    [("2024-05-03T22:00", True), ("2024-05-04T05:59", True), ("2024-05-04T06:00", False),
     ("2024-05-03T05:00", False), ("2024-05-04T22:00", False)],
)  # fmt: skip
def test_night_shift_ends_on_the_next_day(moment: str, works: bool) -> None:
    assert on_duty((FRIDAY_NIGHT,), "Europe/Berlin", at(moment)) is works


def test_unknown_time_zone_is_off_duty() -> None:
    for zone in ("Nowhere/Land", "America", "x" * 300):
        assert not on_duty((WEEKDAYS,), zone, at("2024-05-01T12:00"))


LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
SIZES = st.floats(1, 100_000)


@given(LATITUDES, LONGITUDES, SIZES)
def test_place_on_the_grid_stays_where_it_is(latitude: float, longitude: float, size_m: float) -> None:
    once = on_grid(latitude, longitude, size_m)
    assert on_grid(*once, size_m) == pytest.approx(once, abs=2e-7)


@given(LATITUDES, LONGITUDES, SIZES)
def test_grid_moves_a_place_by_no_more_than_a_cell(latitude: float, longitude: float, size_m: float) -> None:
    row, column = on_grid(latitude, longitude, size_m)
    assert -90 <= row <= 90 and -180 <= column <= 180
    assert abs(row - latitude) * 111_320 <= size_m
