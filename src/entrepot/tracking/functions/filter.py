"""Which fixes are worth keeping: a tuple of small functions, run at the door over what arrives in order,
and again in event time before anything is derived.

A decision depends only on what was kept before it, so that filtering twice is filtering once. Rules that
look at one fix alone are `ALONE`; those that look at the leg from the last kept fix are `NEIGHBOURS`.
"""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from entrepot.core.geo import distance_m
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, Rejection
from entrepot.tracking.model.state import FilterState

KEPT = int(Rejection.KEPT)
IMPOSSIBLE_SPEED, INACCURATE = int(Rejection.IMPOSSIBLE_SPEED), int(Rejection.INACCURATE)

# So many fixes in a row that agree with each other are believed against those before them.
AGREEING = 3
# Slower than this a device may be standing: GPS receivers report up to 1 m/s at rest.
STANDING_MPS = 1.0
# A fix held back for so long after the last kept one is believed before the next: it shows that the device
# stood. A third of the shortest stop, so that red lights cost nothing.
STOOD_US = 60_000_000
# A receiver measures speed apart from places: twice told above the limit, and fitting the leg within a
# quarter, it flies. No airliner is faster over ground (record with a jet stream, 2024: 373 m/s).
_TOLD_FITS = 1.25
_FASTEST_MPS = 375.0

_YEAR_9999_US = 253_402_300_799_000_000
_NOTHING: tuple[Fix, ...] = ()

Alone = Callable[[Fix, FilterSettings], bool]
# A fix, the last kept one, seconds and metres between them.
Neighbour = Callable[[Fix, Fix, float, float, FilterSettings], bool]


def invalid(fix: Fix, settings: FilterSettings) -> bool:
    """Reject what is no place on Earth, has no time or no real numbers, or is invalid by the device's
    own word (`valid`).
    """
    accuracy = fix.accuracy_m
    if fix.attributes is not None and fix.attributes.get("valid") is False:
        return True
    return not (
        -90.0 <= fix.latitude <= 90.0
        and -180.0 <= fix.longitude <= 180.0
        and 0 <= fix.fixed_at_us <= _YEAR_9999_US
        and (accuracy is None or (isfinite(accuracy) and accuracy >= 0.0))
    )


def zero(fix: Fix, settings: FilterSettings) -> bool:
    """Reject exactly 0, 0, which receivers say when they know nothing."""
    return fix.latitude == 0.0 and fix.longitude == 0.0


def future(fix: Fix, settings: FilterSettings) -> bool:
    limit = settings.max_future_s
    return limit is not None and fix.fixed_at_us - fix.received_at_us > limit * 1e6


def stale(fix: Fix, settings: FilterSettings) -> bool:
    limit = settings.max_age_s
    return limit is not None and fix.received_at_us - fix.fixed_at_us > limit * 1e6


def inaccurate(fix: Fix, settings: FilterSettings) -> bool:
    limit, accuracy = settings.max_accuracy_m, fix.accuracy_m
    return limit is not None and accuracy is not None and accuracy > limit


def static_drift(fix: Fix, kept: Fix, elapsed_s: float, leg_m: float, settings: FilterSettings) -> bool:
    """Reject what is near the last one and slow: the receiver wanders, the device stands.

    Without a stated speed it is slow when the leg is, or when both errors explain the leg.
    """
    if settings.drift_m is None or leg_m > settings.drift_m:
        return False
    if fix.speed_mps is not None:
        return fix.speed_mps < STANDING_MPS
    return leg_m < STANDING_MPS * elapsed_s or leg_m <= (fix.accuracy_m or 0.0) + (kept.accuracy_m or 0.0)


def min_period(fix: Fix, kept: Fix, elapsed_s: float, leg_m: float, settings: FilterSettings) -> bool:
    return settings.min_period_s is not None and elapsed_s < settings.min_period_s


def min_distance(fix: Fix, kept: Fix, elapsed_s: float, leg_m: float, settings: FilterSettings) -> bool:
    return settings.min_distance_m is not None and leg_m < settings.min_distance_m


