"""What the alert context says. Coordinates travel in `alert.raised`, as in the facts that it comes from."""

from typing import ClassVar, Literal

from entrepot.core.events import Event
from entrepot.core.time import Moment


class AlertRaised(Event, frozen=True, kw_only=True):
    """Something worth knowing happened at `occurred_at` (the device's time). `late` marks what was found
    only later, from data that came late; `corrects` names an alert that this one replaces.

    `kind` is that of the fact: enter, exit, dwell, overspeed, offline, low_battery, unexpected_movement,
    unusual, or what another context says. `device_id` and `device_name` are what it is about, a device or
    something else; `geofence_id` and `geofence_name` where. If `only_for` names somebody, only they may be
    told.
    """

    TYPE: ClassVar[str] = "alert.raised"
    KEY: ClassVar[str] = "device_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("tracking.alert_raised",)
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
    """An alert was wrong: late data showed it, or what a rule asks for did not come true after all."""

    TYPE: ClassVar[str] = "alert.withdrawn"
    KEY: ClassVar[str] = "device_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("tracking.alert_withdrawn",)
    device_id: str
    alert_id: str
    organisation: str
    kind: str


class AlertsRead(Event, frozen=True, kw_only=True):
    """Somebody is being shown alerts from between two moments; they may tell where devices were."""

    TYPE: ClassVar[str] = "alert.alerts_read"
    KEY: ClassVar[str] = "organisation"
    organisation: str
    reader: str
    reader_kind: Literal["person", "program", "device", "operator", "anonymous"]
    read_at: Moment
    begin: Moment
    end: Moment
