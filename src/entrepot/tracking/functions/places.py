"""Places that matter to a device, found in its stops: where it comes back to, when, and what for.

Stops nearer to each other than `LINK_M` are one place, whatever their order (single linkage). The night tells
home or depot, as studies of mobile phone data do (Ahas et al., "Using mobile positioning data to model
locations meaningful to users", 2010).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from math import atan2, cos, degrees, floor, hypot, radians, sin
from zoneinfo import ZoneInfo

from entrepot.core.geo import EARTH_RADIUS_M, distance_m
from entrepot.core.time import from_us
from entrepot.tracking.model.history import FrequentPlace, FrequentPlaceKind, TimelineEntry

LINK_M = 100.0
LEAST_VISITS = 2
LEAST_DAYS = 3  # of nights, or working days, before they make a habit
_NIGHT = frozenset(range(5))  # 0:00 to 5:00
_WORK = frozenset(range(9, 17))

Vector = tuple[float, float, float]


def places(
    stops: Sequence[TimelineEntry], *, zone: ZoneInfo, at_us: int, personal: bool
) -> list[FrequentPlace]:
    """Return where it stopped at least twice, the longest first; what still lasts ends at `at_us`.
    `personal`: it is a person that has a home and a place of work, not a vehicle that has a depot and
    customers.
    """
    found = [
        _Visits(group, zone=zone, at_us=at_us) for group in _together(stops) if len(group) >= LEAST_VISITS
    ]
    base = _most(found, lambda each: each.night_s, lambda each: len(each.nights))
    rest = [each for each in found if each is not base]
    work = _most(rest, lambda each: each.work_s, lambda each: len(each.workdays)) if personal else None
    shown = [each.place(_kind(each, base, work, personal=personal)) for each in found]
    return sorted(shown, key=lambda each: (-each.total_s, each.latitude, each.longitude))


class _Visits:
    """The stops at one place, counted."""

    def __init__(self, stops: Sequence[TimelineEntry], *, zone: ZoneInfo, at_us: int) -> None:
        self.stops = stops
        self.first_us = min(stop.started_at_us for stop in stops)
        self.hours, self.weekdays = [0.0] * 24, [0.0] * 7
        self.night_s = self.work_s = 0.0
        self.nights, self.workdays, self.days = set[str](), set[str](), set[str]()
        for stop in stops:
            for local, seconds in _hours(stop, zone, at_us):
                self._count(local, seconds)

    def _count(self, local: datetime, seconds: float) -> None:
        day = local.date().isoformat()
        self.days.add(day)
        self.hours[local.hour] += seconds
        self.weekdays[local.weekday()] += seconds
        if local.hour in _NIGHT:
            self.night_s += seconds
            self.nights.add(day)
        elif local.hour in _WORK and local.weekday() < 5:
            self.work_s += seconds
            self.workdays.add(day)

    def place(self, kind: FrequentPlaceKind) -> FrequentPlace:
        latitude, longitude = _middle(self.stops)
        places = [(stop.latitude_e7 / 1e7, stop.longitude_e7 / 1e7) for stop in self.stops]
        return FrequentPlace(
            kind=kind,
            latitude=round(latitude, 7),
            longitude=round(longitude, 7),
            radius_m=round(max(distance_m(latitude, longitude, *place) for place in places), 1),
            visits=len(self.stops),
            days=len(self.days),
            total_s=round(sum(self.hours), 1),
            hours_s=[round(each, 1) for each in self.hours],
            weekdays_s=[round(each, 1) for each in self.weekdays],
            last_visit_at=from_us(max(stop.started_at_us for stop in self.stops)),
        )


def _kind(each: _Visits, base: _Visits | None, work: _Visits | None, *, personal: bool) -> FrequentPlaceKind:
    if each is base:
        return "home" if personal else "depot"
    if each is work:
        return "work"
    return "regular" if personal else "customer"


def _most(
    found: Sequence[_Visits], seconds: Callable[[_Visits], float], days: Callable[[_Visits], int]
) -> _Visits | None:
    """Return where most of the time is spent, if it is a habit."""
    habits = [each for each in found if days(each) >= LEAST_DAYS]
    return max(habits, key=lambda each: (seconds(each), each.first_us), default=None)


def _hours(stop: TimelineEntry, zone: ZoneInfo, at_us: int) -> Iterator[tuple[datetime, float]]:
    """Yield the stop in pieces that lie in one hour of the clock each."""
    moment = from_us(stop.started_at_us)
    end = from_us(at_us if stop.ended_at_us is None else stop.ended_at_us)
    while moment < end:
        local = moment.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        following = min(moment + timedelta(hours=1) - into, end)
        yield local, (following - moment).total_seconds()
        moment = following


# ---- near each other ---------------------------------------------------------------------------------


def _together(stops: Sequence[TimelineEntry]) -> list[list[TimelineEntry]]:
    """Return groups of stops that are linked by steps of at most `LINK_M`."""
    cells: dict[tuple[int, ...], list[int]] = defaultdict(list)
    above = list(range(len(stops)))

    def top(index: int) -> int:
        while above[index] != index:
            above[index] = index = above[above[index]]
        return index

    for index, stop in enumerate(stops):
        cell = tuple(floor(each * EARTH_RADIUS_M / LINK_M) for each in _vector(stop))
        for step in product((-1, 0, 1), repeat=3):
            for other in cells.get(tuple(a + b for a, b in zip(cell, step, strict=True)), ()):
                if top(other) != top(index) and _apart_m(stop, stops[other]) <= LINK_M:
                    above[top(index)] = top(other)
        cells[cell].append(index)
    groups: dict[int, list[TimelineEntry]] = defaultdict(list)
    for index, stop in enumerate(stops):
        groups[top(index)].append(stop)
    return list(groups.values())


def _apart_m(one: TimelineEntry, other: TimelineEntry) -> float:
    return distance_m(
        one.latitude_e7 / 1e7, one.longitude_e7 / 1e7, other.latitude_e7 / 1e7, other.longitude_e7 / 1e7
    )


def _vector(stop: TimelineEntry) -> Vector:
    phi, lam = radians(stop.latitude_e7 / 1e7), radians(stop.longitude_e7 / 1e7)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def _middle(stops: Sequence[TimelineEntry]) -> tuple[float, float]:
    x, y, z = (sum(parts) for parts in zip(*map(_vector, stops), strict=True))
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))
