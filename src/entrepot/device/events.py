"""What devices say, and what happens to them. Coordinates travel only in `device.positions_accepted` and
`device.reported`.
"""

from typing import ClassVar, Literal

from entrepot.core.events import Event
from entrepot.core.time import Moment
from entrepot.tracking.model.fix import Fix


class PositionsAccepted(Event, frozen=True, kw_only=True):
    """Fixes of many devices, filtered, reduced as their privacy asks, on disk at the site that says it."""

    TYPE: ClassVar[str] = "device.positions_accepted"
    KEY: ClassVar[str] = "site"
    FORMERLY: ClassVar[tuple[str, ...]] = ("edge.positions_accepted",)
    site: str
    fixes: list[Fix]


class DeviceReported(Event, frozen=True, kw_only=True):
    """A device said something else than a position: `kind` is transition, waypoint, card, status, will,
    steps or beacon; `body` is the message as JSON.
    """

    TYPE: ClassVar[str] = "device.reported"
    KEY: ClassVar[str] = "device_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("edge.device_reported",)
    device_id: str
    kind: str
    reported_at: Moment
    body: str


class QuarantineRead(Event, frozen=True, kw_only=True):
    """Somebody looked into a message that nobody could understand; it may tell where the device was."""

    TYPE: ClassVar[str] = "device.quarantine_read"
    KEY: ClassVar[str] = "device_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("edge.quarantine_read",)
    device_id: str
    organisation: str
    reader: str
    reader_kind: Literal["person", "program", "device", "operator", "anonymous"]
    received_at: Moment
