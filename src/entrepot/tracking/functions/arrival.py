"""When a device will come: from how fast it went of late, and how far it is as the crow flies. Nobody here
knows roads, so that the answer is a span, and it says whether it rests on more than usual numbers.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor

import msgspec

from entrepot.core.geo import distance_m

StopPlace = tuple[float, float]  # latitude, longitude
Seen = tuple[int, float, float]  # microseconds, latitude, longitude

AT_STOP_M = 150.0  # a door, a yard, and twice a phone's error
SEEN_WITHIN_US = 900_000_000  # of older places nothing is said
RECENT_US = 3_600_000_000
_STEP_US = 300_000_000  # longer silence says nothing about speed
# Ways on roads are so many times longer than straight lines: 1.2 to 1.6 in most countries
# (Ballou, Rahardja, Sakai, "Selected country circuity factors for road travel distance estimation", 2002).
_LEAST, _MOST = 1.15, 1.6
# A stop of a delivery takes minutes; what they are differs more than any average.
_STOP_LEAST_S, _STOP_MOST_S = 120.0, 600.0
_MOVING_MPS = 1.0
_ENOUGH_M, _ENOUGH_S = 1_000.0, 120.0  # of moving, before its speed says anything
_ASSUMED_MPS = 8.3  # 30 km/h: of a vehicle in a town
_FASTER, _SLOWER = 1.3, 0.6  # than of late: the way ahead is another
_ASSUMED_FASTER, _ASSUMED_SLOWER = 2.5, 0.4
_ROUND_S = 300
_ROUND_FAR_S = 900  # once the span is longer than an hour


class ArrivalSpan(msgspec.Struct, frozen=True):
    """Seconds from the moment of the last place, rounded outwards; `measured` False: the speed is assumed."""

    earliest_s: int
    latest_s: int
    measured: bool


def done(stops: Sequence[StopPlace], seen: Sequence[Seen]) -> int:
    """How many of the stops lie behind: a device that was at a later one has left out those before."""
    for number in range(len(stops), 0, -1):
        latitude, longitude = stops[number - 1]
        if any(distance_m(latitude, longitude, at[1], at[2]) <= AT_STOP_M for at in seen):
            return number
    return 0


def speed_mps(seen: Sequence[Seen]) -> float | None:
    """The mean speed while it moved, over legs of at most 5 minutes; None if it hardly moved."""
    way_m = moved_s = 0.0
    for (from_us, *start), (to_us, *end) in pairwise(seen):
        if 0 < (us := to_us - from_us) <= _STEP_US:
            leg_m, elapsed_s = distance_m(start[0], start[1], end[0], end[1]), us / 1e6
            if leg_m >= _MOVING_MPS * elapsed_s:
                way_m, moved_s = way_m + leg_m, moved_s + elapsed_s
    return way_m / moved_s if way_m >= _ENOUGH_M and moved_s >= _ENOUGH_S else None


def span(
    here: StopPlace, left: Sequence[StopPlace], mps: float | None, *, unsure_m: float = 0.0
) -> ArrivalSpan:
    """When it is at the last of the stops that are `left`, at least one. With d metres of straight legs, v
    metres per second and n stops before the last:

        earliest = 1.15 d / 1.3 v +  2 min n        latest = 1.6 d / 0.6 v + 10 min n

    and 2.5 and 0.4 instead of 1.3 and 0.6 where v is assumed. `unsure_m` is how far off `here` may be.
    """
    way = (here, *left)
    d = sum(distance_m(*one, *other) for one, other in pairwise(way))
    before = len(left) - 1
    v = mps or _ASSUMED_MPS
    faster, slower = (_FASTER, _SLOWER) if mps else (_ASSUMED_FASTER, _ASSUMED_SLOWER)
    earliest = _LEAST * max(0.0, d - unsure_m) / (faster * v) + _STOP_LEAST_S * before
    latest = _MOST * (d + unsure_m) / (slower * v) + _STOP_MOST_S * before
    grain = _ROUND_S if latest - earliest <= 3_600 else _ROUND_FAR_S
    first = floor(earliest / grain) * grain
    return ArrivalSpan(first, max(ceil(latest / grain) * grain, first + grain), mps is not None)
