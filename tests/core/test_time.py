"""Moments survive being stored as whole microseconds, which floats would not let them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.time import from_us, now, to_us

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=offsets)


@given(moments)
def test_a_moment_survives_being_stored(moment: datetime) -> None:
    stored = from_us(to_us(moment))
    assert stored == moment
    assert stored.tzinfo is UTC


@given(moments, moments)
def test_microseconds_are_in_the_order_of_the_moments(one: datetime, other: datetime) -> None:
    assert (to_us(one) < to_us(other)) == (one < other)


def test_microseconds_count_from_1970() -> None:
    assert to_us(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert to_us(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert to_us(datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)) == 1_767_323_045_678_901


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        to_us(datetime(2026, 1, 1))


def test_now_is_utc() -> None:
    assert now().tzinfo is UTC
    assert abs(datetime.now(UTC) - now()) < timedelta(seconds=5)
