"""Quiet hours: times of the week, on the wall clock of a time zone, when no letters are sent."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from msgspec import Meta

from entrepot.common.model.wrong import WrongMember
from entrepot.core.routes import Input
from entrepot.core.time import zone_names

DayOfWeek = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WallTime = Annotated[str, Meta(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

_DAYS: tuple[str, ...] = get_args(DayOfWeek)
_DAY_MIN, _WEEK_MIN = 1440, 7 * 1440
_MINUTE = timedelta(minutes=1)


class BadTimeZone(WrongMember):
    """No time zone has this name."""


class NeverAwake(WrongMember):
    """These quiet hours never end."""


class QuietHours(Input, frozen=True, kw_only=True):
    """Quiet from `begins` on each of `days` until `ends`, on the next day if that is no later."""

    days: Annotated[list[DayOfWeek], Meta(min_length=1, max_length=7)]
    begins: WallTime
    ends: WallTime


def check(hours: Sequence[QuietHours], *, zone: str) -> None:
    """Raises: BadTimeZone, NeverAwake."""
    if zone not in zone_names():
        raise BadTimeZone("This is no time zone, such as Europe/Berlin.", field="time_zone")
    if len({minute for each in hours for minute in _minutes(each)}) == _WEEK_MIN:
        raise NeverAwake("These quiet hours never end; turn letters off instead.", field="quiet_hours")


def quiet_until(moment: datetime, hours: Sequence[QuietHours], *, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet around `moment` ends; None if it is not quiet. Hours that touch are one quiet."""
    until = moment
    while (later := _latest_end(until, hours, zone)) is not None:
        until = later
    return until if until > moment else None


def _latest_end(moment: datetime, hours: Sequence[QuietHours], zone: ZoneInfo) -> datetime | None:
    around = moment.astimezone(zone).date()
    spans = (
        span for days in (-1, 0, 1) for each in hours for span in _spans(each, around + timedelta(days), zone)
    )
    return max((ends for begins, ends in spans if begins <= moment < ends), default=None)


def _spans(hours: QuietHours, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the quiet spans. Where a wall time comes twice, quiet begins with the first and ends with
    the second.
    """
    if _DAYS[day.weekday()] in hours.days:
        last = day if hours.ends > hours.begins else day + timedelta(days=1)
        first, _ = _instants(datetime.combine(day, time.fromisoformat(hours.begins), zone))
        _, end = _instants(datetime.combine(last, time.fromisoformat(hours.ends), zone))
        yield first, end


def _instants(wall: datetime) -> tuple[datetime, datetime]:
    """Return when this wall time comes first and last; where it never comes, when the clock leaps over it."""
    first, last = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= last:
        return first, last
    before, after = last, first
    while after - before > _MINUTE:
        middle = before + (after - before) // _MINUTE // 2 * _MINUTE
        if middle.astimezone(wall.tzinfo).utcoffset() == after.astimezone(wall.tzinfo).utcoffset():
            after = middle
        else:
            before = middle
    return after, after


def _minutes(hours: QuietHours) -> Iterator[int]:
    begins, ends = _minute(hours.begins), _minute(hours.ends)
    length = (ends - begins) % _DAY_MIN or _DAY_MIN
    for day in hours.days:
        start = _DAYS.index(day) * _DAY_MIN + begins
        yield from ((start + minute) % _WEEK_MIN for minute in range(length))


def _minute(wall: str) -> int:
    return int(wall[:2]) * 60 + int(wall[3:])
