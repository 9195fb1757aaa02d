"""Makes rows of reports over many devices, and leaves out what a device's privacy withholds."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from entrepot.core.geo import on_grid
from entrepot.core.time import from_us
from entrepot.tracking.functions import days as by_day
from entrepot.tracking.functions.privacy import withheld
from entrepot.tracking.functions.speeding import SpeedingEpisode
from entrepot.tracking.functions.visits import Visit
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.fleet import (
    FleetDay,
    FleetSpeeding,
    FleetStop,
    FleetSummary,
    FleetTrip,
    FleetVisit,
)
from entrepot.tracking.model.history import Stop, TimelineEntry, TimeSpan, Trip, moment
from entrepot.tracking.model.sums import Sums


def summary(device: Device, total: Sums) -> FleetSummary:
    metres, moving_s = total.distance_mm / 1000, total.moving_us / 1e6
    return FleetSummary(
        device_id=device.id,
        device_name=device.name,
        distance_m=round(metres, 1),
        moving_s=moving_s,
        stopped_s=total.stopped_us / 1e6,
        trips=total.trips,
        stops=total.stops,
        max_speed_mps=total.max_speed_mps,
        average_speed_mps=round(metres / moving_s, 2) if moving_s else None,
        first_at=moment(total.first_us),
        last_at=moment(total.last_us),
    )


def trip(device: Device, each: Trip) -> FleetTrip:
    told = msgspec.structs.asdict(each)
    del told["revised_at"]
    return FleetTrip(device_id=device.id, device_name=device.name, **told)


def stop(device: Device, each: Stop) -> FleetStop:
    told = msgspec.structs.asdict(each)
    del told["revised_at"]
    return FleetStop(device_id=device.id, device_name=device.name, **told)


def visit(device: Device, each: Visit, *, name: str) -> FleetVisit:
    return FleetVisit(
        device_id=device.id,
        device_name=device.name,
        geofence_id=each.geofence_id,
        geofence_name=name,
        entered_at=from_us(each.entered_us),
        left_at=moment(each.left_us),
        duration_s=None if each.left_us is None else (each.left_us - each.entered_us) / 1e6,
        from_first=each.from_first,
        passed=each.passed,
    )


def days(
    device: Device, entries: Sequence[TimelineEntry], span: TimeSpan, *, zone: ZoneInfo, at_us: int
) -> list[FleetDay]:
    return [
        FleetDay(device_id=device.id, device_name=device.name, **msgspec.structs.asdict(each))
        for each in by_day.days(entries, span, zone=zone, at_us=at_us)
    ]


def whole_days(span: TimeSpan, zone: ZoneInfo) -> TimeSpan:
    """Return the span from the midnight before it to the one after it."""
    found = list(by_day.bounds(span, zone))
    return TimeSpan(found[0][1], found[-1][2])


def speeding(device: Device, each: SpeedingEpisode, *, limit_mps: float) -> FleetSpeeding:
    return FleetSpeeding(
        device_id=device.id,
        device_name=device.name,
        started_at=from_us(each.began_us),
        ended_at=from_us(each.ended_us),
        duration_s=(each.ended_us - each.began_us) / 1e6,
        max_speed_mps=round(each.max_speed_mps, 2),
        limit_mps=limit_mps,
        latitude=each.latitude,
        longitude=each.longitude,
    )


def shown_visits(privacy: Privacy | None, found: Iterable[Visit]) -> list[Visit]:
    """Return the visits that others may see: those that began on duty."""
    return [each for each in found if privacy is None or not withheld(privacy, each.entered_us)]


def shown_episodes(privacy: Privacy | None, found: Iterable[SpeedingEpisode]) -> list[SpeedingEpisode]:
    """Return the episodes that others may see, no more exactly than they may see a place."""
    if privacy is None:
        return list(found)
    left = [each for each in found if not withheld(privacy, each.began_us)]
    if not privacy.precision_m:
        return left
    size_m = privacy.precision_m
    places = [on_grid(each.latitude, each.longitude, size_m) for each in left]
    return [
        msgspec.structs.replace(each, latitude=latitude, longitude=longitude)
        for each, (latitude, longitude) in zip(left, places, strict=True)
    ]
