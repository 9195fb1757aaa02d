"""Habitual routes: ways between two places, with the corridors they keep to."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from entrepot.core.geo import EARTH_RADIUS_M
from entrepot.tracking.functions.simplify import kept, unit_vectors
from entrepot.tracking.model.pattern import LearnedRoute

# A way is a habit from the third time on; a variant of it from the second.
LEAST_COUNT = 3
_LEAST_ALIKE = 2
_MOST_VARIANTS = 3
# Lines of the newest trips tell enough.
_MOST_LINES = 60
# Ways that stay so near each other are one; narrower no corridor is.
ALIKE_M = 300.0
LEAST_WIDTH_M = 250.0
_TOLERANCE_M = 50.0
_MOST_POINTS = 32

RouteLine = list[float]
VectorArray = npt.NDArray[np.float64]


class Ride(msgspec.Struct, frozen=True):
    """A trip between known places, and its line if positions told it."""

    began_us: int
    origin: str
    destination: str
    duration_s: float
    distance_m: float
    line: RouteLine | None


def simple_line(latitudes: Sequence[float], longitudes: Sequence[float]) -> RouteLine:
    """Return at most 32 points that stand for a trip: latitude, longitude, latitude, …"""
    tolerance_m = _TOLERANCE_M
    indices = kept(latitudes, longitudes, tolerance_m=tolerance_m)
    while len(indices) > _MOST_POINTS:
        tolerance_m *= 2
        indices = kept(latitudes, longitudes, tolerance_m=tolerance_m)
    return [value for index in indices for value in (latitudes[index], longitudes[index])]


def routes(rides: Sequence[Ride]) -> list[LearnedRoute]:
    """Return the routes that are taken often enough, the most frequent first."""
    departures: dict[str, int] = {}
    ways: dict[tuple[str, str], list[Ride]] = {}
    for ride in sorted(rides, key=lambda each: each.began_us):
        departures[ride.origin] = departures.get(ride.origin, 0) + 1
        ways.setdefault((ride.origin, ride.destination), []).append(ride)
    found = [
        _route(way, departures[origin])
        for (origin, destination), way in ways.items()
        if origin != destination and len(way) >= LEAST_COUNT
    ]
    return sorted(found, key=lambda each: (-each.count, each.origin, each.destination))


def deviation_m(line: RouteLine, corridors: Sequence[RouteLine]) -> float | None:
    """Return how far a line goes from the corridor that it keeps nearest to; None if there is none."""
    if not line or not corridors:
        return None
    points = _vectors(line)
    return min(float(_away_m(points, _vectors(corridor)).max()) for corridor in corridors)


def without(ride: Ride, others: Sequence[Ride], route: LearnedRoute) -> list[RouteLine]:
    """Return the corridors as if this ride had never been: one that it alone gave is another ride's."""
    if ride.line not in route.corridors:
        return route.corridors
    rest = [each for each in route.corridors if each != ride.line]
    return rest + [each.line for each in others[-_MOST_LINES:] if each.line and each is not ride]


def _route(way: Sequence[Ride], departures: int) -> LearnedRoute:
    lines = [ride.line for ride in way[-_MOST_LINES:] if ride.line]
    corridors = _variants(lines)
    off_m = [away for line in lines if (away := deviation_m(line, corridors)) is not None]
    durations = sorted(ride.duration_s for ride in way)
    return LearnedRoute(
        origin=way[0].origin,
        destination=way[0].destination,
        count=len(way),
        share=len(way) / departures,
        duration_s=float(np.median(durations)),
        long_s=float(np.quantile(durations, 0.95)),
        distance_m=float(np.median([ride.distance_m for ride in way])),
        width_m=max(LEAST_WIDTH_M, float(np.quantile(off_m, 0.9)) if off_m else 0.0),
        corridors=corridors,
    )


def _variants(lines: Sequence[RouteLine]) -> list[RouteLine]:
    """Return one line for each kind of way: the first, which stands for those like it."""
    leaders: list[tuple[RouteLine, int]] = []
    for line in lines:
        for number, (leader, count) in enumerate(leaders):
            if _alike(line, leader):
                leaders[number] = (leader, count + 1)
                break
        else:
            leaders.append((line, 1))
    usual = sorted((each for each in leaders if each[1] >= _LEAST_ALIKE), key=lambda each: -each[1])
    return [line for line, _ in usual[:_MOST_VARIANTS]]


def _alike(line: RouteLine, leader: RouteLine) -> bool:
    first, second = _vectors(line), _vectors(leader)
    return bool(max(_away_m(first, second).max(), _away_m(second, first).max()) <= ALIKE_M)


def _vectors(line: RouteLine) -> VectorArray:
    return unit_vectors(line[::2], line[1::2])


def _away_m(points: VectorArray, line: VectorArray) -> VectorArray:
    """Return how far each point is from the nearest of a line's arcs, all at once."""
    nearest = np.linalg.norm(points[:, None] - line[None], axis=2).min(axis=1)
    away: VectorArray = 2 * np.arcsin(np.minimum(nearest / 2, 1.0))
    begins, ends = line[:-1], line[1:]
    poles = np.cross(begins, ends)
    lengths = np.linalg.norm(poles, axis=1)
    real = lengths > 1e-15
    if real.any():
        begins, ends, poles = begins[real], ends[real], poles[real] / lengths[real, None]
        between = (points @ np.cross(poles, begins).T > 0) & (points @ np.cross(ends, poles).T > 0)
        across = np.arcsin(np.minimum(np.abs(points @ poles.T), 1.0))
        away = np.minimum(away, np.where(between, across, np.inf).min(axis=1))
    metres: VectorArray = away * EARTH_RADIUS_M
    return metres
