"""The shapes of geofences. An area lies in a plane of its own, metres east and north of its middle, so
that distances from its border are plain ones; longitudes are unrolled first, so that no shape knows of
the antimeridian. A circle stays on the sphere.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, cos, hypot, radians, sqrt
from typing import Any, NamedTuple, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from entrepot.core.geo import METRES_PER_DEGREE, Box, circle_boxes, distance_m, normal_longitude, split_box
from entrepot.tracking.model.geofence import Definition

# A piece of a corridor spans no more: up to 60° the scale of its plane then errs by less than 1 %.
_PIECE_DEG = 0.5
# Where a leg's depth in an area is measured: finer is dearer, and off by less than any fix.
_ALONG = tuple(share / 8 for share in range(9))
_ROUND = 16  # segments per quarter of a corridor's rounded ends: 0.1 % of its width

Ring = list[tuple[float, float]]  # longitude, latitude, as GeoJSON has them


class Plane:
    """Metres east and north of a place."""

    __slots__ = ("east_scale", "latitude", "longitude")

    def __init__(self, latitude: float, longitude: float) -> None:
        self.latitude, self.longitude = latitude, longitude
        self.east_scale = METRES_PER_DEGREE * max(cos(radians(latitude)), 1e-6)

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return (east, north) of a place, the short way round."""
        east = normal_longitude(longitude - self.longitude) * self.east_scale
        return east, (latitude - self.latitude) * METRES_PER_DEGREE

    def laid_out(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in degrees whose longitudes are unrolled around this plane's."""

        def lay(places: NDArray[np.float64]) -> NDArray[np.float64]:
            scale = np.array([self.east_scale, METRES_PER_DEGREE])
            laid: NDArray[np.float64] = (places - np.array([self.longitude, self.latitude])) * scale
            return laid

        return shapely.transform(shape, lay)

    def box_of(self, shape: BaseGeometry) -> Box:
        """Return the box of a shape in this plane, in degrees; its longitudes may pass 180."""
        west, south, east, north = shape.bounds
        return (
            self.longitude + west / self.east_scale,
            self.latitude + south / METRES_PER_DEGREE,
            self.longitude + east / self.east_scale,
            self.latitude + north / METRES_PER_DEGREE,
        )


class Chord(NamedTuple):
    """Where a leg runs inside: the shares of it at entry and exit, and where it is deepest, in metres."""

    entry: float
    leaving: float
    depth_m: float
    deepest: float


class Shape(Protocol):
    """`sure_m` is how much error of a fix it can stand: more than that would make it too small to enter;
    `boxes` hold all of it, in degrees.
    """

    boxes: list[Box]
    sure_m: float

    def outside_m(self, latitude: float, longitude: float) -> float:
        """Metres from the border; negative inside."""

    def chord(
        self, latitude: float, longitude: float, to_latitude: float, to_longitude: float
    ) -> Chord | None:
        """Return where a straight leg runs inside; None if it stays outside."""


class Circle:
    """All places within a distance."""

    __slots__ = ("boxes", "latitude", "longitude", "plane", "radius_m", "sure_m")

    def __init__(self, latitude: float, longitude: float, radius_m: float) -> None:
        self.latitude, self.longitude, self.radius_m = latitude, longitude, radius_m
        self.plane = Plane(latitude, longitude)
        self.boxes = circle_boxes(latitude, longitude, radius_m)
        self.sure_m = radius_m / 2

    def outside_m(self, latitude: float, longitude: float) -> float:
        return distance_m(self.latitude, self.longitude, latitude, longitude) - self.radius_m

    def chord(
        self, latitude: float, longitude: float, to_latitude: float, to_longitude: float
    ) -> Chord | None:
        x, y = self.plane.at(latitude, longitude)
        to_x, to_y = self.plane.at(to_latitude, to_longitude)
        east, north = to_x - x, to_y - y
        square = east * east + north * north
        if square == 0.0:
            return None
        middle = -(x * east + y * north) / square
        near = (x + middle * east) ** 2 + (y + middle * north) ** 2
        reach = self.radius_m * self.radius_m - near
        if reach <= 0.0:
            return None
        half = sqrt(reach / square)
        entry, leaving = max(0.0, middle - half), min(1.0, middle + half)
        if entry >= leaving:
            return None
        deepest = min(1.0, max(0.0, middle))
        depth_m = self.radius_m - hypot(x + deepest * east, y + deepest * north)
        return Chord(entry, leaving, depth_m, deepest)


class Area:
    """A polygon, or several, with or without holes, in a plane."""

    __slots__ = ("border", "boxes", "plane", "polygon", "sure_m")

    def __init__(self, polygon: BaseGeometry, plane: Plane) -> None:
        self.polygon, self.plane = polygon, plane
        self.border = polygon.boundary
        self.boxes = split_box(plane.box_of(polygon))
        # A / P is half the radius of a circle, a quarter of a square's side, half the width of a strip.
        self.sure_m = 0.75 * polygon.area / polygon.length
        shapely.prepare(polygon)

    def outside_m(self, latitude: float, longitude: float) -> float:
        x, y = self.plane.at(latitude, longitude)
        away = float(shapely.distance(self.border, shapely.points(x, y)))
        return -away if shapely.contains_xy(self.polygon, x, y) else away

    def chord(
        self, latitude: float, longitude: float, to_latitude: float, to_longitude: float
    ) -> Chord | None:
        x, y = self.plane.at(latitude, longitude)
        to_x, to_y = self.plane.at(to_latitude, to_longitude)
        leg = shapely.linestrings([(x, y), (to_x, to_y)])
        inside = shapely.intersection(self.polygon, leg)
        places = shapely.get_coordinates(inside)
        if len(places) < 2 or leg.length == 0.0:
            return None
        shares = np.sqrt((places[:, 0] - x) ** 2 + (places[:, 1] - y) ** 2) / leg.length
        entry, leaving = float(shares.min()), float(shares.max())
        longest = max(inside.geoms, key=_length) if hasattr(inside, "geoms") else inside
        along = np.array([longest.interpolate(share, normalized=True) for share in _ALONG])
        depths = shapely.distance(self.border, along)
        at = int(depths.argmax())
        deepest = hypot(along[at].x - x, along[at].y - y) / leg.length
        return Chord(entry, leaving, float(depths[at]), deepest)


def shapes_of(definition: Definition) -> list[Shape]:
    """Return the shapes that a definition draws; together they are the fence. Raises: ValueError, KeyError or
    TypeError when it draws none.
    """
    geometry: dict[str, Any] = definition.geometry
    places = geometry["coordinates"]
    match geometry["type"]:
        case "Point" if definition.radius_m is not None:
            return [Circle(float(places[1]), normal_longitude(float(places[0])), definition.radius_m)]
        case "LineString" if definition.width_m is not None:
            return list(_corridor(_unrolled(places), definition.width_m / 2))
        case "Polygon":
            return [_area([places])]
        case "MultiPolygon":
            return [_area(places)]
    raise ValueError("A geofence is a Point with a radius, a LineString with a width, or a polygon.")


def _area(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> Area:
    """Return one shape of all polygons. What a file had to cut at the antimeridian is whole again."""
    shapes: list[shapely.Polygon] = []
    for rings in polygons:
        outer = _closed(_unrolled(rings[0]))
        holes = [_beside(_closed(_unrolled(ring)), outer[0][0]) for ring in rings[1:]]
        if shapes:
            outer_beside = _beside(outer, shapes[0].centroid.x)
            shift = outer_beside[0][0] - outer[0][0]
            outer, holes = outer_beside, [[(x + shift, y) for x, y in hole] for hole in holes]
        shapes.append(shapely.Polygon(outer, holes))
    whole = shapely.union_all(shapes) if len(shapes) > 1 else shapes[0]
    west, south, east, north = whole.bounds
    plane = Plane((south + north) / 2, (west + east) / 2)
    return Area(plane.laid_out(whole), plane)


def _corridor(line: Ring, half_m: float) -> Iterator[Area]:
    """Return a corridor in pieces that are short enough for a plane each; their rounded ends overlap."""
    for start, end in _pieces(line):
        plane = Plane((start[1] + end[1]) / 2, (start[0] + end[0]) / 2)
        way = plane.laid_out(shapely.LineString([start, end]))
        yield Area(way.buffer(half_m, quad_segs=_ROUND), plane)


def _pieces(line: Ring) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for (x, y), (to_x, to_y) in pairwise(line):
        parts = max(1, ceil(max(abs(to_y - y), abs(to_x - x)) / _PIECE_DEG))
        for part in range(parts):
            a, b = part / parts, (part + 1) / parts
            start = (x + (to_x - x) * a, y + (to_y - y) * a)
            end = (x + (to_x - x) * b, y + (to_y - y) * b)
            if start != end:
                yield start, end


def _unrolled(places: Sequence[Sequence[float]]) -> Ring:
    """Return longitudes that run on past 180 instead of jumping. A step of exactly 360 is meant as it
    stands.
    """
    unrolled: Ring = []
    shift = 0.0
    for before, place in zip([places[0], *places], places, strict=False):
        step = float(place[0]) - float(before[0])
        if 180.0 < abs(step) < 360.0:
            shift -= 360.0 if step > 0 else -360.0
        unrolled.append((float(place[0]) + shift, float(place[1])))
    return unrolled


def _closed(ring: Ring) -> Ring:
    """Close a ring. One that goes once around the Earth encloses the pole to which it is nearer."""
    turn = ring[-1][0] - ring[0][0]
    if abs(turn) < 359.0:
        return ring
    pole = 90.0 if sum(y for _, y in ring) >= 0 else -90.0
    return [*ring, (ring[-1][0], pole), (ring[0][0], pole)]


def _beside(ring: Ring, longitude: float) -> Ring:
    """Shift by whole turns to lie next to a longitude."""
    shift = round((longitude - ring[0][0]) / 360.0) * 360.0
    return [(x + shift, y) for x, y in ring]


def _length(shape: BaseGeometry) -> float:
    return float(shape.length)
