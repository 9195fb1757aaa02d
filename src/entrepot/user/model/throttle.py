"""Slows down guessing from one place. It counts by account and network address together, so that somebody who
guesses from elsewhere cannot lock the owner out; `guessing` limits all places together.
"""

from datetime import timedelta

import msgspec

from entrepot.core.errors import Throttled

FREE = 5  # people mistype
_LONGEST_S = 900  # a quarter of an hour: at most 96 guesses a day, and a bearable wait for the owner
FORGOTTEN_AFTER = timedelta(hours=1)  # without another failure


class TriedTooOften(Throttled):
    """Wrong too often; `wait_s` says how long to wait."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"Wrong too often; try again in {max(1, round(wait_s))} s.", wait_s)


class Failures(msgspec.Struct, frozen=True):
    """How often in a row, and until when nothing more is tried."""

    count: int = 0
    until_us: int = 0

    def wait_s(self, *, now_us: int) -> float:
        """A wait longer than the longest is one of a clock that was ahead."""
        wait_s = max(0.0, (self.until_us - now_us) / 1e6)
        return wait_s if wait_s <= _LONGEST_S else 0.0

    def one_more(self, *, now_us: int) -> "Failures":
        """Count one more failure; the wait doubles with each past the free ones."""
        count = 1 if self._forgotten(now_us) else self.count + 1
        wait_s = min(2.0 ** min(count - FREE, 20), _LONGEST_S) if count >= FREE else 0.0
        return Failures(count, now_us + round(wait_s * 1e6))

    def _forgotten(self, now_us: int) -> bool:
        return now_us - self.until_us > FORGOTTEN_AFTER / timedelta(microseconds=1)
