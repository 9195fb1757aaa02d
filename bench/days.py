"""Days with truth: a route whose stops, trips, fence passes and length are known, and a receiver that tells
it at some interval, phase and noise. `bench motion` measures the engine with them, a test holds it to them.
"""

import random
from collections.abc import Iterator, Sequence
from math import cos, exp, pi, radians, sin, sqrt
from typing import NamedTuple

from entrepot.core.geo import METRES_PER_DEGREE
from entrepot.tracking.functions.derive import Derived, Work, derive
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import Definition, FenceRevision
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, Watched

_START_US = 1_750_000_000_000_000
_TOWN = (50.0, 8.0)
_EAST_SCALE = METRES_PER_DEGREE * cos(radians(_TOWN[0]))
_WANDERS_S = 60.0  # how long a receiver's error takes to become another
_STATED = 1.515  # the radius that holds 68 % of Gaussian errors in a plane (Rayleigh)
_RADIUS_M = 60.0

Place = tuple[float, float]  # metres east and north of the town


class Moment(NamedTuple):
    """Where the device truly is at a second of the day; `silent` when nothing is received there."""

    place: Place
    speed_mps: float
    silent: bool


class Truth(NamedTuple):
    """Seconds of the day from which on it stood (at least 180 s), and until when; so for trips; the fences'
    middles with how often it passes through each; and how far it went, but for the flight.
    """

    stops: list[tuple[int, int]]
    trips: list[tuple[int, int]]
    fences: list[tuple[Place, int]]
    distance_m: float


