"""Guesses the kind of a place from habits: somebody who spends the nights somewhere is at home there."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import msgspec

from entrepot.core.time import from_us, to_us
from entrepot.tracking.functions.patterns.hours import HOUR_US, parts
from entrepot.tracking.model.pattern import Episode, PlaceKind, PlaceVisit

# Things do not live anywhere: where a lorry spends its nights is a depot.
THINGS = frozenset({"vehicle", "vessel", "container", "sensor", "asset", "train", "aircraft"})
_UNLIKELY_THERE = 0.5
_NIGHT_HOUR = 3
_LONG_REST_US = 5 * HOUR_US
_SHORT_US = 2 * HOUR_US
_WORKING_HOURS = range(6, 20)
_WORKING_DAYS = range(6)  # Monday to Saturday
# Below that, nobody can say.
_LEAST_SCORE = 0.35


class PlaceTraits(msgspec.Struct, frozen=True, kw_only=True):
    """How a place is used. Shares are of what was seen: `nights` of all nights, `days` of all days with
    trips, `borders` of the days' first departures and last arrivals; `rests`, `short` and `working` are the
    shares of its own time in long stays, of its visits that are short, of its time in working hours.
    """

    nights: float
    days: float
    borders: float
    rests: float
    short: float
    working: float
    typical_us: float


def guessed(device_kind: str, traits: PlaceTraits) -> tuple[PlaceKind, float]:
    """Return the likeliest kind, and how sure that is."""
    thing = device_kind in THINGS
    scores: dict[PlaceKind, float] = {
        "home": traits.nights * (_UNLIKELY_THERE if thing else 1.0),
        "depot": traits.borders * (0.4 + 0.6 * traits.rests) * (1.0 if thing else _UNLIKELY_THERE),
        "work": 0.0
        if thing
        else (1 - traits.nights) * traits.working * min(1.0, traits.days * 2) * (1 - traits.short),
        "customer": (1 - traits.nights) * (1 - traits.borders) * traits.working * traits.short,
    }
    kind = max(scores, key=lambda each: scores[each])
    score = scores[kind]
    return (kind, round(score, 3)) if score >= _LEAST_SCORE else ("other", round(1 - score, 3))


def traits(
    episodes: Sequence[Episode], labels: Sequence[str | None], zone: ZoneInfo
) -> dict[str, PlaceTraits]:
    """Return the traits of every place; `labels` say where each episode stayed."""
    visits: dict[str, list[PlaceVisit]] = {}
    for episode, label in zip(episodes, labels, strict=True):
        if label is not None and episode.visit is not None:
            visits.setdefault(label, []).append(episode.visit)
    nights = {label: _nights(some, zone) for label, some in visits.items()}
    known = [each.visit for each in episodes if each.visit is not None]
    all_nights, (firsts, lasts, days) = _nights(known, zone), _borders(episodes, labels, zone)
    return {
        label: PlaceTraits(
            nights=len(nights[label]) / max(1, len(all_nights)),
            days=len({_day(visit.begin_us, zone) for visit in some}) / max(1, days),
            borders=(firsts.get(label, 0) + lasts.get(label, 0)) / max(1, 2 * days),
            rests=sum(_length(visit) for visit in some if _length(visit) >= _LONG_REST_US) / _total(some),
            short=sum(_length(visit) <= _SHORT_US for visit in some) / len(some),
            working=_working(some, zone),
            typical_us=median(map(_length, some)),
        )
        for label, some in visits.items()
    }


def _length(visit: PlaceVisit) -> int:
    return visit.end_us - visit.begin_us


def _total(visits: Sequence[PlaceVisit]) -> int:
    return max(1, sum(map(_length, visits)))


def _day(at_us: int, zone: ZoneInfo) -> date:
    return from_us(at_us).astimezone(zone).date()


def _nights(visits: Sequence[PlaceVisit], zone: ZoneInfo) -> set[date]:
    """Return the days on which they cover the depth of the night."""
    found = set[date]()
    for visit in visits:
        day = _day(visit.begin_us, zone)
        while (deep_us := _deep_us(day, zone)) <= visit.end_us:
            if deep_us >= visit.begin_us:
                found.add(day)
            day += timedelta(days=1)
    return found


def _deep_us(day: date, zone: ZoneInfo) -> int:
    return to_us(datetime(day.year, day.month, day.day, _NIGHT_HOUR, tzinfo=zone))


def _borders(
    episodes: Sequence[Episode], labels: Sequence[str | None], zone: ZoneInfo
) -> tuple[dict[str, int], dict[str, int], int]:
    """Return how often each place was a day's first departure, and its last arrival; of how many days."""
    first: dict[date, str | None] = {}
    last: dict[date, str | None] = {}
    came_from: str | None = None
    for episode, label in zip(episodes, labels, strict=True):
        if episode.journey is not None:
            if episode.before is not None:
                first.setdefault(_day(episode.journey.begin_us, zone), came_from)
            last[_day(episode.journey.end_us, zone)] = label
        came_from = label
    return _counted(first), _counted(last), len(first.keys() | last.keys())


def _counted(by_day: dict[date, str | None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for label in by_day.values():
        if label is not None:
            counts[label] = counts.get(label, 0) + 1
    return counts


def _working(visits: Sequence[PlaceVisit], zone: ZoneInfo) -> float:
    """Of a place where nobody was a moment, nothing."""
    worked = whole = 0.0
    for visit in visits:
        for hour, _, spent_h in parts(visit.begin_us, visit.end_us, zone):
            whole += spent_h
            if hour // 24 in _WORKING_DAYS and hour % 24 in _WORKING_HOURS:
                worked += spent_h
    return worked / whole if whole else 0.0
