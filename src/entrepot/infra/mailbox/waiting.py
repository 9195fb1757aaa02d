"""How long a log waits for a reader that is away: as long as it takes, unless a bound was stated."""

import msgspec

_DAY_US = 24 * 3600 * 1_000_000


class Wait(msgspec.Struct, frozen=True):
    """A bound: how many `events` are kept for a reader that has not confirmed them, and how many `days`
    may pass since it was last heard, those not counted in which the source was away itself. None is no
    bound.
    """

    events: int | None = None
    days: int | None = None

    def or_else(self, other: "Wait") -> "Wait":
        """This bound, and the other's where this one says nothing."""
        return Wait(
            other.events if self.events is None else self.events,
            other.days if self.days is None else self.days,
        )

    def floor(self, watermark: int, *, head: int, silent_us: int) -> int:
        """Through which event the log may forget, as far as a reader at `watermark` is concerned."""
        if self.days is not None and silent_us > self.days * _DAY_US:
            return max(watermark, head)
        return watermark if self.events is None else max(watermark, head - self.events)

    def spent(self, watermark: int, *, head: int, silent_us: int) -> float:
        """Return the share of the bound that is used up; past 1 the log forgets what the reader lacks."""
        by_events = 0.0 if self.events is None else max(0, head - watermark) / self.events
        by_days = 0.0 if self.days is None else silent_us / (self.days * _DAY_US)
        return max(by_events, by_days)


NO_BOUND = Wait()
