"""A fix: one observation of where a device was."""

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
