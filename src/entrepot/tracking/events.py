"""What tracking says. Coordinates travel in alerts."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class AlertRaised(Event, frozen=True, kw_only=True):
    """Something worth knowing happened at `occurred_at` (the device's time). `late` marks what was found
    only later, from data that came late; `corrects` names an alert that this one replaces.

    `kind` is one of enter, exit, dwell, overspeed, offline, low_battery, unexpected_movement, unusual. Of a
    private device only its person (`only_for`) may be told.
    """

    TYPE: ClassVar[str] = "tracking.alert_raised"
    KEY: ClassVar[str] = "device_id"
    device_id: str
    alert_id: str
    organisation: str
    kind: str
    occurred_at: Moment
    device_name: str
    geofence_id: str = ""
    geofence_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    value: float | None = None
    late: bool = False
    simulated: bool = False
    only_for: str = ""


class AlertWithdrawn(Event, frozen=True, kw_only=True):
    """Late data showed that an alert was wrong."""

    TYPE: ClassVar[str] = "tracking.alert_withdrawn"
    KEY: ClassVar[str] = "device_id"
    device_id: str
    alert_id: str
    organisation: str
    kind: str


class DeviceDataWanted(Event, frozen=True, kw_only=True):
    """A person wants to know what is held of their devices. Whoever knows devices but no people says so,
    sealed under the export's key.
    """

    TYPE: ClassVar[str] = "tracking.device_data_wanted"
    KEY: ClassVar[str] = "export_id"
    export_id: str
    wrapped: bytes
    device_ids: list[str]
