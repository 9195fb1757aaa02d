"""What the engine remembers of a device between two fixes. It is small, because it is read and written
with every batch, and mutable, because it is advanced fix by fix; stored, it is msgpack.
"""

import msgspec

from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine needs to know of a device."""

    id: str
    filter: FilterSettings = FilterSettings()
    alerts: AlertSettings = AlertSettings()


class FilterState(msgspec.Struct, array_like=True):
    """`kept` is the newest fix that passed, `newest_us` the time of the newest seen at all; `suspects`
    are the newest fixes, too far from `kept`, that agree with each other and may yet be right. `held` is the
    newest fix that told nothing new since `kept`: it shows how long the device stood. `ignition` is what the
    device said last of it.
    """

    newest_us: int | None = None
    kept: Fix | None = None
    suspects: list[Fix] = []
    held: Fix | None = None
    ignition: bool | None = None


class Step(msgspec.Struct, array_like=True, gc=False):
    """A kept fix on the way; `path_mm` counts from the beginning of the trip or of the trail."""

    fixed_at_us: int
    latitude: float
    longitude: float
    path_mm: int
    speed_mps: float | None


class MotionState(msgspec.Struct, array_like=True):
    """`phase` is unseen, waiting (it may become a stop), stopped or moving.

    While it stands, `latitude` and `longitude` are its middle, weighted by `weight_s`, and `trail` holds
    the fixes since it was last near it; `out_us`, `out_m` and `out_fixes` tell of fixes outside. While it
    moves they are where the trip began, and `trail` holds the fixes that may turn out to be a stop; `before`
    is the last fix on the way to them.
    """

    phase: str = "unseen"
    since_us: int = 0
    decided_us: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    weight_s: float = 0.0
    path_mm: int = 0
    max_speed_mps: float | None = None
    trail: list[Step] = []
    out_us: int = 0
    out_m: float = 0.0
    out_fixes: int = 0
    before: Step | None = None


class FenceVisit(msgspec.Struct, array_like=True):
    """A device in a fence (`inside`, since `since_us`), or about to be: `turn_us` is the first fix that
    says otherwise, `agreed_us` the last, `turn_fixes` how many do; the place is where it was before.
    """

    inside: bool
    since_us: int
    latitude: float
    longitude: float
    dwelt: bool = False
    turn_us: int | None = None
    turn_fixes: int = 0
    agreed_us: int = 0
    turn_latitude: float = 0.0
    turn_longitude: float = 0.0


class WatchState(msgspec.Struct, array_like=True):
    """Which alerts are under way; `alarms` are the device's own, with the time when each was last raised."""

    over_us: int | None = None
    over_told: bool = False
    battery_low: bool = False
    guarded_since_us: int | None = None
    guard_latitude: float = 0.0
    guard_longitude: float = 0.0
    guard_told: bool = False
    alarms: dict[str, int] = {}


class DeviceState(msgspec.Struct, array_like=True):
    """Everything about one device.."""

    filter: FilterState = msgspec.field(default_factory=FilterState)
    motion: MotionState = msgspec.field(default_factory=MotionState)
    visits: dict[str, FenceVisit] = {}
    watch: WatchState = msgspec.field(default_factory=WatchState)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(DeviceState).decode


def pack(state: DeviceState) -> bytes:
    return _encode(state)


def unpack(packed: bytes) -> DeviceState:
    return _decode(packed)
