"""Reports: what a device says besides its positions."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound, Unfit
from entrepot.core.routes import Cursor
from entrepot.core.time import Moment, from_us
from entrepot.tracking.model.drawing import NewGeofence, Point
from entrepot.tracking.model.incident import Incident, alarms_in, incident_id

ReportKind = Literal["transition", "waypoint", "card", "status", "steps", "beacon"]
KINDS = frozenset(("transition", "waypoint", "card", "status", "steps", "beacon"))

_NAMESPACE = UUID("5b0f2c8e-7d0b-5f5a-8f64-1f3f0f0c9c55")
_NAME_LETTERS = 120


class ReportNotFound(NotFound):
    """No such report of this device."""


class ReportQuery(Cursor, frozen=True, kw_only=True):
    """Which reports: of a kind, from `from` on and before `to`; the newest first."""

    kind: ReportKind | None = None
    begin: Moment | None = msgspec.field(name="from", default=None)
    end: Moment | None = msgspec.field(name="to", default=None)


class StoredReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a device said, at its own time; `said` is the message as it came."""

    id: str
    kind: str
    at: Moment
    said: Any


class _Region(msgspec.Struct, frozen=True):
    """What transitions and waypoints have in common."""

    desc: str = ""
    event: str = ""
    lat: float | None = None
    lon: float | None = None
    rad: float | None = None


class _Alarmed(msgspec.Struct, frozen=True):
    alarm: str = ""


class _Circle(msgspec.Struct, frozen=True):
    desc: Annotated[str, Meta(min_length=1, max_length=_NAME_LETTERS)]
    lat: Annotated[float, Meta(ge=-90.0, le=90.0)]
    lon: Annotated[float, Meta(ge=-180.0, le=180.0)]
    rad: Annotated[float, Meta(ge=1.0, le=100_000.0)]


def report_id(device_id: str, kind: str, at_us: int, body: str) -> str:
    return str(uuid5(_NAMESPACE, f"{device_id}/{kind}/{at_us}/{body}"))


def crossing(device_id: str, at_us: int, body: str) -> Incident | None:
    """What a transition comes to; None, if nobody can read it."""
    try:
        said = msgspec.json.decode(body, type=_Region)
    except msgspec.ValidationError:
        return None
    if said.event not in ("enter", "leave"):
        return None
    kind: Literal["enter", "exit"] = "enter" if said.event == "enter" else "exit"
    return Incident(
        id=incident_id(device_id, kind, f"phone:{said.desc}", at_us),
        kind=kind,
        occurred_at_us=at_us,
        decided_us=at_us,
        geofence_name=said.desc[:_NAME_LETTERS],
        latitude=said.lat,
        longitude=said.lon,
    )


def alarms(device_id: str, at_us: int, body: str) -> list[Incident]:
    """What alarms a status raises. It tells no place, so neither do they."""
    try:
        said = msgspec.json.decode(body, type=_Alarmed)
    except msgspec.ValidationError:
        return []
    return [
        Incident(
            id=incident_id(device_id, kind, "", at_us), kind=kind, occurred_at_us=at_us, decided_us=at_us
        )
        for kind in alarms_in(said.alarm)
    ]


def circle(report: StoredReport) -> NewGeofence:
    """A waypoint as a geofence. Raises: Unfit."""
    try:
        said = msgspec.convert(report.said, _Circle)
    except msgspec.ValidationError as error:
        raise Unfit("report_id", "Only a waypoint with a name, a place and a radius is a region.") from error
    if report.kind != "waypoint":
        raise Unfit("report_id", "Only a waypoint can be taken over as a geofence.")
    return NewGeofence(name=said.desc, geometry=Point(coordinates=[said.lon, said.lat]), radius_m=said.rad)


def stored(id: str, kind: str, at_us: int, body: str) -> StoredReport:
    return StoredReport(id=id, kind=kind, at=from_us(at_us), said=msgspec.json.decode(body))
