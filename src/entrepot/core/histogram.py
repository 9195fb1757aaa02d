"""A histogram that costs little to fill: bounds, a count for each, and the sum."""

from bisect import bisect_left
from collections.abc import Sequence


class Histogram:
    """Counts values up to each of `bounds`, and those above the last."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds, self.sum = bounds, 0.0
        self.counts = [0] * (len(bounds) + 1)

    def take(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value