class Day:
    """Home, on foot, by car in stop-and-go, short stops, a tunnel, a ferry, a flight, and a night."""

    def __init__(self) -> None:
        self.moments: list[Moment] = [Moment((0.0, 0.0), 0.0, False)]
        self.stops: list[tuple[int, int]] = []
        self.trips: list[tuple[int, int]] = []
        self.fences: list[tuple[Place, int]] = []
        self.distance_m = 0.0
        self._left = 0
        self.rest(1_800)
        self.go(600, mps=1.4, course=40).rest(480)
        self.stop_and_go(900, course=80).rest(300)
        self.go(480, mps=14, course=20, fences=2).rest(240)
        self.go(420, mps=12, course=300, fences=2).rest(200)
        self.go(600, mps=20, course=10, tunnel=(350, 530), fences=1).rest(900)
        self.go(1_500, mps=8, course=350, fences=2).rest(600)  # a ferry
        self.go(600, mps=25, course=60, fences=1).rest(1_200)
        self.fly(7_200, east_m=1_000_000).rest(900)
        self.go(900, mps=16, course=200, fences=2).rest(10_800)

    def truth(self) -> Truth:
        return Truth(self.stops, self.trips, self.fences, self.distance_m)

    def rest(self, s: int) -> "Day":
        """Stand; what follows from 180 s on is a stop."""
        began = len(self.moments)
        if began > 1 and self._left >= 0:
            self.trips.append((self._left, began))
        self.moments += [Moment(self.moments[-1].place, 0.0, False)] * s
        self.stops.append((began, began + s))
        self._left = began + s
        return self

    def go(
        self, s: int, *, mps: float, course: float, tunnel: tuple[int, int] = (0, 0), fences: int = 0
    ) -> "Day":
        """Travel along a wide curve, with fences on the way; in the tunnel nothing is received."""
        turn, begun = radians(course), len(self.moments)
        for second in range(s):
            self._step(
                mps * min(1.0, (second + 1) / 8, (s - second) / 8), turn, tunnel[0] <= second < tunnel[1]
            )
            turn += pi / 4 / s
        for number in range(1, fences + 1):
            self.fences.append((self.moments[begun + s * number // (fences + 1)].place, 1))
        return self

    def stop_and_go(self, s: int, *, course: float) -> "Day":
        """40 s of driving, 25 s at a light, and again."""
        for second in range(s):
            self._step(11.0 if second % 65 < 40 else 0.0, radians(course), False)
        return self

    def fly(self, s: int, *, east_m: float) -> "Day":
        """A phone in flight mode: nobody hears of it, and no distance counts."""
        (east, north), mps = self.moments[-1].place, east_m / s
        self.moments += [Moment((east + mps * n, north), mps, True) for n in range(1, s + 1)]
        self._left = -1
        return self

    def _step(self, mps: float, course: float, silent: bool) -> None:
        (east, north) = self.moments[-1].place
        self.moments.append(Moment((east + sin(course) * mps, north + cos(course) * mps), mps, silent))
        self.distance_m += mps


def told(
    day: Day, *, every_s: int, noise_m: float, phase_s: int, seed: int = 1, speeds: bool = True
) -> list[Fix]:
    """What a receiver tells of a day, every so often, from a second on."""
    chance = random.Random(seed * 1_000 + every_s)
    stays = exp(-every_s / _WANDERS_S)
    moved_m = noise_m * sqrt(1 - stays * stays)
    east_m, north_m = chance.gauss(0, noise_m), chance.gauss(0, noise_m)
    accuracy_m = max(4.0, noise_m * _STATED)
    fixes = []
    for second in range(phase_s, len(day.moments), every_s):
        moment = day.moments[second]
        east_m = east_m * stays + chance.gauss(0, moved_m)
        north_m = north_m * stays + chance.gauss(0, moved_m)
        if moment.silent:
            continue
        at_us = _START_US + second * 1_000_000
        latitude, longitude = _on_earth((moment.place[0] + east_m, moment.place[1] + north_m))
        speed = round(max(0.0, moment.speed_mps + chance.gauss(0, 0.2)), 2) if speeds else None
        fixes.append(Fix("d", at_us, at_us, latitude, longitude, round(accuracy_m, 1), None, speed))
    return fixes


def _on_earth(place: Place) -> tuple[float, float]:
    return _TOWN[0] + place[1] / METRES_PER_DEGREE, _TOWN[1] + place[0] / _EAST_SCALE


def fences_of(day: Day) -> FenceIndex:
    """Circles and squares in turn, each passed through its middle."""
    return FenceIndex(
        Fence(FenceRevision(id=f"f{number}", name="", definition=_fence(_on_earth(middle), number % 2 == 1)))
        for number, (middle, _) in enumerate(day.fences)
    )


def _fence(middle: tuple[float, float], square: bool) -> Definition:
    latitude, longitude = middle
    if not square:
        geometry: dict[str, object] = {"type": "Point", "coordinates": [longitude, latitude]}
        return Definition(geometry=geometry, radius_m=_RADIUS_M)
    north, east = _RADIUS_M / METRES_PER_DEGREE, _RADIUS_M / _EAST_SCALE
    corners = [(-east, -north), (east, -north), (east, north), (-east, north), (-east, -north)]
    ring = [[longitude + x, latitude + y] for x, y in corners]
    return Definition(geometry={"type": "Polygon", "coordinates": [ring]})


class Score(NamedTuple):
    """How many there truly are, how many of these were found, how many others were told; and by how much the
    distance is off, as a share.
    """

    stops: tuple[int, int, int]
    trips: tuple[int, int, int]
    passes: tuple[int, int, int]
    distance_off: float


def score(day: Day, fixes: Sequence[Fix], fences: FenceIndex) -> Score:
    """What the engine makes of it, the filter included."""
    [derived] = derive([Work(Watched(id="d"), DeviceState(), fixes)], fences)
    final = {(each.started_at_us, each.kind): each for each in derived.segments}
    truth = day.truth()
    end = len(day.moments)
    distance_m = sum(each.distance_mm for each in final.values() if each.kind == "trip") / 1000
    return Score(
        _matched(truth.stops, _spans(final.values(), "stop", end)),
        _matched(truth.trips, _spans(final.values(), "trip", end)),
        _passes(truth, derived),
        abs(distance_m - truth.distance_m) / truth.distance_m,
    )


def _spans(segments: "Sequence[Segment] | object", kind: str, end: int) -> list[tuple[float, float]]:
    assert hasattr(segments, "__iter__")
    return [
        (_second(each.started_at_us), end if each.ended_at_us is None else _second(each.ended_at_us))
        for each in segments
        if each.kind == kind
    ]


def _second(at_us: int) -> float:
    return (at_us - _START_US) / 1e6


def _matched(truth: Sequence[tuple[int, int]], found: Sequence[tuple[float, float]]) -> tuple[int, int, int]:
    """Found is what overlaps a true one by half, and no other true one by more than a tenth; and is no longer
    than one and a half of it and two minutes.
    """
    used: set[int] = set()
    hits = 0
    for begin, end in truth:
        for number, (began, ended) in enumerate(found):
            shared = min(end, ended) - max(begin, began)
            if number in used or shared * 2 < end - begin or ended - began > (end - begin) * 1.5 + 120:
                continue
            used.add(number)
            hits += 1
            break
    return len(truth), hits, len(found) - len(used)


def _passes(truth: Truth, derived: Derived) -> tuple[int, int, int]:
    events = [(said.geofence_id, said.kind) for said in derived.fence_events]
    hits = false = 0
    for number, (_, times) in enumerate(truth.fences):
        entered, left = (events.count((f"f{number}", kind)) for kind in ("enter", "exit"))
        visits = min(entered, left)
        hits += min(visits, times)
        false += max(entered, left) - min(visits, times)
    return sum(times for _, times in truth.fences), hits, false


def worlds(
    intervals: Sequence[int], noises: Sequence[float], phases: int
) -> Iterator[tuple[int, float, int]]:
    """(interval, noise, phase): so many phases of each, spread over the interval."""
    for every_s in intervals:
        for noise_m in noises:
            for phase in sorted({every_s * n // phases for n in range(phases)}):
                yield every_s, noise_m, phase
