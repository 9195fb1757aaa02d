"""Geofences as people draw them: GeoJSON (RFC 7946) that is checked before it counts."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType
from shapely.geometry import LinearRing, LineString, Polygon
from shapely.ops import unary_union
from shapely.validation import explain_validity

from entrepot.core.errors import NotFound, Unfit
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.tracking.model.device import Window, ZoneName
from entrepot.tracking.model.enrolment import Name, Revision
from entrepot.tracking.model.geofence import Definition

MOST_VERTICES = 5_000
_MOST_RINGS, _MOST_PARTS = 200, 200
_WIDEST_DEG = 180.0

# Longitude, latitude, and perhaps an altitude, which does not count.
Coordinates = Annotated[list[Annotated[float, Meta(ge=-1e6, le=1e6)]], Meta(min_length=2, max_length=3)]
LineCoordinates = Annotated[list[Coordinates], Meta(max_length=MOST_VERTICES)]
Rings = Annotated[list[LineCoordinates], Meta(max_length=_MOST_RINGS)]


class Point(Input, frozen=True, kw_only=True, tag_field="type", tag="Point"):
    """The middle of a circle."""

    coordinates: Coordinates


class LineShape(Input, frozen=True, kw_only=True, tag_field="type", tag="LineString"):
    """The middle of a corridor."""

    coordinates: LineCoordinates


class PolygonShape(Input, frozen=True, kw_only=True, tag_field="type", tag="Polygon"):
    """An outer ring, and holes."""

    coordinates: Rings


class MultiPolygonShape(Input, frozen=True, kw_only=True, tag_field="type", tag="MultiPolygon"):
    """Several polygons, such as the parts of one that the antimeridian cuts."""

    coordinates: Annotated[list[Rings], Meta(max_length=_MOST_PARTS)]


Geometry = Point | LineShape | PolygonShape | MultiPolygonShape
Radius = Annotated[float, Meta(ge=1.0, le=100_000.0)]
Width = Annotated[float, Meta(ge=1.0, le=20_000.0)]
Colour = Annotated[str, Meta(pattern=r"^(#[0-9a-f]{6})?$", max_length=7)]
Windows = Annotated[tuple[Window, ...], Meta(max_length=32)]
DeviceIds = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=1_000)]
Crossings = Annotated[list[Literal["enter", "exit"]], Meta(max_length=2)]
Dwell = Annotated[float, Meta(gt=0.0, le=366 * 86_400.0)]
SpeedLimit = Annotated[float, Meta(gt=0.0, le=1_000.0)]


class GeofenceNotFound(NotFound):
    """No such geofence in the caller's organisation."""


class NewGeofence(Input, frozen=True, kw_only=True):
    """A fence to be drawn: a Point with `radius_m`, a LineString with `width_m` (its whole width), a
    Polygon or a MultiPolygon. It counts in the `active` windows (always, if there are none), for these
    `devices` (all, if none are named).
    """

    name: Name
    geometry: Geometry
    radius_m: Radius | None = None
    width_m: Width | None = None
    colour: Colour = ""
    active: Windows = ()
    timezone: ZoneName = "UTC"
    devices: DeviceIds = []
    alerts: Crossings = msgspec.field(default_factory=lambda: ["enter", "exit"])
    dwell_s: Dwell | None = None
    speed_limit_mps: SpeedLimit | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class GeofenceChange(Input, frozen=True, kw_only=True):
    """What is to be different from now on; what is left out stays. With `revision`, only if nobody
    changed it since.
    """

    name: Name | UnsetType = UNSET
    geometry: Geometry | UnsetType = UNSET
    radius_m: Radius | UnsetType | None = UNSET
    width_m: Width | UnsetType | None = UNSET
    colour: Colour | UnsetType = UNSET
    active: Windows | UnsetType = UNSET
    timezone: ZoneName | UnsetType = UNSET
    devices: DeviceIds | UnsetType = UNSET
    alerts: Crossings | UnsetType = UNSET
    dwell_s: Dwell | UnsetType | None = UNSET
    speed_limit_mps: SpeedLimit | UnsetType | None = UNSET
    revision: Revision | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class GeofenceQuery(Cursor, frozen=True, kw_only=True):
    """Which fences."""

    limit: Annotated[int, Meta(ge=1, le=1_000)] = 200


class GeofenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A fence as it counts now, since `changed_at`."""

    id: str
    revision: int
    name: str
    geometry: dict[str, Any]
    radius_m: float | None
    width_m: float | None
    colour: str
    active: tuple[Window, ...]
    timezone: str
    devices: list[str]
    alerts: list[str]
    dwell_s: float | None
    speed_limit_mps: float | None
    created_at: Moment
    changed_at: Moment


def definition(drawn: NewGeofence) -> Definition:
    """What is stored. Raises: Unfit, naming the field."""
    check_shape(drawn.geometry, radius_m=drawn.radius_m, width_m=drawn.width_m)
    return Definition(
        geometry=msgspec.to_builtins(drawn.geometry),
        radius_m=drawn.radius_m,
        width_m=drawn.width_m,
        colour=drawn.colour,
        active=drawn.active,
        timezone=drawn.timezone,
        devices=frozenset(drawn.devices),
        alerts=frozenset(drawn.alerts),
        dwell_s=drawn.dwell_s,
        speed_limit_mps=drawn.speed_limit_mps,
    )


def drawn(name: str, stored: Definition) -> NewGeofence:
    """What would draw it again."""
    return msgspec.convert({"name": name, **msgspec.to_builtins(stored)}, NewGeofence)


# ---- what makes sense on a map ----------------------------------------------------------------------


def check_shape(geometry: Geometry, *, radius_m: float | None, width_m: float | None) -> None:
    """Raises: Unfit."""
    _check_size("radius_m", radius_m, wanted=isinstance(geometry, Point), of="a Point")
    _check_size("width_m", width_m, wanted=isinstance(geometry, LineShape), of="a LineString")
    at = "geometry.coordinates"
    match geometry:
        case Point():
            _place(geometry.coordinates, at)
        case LineShape():
            _check_line(geometry.coordinates, at)
        case PolygonShape():
            _check_count(sum(map(len, geometry.coordinates)), at)
            _polygon(geometry.coordinates, at)
        case MultiPolygonShape():
            _check_parts(geometry.coordinates, at)


def _check_size(name: str, size: float | None, *, wanted: bool, of: str) -> None:
    if wanted and size is None:
        raise Unfit(name, f"{of} needs {name}.")
    if not wanted and size is not None:
        raise Unfit(name, f"Only {of} has {name}.")


def _check_count(vertices: int, at: str) -> None:
    if vertices > MOST_VERTICES:
        raise Unfit(at, f"A fence has at most {MOST_VERTICES} vertices, not {vertices}.")


def _check_line(line: list[list[float]], at: str) -> None:
    path = _unwrapped(line, at)
    if len(set(path)) < 2:
        raise Unfit(at, "A corridor has at least two different places.")
    _check_extent(path, at)


def _check_parts(parts: list[list[list[list[float]]]], at: str) -> None:
    if not parts:
        raise Unfit(at, "A MultiPolygon has at least one polygon.")
    _check_count(sum(len(ring) for rings in parts for ring in rings), at)
    shapes = [_polygon(rings, f"{at}[{number}]") for number, rings in enumerate(parts)]
    together = unary_union(shapes)
    if abs(together.area - sum(shape.area for shape in shapes)) > 1e-12:
        raise Unfit(at, "The polygons of a fence do not overlap.")


def _polygon(rings: list[list[list[float]]], at: str) -> Polygon:
    if not rings:
        raise Unfit(at, "A polygon has an outer ring.")
    paths = [_ring(ring, f"{at}[{number}]") for number, ring in enumerate(rings)]
    outer = paths[0]
    _check_extent(outer, at)
    holes = [_beside(path, outer) for path in paths[1:]]
    shape = Polygon(outer, holes)
    if not LinearRing(outer).is_simple:
        raise Unfit(at, "This polygon crosses itself, or its edges lie on one another.")
    if shape.area == 0:
        raise Unfit(at, "This polygon is empty.")
    if not shape.is_valid:
        raise Unfit(at, f"This polygon crosses itself or its holes: {explain_validity(shape)}.")
    return shape


def _ring(ring: list[list[float]], at: str) -> list[tuple[float, float]]:
    if len(ring) < 4:
        raise Unfit(at, "A ring has at least four places, of which the last is the first.")
    if ring[0][:2] != ring[-1][:2]:
        raise Unfit(at, "A ring ends where it begins.")
    path = _unwrapped(ring, at)
    if path[0] != path[-1]:
        raise Unfit(at, "A ring does not go around a pole.")
    return path


def _beside(hole: list[tuple[float, float]], outer: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A hole on the same turn of the globe as its outer ring."""
    turns = round((outer[0][0] - hole[0][0]) / 360.0)
    return [(longitude + 360.0 * turns, latitude) for longitude, latitude in hole]


def _unwrapped(line: list[list[float]], at: str) -> list[tuple[float, float]]:
    """Each step the short way around, so that a line over the antimeridian stays in one piece."""
    path: list[tuple[float, float]] = []
    for number, place in enumerate(line):
        longitude, latitude = _place(place, f"{at}[{number}]")
        if path:
            longitude += 360.0 * round((path[-1][0] - longitude) / 360.0)
        path.append((longitude, latitude))
    return path


def _check_extent(path: list[tuple[float, float]], at: str) -> None:
    west, _, east, _ = LineString(path).bounds
    if east - west >= _WIDEST_DEG:
        raise Unfit(at, "A fence is less than half of the globe wide.")


def _place(place: list[float], at: str) -> tuple[float, float]:
    longitude, latitude = place[:2]
    if not -180.0 <= longitude <= 180.0:
        raise Unfit(f"{at}[0]", f"A longitude is from -180 to 180, not {longitude:g}.")
    if not -90.0 <= latitude <= 90.0:
        raise Unfit(f"{at}[1]", f"A latitude is from -90 to 90, not {latitude:g}.")
    return longitude, latitude
