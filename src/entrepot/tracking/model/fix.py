"""A fix: one observation of where a device was, and why one may be left out."""

from enum import IntEnum
from typing import Any

import msgspec

# Among the attributes: a recording was off before this fix, so that nobody knows how the device came here.
TRACK_BREAK = "track_break"

_MOST = 1e9  # beyond it a measurement is nonsense, and unknown


class Fix(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One observation, in WGS 84. Order and uniqueness of a device's fixes rest on `fixed_at_us`.

    Times are microseconds since 1970 (UTC); `fixed_at_us` is the device's, `received_at_us` that of the door.
    Latitude and longitude are degrees; `speed_mps` is metres per second, `course_deg` degrees clockwise
    from north, `battery_pct` 0 to 100. What is unknown is None. `attributes` holds what else was said.
    On the wire it is an array, because batches of thousands travel.
    """

    device_id: str
    fixed_at_us: int
    received_at_us: int
    latitude: float
    longitude: float
    accuracy_m: float | None = None
    altitude_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    battery_pct: float | None = None
    attributes: dict[str, Any] | None = None


def rounded(fix: Fix) -> Fix:
    """As it is stored: to 1 cm, 0.1 m for errors and heights, 1 cm/s, 0.1° and 1 %. Whoever judges fixes
    judges rounded ones, so that it makes no difference whether a fix just came or was read again.
    """
    accuracy, altitude, speed = fix.accuracy_m, fix.altitude_m, fix.speed_mps
    course, battery = fix.course_deg, fix.battery_pct
    return Fix(
        fix.device_id,
        fix.fixed_at_us,
        fix.received_at_us,
        round(fix.latitude * 1e7) / 1e7,
        round(fix.longitude * 1e7) / 1e7,
        None if accuracy is None or not -_MOST < accuracy < _MOST else round(accuracy * 10) / 10,
        None if altitude is None or not -_MOST < altitude < _MOST else round(altitude * 10) / 10,
        None if speed is None or not -_MOST < speed < _MOST else round(speed * 100) / 100,
        None if course is None or not -_MOST < course < _MOST else round(course * 10) / 10,
        None if battery is None or not -_MOST < battery < _MOST else float(round(battery)),
        fix.attributes,
    )


def breaks(fix: Fix) -> bool:
    return fix.attributes is not None and fix.attributes.get(TRACK_BREAK) is True


def told_accuracy_m(accuracy_m: float | None, attributes: dict[str, Any] | None) -> float | None:
    """How exact a place is for whoever is shown it: never more than the grid to which privacy moved it
    (`precision_m` among the attributes). Filters judge by what was measured.
    """
    precision = None if attributes is None else attributes.get("precision_m")
    if not isinstance(precision, int | float) or isinstance(precision, bool):
        return accuracy_m
    return float(precision) if accuracy_m is None else max(accuracy_m, float(precision))


class Rejection(IntEnum):
    """Why a fix is left out; the number stands in the column `rejected`, and 0 means that it is kept.

    `BROKEN` marks what could not be derived: it is stored, and nothing follows from it.
    """

    KEPT = 0
    INVALID = 1
    ZERO = 2
    DUPLICATE = 3
    FUTURE = 4
    STALE = 5
    INACCURATE = 6
    IMPOSSIBLE_SPEED = 7
    STATIC_DRIFT = 8
    MIN_PERIOD = 9
    MIN_DISTANCE = 10
    BROKEN = 11

    @property
    def reason(self) -> str:
        """As it is shown and counted: `impossible_speed`."""
        return self.name.lower()
