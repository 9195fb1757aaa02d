"""What trips and stops of a time come to."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

T = TypeVar("T", int, float)


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What trips and stops come to, as databases add it up too: millimetres and microseconds."""

    distance_mm: float = 0.0
    moving_us: float = 0.0
    stopped_us: float = 0.0
    trips: int = 0
    stops: int = 0
    max_speed_mps: float | None = None
    first_us: int | None = None
    last_us: int | None = None

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            distance_mm=self.distance_mm + other.distance_mm,
            moving_us=self.moving_us + other.moving_us,
            stopped_us=self.stopped_us + other.stopped_us,
            trips=self.trips + other.trips,
            stops=self.stops + other.stops,
            max_speed_mps=_either(max, self.max_speed_mps, other.max_speed_mps),
            first_us=_either(min, self.first_us, other.first_us),
            last_us=_either(max, self.last_us, other.last_us),
        )


def _either(choose: Callable[[T, T], T], one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)
