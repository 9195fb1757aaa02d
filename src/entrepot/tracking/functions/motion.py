"""Trips, stops and gaps: a fold over kept fixes, one step per fix.

A device stands until it is clearly outside its stop, and then its trip began where it was last near the
middle; it moves until it has kept within the stop radius for long enough, and then the stop began where
it first came near the middle. So confirmation costs time, but beginnings and ends do not shift.
"""

from entrepot.core.geo import distance_m, normal_longitude
from entrepot.tracking.functions.steps import (
    CREDIT_US,
    MEMORY_S,
    RARE_US,
    SLOW_MPS,
    STANDING_MPS,
    WALKING_MPS,
    apart_m,
    dwelt_until_us,
    fastest,
    left_us,
    middle,
    mm,
    pace_mps,
    shifted,
    step_of,
    sure_speed,
)
from entrepot.tracking.model.fix import Fix, breaks
from entrepot.tracking.model.segment import MotionSettings, Segment
from entrepot.tracking.model.state import MotionState, Step

UNSEEN, WAITING, STOPPED, MOVING = "unseen", "waiting", "stopped", "moving"


def move(
    state: MotionState,
    fix: Fix,
    last: Fix | None,
    leg_m: float,
    settings: MotionSettings,
    *,
    leapt: bool = False,
) -> tuple[Segment, ...]:
    """Advance by one kept fix, `leg_m` away from the `last`; the segments that began, ended or changed. If it
    `leapt`, nothing could have gone that far.
    """
    if last is None:
        _wait(state, fix)
        return ()
    if leapt or (breaks(fix) and leg_m > settings.stop_radius_m):
        return _unknown_way(state, fix, last, leg_m)
    elapsed_s = (fix.fixed_at_us - last.fixed_at_us) / 1e6
    straight_m, leg_m = leg_m, _way_m(fix, last, leg_m, elapsed_s)
    if elapsed_s >= settings.stop_s:
        return _after_silence(
            state, fix, last, leg_m, straight_m=straight_m, elapsed_s=elapsed_s, settings=settings
        )
    if state.phase == MOVING:
        return _moving(state, fix, last, leg_m, settings=settings)
    return _standing(state, fix, last, leg_m, elapsed_s=elapsed_s, settings=settings)


def ended_by_silence(
    state: MotionState, last: Fix, *, now_us: int, settings: MotionSettings
) -> Segment | None:
    """Return the trip under way as it ended, at its last fix, if nothing came for longer than the gap."""
    gap_us = int(settings.gap_s * 1e6)
    if state.phase != MOVING or now_us - last.fixed_at_us <= gap_us:
        return None
    arrival = state.trail[-1]
    return _trip_ended(state, arrival, at_us=arrival.fixed_at_us, closed_us=last.fixed_at_us + gap_us)


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
    state.phase, state.before = WAITING, None
    state.since_us = fix.fixed_at_us
    _begin_standing(state, fix.latitude, fix.longitude, 0.0, [step_of(fix, 0)])


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
    state.path_mm += mm(leg_m)
    step = step_of(fix, state.path_mm)
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
        state.trail = [step_of(fix, 0)]
        state.path_mm = 0
    else:
        state.trail.append(step)
    if state.phase != WAITING:
        return ()
    stood = state.trail[0].fixed_at_us - state.since_us >= settings.stop_s * 1e6
    return _confirm_stop(state, fix.fixed_at_us) if stood or _is_off(fix) else ()


def _is_off(fix: Fix) -> bool:
    """Whether the vehicle says that its ignition is off, and does not roll."""
    said = fix.attributes
    return said is not None and said.get("ignition") is False and (fix.speed_mps or 0.0) < STANDING_MPS


def _lingers(trail: list[Step], fix: Fix, settings: MotionSettings) -> bool:
    """Whether it is beside the middle for so long that it belongs to the stop."""
    return len(trail) > 1 and fix.fixed_at_us - trail[1].fixed_at_us >= settings.stop_s * 1e6


def _weigh(state: MotionState, last: Fix, elapsed_s: float, settings: MotionSettings) -> None:
    """Move the middle towards where the device was since the last fix, unless that was outside."""
    if distance_m(state.latitude, state.longitude, last.latitude, last.longitude) > settings.stop_radius_m:
        return
    state.weight_s = min(state.weight_s + elapsed_s, MEMORY_S)
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
    gone_us = left_us(way)
    ended = (_stop_ended(state, gone_us, fix.fixed_at_us),) if state.phase == STOPPED else ()
    first = way[0]
    trail = [shifted(step, first.path_mm) for step in way]
    state.phase, state.before = MOVING, None
    state.since_us, state.decided_us = gone_us, fix.fixed_at_us
    state.latitude, state.longitude = first.latitude, first.longitude
    state.path_mm = trail[-1].path_mm
    state.max_speed_mps = fastest(trail)
    state.trail = trail
    _tighten(state, settings)
    return (*ended, _opened(state))