ALONE: tuple[tuple[Alone, int], ...] = (
    (invalid, Rejection.INVALID),
    (zero, Rejection.ZERO),
    (future, Rejection.FUTURE),
    (stale, Rejection.STALE),
    (inaccurate, Rejection.INACCURATE),
)
NEIGHBOURS: tuple[tuple[Neighbour, int], ...] = (
    (static_drift, Rejection.STATIC_DRIFT),
    (min_period, Rejection.MIN_PERIOD),
    (min_distance, Rejection.MIN_DISTANCE),
)


def alone(fix: Fix, settings: FilterSettings) -> int:
    """Return why this fix can never be kept, whatever comes before it, or 0."""
    for rule, reason in ALONE:
        if rule(fix, settings):
            return reason
    return KEPT


def sift(state: FilterState, fix: Fix, settings: FilterSettings) -> tuple[int, tuple[Fix, ...]]:
    """Judge the next fix in event time: a `Rejection` (0: kept), and earlier suspects kept after all.

    Advances `state`. The fix must be newer than `state.newest_us`, or equal to the newest in everything,
    which is a duplicate; `comes_late` tells.
    """
    reason, believed, _, _ = measured(state, fix, settings)
    return reason, believed


def measured(
    state: FilterState, fix: Fix, settings: FilterSettings
) -> tuple[int, tuple[Fix, ...], float, Fix | None]:
    """Judge as `sift` does, and return also the metres between the fix and the last kept one before it, and
    the first of those that are believed though no way leads there.
    """
    if state.newest_us == fix.fixed_at_us:
        return Rejection.DUPLICATE, _NOTHING, 0.0, None
    if reason := alone(fix, settings):
        return reason, _NOTHING, 0.0, None
    state.newest_us = fix.fixed_at_us
    kept = state.kept
    if kept is None:
        _keep(state, fix)
        return KEPT, _NOTHING, 0.0, None
    elapsed_s = (fix.fixed_at_us - kept.fixed_at_us) / 1e6
    leg_m = distance_m(kept.latitude, kept.longitude, fix.latitude, fix.longitude)
    limit_mps, held = settings.max_speed_mps, state.held
    if limit_mps is not None and (
        (leg_m > limit_mps * elapsed_s and impossible_speed(fix, kept, elapsed_s, leg_m, settings))
        or (held is not None and _leaps(held, fix, leg_m, settings))
    ):
        reason, suspects = _suspect(state, fix, settings)
        if reason:
            return reason, _NOTHING, leg_m, None
        return KEPT, (*_keep(state, fix), *suspects), leg_m, suspects[0]
    if state.suspects:
        state.suspects = []
    said = fix.attributes
    if elapsed_s < settings.heartbeat_s and (said is None or not _tells(state, said)):
        for rule, reason in NEIGHBOURS:
            if rule(fix, kept, elapsed_s, leg_m, settings):
                state.held = fix
                return reason, _NOTHING, leg_m, None
    if held is None and (said is None or "ignition" not in said):
        state.kept = fix
        return KEPT, _NOTHING, leg_m, None
    if any(rule(fix, kept, elapsed_s, leg_m, settings) for rule, _ in NEIGHBOURS):
        state.held = None  # it still stands, which the fix itself shows
    return KEPT, _keep(state, fix), leg_m, None


def _keep(state: FilterState, fix: Fix) -> tuple[Fix, ...]:
    """Keep the fix. Return the one held back before it, if that shows for how long the device stood."""
    held, kept = state.held, state.kept
    state.kept = fix
    if fix.attributes is not None and (ignition := fix.attributes.get("ignition")) is not None:
        state.ignition = ignition is True
    if held is None:
        return _NOTHING
    state.held = None
    assert kept is not None
    return (held,) if held.fixed_at_us - kept.fixed_at_us >= STOOD_US else _NOTHING


