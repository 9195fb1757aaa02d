"""The filters as the door uses them: over what one device sends, remembering between messages. In order
they save bandwidth; while late data come, those that need neighbours rest, so that the order of arrival
changes nothing.
"""

import msgspec

from entrepot.tracking.functions import filter as rules
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, Rejection, rounded
from entrepot.tracking.model.state import FilterState

REST_US = 600_000_000  # after the last late fix
REASONS = {int(each): each.reason for each in Rejection}
_NEIGHBOURS = frozenset(
    (Rejection.IMPOSSIBLE_SPEED, Rejection.STATIC_DRIFT, Rejection.MIN_PERIOD, Rejection.MIN_DISTANCE)
)
# What depends on the fixes before, and may be wanted after all when those turn out to be others.
NEIGHBOURS = tuple(sorted(each.reason for each in _NEIGHBOURS))


class DeviceFilter(msgspec.Struct, array_like=True):
    """What is remembered of one device: besides the filter's own state the newest fix, whatever became of
    it; until `rests_until_us` (of receipt) the filters that need neighbours rest.
    """

    state: FilterState = msgspec.field(default_factory=FilterState)
    newest: Fix | None = None
    rests_until_us: int = 0


class Filtered(msgspec.Struct):
    """What became of some fixes. What was held back after `release_after_us` (the device's time) for a
    reason in NEIGHBOURS, in this turn or before, is to be let go.
    """

    accepted: list[Fix] = []
    rejected: list[tuple[Fix, str]] = []
    release_after_us: int | None = None

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
    return found


def _same(one: Fix, other: Fix) -> bool:
    return rules.observation(one) == rules.observation(other)


def _before(state: FilterState, late: Fix) -> int:
    """From where on decisions may change: those who wait to be believed were counted together."""
    first = state.suspects[0].fixed_at_us if state.suspects else late.fixed_at_us
    return min(first, late.fixed_at_us) - 1
