"""How often an address may guess, and how often a device may send (GCRA, as in ITU-T I.371 annex A)."""

from collections.abc import Callable, Hashable
from math import ceil

_SWEEP_ABOVE = 20_000


class Pace:
    """`burst` at once, and then `per_s` each second, for each caller."""

    def __init__(self, *, per_s: float, burst: int, clock: Callable[[], float]) -> None:
        self._interval_s, self._window_s, self._clock = 1 / per_s, burst / per_s, clock
        self._due: dict[Hashable, float] = {}

    def wait_s(self, caller: Hashable) -> int:
        """Take one; 0, or the whole seconds to wait when there is none left."""
        now = self._clock()
        due = max(self._due.get(caller, now), now) + self._interval_s
        if (late_s := due - now - self._window_s) > 1e-9:
            return ceil(late_s)
        self._due[caller] = due
        if len(self._due) > _SWEEP_ABOVE:
            self._due = {one: at for one, at in self._due.items() if at > now}
            if len(self._due) > _SWEEP_ABOVE:
                self._due = {}
        return 0

    def give_back(self, caller: Hashable) -> None:
        """The one that was taken last was no misuse."""
        if caller in self._due:
            self._due[caller] -= self._interval_s
