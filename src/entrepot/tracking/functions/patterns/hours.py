"""The hours of a week: how much of each a device spent in a state, and how surprising a state is then."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from entrepot.core.time import from_us
from entrepot.tracking.model.pattern import HOURS_A_WEEK

Hours = npt.NDArray[np.float64]

HOUR_US = 3_600_000_000
# What is four weeks older counts half.
_HALF_LIFE_US = 28 * 24 * HOUR_US
# Habits are not kept to the minute: an hour tells about those around it too.
_KERNEL = ((-2, 0.1), (-1, 0.2), (0, 0.4), (1, 0.2), (2, 0.1))
_WORKING_DAYS = 5
# So many hours of a day like this one weigh as much as what other days tell.
_BACKING_H = 2.0
_NEVER_H = 0.5


def parts(begin_us: int, end_us: int, zone: ZoneInfo) -> Iterator[tuple[int, int, float]]:
    """(hour of the local week, the part's begin, hours) of every hour that a time touches."""
    at_us = begin_us
    while at_us < end_us:
        local = from_us(at_us).astimezone(zone)
        rest = timedelta(hours=1) - timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        following_us = min(at_us + rest // timedelta(microseconds=1), end_us)
        yield local.weekday() * 24 + local.hour, at_us, (following_us - at_us) / HOUR_US
        at_us = following_us


def faded(at_us: int, until_us: int) -> float:
    """Return the weight of what happened then."""
    return float(2.0 ** (-max(0, until_us - at_us) / _HALF_LIFE_US))


def nothing() -> Hours:
    return np.zeros(HOURS_A_WEEK)


def smooth(hours: Hours) -> Hours:
    """Spread hours to those around, and Sunday's end to Monday's beginning."""
    return np.asarray(sum(share * np.roll(hours, shift) for shift, share in _KERNEL))


def total(states: Mapping[str, Hours]) -> Hours:
    return np.sum(list(states.values()), axis=0) if states else nothing()


def likelihood(state: Hours, of: Hours) -> Hours:
    """Return how likely a state is in each hour of the week, from smoothed hours in it and in all states.

    What a weekday has not shown yet is taken from the days like it (working days, weekends), and what
    those have not shown, from all days.
    """
    spent, watched = _by_day(state), _by_day(of)
    likely = (spent.sum(axis=0) + _NEVER_H) / (watched.sum(axis=0) + 2 * _NEVER_H)
    alike = np.empty_like(spent)
    for days in (slice(0, _WORKING_DAYS), slice(_WORKING_DAYS, None)):
        spent_then, watched_then = spent[days].sum(axis=0), watched[days].sum(axis=0)
        alike[days] = (spent_then + _BACKING_H * likely) / (watched_then + _BACKING_H)
    return np.asarray((spent + _BACKING_H * alike) / (watched + _BACKING_H)).ravel()


def surprise_bits(state: Hours, of: Hours) -> Hours:
    """Return how many bits one learns from seeing it then."""
    return -np.log2(np.clip(likelihood(state, of), 1e-9, 1.0))


def _by_day(hours: Hours) -> Hours:
    return np.maximum(hours, 0.0).reshape(7, 24)
