"""Rate limits by the generic cell rate algorithm (GCRA, ITU-T I.371 annex A), which keeps one moment per
caller.

Why not a counter per minute? It lets twice the limit through around each full minute, and a log of requests
costs memory for each one. Headers are those of draft-ietf-httpapi-ratelimit-headers.
"""

from collections.abc import Callable, Hashable
from math import ceil

from entrepot.core.routes import Limit
from entrepot.http.problem import Refusal

_SWEEP_ABOVE = 20_000  # callers; about 3 MB of a dict


class Meter:
    """Counts how often each caller does one thing: ask a row, guess a credential, send a position."""

    def __init__(self, limit: Limit, clock: Callable[[], float]) -> None:
        self._window_s = limit.window_s
        self._interval_s = limit.window_s / limit.requests
        self._clock = clock
        self._arrivals: dict[Hashable, float] = {}
        policy = f'"default";q={limit.requests};w={ceil(limit.window_s)}'.encode()
        self._lines = b'ratelimit: "default";r=%d;t=%d\r\nratelimit-policy: ' + policy + b"\r\n"
        self._policy_text = (("ratelimit-policy", policy.decode()),)

    def take(self, caller: Hashable) -> tuple[int, float]:
        """Return (requests left, seconds until all are back), or (-1, seconds to wait) if refused."""
        now = self._clock()
        due = self._arrivals.get(caller, 0.0)
        full_s = (due - now if due > now else 0.0) + self._interval_s
        if full_s > self._window_s * 1.000001:
            return -1, full_s - self._window_s
        self._arrivals[caller] = now + full_s
        if len(self._arrivals) > _SWEEP_ABOVE:
            self._sweep(now)
        return int((self._window_s - full_s) / self._interval_s + 1e-6), full_s

    def charge(self, caller: Hashable) -> bytes:
        """Take one, and return the header lines that say so. Raises: Refusal 429."""
        left, seconds = self.take(caller)
        if left < 0:
            refused = too_often(seconds)
            refused.headers += (("ratelimit", f'"default";r=0;t={ceil(seconds)}'), *self._policy_text)
            raise refused
        return self._lines % (left, seconds + 0.999)

    def give_back(self, caller: Hashable) -> None:
        """Undo the last `take`, when it turns out not to count."""
        if caller in self._arrivals:
            self._arrivals[caller] -= self._interval_s

    def blocked(self, caller: Hashable) -> bool:
        """Whether the next `take` would be refused; takes nothing."""
        return self.wait_s(caller) > 0

    def wait_s(self, caller: Hashable) -> float:
        ahead_s = self._arrivals.get(caller, 0.0) - self._clock()
        return ahead_s + self._interval_s - self._window_s * 1.000001 if ahead_s > 0 else 0.0

    def _sweep(self, now: float) -> None:
        """Forget callers whose allowance is whole again, and everybody if all are busy. That bounds the
        memory, and a flood of addresses gains at most one more window.
        """
        self._arrivals = {caller: due for caller, due in self._arrivals.items() if due > now}
        if len(self._arrivals) > _SWEEP_ABOVE:
            self._arrivals = {}


def too_often(wait_s: float) -> Refusal:
    seconds = str(max(1, ceil(wait_s)))
    return Refusal(
        429, "too-many-requests", f"Too often; try again in {seconds} s.", headers=(("retry-after", seconds),)
    )
