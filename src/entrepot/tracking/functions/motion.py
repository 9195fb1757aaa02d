"""Trips, stops and gaps: a fold over kept fixes, one step per fix.

A device stands until it is clearly outside its stop, and then its trip began where it was last near the
middle; it moves until it has kept within the stop radius for long enough, and then the stop began where
it first came near the middle. So confirmation costs time, but beginnings and ends do not shift.
"""

from itertools import pairwise

from entrepot.core.geo import distance_m, normal_longitude
from entrepot.tracking.model.fix import Fix, breaks
from entrepot.tracking.model.segment import MotionSettings, Segment
from entrepot.tracking.model.state import MotionState, Step

UNSEEN, WAITING, STOPPED, MOVING = "unseen", "waiting", "stopped", "moving"

# A stop's middle forgets what is older than this much standing, so that it follows slow wandering.
_MEMORY_S = 3_600.0
# Leaving may have begun long after the last fix near the middle, if fixes were rare.
_RARE_US = 60_000_000
_SLOW_MPS = 0.5


def move(
    state: MotionState, fix: Fix, last: Fix | None, leg_m: float, settings: MotionSettings
) -> tuple[Segment, ...]:
    """Advance by one kept fix, `leg_m` away from the `last`; the segments that began, ended or changed."""
    if last is None:
        _wait(state, fix)
        return ()
    elapsed_s = (fix.fixed_at_us - last.fixed_at_us) / 1e6
    leg_m = _way_m(fix, last, leg_m, elapsed_s)
    if elapsed_s > settings.gap_s or breaks(fix):
        return _after_silence(state, fix, last, leg_m, settings)
    if state.phase == MOVING:
        return _moving(state, fix, leg_m, settings)
    return _standing(state, fix, last, leg_m, elapsed_s=elapsed_s, settings=settings)


def _way_m(fix: Fix, last: Fix, leg_m: float, elapsed_s: float) -> float:
    """Return how far it went. Why not the distance between the fixes? Zigzags of erring fixes add up, and
    receivers measure speed by Doppler shift, far better than places. So speeds count where the places, with
    their errors, allow for them.
    """
    speed, before = fix.speed_mps, last.speed_mps
    if speed is None or before is None:
        return leg_m
    way_m = (speed + before) / 2 * elapsed_s
    erring_m = 2 * ((fix.accuracy_m or 0.0) + (last.accuracy_m or 0.0))  # a stated error holds 68 %
    return way_m if abs(leg_m - way_m) <= erring_m else leg_m


def open_segment(state: MotionState) -> Segment | None:
    """Return the trip or stop that is under way."""
    if state.phase not in (STOPPED, MOVING):
        return None
    return Segment(
        kind="trip" if state.phase == MOVING else "stop",
        started_at_us=state.since_us,
        decided_us=state.decided_us,
        latitude=state.latitude,
        longitude=state.longitude,
    )


# ---- standing ------------------------------------------------------------------------------------


def _wait(state: MotionState, fix: Fix) -> None:
    """Wait here, until there is more to say."""
    state.phase = WAITING
    state.since_us = fix.fixed_at_us
    _begin_standing(state, fix.latitude, fix.longitude, 0.0, [_step(fix, 0)])


def _begin_standing(
    state: MotionState, latitude: float, longitude: float, weight_s: float, trail: list[Step]
) -> None:
    state.latitude, state.longitude, state.weight_s = latitude, longitude, weight_s
    state.trail, state.path_mm, state.max_speed_mps = trail, trail[-1].path_mm, None
    state.out_us, state.out_m, state.out_fixes = 0, 0.0, 0


def _standing(
    state: MotionState, fix: Fix, last: Fix, leg_m: float, *, elapsed_s: float, settings: MotionSettings
) -> tuple[Segment, ...]:
    away_m = distance_m(state.latitude, state.longitude, fix.latitude, fix.longitude)
    state.path_mm += _mm(leg_m)
    step = _step(fix, state.path_mm)
    radius_m = settings.stop_radius_m
    if away_m > radius_m + min(fix.accuracy_m or 0.0, radius_m):
        state.trail.append(step)
        return _outside(state, fix, away_m, settings)
    if state.out_fixes and _was_away(state, fix, settings):
        state.trail.append(step)
        return _depart(state, fix, settings)
    state.out_us, state.out_m, state.out_fixes = 0, 0.0, 0
    if away_m <= radius_m:
        _weigh(state, last, elapsed_s, settings)
    if away_m <= settings.near_m or _lingers(state.trail, fix, settings):
        state.trail = [_step(fix, 0)]
        state.path_mm = 0
    else:
        state.trail.append(step)
    if state.phase == WAITING and state.trail[0].fixed_at_us - state.since_us >= settings.stop_s * 1e6:
        return _confirm_stop(state, fix.fixed_at_us)
    return ()


def _lingers(trail: list[Step], fix: Fix, settings: MotionSettings) -> bool:
    """Whether it is beside the middle for so long that it belongs to the stop."""
    return len(trail) > 1 and fix.fixed_at_us - trail[1].fixed_at_us >= settings.stop_s * 1e6


