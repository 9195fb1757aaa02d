"""What a device's privacy holds back before anything is stored: times off duty, the exact place, all."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import cos, floor, radians
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from entrepot.core.time import NO_SUCH_ZONE
from entrepot.device.model.access import Access
from entrepot.device.model.arrival import DeviceReport
from entrepot.tracking.model.device import Privacy, Window
from entrepot.tracking.model.fix import Fix

NO_CONSENT, OFF_DUTY = "no_consent", "off_duty"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_METRES_PER_DEGREE = 111_320.0
# What tells the place as well as coordinates do.
_TELLING = frozenset(
    ("SSID", "BSSID", "inregions", "inrids", "cell", "wifi", "poi", "image", "address", "geohash", "extras")
)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def withheld(privacy: Privacy, at_us: int) -> str:
    """Why nothing of this moment may be kept; empty if it may."""
    if not privacy.consent:
        return NO_CONSENT
    if privacy.schedule and not on_duty(privacy.schedule, privacy.timezone, at_us):
        return OFF_DUTY
    return ""


def sees(reader: Access, other: Access) -> bool:
    """Whether a device is shown where another is: itself, or a friend of its organisation that shares as it
    does; of a private one only the other devices of its person.
    """
    if reader.id == other.id:
        return True
    friends = reader.friends and other.friends and reader.organisation == other.organisation
    return friends and (not other.private or (other.person != "" and other.person == reader.person))


def shown(privacy: Privacy, fix: Fix) -> Fix | None:
    """What others may see of a fix by the privacy that holds now, however old the fix is; None: nothing.

    Everything that leaves for somebody else goes through here.
    """
    if withheld(privacy, fix.fixed_at_us):
        return None
    return reduced(fix, privacy.precision_m) if privacy.precision_m else fix


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
    said = {name: value for name, value in (fix.attributes or {}).items() if name not in _TELLING}
    return msgspec.structs.replace(
        fix, latitude=latitude, longitude=longitude, altitude_m=None,
        attributes={**said, "precision_m": precision_m},
    )  # fmt: skip


def on_grid(latitude: float, longitude: float, size_m: float) -> tuple[float, float]:
    """The middle of a cell; rows of cells are as wide in metres as they are high, the poles apart.

    Applied twice it changes nothing: the middle of a cell lies in the cell.
    """
    step = size_m / _METRES_PER_DEGREE
    if step <= 0 or not -90.0 <= latitude <= 90.0 or not -180.0 <= longitude <= 180.0:
        return latitude, longitude
    row = min((floor(latitude / step) + 0.5) * step, 90.0) if latitude >= 0 else max(
        (floor(latitude / step) + 0.5) * step, -90.0
    )  # fmt: skip
    columns = max(1, floor(360.0 * max(cos(radians(row)), 1e-9) / step))
    width = 360.0 / columns
    column = min(floor((longitude + 180.0) / width), columns - 1)
    return round(row, 7), round((column + 0.5) * width - 180.0, 7)


def reduced_report(report: DeviceReport, precision_m: float) -> DeviceReport:
    """The same without what tells the place exactly."""
    said: Any = _decode(report.body)
    if type(said) is not dict:
        return report
    for name in _TELLING & said.keys():
        del said[name]
    for one, other in (("lat", "lon"), ("latitude", "longitude")):
        latitude, longitude = said.get(one), said.get(other)
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            said[one], said[other] = on_grid(float(latitude), float(longitude), precision_m)
    return msgspec.structs.replace(report, body=_encode(said))
