"""Keeps what strangers send from filling the log: each kind of entry is made at most now and then, and says
how often there was a reason for it. Metrics count them all.
"""

from collections.abc import Callable
from time import monotonic

_EVERY_S = 60.0  # often enough to be seen while it lasts; 1,440 lines a day at most
_MOST_KINDS = 1_000  # remembered; the one that was begun first is forgotten


class LogLimit:
    """How often something happened since it was last logged."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kinds: dict[str, tuple[float, int]] = {}  # when it was logged, and how often it happened since

    def count(self, kind: str) -> int:
        """Count one. Return how many there are to be logged now, or 0 while it is too early."""
        at, (logged_at, since) = self._clock(), self._kinds.get(kind, (float("-inf"), 0))
        if at - logged_at < _EVERY_S:
            self._kinds[kind] = (logged_at, since + 1)
            return 0
        if kind not in self._kinds and len(self._kinds) >= _MOST_KINDS:
            del self._kinds[next(iter(self._kinds))]
        self._kinds[kind] = (at, 0)
        return since + 1
