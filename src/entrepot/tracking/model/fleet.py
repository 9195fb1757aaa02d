"""Reports over many devices: what is asked, and the rows that answer it. Each row says of which device."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Unfit
from entrepot.core.paging import Text
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.tracking.model.device import Speed, ZoneName
from entrepot.tracking.model.enrolment import Kind
from entrepot.tracking.model.history import TimeSpan, span

MOST_DEVICES = 100  # that may be named; without names a report is of all
_MOST_US = timedelta(days=400) // timedelta(microseconds=1)

NamedDevices = Annotated[str, Meta(max_length=40 * MOST_DEVICES)]
FleetReportKind = Literal["summary", "trips", "stops", "visits", "days", "speeding"]


class FleetChoice(Input, frozen=True, kw_only=True):
    """Of what a report is: the time from `from` to `to` (RFC 3339; the last day until now, if nothing is
    said; at most 400 days), and all devices that the caller may see, or those of a kind, or those that
    `devices` names (ids with commas between them).
    """

    begin: Moment | None = msgspec.field(name="from", default=None)
    end: Moment | None = msgspec.field(name="to", default=None)
    devices: NamedDevices = ""
    kind: Kind | None = None

    def span(self) -> TimeSpan:
        """Raises: Unfit."""
        found = span(self.begin, self.end)
        if found.end_us - found.begin_us > _MOST_US:
            raise Unfit("from", "A report is of at most 400 days.")
        return found

    def ids(self) -> Sequence[str]:
        """Return the ids that are named, none for all. Raises: Unfit."""
        named = [id.strip() for id in self.devices.split(",") if id.strip()]
        if len(named) > MOST_DEVICES:
            raise Unfit("devices", f"At most {MOST_DEVICES} devices can be named.")
        return named


class FleetQuery(FleetChoice, frozen=True, kw_only=True):
    """Which part of a report: from `cursor` (of the page before), at most `limit` rows."""

    cursor: Annotated[str, Meta(max_length=256)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class FleetDaysQuery(FleetQuery, frozen=True, kw_only=True):
    """Which days, as they are counted in a time zone."""

    timezone: ZoneName = "UTC"


class SpeedingQuery(FleetQuery, frozen=True, kw_only=True):
    """What counts as too fast: more than `above_mps` (m/s), or than the limit in each device's preferences
    if nothing is said.
    """

    above_mps: Speed | None = None


class FleetFileQuery(FleetChoice, frozen=True, kw_only=True):
    """What is in the file; its times are told, and its days counted, in `timezone`."""

    timezone: ZoneName = "UTC"


class SpeedingFileQuery(FleetFileQuery, frozen=True, kw_only=True):
    """What is in the file, and what counts as too fast, as in the report itself."""

    above_mps: Speed | None = None


class FleetRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row about a device."""

    device_id: str
    device_name: str


class FleetSummary(FleetRow, frozen=True, kw_only=True):
    """What a device did in the whole time. What reaches over its ends is shared by time; trips and stops
    are counted where they begin. It moved first at `first_at` and last at `last_at`.
    """

    distance_m: float
    moving_s: float
    stopped_s: float
    trips: int
    stops: int
    max_speed_mps: float | None
    average_speed_mps: float | None
    first_at: Moment | None
    last_at: Moment | None


class FleetTrip(FleetRow, frozen=True, kw_only=True):
    """A trip that touches the time; it goes on while `ended_at` is null."""

    started_at: Moment
    ended_at: Moment | None
    duration_s: float | None
    distance_m: float
    max_speed_mps: float | None
    average_speed_mps: float | None
    start_latitude: float
    start_longitude: float
    end_latitude: float | None
    end_longitude: float | None
    start_place: str = ""
    end_place: str = ""


class FleetStop(FleetRow, frozen=True, kw_only=True):
    """A stop that touches the time; the device still stands while `ended_at` is null."""

    started_at: Moment
    ended_at: Moment | None
    duration_s: float | None
    latitude: float
    longitude: float
    place: str = ""


class FleetVisit(FleetRow, frozen=True, kw_only=True):
    """A device was in a geofence in the time; it still is while `left_at` is null. `from_first` marks one
    that was inside when it was seen first, so that nobody knows when it came; `passed` one that went through
    between two fixes.
    """

    geofence_id: str
    geofence_name: str
    entered_at: Moment
    left_at: Moment | None
    duration_s: float | None
    from_first: bool
    passed: bool


class FleetDay(FleetRow, frozen=True, kw_only=True):
    """What a device did from midnight to midnight."""

    day: date
    distance_m: float
    moving_s: float
    stopped_s: float
    trips: int
    stops: int
    max_speed_mps: float | None


class FleetSpeeding(FleetRow, frozen=True, kw_only=True):
    """A device was faster than `limit_mps` for ten seconds or longer. It was fastest at the place."""

    started_at: Moment
    ended_at: Moment
    duration_s: float
    max_speed_mps: float
    limit_mps: float
    latitude: float
    longitude: float
    place: str = ""


class ReportPlace(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page ended: after the row at `after_us` with `key` of a device, or before its first one."""

    device_no: Annotated[int, Meta(ge=0, le=2**62)]
    after_us: Annotated[int, Meta(ge=-(2**62), le=2**62)] | None = None
    key: Text = ""
