"""What devices say, and what happens to them. Coordinates travel only in `device.positions_accepted` and
`device.reported`.
"""

from typing import ClassVar, Literal

from entrepot.core.events import Event
from entrepot.core.time import Moment
from entrepot.device.model.access import Access
from entrepot.tracking.model.fix import Fix


class PositionsAccepted(Event, frozen=True, kw_only=True):
    """Fixes of many devices, filtered, reduced as their privacy asks, on disk at the site that says it.
    `heard` are devices of which all was held back, and when they were heard (microseconds since 1970).
    Those of a `recording` are of one device, which did not say them now.
    """

    TYPE: ClassVar[str] = "device.positions_accepted"
    KEY: ClassVar[str] = "site"
    FORMERLY: ClassVar[tuple[str, ...]] = ("edge.positions_accepted",)
    site: str
    fixes: list[Fix]
    heard: dict[str, int] = {}
    recording: str = ""


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


class DeviceEnrolled(Event, frozen=True, kw_only=True):
    """A device may send from now on."""

    # What waits as `tracking.device_enrolled` or `…_changed` in a folder from before is known: it moved here.
    TYPE: ClassVar[str] = "device.enrolled"
    KEY: ClassVar[str] = "device_id"
    device_id: str
    access: Access


class DeviceChanged(Event, frozen=True, kw_only=True):
    """A device's credential, person, filter, preferences or name changed; `access` is whole."""

    TYPE: ClassVar[str] = "device.changed"
    KEY: ClassVar[str] = "device_id"
    device_id: str
    access: Access


class DeviceRevoked(Event, frozen=True, kw_only=True):
    """A device may send no more; every site cuts it off at once and forgets it. Of a `purged` one nothing
    is to stay anywhere.
    """

    TYPE: ClassVar[str] = "device.revoked"
    KEY: ClassVar[str] = "device_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("tracking.device_revoked",)
    device_id: str
    purged: bool = False
    revision: int = 0


class DeviceCommanded(Event, frozen=True, kw_only=True):
    """Somebody wants something of a device: an OwnTracks `cmd` message as JSON, or a Traccar command."""

    TYPE: ClassVar[str] = "device.commanded"
    KEY: ClassVar[str] = "device_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("tracking.device_commanded",)
    device_id: str
    command_id: str
    body: str
