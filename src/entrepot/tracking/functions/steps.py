"""Steps of a trail: how far apart, how fast, and when a device came and left between two of them."""

from itertools import pairwise

from entrepot.core.geo import distance_m, normal_longitude
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.state import Step

# A stop's middle forgets what is older than this much standing, so that it follows slow wandering.
MEMORY_S = 3_600.0
# Coming and leaving lie between two fixes, and where those are farther apart, the speed told beside the stop
# says how far from it: but never by more than the longest time between reports that this page is made for.
RARE_US = 15_000_000
CREDIT_US = 60_000_000
SLOW_MPS = 0.5
WALKING_MPS = 1.4
# Without any sign of standing in its speed a receiver that tells more than this says that it moves.
STANDING_MPS = 1.0
# A speed counts as the fastest if the way there, or the speed before, allows for it; one spike does not.
_SPIKE, _SPIKE_MPS = 1.3, 5.0


def step_of(fix: Fix, path_mm: int) -> Step:
    return Step(fix.fixed_at_us, fix.latitude, fix.longitude, path_mm, fix.speed_mps)


def shifted(step: Step, by_mm: int) -> Step:
    return Step(step.fixed_at_us, step.latitude, step.longitude, step.path_mm - by_mm, step.speed_mps)


def pace_mps(before: Step, step: Step) -> float:
    return (step.path_mm - before.path_mm) / (step.fixed_at_us - before.fixed_at_us) * 1e3


def apart_m(one: Step, other: Step) -> float:
    return distance_m(one.latitude, one.longitude, other.latitude, other.longitude)


def mm(leg_m: float) -> int:
    """Return whole millimetres, so that sums do not depend on their order."""
    return round(leg_m * 1000)


def middle(trail: list[Step]) -> tuple[float, float, float]:
    """Return the middle, weighted by the time until the next fix, because rare fixes stand for long rests."""
    first = trail[0]
    weight_s = north = east = 0.0
    for step, following in pairwise(trail):
        elapsed_s = (following.fixed_at_us - step.fixed_at_us) / 1e6
        weight_s += elapsed_s
        north += (step.latitude - first.latitude) * elapsed_s
        east += normal_longitude(step.longitude - first.longitude) * elapsed_s
    weight_s = weight_s or 1.0
    return (
        first.latitude + north / weight_s,
        normal_longitude(first.longitude + east / weight_s),
        min(weight_s, MEMORY_S),
    )


def left_us(trail: list[Step]) -> int:
    """Return when the device left: with its last fix at rest, or later if that one is old and the pace
    afterwards shows how short the way to the next one took.
    """
    rest, out = trail[0], trail[1]
    if out.fixed_at_us - rest.fixed_at_us <= RARE_US:
        return rest.fixed_at_us
    pace = out.speed_mps
    if pace is None and len(trail) > 2:
        pace = pace_mps(out, trail[2])
    if pace is None or pace < SLOW_MPS:
        return rest.fixed_at_us
    way_us = (out.path_mm - rest.path_mm) / pace * 1e3
    return max(rest.fixed_at_us, out.fixed_at_us - int(way_us))


def dwelt_until_us(trail: list[Step], at: int) -> int:
    """Return until when the device stayed at this step: until the next, less the time that the way there
    took at least.
    """
    rest = trail[at]
    if at + 1 == len(trail):
        return rest.fixed_at_us
    following = trail[at + 1]
    speed = following.speed_mps or 0.0
    if following.fixed_at_us - rest.fixed_at_us > CREDIT_US:
        # So rare, only the way itself counts: it stood if that is no more than a few steps.
        took_us = int((following.path_mm - rest.path_mm) / WALKING_MPS * 1e3)
    elif speed < WALKING_MPS:
        return rest.fixed_at_us
    else:
        took_us = int((following.path_mm - rest.path_mm) / speed * 1e3)
    return max(rest.fixed_at_us, following.fixed_at_us - took_us)


def sure_speed(before: Step, step: Step, erring_m: float) -> float | None:
    """Return the speed that is sure: what the receiver says if the way there or its speed before allows for
    it, else that of the way less its errors.
    """
    told = step.speed_mps
    if told is None:
        way_mm = step.path_mm - before.path_mm - erring_m * 1000
        return max(0.0, way_mm) / (step.fixed_at_us - before.fixed_at_us) * 1e3
    most = _SPIKE * max(pace_mps(before, step), before.speed_mps or 0.0) + _SPIKE_MPS
    return told if told <= most else None


def fastest(trail: list[Step]) -> float | None:
    found = (sure_speed(before, step, 0.0) for before, step in pairwise(trail))
    return max((speed for speed in found if speed is not None), default=None)
