"""What a device's privacy leaves of what it told: not times off duty, not the exact place, or nothing. The
door asks before anything is stored, and whoever shows something to others asks again: privacy may be another
now.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from entrepot.core.geo import on_grid, on_grid_e7
from entrepot.core.time import NO_SUCH_ZONE, to_us
from entrepot.tracking.model.device import Privacy, Window
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.history import Position, TimelineEntry
from entrepot.tracking.model.latest import Whereabouts

NO_CONSENT, OFF_DUTY = "no_consent", "off_duty"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What tells the place as well as coordinates do.
_TELLING = frozenset(
    ("SSID", "BSSID", "inregions", "inrids", "cell", "wifi", "poi", "image", "address", "geohash", "extras")
)


def withheld(privacy: Privacy, at_us: int) -> str:
    """Why nothing of this moment may be kept, or shown to others; empty if it may."""
    if not privacy.consent:
        return NO_CONSENT
    if privacy.schedule and not on_duty(privacy.schedule, privacy.timezone, at_us):
        return OFF_DUTY
    return ""


def on_duty(schedule: Iterable[Window], timezone: str, at_us: int) -> bool:
    try:
        zone = ZoneInfo(timezone)
        local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    except (*NO_SUCH_ZONE, OverflowError):
        return False
    day, clock = local.weekday(), f"{local:%H:%M}"
    return any(_covers(window, day, clock) for window in schedule)


def _covers(window: Window, day: int, clock: str) -> bool:
    if window.begins < window.ends:
        return day in window.days and window.begins <= clock < window.ends
    before = (day - 1) % 7
    return (day in window.days and clock >= window.begins) or (before in window.days and clock < window.ends)


def reduced(fix: Fix, precision_m: float) -> Fix:
    """The middle of the cell of a grid of this size in which the fix lies, and nothing that tells more.

    The accuracy stays what was measured, because filters judge by it; the attribute `precision_m` says that
    the place is not exact.
    """
    latitude, longitude = on_grid(fix.latitude, fix.longitude, precision_m)
    return msgspec.structs.replace(
        fix, latitude=latitude, longitude=longitude, altitude_m=None,
        attributes=_attributes(fix.attributes, precision_m),
    )  # fmt: skip


def shown(privacy: Privacy | None, fix: Fix) -> Fix | None:
    """What others may see of a fix by the privacy that holds now, however old the fix is; None: nothing.
    Without a privacy it is its own person who looks, or there is nothing to hide.

    Everything that leaves for somebody else goes through here, or through its like for what was made of
    fixes.
    """
    if privacy is None:
        return fix
    if withheld(privacy, fix.fixed_at_us):
        return None
    return reduced(fix, privacy.precision_m) if privacy.precision_m else fix


def shown_position(privacy: Privacy | None, position: Position) -> Position | None:
    """As `shown`."""
    if privacy is None:
        return position
    if withheld(privacy, to_us(position.fixed_at)):
        return None
    if not privacy.precision_m:
        return position
    latitude, longitude = on_grid(position.latitude, position.longitude, privacy.precision_m)
    return msgspec.structs.replace(
        position, latitude=latitude, longitude=longitude, altitude_m=None,
        accuracy_m=max(position.accuracy_m or 0.0, privacy.precision_m),
        attributes=_attributes(position.attributes, privacy.precision_m),
    )  # fmt: skip


def shown_whereabouts(privacy: Privacy | None, place: Whereabouts) -> Whereabouts | None:
    """As `shown`."""
    if privacy is None:
        return place
    position = Position(
        place.fixed_at, place.received_at, place.latitude, place.longitude, place.accuracy_m,
        place.altitude_m, place.speed_mps, place.course_deg, place.battery_pct, place.attributes,
    )  # fmt: skip
    found = shown_position(privacy, position)
    if found is None:
        return None
    return msgspec.structs.replace(
        place, latitude=found.latitude, longitude=found.longitude, accuracy_m=found.accuracy_m,
        altitude_m=found.altitude_m, attributes=found.attributes,
    )  # fmt: skip


def shown_entries(privacy: Privacy | None, found: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """As `shown`, of trips and stops; of one that ended off duty it is not told where."""
    if privacy is None:
        return list(found)
    return [_entry(privacy, each) for each in found if not withheld(privacy, each.started_at_us)]


def _entry(privacy: Privacy, entry: TimelineEntry) -> TimelineEntry:
    size_m = privacy.precision_m or 0.0
    latitude_e7, longitude_e7 = on_grid_e7(entry.latitude_e7, entry.longitude_e7, size_m)
    north_e7, east_e7 = entry.end_latitude_e7, entry.end_longitude_e7
    ended_us = entry.ended_at_us or entry.started_at_us
    if north_e7 is None or east_e7 is None or withheld(privacy, ended_us):
        north_e7 = east_e7 = None
    else:
        north_e7, east_e7 = on_grid_e7(north_e7, east_e7, size_m)
    return msgspec.structs.replace(
        entry, latitude_e7=latitude_e7, longitude_e7=longitude_e7, end_latitude_e7=north_e7,
        end_longitude_e7=east_e7,
    )  # fmt: skip


def reduced_said(said: dict[str, Any], precision_m: float) -> dict[str, Any]:
    """A message without what tells the place exactly."""
    left = {name: value for name, value in said.items() if name not in _TELLING}
    for one, other in (("lat", "lon"), ("latitude", "longitude")):
        latitude, longitude = left.get(one), left.get(other)
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            left[one], left[other] = on_grid(float(latitude), float(longitude), precision_m)
    return left


def _attributes(attributes: dict[str, Any] | None, precision_m: float) -> dict[str, Any]:
    said = {name: value for name, value in (attributes or {}).items() if name not in _TELLING}
    return {**said, "precision_m": precision_m}
