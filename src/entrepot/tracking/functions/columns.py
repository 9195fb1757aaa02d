"""Reports as tables: what the columns of a spreadsheet are called and hold, and lines of CSV.

A spreadsheet is for people: kilometres, minutes, km/h, and local times, because its moments have no
time zone. CSV is for programs: the names and units of the API.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from entrepot.tracking.functions.export import defused
from entrepot.tracking.model.fleet import (
    FleetDay,
    FleetReportKind,
    FleetRow,
    FleetSpeeding,
    FleetStop,
    FleetSummary,
    FleetTrip,
    FleetVisit,
)

Cell = str | float | int | datetime | date | None
# What a row holds in a column, in a time zone.
CellOf = Callable[[FleetRow, ZoneInfo], Cell]

_SHAPES: Mapping[FleetReportKind, type[FleetRow]] = {
    "summary": FleetSummary,
    "trips": FleetTrip,
    "stops": FleetStop,
    "visits": FleetVisit,
    "days": FleetDay,
    "speeding": FleetSpeeding,
}


# ---- CSV ------------------------------------------------------------------------------------------------


def csv_head(report: FleetReportKind) -> str:
    return ",".join(_SHAPES[report].__struct_fields__) + "\r\n"


def csv_lines(rows: Iterable[FleetRow], zone: ZoneInfo) -> str:
    """Return lines; times have the zone's offset, and no cell is taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerows(
        [_text(getattr(row, name), zone) for name in row.__struct_fields__] for row in rows
    )
    return out.getvalue()


def _text(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return defused(value) if isinstance(value, str) else value


# ---- spreadsheet ----------------------------------------------------------------------------------------


def headings(report: FleetReportKind, zone: ZoneInfo) -> list[str]:
    """Return the names of the columns; those of times name the zone."""
    return [f"{name} ({zone.key})" if holds in _MOMENTS else name for name, holds in _COLUMNS[report]]


def cells(report: FleetReportKind, row: FleetRow, zone: ZoneInfo) -> list[Cell]:
    return [holds(row, zone) for _, holds in _COLUMNS[report]]


def dates(report: FleetReportKind, zone: ZoneInfo) -> list[str]:
    """Return the names of the columns that hold a day and no time."""
    return [name for name, holds in _COLUMNS[report] if holds is _DAY]


def _member(name: str) -> CellOf:
    return lambda row, zone: getattr(row, name)


def _scaled(name: str, factor: float, digits: int) -> CellOf:
    def holds(row: FleetRow, zone: ZoneInfo) -> Cell:
        value: float | None = getattr(row, name)
        return None if value is None else round(value * factor, digits)

    return holds


def _moment(name: str) -> CellOf:
    def holds(row: FleetRow, zone: ZoneInfo) -> Cell:
        at: datetime | None = getattr(row, name)
        return None if at is None else at.astimezone(zone).replace(tzinfo=None, microsecond=0)

    _MOMENTS.add(holds)
    return holds


def _yes(name: str) -> CellOf:
    return lambda row, zone: "yes" if getattr(row, name) else ""


_MOMENTS: set[CellOf] = set()
_DEVICE, _DAY = _member("device_name"), _member("day")
_DISTANCE = _scaled("distance_m", 0.001, 3)
_TOP, _AVERAGE = _scaled("max_speed_mps", 3.6, 1), _scaled("average_speed_mps", 3.6, 1)
_LASTED = _scaled("duration_s", 1 / 60, 1)
_STARTED, _ENDED = _moment("started_at"), _moment("ended_at")
_MOVING, _STOPPED = _scaled("moving_s", 1 / 60, 1), _scaled("stopped_s", 1 / 60, 1)

_COLUMNS: Mapping[FleetReportKind, tuple[tuple[str, CellOf], ...]] = {
    "summary": (
        ("Device", _DEVICE), ("Distance (km)", _DISTANCE), ("Moving (min)", _MOVING),
        ("Standing (min)", _STOPPED), ("Trips", _member("trips")), ("Stops", _member("stops")),
        ("Top speed (km/h)", _TOP), ("Average speed (km/h)", _AVERAGE), ("First moved", _moment("first_at")),
        ("Last moved", _moment("last_at")),
    ),
    "trips": (
        ("Device", _DEVICE), ("Started", _STARTED), ("Ended", _ENDED), ("Duration (min)", _LASTED),
        ("Distance (km)", _DISTANCE), ("Top speed (km/h)", _TOP), ("Average speed (km/h)", _AVERAGE),
        ("From", _member("start_place")), ("To", _member("end_place")),
        ("Start latitude", _member("start_latitude")), ("Start longitude", _member("start_longitude")),
        ("End latitude", _member("end_latitude")), ("End longitude", _member("end_longitude")),
    ),
    "stops": (
        ("Device", _DEVICE), ("Started", _STARTED), ("Ended", _ENDED), ("Duration (min)", _LASTED),
        ("Place", _member("place")), ("Latitude", _member("latitude")), ("Longitude", _member("longitude")),
    ),
    "visits": (
        ("Device", _DEVICE), ("Geofence", _member("geofence_name")), ("Entered", _moment("entered_at")),
        ("Left", _moment("left_at")), ("Duration (min)", _LASTED),
        ("Inside from the first", _yes("from_first")), ("Passed through", _yes("passed")),
    ),
    "days": (
        ("Device", _DEVICE), ("Day", _DAY), ("Distance (km)", _DISTANCE), ("Moving (min)", _MOVING),
        ("Standing (min)", _STOPPED), ("Trips", _member("trips")), ("Stops", _member("stops")),
        ("Top speed (km/h)", _TOP),
    ),
    "speeding": (
        ("Device", _DEVICE), ("Started", _STARTED), ("Ended", _ENDED), ("Duration (min)", _LASTED),
        ("Top speed (km/h)", _TOP), ("Limit (km/h)", _scaled("limit_mps", 3.6, 1)),
        ("Place", _member("place")), ("Latitude", _member("latitude")), ("Longitude", _member("longitude")),
    ),
}  # fmt: skip
