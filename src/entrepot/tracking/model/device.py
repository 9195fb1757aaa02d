"""A device, as far as the edge needs to know it: how it shows who it is, and what it may send."""

import msgspec


class FilterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a fix is not worth keeping; None switches a rule off. Defaults suit phones and vehicles."""

    max_future_s: float | None = 60.0
    max_age_s: float | None = 90 * 86_400.0
    max_accuracy_m: float | None = 200.0
    max_speed_mps: float | None = 100.0
    drift_m: float | None = 25.0
    min_period_s: float | None = 1.0
    min_distance_m: float | None = 5.0


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of a week: `days` 0 (Monday) to 6, from `begins` to `ends` ("HH:MM", local time). An end
    before its begin lies on the next day.
    """

    days: frozenset[int]
    begins: str
    ends: str


class Privacy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the edge holds back before anything is stored. An empty `schedule` means always on duty;
    `precision_m` rounds positions to a grid of that size; `consent` False means that nothing is kept.
    """

    schedule: tuple[Window, ...] = ()
    timezone: str = "UTC"
    precision_m: float | None = None
    consent: bool = True


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What a site keeps about a device. `password_digest` is SHA-256 of a random password of 128 bits or
    more; `payload_key` is OwnTracks' shared secret, sealed. `revision` grows with every change.
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