def _last_rest(state: MotionState, settings: MotionSettings) -> int:
    """Return where on the trail the way begins: before the last slow leg that began inside the stop."""
    trail = state.trail
    for at in range(len(trail) - 2, 0, -1):
        step = trail[at]
        away_m = distance_m(state.latitude, state.longitude, step.latitude, step.longitude)
        if away_m <= settings.stop_radius_m and pace_mps(step, trail[at + 1]) < SLOW_MPS:
            return at
    return 0


# ---- moving --------------------------------------------------------------------------------------


def _moving(
    state: MotionState, fix: Fix, last: Fix, leg_m: float, *, settings: MotionSettings
) -> tuple[Segment, ...]:
    trail = state.trail
    step = step_of(fix, state.path_mm + mm(leg_m))
    stop_us = settings.stop_s * 1e6
    before = state.before or trail[0]
    long = fix.fixed_at_us - before.fixed_at_us >= stop_us
    if (
        long and apart_m(step, trail[-1]) > settings.stop_radius_m
    ):  # it has left already where it may have stood
        stood = _settle(state, fix.fixed_at_us, settings, leaving=step)
        if stood:
            elapsed_s = (fix.fixed_at_us - last.fixed_at_us) / 1e6
            return (*stood, *_standing(state, fix, last, leg_m, elapsed_s=elapsed_s, settings=settings))
    state.path_mm = step.path_mm
    told, most = fix.speed_mps, state.max_speed_mps
    if told is None or most is None or told > most:
        speed = sure_speed(trail[-1], step, _error_m(fix) + _error_m(last))
        if speed is not None and (most is None or speed > most):
            state.max_speed_mps = speed
    trail.append(step)
    _slide(state, settings)
    if fix.attributes is not None and _is_off(fix):
        return _arrived(state, fix, settings)
    if fix.fixed_at_us - trail[0].fixed_at_us < stop_us:
        return ()
    _tighten(state, settings)
    if fix.fixed_at_us - trail[0].fixed_at_us < stop_us:
        return ()
    return _settle(state, fix.fixed_at_us, settings)


def _slide(state: MotionState, settings: MotionSettings) -> None:
    """Drop the beginning of the trail that is not within the stop radius of its end."""
    trail = state.trail
    newest, radius_m = trail[-1], settings.stop_radius_m
    latitude, longitude = newest.latitude, newest.longitude
    far = 0
    for step in trail:
        if distance_m(step.latitude, step.longitude, latitude, longitude) <= radius_m:
            break
        far += 1
    if far:
        state.before = trail[far - 1]
        del trail[:far]


def _tighten(state: MotionState, settings: MotionSettings) -> None:
    """Drop from the trail whatever left the stop radius in between; dearer, and seldom needed."""
    trail = state.trail
    newest, radius_m = trail[-1], settings.stop_radius_m
    for at in range(len(trail) - 1, -1, -1):
        step = trail[at]
        if distance_m(step.latitude, step.longitude, newest.latitude, newest.longitude) > radius_m:
            state.before = step
            del trail[: at + 1]
            return


def _settle(
    state: MotionState, decided_us: int, settings: MotionSettings, *, leaving: Step | None = None
) -> tuple[Segment, ...]:
    """Begin a stop if the trail kept near its middle for long enough, and did not only pass slowly; if the
    device is `leaving` already, up to when it left. It began with the first fix there, or before.
    """
    trail = state.trail
    whole = trail if leaving is None else [*trail, leaving]
    latitude, longitude, weight_s = middle(whole)
    near = [
        at
        for at, step in enumerate(trail)
        if distance_m(latitude, longitude, step.latitude, step.longitude) <= settings.near_m
    ]
    if not near:
        return ()
    first, last = near[0], near[-1]
    arrived_us = _arrived_us(state, first)
    if dwelt_until_us(whole, last) - arrived_us < settings.stop_s * 1e6:
        return ()
    trip = _trip_ended(state, trail[first], at_us=arrived_us, closed_us=decided_us)
    state.since_us = arrived_us
    rest = trail[last:]
    _begin_standing(state, latitude, longitude, weight_s, [shifted(step, rest[0].path_mm) for step in rest])
    return (trip, *_confirm_stop(state, decided_us))


