"""Lives with habits: what a phone or a van does, week after week, with the small differences of real days."""

import random
from collections.abc import Iterable
from itertools import pairwise

from entrepot.core.geo import destination, distance_m
from entrepot.tracking.model.segment import Segment

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
WEEK_US = 7 * DAY_US
MONDAY_US = 1_767_571_200_000_000  # 2026-01-05T00:00:00Z

Spot = tuple[float, float]
Line = list[float]

HOME: Spot = (50.0, 8.0)


def off(spot: Spot, *, m: float, course_deg: float) -> Spot:
    return destination(*spot, course_deg=course_deg, distance_m=m)


class Life:
    """Trips and stops, told one after the other, with the lines of the trips."""

    def __init__(self, *, seed: int = 1, home: Spot = HOME, begins_us: int = MONDAY_US) -> None:
        self.random = random.Random(seed)
        self.begins_us, self.at_us, self.spot, self.home = begins_us, begins_us, home, home
        self.segments: list[Segment] = []
        self.lines: dict[int, Line] = {}
        self.stop_us = begins_us
        self.work = off(home, m=9_000, course_deg=70)
        self.gym = off(home, m=3_000, course_deg=200)
        self.shop = off(home, m=2_000, course_deg=310)
        self.depot = home
        self.customers = [off(home, m=4_000 + 700 * n, course_deg=25 * n) for n in range(12)]

    def until(self, hour: float, *, day: int, jitter_min: float = 0.0) -> None:
        """Stay until then; `day` counts from the beginning."""
        wanted = self.begins_us + day * DAY_US + round(hour * HOUR_US)
        wanted += round(self.random.gauss(0, jitter_min) * MINUTE_US)
        self.at_us = max(wanted, self.at_us + 5 * MINUTE_US)

    def stay(self, *, minutes: float, jitter: float = 0.0) -> None:
        self.at_us += max(4 * MINUTE_US, round(minutes * self.random.gauss(1, jitter) * MINUTE_US))

    def go(self, to: Spot, *, mps: float = 10.0, via: Spot | None = None) -> None:
        """Leave now, and arrive there."""
        self._stop(self.at_us)
        begin_us, begin = self.at_us, self.spot
        way = [begin, *([via] if via else []), to]
        metres = sum(distance_m(*a, *b) for a, b in pairwise(way))
        slow = max(0.8, self.random.gauss(1.1, 0.1))
        self.at_us += max(3 * MINUTE_US, round(metres / mps * slow * 1e6))
        self.spot = off(to, m=abs(self.random.gauss(0, 15)), course_deg=self.random.uniform(0, 360))
        self.segments.append(
            Segment(
                kind="trip", started_at_us=begin_us, decided_us=begin_us, latitude=begin[0],
                longitude=begin[1], ended_at_us=self.at_us, closed_us=self.at_us, end_latitude=self.spot[0],
                end_longitude=self.spot[1], distance_mm=round(metres * 1_100), max_speed_mps=mps,
            )
        )  # fmt: skip
        self.lines[begin_us] = [value for spot in way for value in spot]
        self.stop_us = self.at_us

    def standing(self) -> list[Segment]:
        """The stop that lasts now, without ending it."""
        count = len(self.segments)
        self._stop(None)
        return [self.segments.pop()] if len(self.segments) > count else []

    def end(self) -> "Life":
        """Still standing."""
        self._stop(None)
        return self

    def _stop(self, ended_us: int | None) -> None:
        self.segments.append(
            Segment(
                kind="stop", started_at_us=self.stop_us, decided_us=self.stop_us, latitude=self.spot[0],
                longitude=self.spot[1], ended_at_us=ended_us, closed_us=ended_us, end_latitude=self.spot[0],
                end_longitude=self.spot[1],
            )
        )  # fmt: skip


def commuter_day(life: Life, day: int) -> None:
    """Work, sometimes sport or shopping, at times out of the usual."""
    weekday = day % 7
    if weekday < 5:
        life.until(7.7, day=day, jitter_min=12)
        life.go(life.work)
        life.until(17.0, day=day, jitter_min=25)
        if weekday in (1, 3) and life.random.random() < 0.8:
            life.go(life.gym)
            life.stay(minutes=75, jitter=0.15)
        life.go(life.home)
    elif weekday == 5:
        life.until(10.5, day=day, jitter_min=45)
        life.go(life.shop)
        life.stay(minutes=50, jitter=0.3)
        life.go(life.home)
    elif life.random.random() < 0.5:
        life.until(14.0, day=day, jitter_min=60)
        far, course = life.random.uniform(2_000, 9_000), life.random.uniform(0, 360)
        life.go(off(life.home, m=far, course_deg=course))
        life.stay(minutes=120, jitter=0.3)
        life.go(life.home)


def van_day(life: Life, day: int) -> None:
    """From the depot to some of its customers and back, from Monday to Friday."""
    if day % 7 >= 5:
        return
    life.until(7.5, day=day, jitter_min=10)
    for customer in life.random.sample(life.customers, 6):
        life.go(customer)
        life.stay(minutes=30, jitter=0.3)
    life.go(life.depot)


DAYS = {"phone": commuter_day, "vehicle": van_day}


def lived(kind: str, *, days: Iterable[int], seed: int = 1, **rest: object) -> Life:
    life = Life(seed=seed, **rest)  # type: ignore[arg-type]
    for day in days:
        DAYS[kind](life, day)
    return life