def _weigh(state: MotionState, last: Fix, elapsed_s: float, settings: MotionSettings) -> None:
    """Move the middle towards where the device was since the last fix, unless that was outside."""
    if distance_m(state.latitude, state.longitude, last.latitude, last.longitude) > settings.stop_radius_m:
        return
    state.weight_s = min(state.weight_s + elapsed_s, _MEMORY_S)
    share = min(1.0, elapsed_s / state.weight_s)
    state.latitude += (last.latitude - state.latitude) * share
    turn = normal_longitude(last.longitude - state.longitude)
    state.longitude = normal_longitude(state.longitude + turn * share)


def _confirm_stop(state: MotionState, decided_us: int) -> tuple[Segment, ...]:
    state.phase = STOPPED
    state.decided_us = decided_us
    return (_opened(state),)


def _outside(state: MotionState, fix: Fix, away_m: float, settings: MotionSettings) -> tuple[Segment, ...]:
    """Handle a fix outside the stop. Two of them, over some time or far out, are a departure; one may be
    a reflection.
    """
    state.out_fixes += 1
    state.out_m = max(state.out_m, away_m)
    if state.out_fixes == 1:
        state.out_us = fix.fixed_at_us
        return ()
    lasted = fix.fixed_at_us - state.out_us >= settings.leave_s * 1e6
    if lasted or away_m > 3 * settings.stop_radius_m:
        return _depart(state, fix, settings)
    return ()


def _was_away(state: MotionState, fix: Fix, settings: MotionSettings) -> bool:
    """Whether it is back, but was far out for so long that it went there and came back."""
    lasted = fix.fixed_at_us - state.out_us >= settings.leave_s * 1e6
    return lasted and state.out_m > 3 * settings.stop_radius_m


def _depart(state: MotionState, fix: Fix, settings: MotionSettings) -> tuple[Segment, ...]:
    way = state.trail[_last_rest(state, settings) :]
    left_us = _left_us(way)
    ended = (_stop_ended(state, left_us, fix.fixed_at_us),) if state.phase == STOPPED else ()
    first = way[0]
    trail = [_shifted(step, first.path_mm) for step in way]
    state.phase = MOVING
    state.since_us, state.decided_us = left_us, fix.fixed_at_us
    state.latitude, state.longitude = first.latitude, first.longitude
    state.path_mm = trail[-1].path_mm
    state.max_speed_mps = _fastest(trail)
    state.trail = trail
    _tighten(trail, settings)
    return (*ended, _opened(state))


def _last_rest(state: MotionState, settings: MotionSettings) -> int:
    """Return where on the trail the way begins: before the last slow leg that began inside the stop."""
    trail = state.trail
    for at in range(len(trail) - 2, 0, -1):
        step = trail[at]
        away_m = distance_m(state.latitude, state.longitude, step.latitude, step.longitude)
        if away_m <= settings.stop_radius_m and _pace(step, trail[at + 1]) < _SLOW_MPS:
            return at
    return 0


def _left_us(trail: list[Step]) -> int:
    """Return when the device left: with its last fix at rest, or later if that one is old and the pace
    afterwards shows how short the way to the next one took.
    """
    rest, out = trail[0], trail[1]
    if out.fixed_at_us - rest.fixed_at_us <= _RARE_US:
        return rest.fixed_at_us
    pace = out.speed_mps
    if pace is None and len(trail) > 2:
        pace = _pace(out, trail[2])
    if pace is None or pace < _SLOW_MPS:
        return rest.fixed_at_us
    way_us = (out.path_mm - rest.path_mm) / pace * 1e3
    return max(rest.fixed_at_us, out.fixed_at_us - int(way_us))


# ---- moving --------------------------------------------------------------------------------------


def _moving(state: MotionState, fix: Fix, leg_m: float, settings: MotionSettings) -> tuple[Segment, ...]:
    state.path_mm += _mm(leg_m)
    trail = state.trail
    step = _step(fix, state.path_mm)
    speed = fix.speed_mps if fix.speed_mps is not None else _pace(trail[-1], step)
    if state.max_speed_mps is None or speed > state.max_speed_mps:
        state.max_speed_mps = speed
    trail.append(step)
    _slide(trail, settings)
    stop_us = settings.stop_s * 1e6
    if fix.fixed_at_us - trail[0].fixed_at_us < stop_us:
        return ()
    _tighten(trail, settings)
    if fix.fixed_at_us - trail[0].fixed_at_us < stop_us:
        return ()
    return _settle(state, fix.fixed_at_us, settings)


def _slide(trail: list[Step], settings: MotionSettings) -> None:
    """Drop the beginning of the trail that is not within the stop radius of its end."""
    newest, radius_m = trail[-1], settings.stop_radius_m
    latitude, longitude = newest.latitude, newest.longitude
    far = 0
    for step in trail:
        if distance_m(step.latitude, step.longitude, latitude, longitude) <= radius_m:
            break
        far += 1
    if far:
        del trail[:far]


