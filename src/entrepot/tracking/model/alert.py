"""What is worth telling: which alerts a device has on, and an alert itself."""

from typing import Annotated, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta

from entrepot.tracking.model.device import Metres, Seconds, Speed, Window, ZoneName

AlertKind = Literal[
    "enter", "exit", "dwell", "overspeed", "offline", "low_battery", "unexpected_movement", "unusual"
]

Score = Annotated[float, Meta(ge=0.5, le=1.0)]
Percent = Annotated[float, Meta(ge=0.0, le=100.0)]
Microseconds = Annotated[int, Meta(ge=0, le=2**53)]

_NAMESPACE = UUID("0e1f6c0a-93c5-5c62-9d0c-64a3c2b1a7de")


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stored as JSON in `device.alerts`; None switches an alert off. Enter, exit, dwell and the limits of
    single fences are the fences' own.

    Overspeed lasts `overspeed_s` above `overspeed_mps` and ends below nine tenths of it. A low battery is
    told again once it was `rearm_pct` above the threshold. A device is guarded from `guarded_since_us`:
    then it may not move `guard_radius_m`; in `guarded` windows no trip may begin. If asked for, what is
    `unusual` for this device is told from a score of `unusual_score` on: at 0.8, while habits stay as they
    are, chance alone tells at most one in two weeks. With
    `phone_regions`, entering and leaving the regions that the phone itself watches is told, too.
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
    timezone: ZoneName = "UTC"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth telling, at `occurred_at_us` in the device's time. `decided_us` is the time of the
    fix (or of the clock) that showed it; `value` is m/s, per cent, seconds or metres, as the kind asks.
    """

    id: str
    kind: AlertKind
    occurred_at_us: int
    decided_us: int
    geofence_id: str = ""
    geofence_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    value: float | None = None


def alert_id(device_id: str, kind: AlertKind, geofence_id: str, occurred_at_us: int) -> str:
    """The same for the same happening, whoever finds it and however often."""
    return str(uuid5(_NAMESPACE, f"{device_id}/{kind}/{geofence_id}/{occurred_at_us}"))
