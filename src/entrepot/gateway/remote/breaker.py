"""A circuit breaker: after several failures in a row it stops calls for a while, then lets one through as a
probe (Nygard, "Release It!"; https://martinfowler.com/bliki/CircuitBreaker.html).
"""

from collections.abc import Callable

FAILURES = 5  # in a row: one lost answer is no outage
FIRST_PAUSE_S = 0.5  # a restart of a process takes about as long
LONGEST_PAUSE_S = 15.0  # how long a service that is back may go unnoticed


class Breaker:
    """Closed, it lets every call through; open, none; after its pause, one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._pause_s = FIRST_PAUSE_S
        self._open_until = 0.0

    def closed(self) -> bool:
        """Whether to call now. When the pause is over, only the first to ask gets True."""
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
