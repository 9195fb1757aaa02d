"""A device, as far as its door needs to know it: how it shows who it is, and what it may send."""

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
    """What the door holds back before anything is stored. An empty `schedule` means always on duty;
    `precision_m` rounds positions to a grid of that size; `consent` False means that nothing is kept.
    """

    schedule: Annotated[tuple[Window, ...], Meta(max_length=32)] = ()
    timezone: ZoneName = "UTC"
    precision_m: Metres | None = None
    consent: bool = True


PAYLOAD_KEY = "device.payload_key"  # the place at which a payload key is sealed


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What a site keeps about a device. `password_digest` is SHA-256 of a random password of 128 bits or
    more; `payload_key` is OwnTracks' shared secret, sealed at the place PAYLOAD_KEY under the
    data key `wrapped_key` of the owner `id`. `revision` grows with every change. Where a private device is
    may be seen by the person `private_to` alone; what it told
    stays for `retention_days`.
    """

    id: str
    organisation: str
    username: str
    password_digest: bytes
    name: str
    revision: int
    needs_password: bool = True
    wrapped_key: bytes = b""
    payload_key: bytes = b""
    filter: FilterSettings = FilterSettings()
    privacy: Privacy = Privacy()
    friends: bool = False
    simulated: bool = False
    private_to: str = ""
    retention_days: int | None = None
