"""Computes where a vehicle of the demo is at a given moment: a pure function of time."""

import math
import random
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from entrepot.core.geo import bearing_deg, distance_m
from entrepot.demo.routes import Round

_NOISE_M = 4.0
_SWAY, _SWAY_S = 0.08, 420.0  # the speed that it reports sways by this share
_BATTERY_S = 11 * 3600.0


class Sighting(NamedTuple):
    """What the vehicle's receiver would report."""

    at_s: int
    latitude: float
    longitude: float
    accuracy_m: float
    speed_mps: float
    course_deg: float
    battery_pct: int


class _Leg(NamedTuple):
    """From `begins_s` of the round on: along the path from `from_m`, `speed_mps` fast (0 rests)."""

    begins_s: float
    from_m: float
    speed_mps: float


class Vehicle:
    """One round, driven for ever. `Vehicle(round).seen(at_s)` is the same each time."""

    def __init__(self, round: Round) -> None:
        self.round = round
        self._marks_m = [0.0]
        for here, there in pairwise(round.path):
            self._marks_m.append(self._marks_m[-1] + distance_m(*here, *there))
        self._legs, self._round_s = self._plan()
        chance = random.Random(round.username)  # noqa: S311  # scatter, not a secret
        self._phase_s = chance.uniform(0, self._round_s)

    def sightings(self, after_s: float, until_s: float) -> Iterator[Sighting]:
        """Yield the sightings of a period, as often as the receiver reports, and rarely while the vehicle
        rests.
        """
        period_s = self.round.period_s
        for number in range(math.floor(after_s / period_s) + 1, math.floor(until_s / period_s) + 1):
            sighting = self.seen(round(number * period_s))
            if sighting.speed_mps or number % 6 == 0:
                yield sighting

    def seen(self, at_s: int) -> Sighting:
        """Return the sighting at a Unix time, in seconds."""
        moment_s = (at_s + self._phase_s) % self._round_s
        leg = self._legs[bisect_right(self._legs, moment_s, key=lambda leg: leg.begins_s) - 1]
        along_m, speed_mps = self._along(leg, moment_s - leg.begins_s)
        latitude, longitude, course_deg = self._place(along_m, backwards=leg.speed_mps < 0)
        noise = random.Random(f"{self.round.username} {at_s}")  # noqa: S311  # scatter, not a secret
        north_m, east_m = noise.gauss(0, _NOISE_M), noise.gauss(0, _NOISE_M)
        return Sighting(
            at_s,
            round(latitude + north_m / 111_195, 6),
            round(longitude + east_m / (111_195 * math.cos(math.radians(latitude))), 6),
            round(noise.uniform(3, 12), 1),
            round(abs(speed_mps), 1),
            round(course_deg, 1),
            self._battery(at_s),
        )

    def _plan(self) -> tuple[list[_Leg], float]:
        """Return the legs of one round there and back, and how long it takes."""
        legs: list[_Leg] = []
        at_s = 0.0
        for sign, marks_m, rest_s in (
            (1, self._marks_m, self.round.rests_s[0]),
            (-1, self._marks_m[::-1], self.round.rests_s[1]),
        ):
            legs.append(_Leg(at_s, marks_m[0], 0.0))
            at_s += rest_s
            for from_m, to_m in pairwise(marks_m):
                legs.append(_Leg(at_s, from_m, sign * self.round.speed_mps))
                at_s += abs(to_m - from_m) / self.round.speed_mps
                if self.round.drops_s and to_m != marks_m[-1]:
                    legs.append(_Leg(at_s, to_m, 0.0))
                    at_s += self.round.drops_s
        return legs, at_s

    def _along(self, leg: _Leg, since_s: float) -> tuple[float, float]:
        """Return metres along the path, and metres per second (negative on the way back)."""
        if not leg.speed_mps:
            return leg.from_m, 0.0
        angle = 2 * math.pi * (leg.begins_s + since_s) / _SWAY_S
        pace = 1 + _SWAY * math.cos(angle)
        return leg.from_m + leg.speed_mps * since_s, leg.speed_mps * pace

    def _place(self, along_m: float, *, backwards: bool) -> tuple[float, float, float]:
        """Return latitude, longitude and course at a distance along the path."""
        number = min(max(bisect_right(self._marks_m, along_m) - 1, 0), len(self.round.path) - 2)
        here, there = self.round.path[number], self.round.path[number + 1]
        share = (along_m - self._marks_m[number]) / (self._marks_m[number + 1] - self._marks_m[number])
        latitude = here[0] + share * (there[0] - here[0])
        longitude = here[1] + share * (there[1] - here[1])
        course_deg = bearing_deg(*here, *there)
        return latitude, longitude, (course_deg + 180) % 360 if backwards else course_deg

    def _battery(self, at_s: int) -> int:
        """Return the charge: a phone runs down over the day and is charged at once, a vehicle's tracker
        stays full.
        """
        if self.round.kind != "phone":
            return 100
        return round(100 - 88 * ((at_s + self._phase_s) % _BATTERY_S) / _BATTERY_S)
