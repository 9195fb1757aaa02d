"""Finds what people may want to know of a device at once: its fences, speed, battery, and being moved."""

from collections.abc import Iterable, Iterator, Sequence

from entrepot.core.geo import distance_m
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.functions.fences import Happening, fence_at
from entrepot.tracking.functions.windows import Week
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import FenceEvent
from entrepot.tracking.model.incident import Incident, IncidentKind, alarms_in, incident_id
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, WatchState

# Over a limit ends below this share of it, so that a device at the limit does not go in and out.
_CALM = 0.9
# Devices repeat an alarm until somebody does something: after so long without it, it is another one.
_QUIET_US = 300_000_000
# A speed between two fixes is one only if they are neither too close nor too far in time.
_PACE_US = range(5_000_000, 120_000_001)


def of_fence(device_id: str, each: Fence, said: FenceEvent) -> Incident | None:
    """Return the incident of a fence's event, if the fence wants one."""
    kind = said.kind
    if kind == "inside" or (kind != "dwell" and kind not in each.definition.alerts):
        return None
    return Incident(
        id=incident_id(device_id, kind, each.id, said.at_us),
        kind=kind,
        occurred_at_us=said.at_us,
        decided_us=said.decided_us,
        geofence_id=each.id,
        geofence_name=each.name,
        latitude=said.latitude,
        longitude=said.longitude,
        value=each.definition.dwell_s if kind == "dwell" else None,
    )


def of_fences(device_id: str, happened: Iterable[Happening]) -> list[Incident]:
    incidents = (of_fence(device_id, each, said) for each, said in happened)
    return [each for each in incidents if each is not None]


def watch(
    state: DeviceState,
    fix: Fix,
    *,
    device_id: str,
    last: Fix | None,
    leg_m: float,
    began: Sequence[Segment],
    index: FenceIndex,
    settings: AlertSettings,
) -> list[Incident]:
    """Advance what is watched by one kept fix. Return what happened."""
    incidents: list[Incident] = []
    watched = state.watch
    limit_mps, fence = _limit(state, fix, index, settings)
    if limit_mps is not None or watched.over_us is not None:
        speed_mps = _speed_of(fix, last, leg_m)
        if speed_mps is not None and _too_fast(
            watched, fix, speed_mps, limit_mps=limit_mps, settings=settings
        ):
            at_us = watched.over_us or fix.fixed_at_us
            incidents.append(
                _here("overspeed", fix, at_us, value=speed_mps, device_id=device_id, fence=fence)
            )
    if settings.guarded_since_us is not None:
        incidents += _guard(watched, fix, last, device_id=device_id, settings=settings)
    if began and settings.guarded:
        incidents += _guarded_trips(device_id, began, settings)
    return incidents


def hear(watched: WatchState, fix: Fix, *, device_id: str, settings: AlertSettings) -> list[Incident]:
    """Return what a fix tells besides its place, which counts even if the place is too inaccurate to."""
    incidents: list[Incident] = []
    if fix.battery_pct is not None and settings.low_battery_pct is not None:
        incidents += _battery(watched, fix, device_id=device_id, settings=settings)
    if fix.attributes is not None and settings.alarms and "alarm" in fix.attributes:
        for kind in alarms_in(fix.attributes["alarm"]):
            raised_us = watched.alarms.get(kind)
            watched.alarms = {**watched.alarms, kind: fix.fixed_at_us}
            if raised_us is None or fix.fixed_at_us - raised_us >= _QUIET_US:
                incidents.append(_here(kind, fix, fix.fixed_at_us, value=None, device_id=device_id))
    return incidents


def _battery(
    watched: WatchState, fix: Fix, *, device_id: str, settings: AlertSettings
) -> tuple[Incident, ...]:
    level, threshold = fix.battery_pct, settings.low_battery_pct
    assert level is not None
    assert threshold is not None
    if not watched.battery_low and level <= threshold:
        watched.battery_low = True
        return (_here("low_battery", fix, fix.fixed_at_us, value=level, device_id=device_id),)
    if watched.battery_low and level >= threshold + settings.rearm_pct:
        watched.battery_low = False
    return ()


