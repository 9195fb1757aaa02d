"""Where devices are now, as lists and live lines show it."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Unfit
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.tracking.model.enrolment import DeviceView
from entrepot.tracking.model.history import Position

MovementStatus = Literal["moving", "stopped", "offline", "unseen"]

# Silence for so long closes a trip too; a device may say otherwise (`offline_after_s`).
OFFLINE_AFTER_US = 3_600_000_000
MOST = 10_000
_MOST_NAMED = 200

MapBox = tuple[float, float, float, float]  # west, south, east, north


class Whereabouts(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The newest position of a device; `state` and what follows are as the node derived them, and left out
    where a position is passed on before that. Made from a row by place, thousands at once.
    """

    device_id: str
    fixed_at: Moment
    received_at: Moment
    latitude: float
    longitude: float
    accuracy_m: float | None = None
    altitude_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    battery_pct: float | None = None
    attributes: dict[str, Any] | None = None
    simulated: bool = False
    state: MovementStatus | None = None
    state_since: Moment | None = None
    last_contact_at: Moment | None = None
    odometer_m: float | None = None


class DeviceNow(DeviceView, frozen=True, kw_only=True):
    """A device, and where it is now. What the caller may not see is null."""

    state: MovementStatus | None = None
    last_contact_at: Moment | None = None
    battery_pct: float | None = None
    odometer_m: float | None = None
    position: Position | None = None


class LatestQuery(Input, frozen=True, kw_only=True):
    """Where all devices are, from `cursor` on, `limit` at most."""

    cursor: Annotated[str, Meta(max_length=32)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST)] = MOST


class LiveQuery(Input, frozen=True, kw_only=True):
    """Which devices: these (ids, separated by commas), or all; where: within `bbox` (west,south,east,north
    in degrees; west may be east of east, over the antimeridian), or everywhere.
    """

    devices: Annotated[str, Meta(max_length=8_000)] = ""
    bbox: Annotated[str, Meta(max_length=120)] = ""

    def wanted(self) -> frozenset[str]:
        """None named is all. Raises: Unfit."""
        ids = frozenset(id.strip() for id in self.devices.split(",") if id.strip())
        if len(ids) > _MOST_NAMED:
            raise Unfit("devices", f"At most {_MOST_NAMED} devices are named; leave it out for all.")
        return ids

    def box(self) -> MapBox | None:
        """Raises: Unfit."""
        if not self.bbox:
            return None
        try:
            west, south, east, north = (float(part) for part in self.bbox.split(","))
        except ValueError as error:
            raise Unfit("bbox", "A bbox is four numbers: west,south,east,north.") from error
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise Unfit("bbox", "A bbox is west,south,east,north in degrees.")
        return west, south, east, north


class LiveNews(msgspec.Struct, frozen=True, kw_only=True):
    """First a `snapshot` of where the devices are; then `news`, the newest of each that moved; `gone` names
    those that one may see no more.
    """

    kind: Literal["snapshot", "news"]
    positions: list[Whereabouts]
    gone: list[str] = []


def within(box: MapBox | None, latitude: float, longitude: float) -> bool:
    if box is None:
        return True
    west, south, east, north = box
    if not south <= latitude <= north:
        return False
    return west <= longitude <= east if west <= east else longitude >= west or longitude <= east


def state_of(motion: str, contact_us: int, offline_after_us: int | None, *, at_us: int) -> MovementStatus:
    """A device that is silent for too long is offline, whatever it did before."""
    if at_us - contact_us > (OFFLINE_AFTER_US if offline_after_us is None else offline_after_us):
        return "offline"
    return "moving" if motion == "moving" else "stopped"
