"""Finds where a device was too fast for a while."""

from collections.abc import Iterable

import msgspec

from entrepot.core.geo import distance_m
from entrepot.tracking.model.fix import Fix

# As alerts have it: over a limit for ten seconds; over it no more below nine tenths of it. And a speed
# between two fixes is one only if they are neither too close nor too far in time.
LEAST_US = 10_000_000
_CALM = 0.9
_PACE_US = range(5_000_000, 120_000_001)


class SpeedingEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """Fixes above the limit from `began_us` to `ended_us`; the fastest one at the place."""

    began_us: int
    ended_us: int
    max_speed_mps: float
    latitude: float
    longitude: float


def episodes(fixes: Iterable[Fix], limit_mps: float) -> list[SpeedingEpisode]:
    """Return where fixes, in the order of time, were above the limit for `LEAST_US` or longer. One such fix
    between slower ones is an error of the receiver's; silence ends an episode.
    """
    found: list[SpeedingEpisode] = []
    running: SpeedingEpisode | None = None
    last: Fix | None = None
    for fix in fixes:
        speed_mps = _speed_of(fix, last)
        silent = last is not None and fix.fixed_at_us - last.fixed_at_us >= _PACE_US.stop
        last = fix
        if running is not None and (silent or (speed_mps is not None and speed_mps < limit_mps * _CALM)):
            found.append(running)
            running = None
        if speed_mps is not None and speed_mps > limit_mps:
            running = _further(running, fix, speed_mps)
    if running is not None:
        found.append(running)
    return [each for each in found if each.ended_us - each.began_us >= LEAST_US]


def _further(running: SpeedingEpisode | None, fix: Fix, speed_mps: float) -> SpeedingEpisode:
    if running is not None and running.max_speed_mps >= speed_mps:
        return msgspec.structs.replace(running, ended_us=fix.fixed_at_us)
    return SpeedingEpisode(
        began_us=fix.fixed_at_us if running is None else running.began_us,
        ended_us=fix.fixed_at_us,
        max_speed_mps=speed_mps,
        latitude=fix.latitude,
        longitude=fix.longitude,
    )


def _speed_of(fix: Fix, last: Fix | None) -> float | None:
    """Return what the device says, or else the speed of the leg, less the error of both ends."""
    if fix.speed_mps is not None or last is None:
        return fix.speed_mps
    elapsed_us = fix.fixed_at_us - last.fixed_at_us
    if elapsed_us not in _PACE_US:
        return None
    leg_m = distance_m(last.latitude, last.longitude, fix.latitude, fix.longitude)
    return max(0.0, leg_m - (fix.accuracy_m or 0.0) - (last.accuracy_m or 0.0)) / elapsed_us * 1e6
