"""What a device's time is made of: trips, stops, and gaps without data."""

from typing import Literal

import msgspec

SegmentKind = Literal["trip", "stop", "gap"]


class MotionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a device stands and when it moves.

    A stop keeps within `stop_radius_m` for `stop_s`; silence of `gap_s` closes a trip. 180 s and 3,600 s
    are Traccar's (`report.trip.minDuration`, `report.trip.stopGap`). Its 200 m radius swallows stops next
    to each other, so ours is 75 m: twice the error that 95 % of a phone's fixes keep within, and a lorry.
    A trip starts and ends where the device was within `near_m` of the stop's middle.
    """

    stop_radius_m: float = 75.0
    near_m: float = 25.0
    stop_s: float = 180.0
    gap_s: float = 3_600.0
    leave_s: float = 60.0


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A trip, a stop or a gap; open while `ended_at_us` is None.

    `decided_us` is the time of the fix that showed its beginning, `closed_us` of the one that showed its
    end: what a late fix may change is what was decided after it. For a stop both places are its middle.
    """

    kind: SegmentKind
    started_at_us: int
    decided_us: int
    latitude: float
    longitude: float
    ended_at_us: int | None = None
    closed_us: int | None = None
    end_latitude: float | None = None
    end_longitude: float | None = None
    distance_mm: int = 0
    max_speed_mps: float | None = None
