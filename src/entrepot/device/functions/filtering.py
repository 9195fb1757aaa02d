"""The filters as the door uses them: over what one device sends, remembering between messages. In order
they save bandwidth; while late data come, those that need neighbours rest, so that the order of arrival
changes nothing.
"""

import msgspec

from entrepot.device.functions import clocks
from entrepot.device.functions.clocks import ClockState
from entrepot.tracking.functions import filter as rules
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, Rejection, rounded
from entrepot.tracking.model.state import FilterState

REST_US = 600_000_000  # after the last late fix
HEARD_EVERY_US = 60_000_000  # a device of which everything is held back is said to be heard so often
REASONS = {int(each): each.reason for each in Rejection}
_NEIGHBOURS = frozenset(
    (Rejection.IMPOSSIBLE_SPEED, Rejection.STATIC_DRIFT, Rejection.MIN_PERIOD, Rejection.MIN_DISTANCE)
)
# What depends on the fixes before, and may be wanted after all when those turn out to be others.
NEIGHBOURS = tuple(sorted(each.reason for each in _NEIGHBOURS))


class DeviceFilter(msgspec.Struct, array_like=True):
    """What is remembered of one device: besides the filter's own state the newest fix, whatever became of
    it; until `rests_until_us` (of receipt) the filters that need neighbours rest. `heard_at_us` is when
    `tracking` last got to know that it was heard, `passed_at_us` when a fix went there (both of receipt).
    """

    state: FilterState = msgspec.field(default_factory=FilterState)
    newest: Fix | None = None
    rests_until_us: int = 0
    clock: ClockState = msgspec.field(default_factory=ClockState)
    heard_at_us: int = 0
    passed_at_us: int = 0


class Filtered(msgspec.Struct):
    """What became of some fixes. What was held back after `release_after_us` (the device's time) for a
    reason in NEIGHBOURS, in this turn or before, is to be let go. `heard_at_us` is when the device was heard,
    if that is all that `tracking` needs to know.
    """

    accepted: list[Fix] = []
    rejected: list[tuple[Fix, str]] = []
    release_after_us: int | None = None
    heard_at_us: int | None = None

    def release(self, after_us: int) -> None:
        known = self.release_after_us
        self.release_after_us = after_us if known is None else min(known, after_us)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(DeviceFilter).decode


def pack(known: DeviceFilter) -> bytes:
    return _encode(known)


def unpack(packed: bytes) -> DeviceFilter:
    return _decode(packed)


def copy(known: DeviceFilter) -> DeviceFilter:
    """One that can be advanced without changing this: fixes and lists in it are replaced, never changed."""
    state = known.state
    return DeviceFilter(
        FilterState(state.newest_us, state.kept, state.suspects, state.held, state.ignition),
        known.newest,
        known.rests_until_us,
        ClockState(known.clock.ahead_us, known.clock.measured_at_us),
        known.heard_at_us,
        known.passed_at_us,
    )


def sift(known: DeviceFilter, fixes: list[Fix], settings: FilterSettings) -> Filtered:
    """In the order of arrival, as `tracking` will store them. Advances `known`."""
    found, state = Filtered(), known.state
    accepted, rejected = found.accepted, found.rejected
    for raw in fixes:
        fix = raw if rules.invalid(raw, settings) else rounded(raw)
        newest = known.newest
        if newest is not None and newest.fixed_at_us == fix.fixed_at_us and _same(newest, fix):
            rejected.append((fix, "duplicate"))
        elif rules.comes_late(state, fix):
            if reason := rules.alone(fix, settings):
                rejected.append((fix, REASONS[reason]))
                continue
            accepted.append(fix)
            found.release(_before(state, fix))
            known.rests_until_us = fix.received_at_us + REST_US
        else:
            reason, believed = rules.sift(state, fix, settings)
            if reason == 0:
                accepted.append(fix)
                known.newest = fix
                if believed:
                    found.release(believed[0].fixed_at_us - 1)
            elif reason in _NEIGHBOURS:
                known.newest = fix
                if fix.received_at_us < known.rests_until_us:
                    accepted.append(fix)
                else:
                    rejected.append((fix, REASONS[reason]))
            else:
                rejected.append((fix, REASONS[reason]))
                if reason == rules.INACCURATE and _has_word(known, fix, settings):
                    accepted.append(fix)
    if fixes:
        _hear(known, fixes[-1].received_at_us, found)
    return found


def dated(known: DeviceFilter, fix: Fix, settings: FilterSettings) -> Fix:
    """Return it at the moment that its arrival allows for, with `clock_ahead_s` if its clock is ahead."""
    received_us = fix.received_at_us
    at_us = clocks.unrolled(fix.fixed_at_us, received_us)
    ahead_us = 0
    if settings.max_future_s is not None:
        at_us, ahead_us = clocks.corrected(
            known.clock, at_us, received_us, most_future_us=int(settings.max_future_s * 1e6)
        )
    if at_us == fix.fixed_at_us:
        return fix
    said = fix.attributes
    if ahead_us:
        said = {**(said or {}), "clock_ahead_s": round(ahead_us / 1e6)}
    return msgspec.structs.replace(fix, fixed_at_us=at_us, attributes=said)


def _has_word(known: DeviceFilter, fix: Fix, settings: FilterSettings) -> bool:
    """Whether a fix that is no place has something to say all the same: an alarm, or, so seldom as a standing
    device is heard, its battery.
    """
    if fix.attributes is not None and "alarm" in fix.attributes:
        return True
    waited_us = fix.received_at_us - known.passed_at_us
    return fix.battery_pct is not None and waited_us >= settings.heartbeat_s * 1e6


def _hear(known: DeviceFilter, received_at_us: int, found: Filtered) -> None:
    if found.accepted:
        known.heard_at_us = known.passed_at_us = received_at_us
    elif received_at_us - known.heard_at_us >= HEARD_EVERY_US:
        known.heard_at_us = found.heard_at_us = received_at_us


def _same(one: Fix, other: Fix) -> bool:
    return rules.observation(one) == rules.observation(other)


def _before(state: FilterState, late: Fix) -> int:
    """From where on decisions may change: those who wait to be believed were counted together."""
    first = state.suspects[0].fixed_at_us if state.suspects else late.fixed_at_us
    return min(first, late.fixed_at_us) - 1