def _arrived(state: MotionState, fix: Fix, settings: MotionSettings) -> tuple[Segment, ...]:
    """Begin a stop at once: where the trail ends, the vehicle was switched off, or stood all the silence."""
    trail = state.trail
    _tighten(state, settings)
    end = trail[-1]
    at = next(n for n, step in enumerate(trail) if apart_m(step, end) <= settings.near_m)
    arrived_us = _arrived_us(state, at)
    trip = _trip_ended(state, trail[at], at_us=arrived_us, closed_us=fix.fixed_at_us)
    state.since_us = arrived_us
    _begin_standing(state, end.latitude, end.longitude, 0.0, [shifted(end, end.path_mm)])
    return (trip, *_confirm_stop(state, fix.fixed_at_us))


def _arrived_us(state: MotionState, at: int) -> int:
    """Return when the device came to this step of the trail: with it, or before, if the step before is old
    and its speed shows how short the way took.
    """
    trail = state.trail
    here, before = trail[at], trail[at - 1] if at else state.before
    if before is None or here.fixed_at_us - before.fixed_at_us <= RARE_US:
        return here.fixed_at_us
    speed = before.speed_mps
    if speed is None or speed < WALKING_MPS or (here.speed_mps or 0.0) >= STANDING_MPS:
        return here.fixed_at_us
    took_us = int((here.path_mm - before.path_mm) / speed * 1e3)
    earliest_us = max(before.fixed_at_us, here.fixed_at_us - CREDIT_US)
    return min(here.fixed_at_us, max(earliest_us, before.fixed_at_us + took_us))


def _error_m(fix: Fix) -> float:
    return fix.accuracy_m or 0.0


# ---- silence -------------------------------------------------------------------------------------


def _after_silence(
    state: MotionState,
    fix: Fix,
    last: Fix,
    leg_m: float,
    *,
    straight_m: float,
    elapsed_s: float,
    settings: MotionSettings,
) -> tuple[Segment, ...]:
    """Continue after a silence. Near where it was, the device stood; near is also what the errors of both
    fixes explain, because the first fix of a morning is often poor. Elsewhere nobody knows how it came there,
    if the silence was a long one.
    """
    erring_m = _error_m(fix) + _error_m(last)
    long = elapsed_s > settings.gap_s
    if state.phase == MOVING:
        near = straight_m <= settings.stop_radius_m + erring_m
        if near and (long or min(fix.speed_mps or 0.0, last.speed_mps or 0.0) < STANDING_MPS):
            step = step_of(fix, state.path_mm + mm(leg_m))
            stood = _settle(state, fix.fixed_at_us, settings, leaving=step) or _arrived(state, fix, settings)
            return (*stood, *_standing(state, fix, last, leg_m, elapsed_s=elapsed_s, settings=settings))
        return (
            _unknown_way(state, fix, last, leg_m)
            if long
            else _moving(state, fix, last, leg_m, settings=settings)
        )
    if long:
        away_m = distance_m(state.latitude, state.longitude, fix.latitude, fix.longitude)
        if away_m > settings.stop_radius_m + erring_m:
            return _unknown_way(state, fix, last, leg_m)
    return _standing(state, fix, last, leg_m, elapsed_s=elapsed_s, settings=settings)


def _unknown_way(state: MotionState, fix: Fix, last: Fix, leg_m: float) -> tuple[Segment, ...]:
    """End what was under way, with a gap: nobody knows how the device came here, so no distance counts."""
    ended: tuple[Segment, ...] = ()
    if state.phase == MOVING:
        arrival = state.trail[-1]
        ended = (_trip_ended(state, arrival, at_us=arrival.fixed_at_us, closed_us=fix.fixed_at_us),)
    elif state.phase == STOPPED:
        ended = (_stop_ended(state, last.fixed_at_us, fix.fixed_at_us),)
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
        distance_mm=mm(leg_m),
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


def _trip_ended(state: MotionState, arrival: Step, *, at_us: int, closed_us: int) -> Segment:
    return Segment(
        kind="trip",
        started_at_us=state.since_us,
        decided_us=state.decided_us,
        latitude=state.latitude,
        longitude=state.longitude,
        ended_at_us=at_us,
        closed_us=closed_us,
        end_latitude=arrival.latitude,
        end_longitude=arrival.longitude,
        distance_mm=arrival.path_mm,
        max_speed_mps=state.max_speed_mps,
    )
