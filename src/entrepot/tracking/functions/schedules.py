"""When scheduled reports are due, and of which days they are."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.schedule import Cadence

_DAY = timedelta(days=1)


def next_us(every: Cadence, at: str, zone: ZoneInfo, *, after_us: int) -> int:
    """Return the first moment after another: each day, Monday or first of a month at `at` on the local clock.
    Where the clock skips that time it is the moment an hour later.
    """
    day = from_us(after_us).astimezone(zone).date() - _DAY
    while True:
        if _begins(every, day) and (found_us := _moment(day, at, zone)) > after_us:
            return found_us
        day += _DAY


def latest_us(every: Cadence, at: str, zone: ZoneInfo, *, until_us: int) -> int:
    """Return the last such moment that is not later than another."""
    day = from_us(until_us).astimezone(zone).date()
    while not _begins(every, day) or _moment(day, at, zone) > until_us:
        day -= _DAY
    return _moment(day, at, zone)


def days_before(every: Cadence, due_us: int, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day that a report due then is of."""
    last = from_us(due_us).astimezone(zone).date() - _DAY
    if every == "day":
        return last, last
    return (last - 6 * _DAY, last) if every == "week" else (last.replace(day=1), last)


def _begins(every: Cadence, day: date) -> bool:
    return every == "day" or (day.weekday() == 0 if every == "week" else day.day == 1)


def _moment(day: date, at: str, zone: ZoneInfo) -> int:
    return to_us(datetime.combine(day, time.fromisoformat(at), zone))