def _limit(
    state: DeviceState, fix: Fix, index: FenceIndex, settings: AlertSettings
) -> tuple[float | None, Fence | None]:
    """Return the lowest speed limit here, and the fence that sets it."""
    lowest, fence = settings.overspeed_mps, None
    for id, visit in state.visits.items():
        each = fence_at(index, id, fix) if visit.inside else None
        limit = each.definition.speed_limit_mps if each is not None else None
        if each is None or limit is None or not each.week.holds(fix.fixed_at_us):
            continue
        if lowest is None or limit < lowest:
            lowest, fence = limit, each
    return lowest, fence


def _too_fast(
    watched: WatchState, fix: Fix, speed_mps: float, *, limit_mps: float | None, settings: AlertSettings
) -> bool:
    """Whether the device has been over the limit for long enough, and nobody was told yet."""
    if limit_mps is None or speed_mps < limit_mps * _CALM:
        watched.over_us, watched.over_told = None, False
    elif speed_mps > limit_mps:
        if watched.over_us is None:
            watched.over_us = fix.fixed_at_us
        if not watched.over_told and fix.fixed_at_us - watched.over_us >= settings.overspeed_s * 1e6:
            watched.over_told = True
            return True
    return False


def _speed_of(fix: Fix, last: Fix | None, leg_m: float) -> float | None:
    """Return the speed that the device says, or else that of the leg if it is neither short nor long, less
    the error of both ends.
    """
    if fix.speed_mps is not None or last is None:
        return fix.speed_mps
    elapsed_us = fix.fixed_at_us - last.fixed_at_us
    if elapsed_us not in _PACE_US:
        return None
    sure_m = leg_m - (fix.accuracy_m or 0.0) - (last.accuracy_m or 0.0)
    return max(0.0, sure_m) / elapsed_us * 1e6


def _guard(
    watched: WatchState, fix: Fix, last: Fix | None, *, device_id: str, settings: AlertSettings
) -> tuple[Incident, ...]:
    """Return an incident if a guarded device leaves the place where it was when the guard was set."""
    since_us = settings.guarded_since_us
    assert since_us is not None
    if fix.fixed_at_us < since_us:
        return ()
    if watched.guarded_since_us != since_us:
        anchor = fix if last is None else last
        watched.guarded_since_us, watched.guard_told = since_us, False
        watched.guard_latitude, watched.guard_longitude = anchor.latitude, anchor.longitude
    if watched.guard_told:
        return ()
    away_m = distance_m(watched.guard_latitude, watched.guard_longitude, fix.latitude, fix.longitude)
    if away_m <= settings.guard_radius_m + (fix.accuracy_m or 0.0):
        return ()
    watched.guard_told = True
    return (_here("unexpected_movement", fix, fix.fixed_at_us, value=away_m, device_id=device_id),)


def _guarded_trips(device_id: str, began: Sequence[Segment], settings: AlertSettings) -> Iterator[Incident]:
    week = Week(settings.guarded, settings.timezone)
    return (
        Incident(
            id=incident_id(device_id, "unexpected_movement", "", segment.started_at_us),
            kind="unexpected_movement",
            occurred_at_us=segment.started_at_us,
            decided_us=segment.decided_us,
            latitude=segment.latitude,
            longitude=segment.longitude,
        )
        for segment in began
        if segment.kind == "trip" and segment.ended_at_us is None and week.holds(segment.started_at_us)
    )


def _here(
    kind: IncidentKind,
    fix: Fix,
    occurred_at_us: int,
    *,
    value: float | None,
    device_id: str,
    fence: Fence | None = None,
) -> Incident:
    geofence_id, geofence_name = ("", "") if fence is None else (fence.id, fence.name)
    return Incident(
        id=incident_id(device_id, kind, geofence_id, occurred_at_us),
        kind=kind,
        occurred_at_us=occurred_at_us,
        decided_us=fix.fixed_at_us,
        geofence_id=geofence_id,
        geofence_name=geofence_name,
        latitude=fix.latitude,
        longitude=fix.longitude,
        value=value,
    )
