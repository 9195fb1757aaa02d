"""How unusual an episode is: surprise that adds up, calibrated by the device's own past.

Each reason has a weight; 1 is strange enough by itself. What is strange in absolute terms is still not
unusual if this device does something as strange every week: the score is the lesser of how strange it is
and how rare that is. Ranking by one's own past is what conformal prediction does (Vovk, Gammerman and
Shafer, "Algorithmic Learning in a Random World", 2005): while habits stay as they are, a score of
`AlertSettings.unusual_score` or more comes at most once in two weeks by chance.
"""

from collections.abc import Callable, Sequence
from math import log2
from zoneinfo import ZoneInfo

import msgspec

from entrepot.tracking.functions.patterns.hours import Hours, parts
from entrepot.tracking.model.pattern import Episode, Judgement, StayPlace, UnusualReason

Bits = Callable[[str], Hours]

MOVING, VISITING, ELSEWHERE = "moving", "visiting", "elsewhere"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A likelihood of 1/8 surprises nobody; 1/128 is strange enough.
_CALM_BITS, _STRANGE_BITS = 3.0, 7.0
# Four corridor widths off, and three times as long as nearly always, are strange enough.
_STRANGE_WIDTHS, _STRANGE_TIMES = 4.0, 3.0
_LEAST_LONG_STAY_S, _LEAST_LONG_TRIP_S = 1_800.0, 600.0
_LEAST, _MOST = 0.1, 3.0
_GLANCE_H = 5 / 60
_STEEPNESS = 5.0  # a weight of 1 scores 0.8, of 2 scores 0.96
_TWO_WEEKS = 2.0


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of an episode; None where nothing is."""

    bits: Bits
    long_stay_s: float | None = None
    long_trip_s: float | None = None
    off_m: float | None = None
    width_m: float = 0.0


def state_at(place: StayPlace | None) -> str:
    """Return the state for a place. Places where much time is spent count each by itself, other known places
    together: which customer it is, is nobody's habit.
    """
    if place is None:
        return ELSEWHERE
    return place.id if place.kind in ("home", "depot", "work") else VISITING


def reasons(
    episode: Episode, place: StayPlace | None, expected: Expected, zone: ZoneInfo
) -> list[UnusualReason]:
    """Return the reasons why an episode is unusual, the weightiest first."""
    found = [
        _moving(episode, expected, zone),
        _staying(episode, place, expected, zone),
        _off_route(expected),
        _long_trip(episode, expected),
        _long_stay(episode, place, expected),
    ]
    worth = [each for each in found if each is not None and each.weight >= _LEAST]
    return sorted(worth, key=lambda each: (-each.weight, each.kind))


def strangeness(found: Sequence[UnusualReason]) -> float:
    return sum(each.weight for each in found)


def judged(
    episode: Episode, found: Sequence[UnusualReason], *, strangest: Sequence[float], weeks: float
) -> Judgement:
    """Judge an episode by how strange the past was at its strangest."""
    weight = strangeness(found)
    as_strange = 1 + sum(past >= weight - 1e-9 for past in strangest)
    rare = 1 / (1 + as_strange / max(weeks, 1e-9) / _TWO_WEEKS)
    score = min(1 - _STEEPNESS**-weight, rare)
    return Judgement(
        began_us=episode.began_us, ended_us=episode.ended_us, score=round(score, 3), reasons=list(found)
    )


def _moving(episode: Episode, expected: Expected, zone: ZoneInfo) -> UnusualReason | None:
    journey = episode.journey
    if journey is None:
        return None
    hour, weight = _strangest_hour(journey.begin_us, journey.end_us, expected.bits(MOVING), zone)
    if weight <= 0:
        return None
    return UnusualReason(
        kind="moving", weight=weight, text=f"It moved on {hour}, when it seldom or never does."
    )


def _staying(
    episode: Episode, place: StayPlace | None, expected: Expected, zone: ZoneInfo
) -> UnusualReason | None:
    visit = episode.visit
    if visit is None:
        return None
    bits = expected.bits(state_at(place))
    hour, weight = _strangest_hour(visit.begin_us, visit.end_us, bits, zone)
    if weight <= 0:
        return None
    if place is None:
        text = f"It was at a place that is not known, on {hour}."
        return UnusualReason(kind="unknown_place", weight=weight, text=text)
    where = named(place)
    return UnusualReason(
        kind="unusual_place", weight=weight, text=f"It was at {where} on {hour}, which is not usual."
    )


def _off_route(expected: Expected) -> UnusualReason | None:
    off_m = expected.off_m
    if off_m is None or off_m <= expected.width_m:
        return None
    weight = min(_MOST, log2(off_m / expected.width_m) / log2(_STRANGE_WIDTHS))
    text = f"It went {off_m / 1000:.1f} km off the usual way."
    return UnusualReason(kind="off_route", weight=weight, value=round(off_m), text=text)


def _long_trip(episode: Episode, expected: Expected) -> UnusualReason | None:
    journey, usual_s = episode.journey, expected.long_trip_s
    if journey is None or usual_s is None:
        return None
    usual_s = max(usual_s, _LEAST_LONG_TRIP_S)
    lasted_s = (journey.end_us - journey.begin_us) / 1e6
    weight = _too_long(lasted_s, usual_s)
    if weight is None:
        return None
    text = f"It was under way for {_time(lasted_s)}; it is seldom more than {_time(usual_s)}."
    return UnusualReason(kind="long_trip", weight=weight, value=round(lasted_s), text=text)


def _long_stay(episode: Episode, place: StayPlace | None, expected: Expected) -> UnusualReason | None:
    visit, usual_s = episode.visit, expected.long_stay_s
    if visit is None or usual_s is None or place is None:
        return None
    usual_s = max(usual_s, _LEAST_LONG_STAY_S)
    lasted_s = (visit.end_us - visit.begin_us) / 1e6
    weight = _too_long(lasted_s, usual_s)
    if weight is None:
        return None
    text = f"It stayed {_time(lasted_s)} at {named(place)}; it is seldom more than {_time(usual_s)}."
    return UnusualReason(kind="long_stay", weight=weight, value=round(lasted_s), text=text)


def _too_long(lasted_s: float, usual_s: float) -> float | None:
    return None if lasted_s <= usual_s else min(_MOST, log2(lasted_s / usual_s) / log2(_STRANGE_TIMES))


def _strangest_hour(begin_us: int, end_us: int, bits: Hours, zone: ZoneInfo) -> tuple[str, float]:
    """Return the strangest hour, of those in which more than a moment was spent."""
    spent: dict[int, float] = {}
    for hour, _, lasted_h in parts(begin_us, max(end_us, begin_us + 1), zone):
        spent[hour] = spent.get(hour, 0.0) + lasted_h
    least = min(_GLANCE_H, max(spent.values()))
    hour = max((each for each, lasted_h in spent.items() if lasted_h >= least), key=lambda each: bits[each])
    weight = (float(bits[hour]) - _CALM_BITS) / (_STRANGE_BITS - _CALM_BITS)
    return f"{_DAYS[hour // 24]} about {hour % 24:02}:00", min(_MOST, weight)


def named(place: StayPlace) -> str:
    """Return the name of a place for a sentence."""
    if place.name:
        return f"“{place.name}”"
    return "a known place" if place.kind == "other" else f"its {place.kind} place"


def _time(seconds: float) -> str:
    if seconds < 5_400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3_600:.1f} hours" if seconds < 48 * 3_600 else f"{seconds / 86_400:.1f} days"
