"""When a device says that something was, put right by when it arrived: receivers that count weeks in ten
bits, and clocks that are ahead.
"""

import msgspec

WEEK_US = 7 * 86_400_000_000
# GPS counts weeks in ten bits (IS-GPS-200); receivers with old firmware fall back by that much, or twice.
_ROLLOVER_US = 1024 * WEEK_US
_ROLLOVERS = (1, 2)
# What a receiver with that fault sends is new, or waited for a line: so long at most. An older date is one.
_LIVE_US = 7 * 86_400_000_000
_AHEAD_US = 60_000_000
# A clock set to local time is ahead by 14 hours at most, one set by hand by a day. Beyond, nobody knows.
MOST_AHEAD_US = 86_400_000_000
# A measure of how far the clock is ahead holds for so long if nothing confirms it.
_HOLDS_US = 3_600_000_000


class ClockState(msgspec.Struct, array_like=True):
    """By how much a device's clock was ahead, measured at the latest when (of receipt); 0: it is right."""

    ahead_us: int = 0
    measured_at_us: int = 0


def unrolled(at_us: int, received_at_us: int) -> int:
    """Return the moment with 1,024 or 2,048 weeks added, if it then lies in the week before the arrival. A
    recording of years ago keeps its date.
    """
    for times in _ROLLOVERS:
        moved_us = at_us + times * _ROLLOVER_US
        if -_LIVE_US <= moved_us - received_at_us <= _AHEAD_US:
            return moved_us
    return at_us


def corrected(state: ClockState, at_us: int, received_at_us: int, *, most_future_us: int) -> tuple[int, int]:
    """Return the moment and by how much the clock was ahead: nothing arrives before it happens, so what lies
    farther than `most_future_us` and at most a day after its arrival shows by how much. What waited for a
    line is put back by as much, and so keeps its distance. Advances `state`.
    """
    ahead_us = at_us - received_at_us
    if ahead_us <= most_future_us:
        state.ahead_us = 0
        return at_us, 0
    if ahead_us > MOST_AHEAD_US:
        return at_us, 0
    if ahead_us >= state.ahead_us or received_at_us - state.measured_at_us > _HOLDS_US:
        state.ahead_us, state.measured_at_us = ahead_us, received_at_us
    return at_us - state.ahead_us, state.ahead_us
