"""What is kept of what a device sends: filters, and its person's privacy."""

from typing import Annotated

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0.0, le=10 * 366 * 86_400.0)]
Metres = Annotated[float, Meta(ge=0.0, le=100_000.0)]
Speed = Annotated[float, Meta(gt=0.0, le=12_000.0)]
Weekday = Annotated[int, Meta(ge=0, le=6)]
ClockTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", max_length=5)]
ZoneName = Annotated[str, Meta(max_length=64)]


class FilterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a fix is not worth keeping; None switches a rule off. Defaults suit phones and vehicles.

    After `heartbeat_s` without a kept fix the next good one is kept even if the device stands, so that a
    stop, a dwell and the last contact stay visible.
    """

    max_future_s: Seconds | None = 60.0
    max_age_s: Seconds | None = 90 * 86_400.0
    max_accuracy_m: Metres | None = 200.0
    max_speed_mps: Speed | None = 100.0
    drift_m: Metres | None = 25.0
    min_period_s: Seconds | None = 1.0
    min_distance_m: Metres | None = 5.0
    heartbeat_s: Seconds = 300.0


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of a week: `days` 0 (Monday) to 6, from `begins` to `ends` ("HH:MM", local time). An end
    before its begin lies on the next day.
    """

    days: Annotated[frozenset[Weekday], Meta(min_length=1, max_length=7)]
    begins: ClockTime
    ends: ClockTime


class Privacy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the door holds back before anything is stored, and of what was stored before from all but its
    person. An empty `schedule` means always on duty; `precision_m` rounds positions to a grid of that size;
    `consent` False means that nothing is kept.
    """

    schedule: Annotated[tuple[Window, ...], Meta(max_length=32)] = ()
    timezone: ZoneName = "UTC"
    precision_m: Metres | None = None
    consent: bool = True

    @property
    def restricts(self) -> bool:
        """Whether anything is held back."""
        return bool(self.schedule or self.precision_m or not self.consent)
