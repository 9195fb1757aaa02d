"""Sums trips and stops by day, as a time zone counts days."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.history import Day, TimelineEntry, TimeSpan


def days(entries: Sequence[TimelineEntry], span: TimeSpan, *, zone: ZoneInfo, at_us: int) -> list[Day]:
    """Return every day that the span touches, the first first. What still lasts ends at `at_us`."""
    found = list(bounds(span, zone))
    of_day: list[list[TimelineEntry]] = [[] for _ in found]
    begins = [begin_us for _, begin_us, _ in found]
    for each in entries:  # only what touches a day is looked at for it: a report is of many days
        ended_us = max(each.started_at_us, at_us if each.ended_at_us is None else each.ended_at_us)
        first = max(0, bisect_right(begins, each.started_at_us) - 1)
        for number in range(first, bisect_right(begins, ended_us)):
            of_day[number].append(each)
    return [_day(*each, of_day[number], at_us) for number, each in enumerate(found)]


def bounds(span: TimeSpan, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
    """Return (day, its midnight, the next one): days have 23 or 25 hours where clocks change."""
    day = from_us(span.begin_us).astimezone(zone).date()
    last = from_us(max(span.begin_us, span.end_us - 1)).astimezone(zone).date()
    while day <= last:
        following = day + timedelta(days=1)
        yield day, _midnight(day, zone), _midnight(following, zone)
        day = following


def _midnight(day: date, zone: ZoneInfo) -> int:
    return to_us(datetime(day.year, day.month, day.day, tzinfo=zone))


def _day(day: date, begin_us: int, end_us: int, entries: Iterable[TimelineEntry], at_us: int) -> Day:
    distance_m = moving_us = stopped_us = 0.0
    trips = stops = 0
    fastest: float | None = None
    for each in entries:
        ended_us = max(each.started_at_us, at_us if each.ended_at_us is None else each.ended_at_us)
        shared_us = min(ended_us, end_us) - max(each.started_at_us, begin_us)
        if shared_us < 0 or (shared_us == 0 and not begin_us <= each.started_at_us < end_us):
            continue
        begins_here = begin_us <= each.started_at_us < end_us
        if each.kind == "trip":
            whole_us = ended_us - each.started_at_us
            distance_m += each.distance_mm / 1000 * (shared_us / whole_us if whole_us else 1.0)
            moving_us += shared_us
            trips += begins_here
            if each.max_speed_mps is not None:
                fastest = max(fastest or 0.0, each.max_speed_mps)
        elif each.kind == "stop":
            stopped_us += shared_us
            stops += begins_here
    return Day(
        day=day,
        distance_m=round(distance_m, 1),
        moving_s=moving_us / 1e6,
        stopped_s=stopped_us / 1e6,
        trips=trips,
        stops=stops,
        max_speed_mps=fastest,
    )