def _tighten(trail: list[Step], settings: MotionSettings) -> None:
    """Drop from the trail whatever left the stop radius in between; dearer, and seldom needed."""
    newest, radius_m = trail[-1], settings.stop_radius_m
    for at in range(len(trail) - 1, -1, -1):
        step = trail[at]
        if distance_m(step.latitude, step.longitude, newest.latitude, newest.longitude) > radius_m:
            del trail[: at + 1]
            return


def _settle(state: MotionState, decided_us: int, settings: MotionSettings) -> tuple[Segment, ...]:
    """Begin a stop if the trail kept near its middle for long enough, and did not only pass slowly. It
    began with the first fix there.
    """
    trail = state.trail
    latitude, longitude, weight_s = _middle(trail)
    near = [
        at
        for at, step in enumerate(trail)
        if distance_m(latitude, longitude, step.latitude, step.longitude) <= settings.near_m
    ]
    if not near or trail[near[-1]].fixed_at_us - trail[near[0]].fixed_at_us < settings.stop_s * 1e6:
        return ()
    trip = _trip_ended(state, trail[near[0]], decided_us)
    state.since_us = trail[near[0]].fixed_at_us
    rest = trail[near[-1] :]
    _begin_standing(state, latitude, longitude, weight_s, [_shifted(step, rest[0].path_mm) for step in rest])
    return (trip, *_confirm_stop(state, decided_us))


def _middle(trail: list[Step]) -> tuple[float, float, float]:
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
        min(weight_s, _MEMORY_S),
    )


# ---- silence -------------------------------------------------------------------------------------


def _after_silence(
    state: MotionState, fix: Fix, last: Fix, leg_m: float, settings: MotionSettings
) -> tuple[Segment, ...]:
    """Continue after a silence. Near where it was, the device stood; elsewhere nobody knows how it came
    there.
    """
    if state.phase == MOVING:
        if leg_m <= settings.stop_radius_m:
            return _moving(state, fix, leg_m, settings)
        ended: tuple[Segment, ...] = (_trip_ended(state, state.trail[-1], fix.fixed_at_us),)
    else:
        away_m = distance_m(state.latitude, state.longitude, fix.latitude, fix.longitude)
        if away_m <= settings.stop_radius_m:
            elapsed_s = (fix.fixed_at_us - last.fixed_at_us) / 1e6
            return _standing(state, fix, last, leg_m, elapsed_s=elapsed_s, settings=settings)
        stopped = state.phase == STOPPED
        ended = (_stop_ended(state, last.fixed_at_us, fix.fixed_at_us),) if stopped else ()
    gap = Segment(
        kind="gap",
        started_at_us=last.fixed_at_us,
        decided_us=fix.fixed_at_us,
        latitude=last.latitude,
        longitude=last.longitude,
        ended_at_us=fix.fixed_at_us,
        closed_us=fix.fixed_at_us,
        end_latitude=fix.latitude,
        end_longitude=fix.longitude,
        distance_mm=_mm(leg_m),
    )
    _wait(state, fix)
    return (*ended, gap)


# ---- segments ------------------------------------------------------------------------------------


def _opened(state: MotionState) -> Segment:
    segment = open_segment(state)
    assert segment is not None
    return segment


def _stop_ended(state: MotionState, ended_at_us: int, closed_us: int) -> Segment:
    return Segment(
        kind="stop",
        started_at_us=state.since_us,
        decided_us=state.decided_us,
        latitude=state.latitude,
        longitude=state.longitude,
        ended_at_us=ended_at_us,
        closed_us=closed_us,
        end_latitude=state.latitude,
        end_longitude=state.longitude,
    )


def _trip_ended(state: MotionState, arrival: Step, closed_us: int) -> Segment:
    return Segment(
        kind="trip",
        started_at_us=state.since_us,
        decided_us=state.decided_us,
        latitude=state.latitude,
        longitude=state.longitude,
        ended_at_us=arrival.fixed_at_us,
        closed_us=closed_us,
        end_latitude=arrival.latitude,
        end_longitude=arrival.longitude,
        distance_mm=arrival.path_mm,
        max_speed_mps=state.max_speed_mps,
    )


def _step(fix: Fix, path_mm: int) -> Step:
    return Step(fix.fixed_at_us, fix.latitude, fix.longitude, path_mm, fix.speed_mps)


def _shifted(step: Step, by_mm: int) -> Step:
    return Step(step.fixed_at_us, step.latitude, step.longitude, step.path_mm - by_mm, step.speed_mps)


def _fastest(trail: list[Step]) -> float:
    return max(
        step.speed_mps if step.speed_mps is not None else _pace(before, step)
        for before, step in pairwise(trail)
    )


def _pace(before: Step, step: Step) -> float:
    return (step.path_mm - before.path_mm) / (step.fixed_at_us - before.fixed_at_us) * 1e3


def _mm(leg_m: float) -> int:
    """Return whole millimetres, so that sums do not depend on their order."""
    return round(leg_m * 1000)
