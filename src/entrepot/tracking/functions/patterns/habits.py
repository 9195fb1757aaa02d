"""Learns habits from a history, and holds new episodes against them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from entrepot.tracking.functions.patterns import kinds, places, routes, unusual
from entrepot.tracking.functions.patterns.episodes import episodes
from entrepot.tracking.functions.patterns.hours import (
    Hours,
    faded,
    nothing,
    parts,
    smooth,
    surprise_bits,
    total,
)
from entrepot.tracking.functions.patterns.routes import Ride, RouteLine
from entrepot.tracking.functions.patterns.unusual import MOVING, Bits, Expected, state_at
from entrepot.tracking.model.pattern import Episode, Habits, Judgement, LearnedRoute, PlaceVisit, StayPlace
from entrepot.tracking.model.segment import Segment

# A time is long if 95 % are shorter; fewer than these tell nothing.
_LONG = 0.95
_LEAST_TIMES = 5
# Whoever mostly goes known ways from somewhere goes unusual ones seldom.
_MOSTLY = 0.8
_MOST_STRANGE = 100

Lines = Mapping[int, RouteLine]  # by the beginning of the trip


class Learned(msgspec.Struct, frozen=True):
    places: list[StayPlace]
    habits: Habits


class _Lived(msgspec.Struct, frozen=True):
    """A past episode: where it stayed, its way, and what it adds to the hours."""

    episode: Episode
    place: StayPlace | None
    ride: Ride | None
    hours: dict[str, Hours]


class Memory:
    """Habits as numbers to hold episodes against."""

    def __init__(self, habits: Habits, known: Sequence[StayPlace]) -> None:
        self.habits, self.known, self.zone = habits, known, ZoneInfo(habits.timezone)
        self._hours = {state: smooth(np.array(spent)) for state, spent in habits.hours.items()}
        self._total = total(self._hours)

    def judge(self, episode: Episode, line: RouteLine | None) -> Judgement:
        """Judge an episode; `line` is the way so far, if there are positions."""
        place = _place_of(episode.visit, self.known)
        origin = _place_of(episode.before, self.known)
        expected = self._expected(episode, place, origin, line)
        found = unusual.reasons(episode, place, expected, self.zone)
        return unusual.judged(episode, found, strangest=self.habits.strangest, weeks=self.habits.days / 7)

    def _expected(
        self, episode: Episode, place: StayPlace | None, origin: StayPlace | None, line: RouteLine | None
    ) -> Expected:
        ways = self._ways(episode, place, origin)
        corridors = [each for way in ways for each in way.corridors]
        return Expected(
            bits=lambda state: surprise_bits(self._hours.get(state, nothing()), self._total),
            long_stay_s=None if place is None else self.habits.long_stay_s.get(place.id),
            long_trip_s=max((way.long_s for way in ways), default=None),
            off_m=routes.deviation_m(line, corridors) if line else None,
            width_m=max((way.width_m for way in ways), default=0.0),
        )

    def _ways(
        self, episode: Episode, place: StayPlace | None, origin: StayPlace | None
    ) -> list[LearnedRoute]:
        """Return the ways it may have gone; of one under way, all from where it left, if it mostly goes
        those.
        """
        if episode.journey is None or origin is None:
            return []
        from_there = [each for each in self.habits.routes if each.origin == origin.id]
        if episode.visit is not None:
            return [each for each in from_there if place is not None and each.destination == place.id]
        return from_there if sum(each.share for each in from_there) >= _MOSTLY else []


def learn(
    segments: Iterable[Segment], lines: Lines, *, device_id: str, device_kind: str, timezone: str,
    known: Sequence[StayPlace],
) -> Learned:  # fmt: skip
    """Return places and habits of a history, in whatever order it comes. What still lasts is not learned
    yet.
    """
    zone = ZoneInfo(timezone)
    done = [each for each in episodes(segments, at_us=0) if not _lasts(each)]
    visits = [each.visit for each in done if each.visit is not None]
    found = _places(visits, device_id, known)
    at = _stays(done, found)
    from_us = min((each.began_us for each in done), default=0)
    until_us = max((each.ended_us for each in done), default=0)
    found = _described(found, done, at, device_kind=device_kind, zone=zone, until_us=until_us)
    lived = _lived(done, [None if index is None else found[index] for index in at], lines, zone, until_us)
    hours = _gathered(lived)
    taken = routes.routes([each.ride for each in lived if each.ride is not None])
    stays = _stay_times(lived)
    habits = Habits(
        from_us=from_us,
        until_us=until_us,
        visits=len(visits),
        timezone=timezone,
        hours={state: _told(spent) for state, spent in sorted(hours.items())},
        routes=taken,
        long_stay_s={id: long_s for id, some in sorted(stays.items()) if (long_s := _long(some)) is not None},
        strangest=_strangest(lived, hours, taken, stays, zone),
    )
    return Learned([each for each in found if each.visits], habits)


def _lasts(episode: Episode) -> bool:
    last = episode.visit or episode.journey
    return last is None or last.open


def _places(visits: Sequence[PlaceVisit], device_id: str, known: Sequence[StayPlace]) -> list[StayPlace]:
    found = places.clusters(visits)
    before = {each.id: each for each in known}
    made = []
    for id, cluster in zip(places.identified(device_id, found, known), found, strict=True):
        old = before.get(id)
        made.append(
            StayPlace(
                id=id,
                latitude=cluster.latitude,
                longitude=cluster.longitude,
                radius_m=cluster.radius_m,
                visits=0,
                dwell_us=0,
                first_us=cluster.first_us,
                last_us=cluster.last_us,
                kind="other" if old is None else old.kind,
                score=0.0,
                fixed=old is not None and old.fixed,
                name="" if old is None else old.name,
            )
        )
    return made


def _stays(done: Sequence[Episode], found: Sequence[StayPlace]) -> list[int | None]:
    visits = [each.visit for each in done if each.visit is not None]
    told = iter(places.assigned(visits, found))
    return [None if each.visit is None else next(told) for each in done]


def _place_of(visit: PlaceVisit | None, known: Sequence[StayPlace]) -> StayPlace | None:
    if visit is None:
        return None
    [index] = places.assigned([visit], known)
    return None if index is None else known[index]


def _described(
    found: Sequence[StayPlace], done: Sequence[Episode], at: Sequence[int | None], *, device_kind: str,
    zone: ZoneInfo, until_us: int,
) -> list[StayPlace]:  # fmt: skip
    """Return the places with what was done there, and their guessed kinds."""
    labels = [None if index is None else found[index].id for index in at]
    used = kinds.traits(done, labels, zone)
    described = []
    for number, place in enumerate(found):
        visits = [
            each.visit for each, index in zip(done, at, strict=True)
            if index == number and each.visit is not None
        ]  # fmt: skip
        if not visits:
            described.append(place)
            continue
        kind, score = (place.kind, 1.0) if place.fixed else kinds.guessed(device_kind, used[place.id])
        spent = nothing()
        for visit in visits:
            _add(spent, visit.begin_us, visit.end_us, zone, until_us)
        described.append(
            msgspec.structs.replace(
                place,
                visits=len(visits),
                dwell_us=sum(visit.end_us - visit.begin_us for visit in visits),
                first_us=min(visit.begin_us for visit in visits),
                last_us=max(visit.end_us for visit in visits),
                kind=kind,
                score=score,
                hours=_told(spent),
            )
        )
    return described


def _lived(
    done: Sequence[Episode], stayed: Sequence[StayPlace | None], lines: Lines, zone: ZoneInfo, until_us: int
) -> list[_Lived]:
    lived = []
    left: StayPlace | None = None
    for episode, place in zip(done, stayed, strict=True):
        hours: dict[str, Hours] = {}
        journey, visit = episode.journey, episode.visit
        ride = None
        if journey is not None:
            _add(hours.setdefault(MOVING, nothing()), journey.begin_us, journey.end_us, zone, until_us)
            if episode.before is not None and left is not None and place is not None:
                ride = Ride(
                    journey.begin_us, left.id, place.id, (journey.end_us - journey.begin_us) / 1e6,
                    journey.distance_m, lines.get(journey.begin_us),
                )  # fmt: skip
        if visit is not None:
            spent = hours.setdefault(state_at(place), nothing())
            _add(spent, visit.begin_us, visit.end_us, zone, until_us)
        lived.append(_Lived(episode, place, ride, hours))
        left = place
    return lived


def _add(hours: Hours, begin_us: int, end_us: int, zone: ZoneInfo, until_us: int) -> None:
    for hour, at_us, lasted_h in parts(begin_us, end_us, zone):
        hours[hour] += lasted_h * faded(at_us, until_us)


def _gathered(lived: Sequence[_Lived]) -> dict[str, Hours]:
    hours: dict[str, Hours] = {}
    for each in lived:
        for state, spent in each.hours.items():
            hours.setdefault(state, nothing())
            hours[state] += spent
    return hours


def _stay_times(lived: Sequence[_Lived]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    for each in lived:
        if each.place is not None and each.episode.visit is not None:
            times.setdefault(each.place.id, []).append(_seconds(each.episode.visit))
    return times


def _seconds(visit: PlaceVisit) -> float:
    return (visit.end_us - visit.begin_us) / 1e6


def _long(times_s: Sequence[float]) -> float | None:
    return float(np.quantile(times_s, _LONG)) if len(times_s) >= _LEAST_TIMES else None


def _less(times_s: Sequence[float], one_s: float) -> list[float]:
    rest = list(times_s)
    rest.remove(one_s)
    return rest


def _strangest(
    lived: Sequence[_Lived], hours: Mapping[str, Hours], taken: Sequence[LearnedRoute],
    stays: Mapping[str, Sequence[float]], zone: ZoneInfo,
) -> list[float]:  # fmt: skip
    """Return how strange each past episode is to somebody who knows all others; the strangest first."""
    smoothed = {state: smooth(spent) for state, spent in hours.items()}
    whole = total(smoothed)
    ways = {(each.origin, each.destination): each for each in taken}
    others: dict[tuple[str, str], list[Ride]] = {}
    for each in lived:
        if each.ride is not None:
            others.setdefault((each.ride.origin, each.ride.destination), []).append(each.ride)
    weights = []
    for each in lived:
        own = {state: smooth(spent) for state, spent in each.hours.items()}
        bits = partial(_bits_without, smoothed, whole, own, total(own))
        expected = _without(each, bits, ways, others, stays)
        weights.append(unusual.strangeness(unusual.reasons(each.episode, each.place, expected, zone)))
    return [round(weight, 4) for weight in sorted(weights, reverse=True)[:_MOST_STRANGE] if weight > 0]


def _bits_without(
    hours: Mapping[str, Hours], whole: Hours, own: Mapping[str, Hours], own_total: Hours, state: str
) -> Hours:
    return surprise_bits(hours[state] - own.get(state, nothing()), whole - own_total)


def _without(
    each: _Lived, bits: Bits, ways: Mapping[tuple[str, str], LearnedRoute],
    others: Mapping[tuple[str, str], Sequence[Ride]], stays: Mapping[str, Sequence[float]],
) -> Expected:  # fmt: skip
    """Return what would be expected, had this episode never been."""
    long_stay_s = None
    if each.place is not None and each.episode.visit is not None:
        long_stay_s = _long(_less(stays[each.place.id], _seconds(each.episode.visit)))
    ride = each.ride
    way = None if ride is None else ways.get((ride.origin, ride.destination))
    if ride is None or way is None:
        return Expected(bits=bits, long_stay_s=long_stay_s)
    same = others[ride.origin, ride.destination]
    corridors = routes.without(ride, same, way)
    times_s = [other.duration_s for other in same if other is not ride]
    return Expected(
        bits=bits,
        long_stay_s=long_stay_s,
        long_trip_s=float(np.quantile(times_s, _LONG)),
        off_m=routes.deviation_m(ride.line, corridors) if ride.line else None,
        width_m=way.width_m,
    )


def _told(hours: Hours) -> list[float]:
    return [round(float(spent), 4) for spent in hours]
