"""A fix: one observation of where a device was, and why one may be left out."""

from enum import IntEnum
from typing import Any

import msgspec


class Fix(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One observation, in WGS 84. Order and uniqueness of a device's fixes rest on `fixed_at_us`.

    Times are microseconds since 1970 (UTC); `fixed_at_us` is the device's, `received_at_us` the edge's.
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