def _leaps(held: Fix, fix: Fix, leg_m: float, settings: FilterSettings) -> bool:
    """Whether it is impossible from where the device was seen last, though that was held back."""
    elapsed_s = (fix.fixed_at_us - held.fixed_at_us) / 1e6
    if settings.max_speed_mps is None or leg_m <= settings.max_speed_mps * elapsed_s:
        return False
    held_m = distance_m(held.latitude, held.longitude, fix.latitude, fix.longitude)
    return impossible_speed(fix, held, elapsed_s, held_m, settings)


def undecided(state: FilterState, settings: FilterSettings) -> Iterator[tuple[int, int]]:
    """Yield (time, rejection) of what is held back and may yet be believed."""
    for suspect in state.suspects:
        yield suspect.fixed_at_us, IMPOSSIBLE_SPEED
    held, kept = state.held, state.kept
    if held is not None and kept is not None:
        elapsed_s = (held.fixed_at_us - kept.fixed_at_us) / 1e6
        leg_m = distance_m(kept.latitude, kept.longitude, held.latitude, held.longitude)
        for rule, reason in NEIGHBOURS:
            if rule(held, kept, elapsed_s, leg_m, settings):
                yield held.fixed_at_us, reason
                return


def impossible_speed(fix: Fix, kept: Fix, elapsed_s: float, leg_m: float, settings: FilterSettings) -> bool:
    """Reject what would be faster than any vehicle, even if both fixes err by as much as they say, unless
    both say that they are that fast.
    """
    if settings.max_speed_mps is None or leg_m <= settings.max_speed_mps * elapsed_s:
        return False
    if fix.speed_mps is not None and kept.speed_mps is not None:
        told_mps = (fix.speed_mps + kept.speed_mps) / 2
        slowest_mps = min(fix.speed_mps, kept.speed_mps)
        flies = slowest_mps * 2 > settings.max_speed_mps and told_mps <= _FASTEST_MPS
        if flies and leg_m <= _TOLD_FITS * told_mps * elapsed_s:
            return False
    erring = (fix.accuracy_m or 0.0) + (kept.accuracy_m or 0.0)
    return leg_m - erring > settings.max_speed_mps * elapsed_s


def comes_late(state: FilterState, fix: Fix) -> bool:
    """Whether it belongs before, or at, the newest that was seen."""
    return state.newest_us is not None and fix.fixed_at_us <= state.newest_us


def repeats(state: FilterState, fix: Fix) -> bool:
    """Whether it is the last kept fix again, whenever it was received."""
    kept = state.kept
    return kept is not None and kept.fixed_at_us == fix.fixed_at_us and observation(kept) == observation(fix)


def observation(fix: Fix) -> tuple[float | None, ...]:
    """Return what was measured, in an order that ranks fixes of the same time: the most accurate first."""
    accuracy = fix.accuracy_m
    unknown = float("inf")
    return (
        unknown if accuracy is None else accuracy,
        fix.latitude,
        fix.longitude,
        *(unknown if each is None else each for each in (fix.speed_mps, fix.course_deg, fix.altitude_m)),
        unknown if fix.battery_pct is None else fix.battery_pct,
    )


def _suspect(state: FilterState, fix: Fix, settings: FilterSettings) -> tuple[int, tuple[Fix, ...]]:
    """Hold back a fix that is too far off until enough others agree with it."""
    if state.suspects:
        last = state.suspects[-1]
        elapsed_s = (fix.fixed_at_us - last.fixed_at_us) / 1e6
        leg_m = distance_m(last.latitude, last.longitude, fix.latitude, fix.longitude)
        if impossible_speed(fix, last, elapsed_s, leg_m, settings):
            state.suspects = []
    if len(state.suspects) + 1 < AGREEING:
        state.suspects = [*state.suspects, fix]
        return IMPOSSIBLE_SPEED, _NOTHING
    released = tuple(state.suspects)
    state.suspects = []
    return KEPT, released


def _tells(state: FilterState, said: dict[str, Any]) -> bool:
    if "alarm" in said or "event" in said:  # sent for a reason: no repetition
        return True
    return "ignition" in said and said["ignition"] is not state.ignition
