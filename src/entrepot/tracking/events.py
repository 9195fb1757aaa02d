"""What tracking says. Coordinates travel only in facts."""

from datetime import date
from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class DeviceFact(Event, frozen=True, kw_only=True):
    """Something that happened to a device at `occurred_at` (the device's time). Said again with the same
    `fact_id`, it is known better now. `late` marks what was found only later, from data that came late;
    `corrects` names a fact that this one replaces. Of a private device only its person (`only_for`) may know.
    """

    KEY: ClassVar[str] = "device_id"
    device_id: str
    fact_id: str
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
    corrects: str = ""
    simulated: bool = False
    only_for: str = ""


class FencePassed(DeviceFact, frozen=True, kw_only=True):
    """A device entered a geofence, left it (exit) or stayed in it for long (dwell, `value` in seconds), as
    the geofence asks; or a region that the phone itself watches, which has no `geofence_id`.
    """

    TYPE: ClassVar[str] = "tracking.fence_passed"


class LimitCrossed(DeviceFact, frozen=True, kw_only=True):
    """A device was too fast (overspeed, m/s; in a geofence, if that sets the limit), or its battery is low
    (low_battery, per cent).
    """

    TYPE: ClassVar[str] = "tracking.limit_crossed"


class DeviceFellSilent(DeviceFact, frozen=True, kw_only=True):
    """Nothing was heard of a device for as long as its settings allow (offline, `value` in seconds)."""

    TYPE: ClassVar[str] = "tracking.device_fell_silent"


class AlarmRaised(DeviceFact, frozen=True, kw_only=True):
    """A device raised an alarm itself: sos, tow, power_cut, or another (device_alarm)."""

    TYPE: ClassVar[str] = "tracking.alarm_raised"


class DeviceMovedUnexpectedly(DeviceFact, frozen=True, kw_only=True):
    """A device that is guarded moved (unexpected_movement, `value` in metres)."""

    TYPE: ClassVar[str] = "tracking.device_moved_unexpectedly"


class UnusualNoticed(DeviceFact, frozen=True, kw_only=True):
    """A device does what it usually does not (unusual, `value` from 0 to 1)."""

    TYPE: ClassVar[str] = "tracking.unusual_noticed"


class ReportFellDue(Event, frozen=True, kw_only=True):
    """A scheduled report of these days (the last one included) is there for its person to look at; of one
    device, or of all.
    """

    TYPE: ClassVar[str] = "tracking.report_fell_due"
    KEY: ClassVar[str] = "schedule_id"
    schedule_id: str
    person_id: str
    organisation: str
    report: str
    first_day: date
    last_day: date
    device_id: str = ""
    above_mps: float | None = None


class FactWithdrawn(Event, frozen=True, kw_only=True):
    """Late data showed that a fact was wrong."""

    TYPE: ClassVar[str] = "tracking.fact_withdrawn"
    KEY: ClassVar[str] = "device_id"
    device_id: str
    fact_id: str
    organisation: str
    kind: str


class RecordingPlaced(Event, frozen=True, kw_only=True):
    """What became of some positions of a recorded track: `kept`, known at that moment `already`, or held
    back by reason.
    """

    TYPE: ClassVar[str] = "tracking.recording_placed"
    KEY: ClassVar[str] = "recording_id"
    recording_id: str
    device_id: str
    kept: int
    already: int
    held_back: dict[str, int]


class DeviceDataWanted(Event, frozen=True, kw_only=True):
    """A person wants to know what is held of their devices. Whoever knows devices but no people says so,
    sealed under the export's key.
    """

    TYPE: ClassVar[str] = "tracking.device_data_wanted"
    KEY: ClassVar[str] = "export_id"
    export_id: str
    wrapped: bytes
    device_ids: list[str]
