"""Where a device was: what is asked, and what is shown."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Unfit
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment, from_us, now, to_us
from entrepot.tracking.model.device import ZoneName

DAY = timedelta(days=1)
PLACES_FROM = timedelta(days=90)
Tolerance = Annotated[float, Meta(ge=0.1, le=100_000.0)]


class TimeSpan(msgspec.Struct, frozen=True):
    """From `begin_us` on, and before `end_us`."""

    begin_us: int
    end_us: int


class HistoryQuery(Input, frozen=True, kw_only=True):
    """When: from `from` on and before `to` (RFC 3339); the last day until now, if nothing is said."""

    begin: Moment | None = msgspec.field(name="from", default=None)
    end: Moment | None = msgspec.field(name="to", default=None)

    def span(self) -> TimeSpan:
        return span(self.begin, self.end)


class PositionsQuery(HistoryQuery, frozen=True, kw_only=True):
    """Which positions. With `simplify_m`, those that keep the line within so many metres; with
    `include_rejected`, also what the derivation put aside (what the door refused is at
    /api/intake/rejected).
    """

    cursor: Annotated[str, Meta(max_length=32)] | None = None
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    simplify_m: Tolerance | None = None
    include_rejected: bool = False


class ExportQuery(HistoryQuery, frozen=True, kw_only=True):
    """Which positions, and how much simpler."""

    simplify_m: Tolerance | None = None


class TimelineQuery(Cursor, frozen=True, kw_only=True):
    """Which trips or stops: those that touch the time from `from` to `to`, the first first."""

    begin: Moment | None = msgspec.field(name="from", default=None)
    end: Moment | None = msgspec.field(name="to", default=None)

    def span(self) -> TimeSpan:
        return span(self.begin, self.end)


class DaysQuery(HistoryQuery, frozen=True, kw_only=True):
    """Which days, as they are counted in a time zone."""

    timezone: ZoneName = "UTC"


class PlacesQuery(HistoryQuery, frozen=True, kw_only=True):
    """From which stops: those of the last 90 days, if nothing is said."""

    timezone: ZoneName = "UTC"

    def span(self) -> TimeSpan:
        end = self.end or now()
        return span(self.begin or end - PLACES_FROM, end)


class Position(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a device was. `rejected` says why a filter put it aside. Made from a row by place, thousands at
    once.
    """

    fixed_at: Moment
    received_at: Moment
    latitude: float
    longitude: float
    accuracy_m: float | None
    altitude_m: float | None
    speed_mps: float | None
    course_deg: float | None
    battery_pct: float | None
    attributes: dict[str, Any] | None
    rejected: str | None = None


class TimelineEntry(msgspec.Struct, frozen=True):
    """A trip or a stop as it is stored."""

    kind: str
    started_at_us: int
    ended_at_us: int | None
    latitude_e7: int
    longitude_e7: int
    end_latitude_e7: int | None
    end_longitude_e7: int | None
    distance_mm: int
    max_speed_mps: float | None
    revised_at_us: int | None


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """From one stop to the next; it goes on while `ended_at` is null. `revised_at` says when late data
    changed it. `start_place` and `end_place` name where: a geofence, or how far from which town.
    """

    started_at: Moment
    ended_at: Moment | None
    duration_s: float | None
    distance_m: float
    max_speed_mps: float | None
    average_speed_mps: float | None
    start_latitude: float
    start_longitude: float
    end_latitude: float | None
    end_longitude: float | None
    revised_at: Moment | None
    start_place: str = ""
    end_place: str = ""


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A device stood; the place is the middle of where it was. It still stands while `ended_at` is null.
    `place` names it: a geofence, or how far from which town.
    """

    started_at: Moment
    ended_at: Moment | None
    duration_s: float | None
    latitude: float
    longitude: float
    revised_at: Moment | None
    place: str = ""


FrequentPlaceKind = Literal["home", "work", "depot", "customer", "regular"]


class FrequentPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device stops again and again. `hours_s` and `weekdays_s` (Monday first) tell when, in the time
    zone that was asked for; no stop lies farther than `radius_m` from the middle.
    """

    kind: FrequentPlaceKind
    latitude: float
    longitude: float
    radius_m: float
    visits: int
    days: int
    total_s: float
    hours_s: list[float]
    weekdays_s: list[float]
    last_visit_at: Moment


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What a device did from midnight to midnight. A trip over midnight is shared by time; `max_speed_mps`
    is the highest of the trips that touch the day.
    """

    day: date
    distance_m: float
    moving_s: float
    stopped_s: float
    trips: int
    stops: int
    max_speed_mps: float | None


def span_between(moments: Iterable[datetime]) -> TimeSpan:
    """From the first to the last; now, if there is none."""
    times = [to_us(each) for each in moments] or [to_us(now())]
    return TimeSpan(min(times), max(times) + 1)


def span(begin: datetime | None, end: datetime | None) -> TimeSpan:
    """Raises: Unfit."""
    end = end or now()
    if begin is None:
        return TimeSpan(to_us(end) - DAY // timedelta(microseconds=1), to_us(end))
    if begin > end:
        raise Unfit("from", "`from` is after `to`.")
    return TimeSpan(to_us(begin), to_us(end))


def after(cursor: str | None, when: TimeSpan) -> TimeSpan:
    """What follows the place where a page ended. Raises: Unfit."""
    if cursor is None:
        return when
    digits = cursor.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Unfit("cursor", "This cursor is not one that a page gave.")
    return TimeSpan(max(when.begin_us, int(cursor) + 1), when.end_us)


def page_after(cursor: str | None) -> int:
    """The number after which a page begins. Raises: Unfit."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise Unfit("cursor", "This cursor is not one that a page gave.")
    return int(cursor)


def moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
