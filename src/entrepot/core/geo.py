"""Geometry on the Earth, taken as a sphere: degrees in WGS 84, metres, right across the antimeridian and
at the poles. A sphere errs by at most 0.6 % of a distance, less than a phone's fix does.
"""

from math import asin, atan2, cos, degrees, floor, pi, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8  # the mean radius R1 of the IUGG (Moritz 2000)
METRES_PER_DEGREE = EARTH_RADIUS_M * pi / 180

_METRES_PER_DEGREE_OF_GRID = 111_320.0  # as places were put on the grid from the beginning

Box = tuple[float, float, float, float]  # west, south, east, north

_TO_RADIANS = pi / 180
_DIAMETER_M = 2 * EARTH_RADIUS_M


def distance_m(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the distance along the great circle, by the haversine formula (Sinnott, "Virtues of the
    Haversine", 1984).
    """
    a = latitude * _TO_RADIANS
    b = to_latitude * _TO_RADIANS
    up = sin((b - a) / 2)
    along = sin((to_longitude - longitude) * _TO_RADIANS / 2)
    square = up * up + cos(a) * cos(b) * along * along
    return _DIAMETER_M * asin(sqrt(square)) if square < 1 else pi * EARTH_RADIUS_M


def bearing_deg(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the initial course, clockwise from north, 0 to 360 (Williams, "Aviation Formulary", 1.47)."""
    a, b, turn = radians(latitude), radians(to_latitude), radians(to_longitude - longitude)
    east = sin(turn) * cos(b)
    north = cos(a) * sin(b) - sin(a) * cos(b) * cos(turn)
    return degrees(atan2(east, north)) % 360


def destination(
    latitude: float, longitude: float, *, course_deg: float, distance_m: float
) -> tuple[float, float]:
    """Return (latitude, longitude) after `distance_m` on a great circle (Williams, "Aviation Formulary",
    1.47).
    """
    a, course, arc = radians(latitude), radians(course_deg), distance_m / EARTH_RADIUS_M
    height = sin(a) * cos(arc) + cos(a) * sin(arc) * cos(course)
    b = asin(max(-1.0, min(1.0, height)))
    turn = atan2(sin(course) * sin(arc) * cos(a), cos(arc) - sin(a) * height)
    return degrees(b), normal_longitude(longitude + degrees(turn))


def normal_longitude(longitude: float) -> float:
    """Return the same meridian in [-180, 180)."""
    if -180.0 <= longitude < 180.0:
        return longitude
    return (longitude + 180.0) % 360.0 - 180.0


def between(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float, *, share: float
) -> tuple[float, float]:
    """Return a point on the straight line in degrees, the short way round. Use it for short legs only."""
    turn = normal_longitude(to_longitude - longitude)
    return latitude + (to_latitude - latitude) * share, normal_longitude(longitude + turn * share)


def circle_boxes(latitude: float, longitude: float, radius_m: float) -> list[Box]:
    """Return boxes around a circle, none of which crosses the antimeridian.

    The longitudes where a circle ends: Bronstein et al., "Handbook of Mathematics", spherical triangles.
    """
    arc = radius_m / EARTH_RADIUS_M
    south, north = latitude - degrees(arc), latitude + degrees(arc)
    if south <= -90.0 or north >= 90.0 or arc >= pi / 2:
        return [(-180.0, max(south, -90.0), 180.0, min(north, 90.0))]
    half = degrees(asin(min(1.0, sin(arc) / cos(radians(latitude)))))
    return split_box((longitude - half, south, longitude + half, north))


def split_box(box: Box) -> list[Box]:
    """Return the box in pieces whose longitudes lie in [-180, 180]."""
    west, south, east, north = box
    if east - west >= 360.0:
        return [(-180.0, south, 180.0, north)]
    start = normal_longitude(west)
    end = start + (east - west)
    if end <= 180.0:
        return [(start, south, end, north)]
    return [(start, south, 180.0, north), (-180.0, south, end - 360.0, north)]


def on_grid(latitude: float, longitude: float, size_m: float) -> tuple[float, float]:
    """The middle of a cell; rows of cells are as wide in metres as they are high, the poles apart.

    Applied twice it changes nothing: the middle of a cell lies in the cell.
    """
    step = size_m / _METRES_PER_DEGREE_OF_GRID
    if step <= 0 or not -90.0 <= latitude <= 90.0 or not -180.0 <= longitude <= 180.0:
        return latitude, longitude
    row = min((floor(latitude / step) + 0.5) * step, 90.0) if latitude >= 0 else max(
        (floor(latitude / step) + 0.5) * step, -90.0
    )  # fmt: skip
    columns = max(1, floor(360.0 * max(cos(radians(row)), 1e-9) / step))
    width = 360.0 / columns
    column = min(floor((longitude + 180.0) / width), columns - 1)
    return round(row, 7), round((column + 0.5) * width - 180.0, 7)


def on_grid_e7(latitude_e7: int, longitude_e7: int, size_m: float) -> tuple[int, int]:
    """As `on_grid`, in ten-millionths of a degree, as databases keep places; a size of 0 changes nothing."""
    latitude, longitude = on_grid(latitude_e7 / 1e7, longitude_e7 / 1e7, size_m)
    return round(latitude * 1e7), round(longitude * 1e7)
