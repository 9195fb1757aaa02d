"""A circuit breaker: after failures in a row, a service is left alone for a while, then tried once."""

from collections.abc import Callable

FAILURES = 5
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0


class Breaker:
    """Closed lets everything through; open nothing; after its pause it lets one through to probe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._pause_s = FIRST_PAUSE_S
        self._open_until = 0.0

    def closed(self) -> bool:
        """Whether to try now. When the pause is over, only the first who asks may."""
        if self._failures < FAILURES:
            return True
        if self._clock() < self._open_until:
            return False
        self._open_until = self._clock() + self._pause_s
        return True

    def worked(self) -> None:
        self._failures, self._pause_s = 0, FIRST_PAUSE_S

    def failed(self) -> None:
        self._failures += 1
        if self._failures > FAILURES:
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        if self._failures >= FAILURES:
            self._open_until = self._clock() + self._pause_s
