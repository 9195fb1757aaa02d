"""Settings: which incidents of a device are worth an alert."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.tracking.model.device import Metres, Seconds, Speed, Window, ZoneName

Score = Annotated[float, Meta(ge=0.5, le=1.0)]
Percent = Annotated[float, Meta(ge=0.0, le=100.0)]
Microseconds = Annotated[int, Meta(ge=0, le=2**53)]


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stored as JSON in `device.alerts`; None switches an alert off. Enter, exit, dwell and the limits of
    single fences are the fences' own.

    Overspeed lasts `overspeed_s` above `overspeed_mps` and ends below nine tenths of it. A low battery is
    told again once it was `rearm_pct` above the threshold. A device is guarded from `guarded_since_us`:
    then it may not move `guard_radius_m`; in `guarded` windows no trip may begin. If asked for, what is
    `unusual` for this device is told from a score of `unusual_score` on: at 0.8, while habits stay as they
    are, chance alone tells at most one in two weeks. With
    `phone_regions`, entering and leaving the regions that the phone itself watches is told, too; with
    `alarms`, what the device raises itself: SOS, tow, power cut, others.
    """

    low_battery_pct: Percent | None = 15.0
    rearm_pct: Percent = 10.0
    overspeed_mps: Speed | None = None
    overspeed_s: Seconds = 10.0
    offline_after_s: Seconds | None = None
    guarded_since_us: Microseconds | None = None
    guard_radius_m: Metres = 100.0
    guarded: Annotated[tuple[Window, ...], Meta(max_length=32)] = ()
    unusual: bool = False
    unusual_score: Score = 0.8
    phone_regions: bool = True
    alarms: bool = True
    timezone: ZoneName = "UTC"
