"""Significant places: where stops are dense.

DBSCAN* (Campello, Moulavi and Sander, "Density-Based Clustering Based on Hierarchical Density Estimates",
2013): DBSCAN without border points. So the order of stops does not matter, and more history never takes a
visit away from a place. Neighbours are `NEAR_M` apart, on the sphere.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from entrepot.core.geo import EARTH_RADIUS_M, distance_m, normal_longitude
from entrepot.tracking.functions.simplify import unit_vectors
from entrepot.tracking.model.pattern import PlaceVisit, StayPlace, place_id

# As far as the engine lets fixes of one stop be from its middle.
NEAR_M = 75.0
# A spot is dense with three visits, or with two that last a working day together.
LEAST_VISITS = 3
LEAST_LONG_VISITS = 2
LONG_US = 8 * 3_600_000_000

_SQUARED_CHORD = (2 * np.sin(NEAR_M / EARTH_RADIUS_M / 2)) ** 2


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """Visits that belong together, by their index."""

    members: list[int]
    latitude: float
    longitude: float
    radius_m: float
    dwell_us: int
    first_us: int
    last_us: int


def clusters(visits: Sequence[PlaceVisit]) -> list[Cluster]:
    """Return the places of a history, the one that was visited first first."""
    if not visits:
        return []
    points = unit_vectors([each.latitude for each in visits], [each.longitude for each in visits])
    dwell_us = np.array([each.end_us - each.begin_us for each in visits], dtype=np.int64)
    dense = np.array([_dense(_near(points, index), dwell_us) for index in range(len(visits))])
    free = dense.copy()
    found = [
        _cluster(visits, points, _reach(points, free, start)) for start in range(len(visits)) if free[start]
    ]
    return sorted(found, key=lambda each: (each.first_us, each.latitude, each.longitude))


def identified(device_id: str, found: Sequence[Cluster], known: Sequence[StayPlace]) -> list[str]:
    """Return an id for each: that of the nearest known place that overlaps it, or a new one."""
    pairs = sorted(
        (apart_m, -old.visits, old.id, index)
        for index, new in enumerate(found)
        for old in known
        if (apart_m := distance_m(new.latitude, new.longitude, old.latitude, old.longitude))
        <= max(new.radius_m, old.radius_m, NEAR_M)
    )
    ids: dict[int, str] = {}
    taken = set[str]()
    for _, _, id, index in pairs:
        if index not in ids and id not in taken:
            ids[index] = id
            taken.add(id)
    for index, new in enumerate(found):
        if index not in ids:
            ids[index] = place_id(
                device_id, first_us=new.first_us, latitude=new.latitude, longitude=new.longitude
            )
    return [ids[index] for index in range(len(found))]


def assigned(visits: Sequence[PlaceVisit], known: Sequence[StayPlace]) -> list[int | None]:
    """Return for each visit the index of the nearest place that it lies in, or None."""
    if not visits or not known:
        return [None] * len(visits)
    stops = unit_vectors([each.latitude for each in visits], [each.longitude for each in visits])
    middles = unit_vectors([each.latitude for each in known], [each.longitude for each in known])
    reach = np.array([max(each.radius_m, NEAR_M) for each in known])
    found: list[int | None] = []
    for stop in stops:
        chords = np.linalg.norm(middles - stop, axis=1)
        away_m = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chords / 2, 1.0))
        away_m[away_m > reach] = np.inf
        nearest = int(np.argmin(away_m))
        found.append(nearest if np.isfinite(away_m[nearest]) else None)
    return found


def _near(points: npt.NDArray[np.float64], index: int) -> npt.NDArray[np.bool_]:
    gaps = points - points[index]
    near: npt.NDArray[np.bool_] = np.einsum("ij,ij->i", gaps, gaps) <= _SQUARED_CHORD
    return near


def _dense(near: npt.NDArray[np.bool_], dwell_us: npt.NDArray[np.int64]) -> bool:
    count = int(np.count_nonzero(near))
    return count >= LEAST_VISITS or (count >= LEAST_LONG_VISITS and int(dwell_us[near].sum()) >= LONG_US)


def _reach(points: npt.NDArray[np.float64], free: npt.NDArray[np.bool_], start: int) -> list[int]:
    """Return all dense spots that are connected with this one; they are free no more."""
    free[start] = False
    members, waiting = [start], [start]
    while waiting:
        more = np.flatnonzero(_near(points, waiting.pop()) & free)
        free[more] = False
        members += more.tolist()
        waiting += more.tolist()
    return sorted(members)


def _cluster(visits: Sequence[PlaceVisit], points: npt.NDArray[np.float64], members: list[int]) -> Cluster:
    ordered = sorted(members, key=lambda index: (visits[index].begin_us, index))
    x, y, z = (float(value) for value in np.sort(points[ordered], axis=0).sum(axis=0))
    latitude = float(np.degrees(np.arctan2(z, np.hypot(x, y))))
    longitude = normal_longitude(float(np.degrees(np.arctan2(y, x))))
    return Cluster(
        members=ordered,
        latitude=latitude,
        longitude=longitude,
        radius_m=max(
            distance_m(latitude, longitude, visits[index].latitude, visits[index].longitude)
            for index in ordered
        ),
        dwell_us=sum(visits[index].end_us - visits[index].begin_us for index in ordered),
        first_us=min(visits[index].begin_us for index in ordered),
        last_us=max(visits[index].end_us for index in ordered),
    )
