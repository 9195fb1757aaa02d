"""Which town is near a place, without asking anybody: GeoNames' towns of 1,000 people or more (CC BY 4.0)."""

from functools import cache, lru_cache
from importlib.resources import files
from math import cos, radians
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from entrepot.core.geo import METRES_PER_DEGREE, bearing_deg, distance_m

MOST_M = 100_000.0  # farther away a town says nothing about a place
_NEAR_M = 1_000.0  # nearer than this a place is the town
_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_ROW_DEG = 0.25
# A town of so many people reaches as far as sqrt(people) times this (metres): Lyon 3.6 km, Paris 7.3 km,
# Berlin 9.3 km. A place in a large town is then told by it, not by a district whose middle is nearer.
_REACH_M = 5.0
# Looks are wider and wider. What lies outside of one cannot be better than its half width less this.
_LARGEST_REACH_M = 25_000.0
_LOOKS_DEG = (0.25, 0.5, MOST_M / METRES_PER_DEGREE)
_SHIFT = 10**8  # more than 360 degrees in hundred-thousandths


class Near(NamedTuple):
    """The town that says best where a place is; the place lies `bearing_deg` (from north) of it."""

    town: str
    country: str
    distance_m: float
    bearing_deg: float


class Towns(NamedTuple):
    """Sorted by `keys`: rows of a quarter of a degree, from west to east."""

    keys: NDArray[np.int64]
    latitude: NDArray[np.float32]
    longitude: NDArray[np.float32]
    reach_m: NDArray[np.float32]
    country: NDArray[np.bytes_]
    ends: NDArray[np.uint32]
    names: bytes


@lru_cache(maxsize=50_000)
def _near(latitude: float, longitude: float) -> Near | None:
    towns = _towns()
    best: int | None = None
    for half_deg in _LOOKS_DEG:
        best, over_m = _best(towns, latitude, longitude, half_deg)
        if over_m <= half_deg * METRES_PER_DEGREE - _LARGEST_REACH_M:
            break
    if best is None:
        return None
    there = float(towns.latitude[best]), float(towns.longitude[best])
    away_m = distance_m(latitude, longitude, *there)
    if away_m > MOST_M:
        return None
    start = int(towns.ends[best - 1]) if best else 0
    return Near(
        town=towns.names[start : int(towns.ends[best])].decode(),
        country=bytes(towns.country[best]).decode(),
        distance_m=away_m,
        bearing_deg=bearing_deg(*there, latitude, longitude),
    )


def near(latitude: float, longitude: float) -> Near | None:
    """Return the town near a place (degrees), to about 100 m; None if none lies within `MOST_M`. The first to
    ask waits until the file is read (0.2 s, 8 MB).
    """
    return _near(round(latitude, 3), round(longitude, 3))


def in_words(found: Near | None) -> str:
    """Return it as people say it, `3 km north of Lyon, FR`; empty for nothing."""
    if found is None:
        return ""
    town = f"{found.town}, {found.country}"
    if found.distance_m < _NEAR_M:
        return town
    km = found.distance_m / 1000
    told = f"{km:.1f}".removesuffix(".0") if km < 10 else f"{km:.0f}"
    return f"{told} km {_POINTS[round(found.bearing_deg / 45) % 8]} of {town}"


@cache
def _towns() -> Towns:
    file = files(__package__) / "towns.npz"
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as held:
        latitude_e5, longitude_e5 = (
            held["latitude_e5"].astype(np.int64),
            held["longitude_e5"].astype(np.int64),
        )
        latitude = (latitude_e5 / 1e5).astype(np.float32)
        rows = np.floor((latitude_e5 / 1e5 + 90) / _ROW_DEG).astype(np.int64)
        return Towns(
            keys=rows * _SHIFT + longitude_e5 + 18_000_000,
            latitude=latitude,
            longitude=(longitude_e5 / 1e5).astype(np.float32),
            reach_m=(_REACH_M * np.sqrt(held["people"])).astype(np.float32),
            country=held["country"],
            ends=held["ends"],
            names=held["names"].tobytes(),
        )


def _best(towns: Towns, latitude: float, longitude: float, half_deg: float) -> tuple[int | None, float]:
    """Return the town in a box whose reach the place exceeds by least, and by how much (metres)."""
    narrow = max(cos(radians(min(abs(latitude) + half_deg, 89.9))), 0.01)
    wide_deg = min(half_deg / narrow, 180.0)
    first, last = (int((max(-90.0, min(90.0, edge)) + 90) / _ROW_DEG) for edge in (
        latitude - half_deg, latitude + half_deg
    ))  # fmt: skip
    best: tuple[int | None, float] = (None, float("inf"))
    for row in range(first, last + 1):
        for west, east in _pieces(longitude - wide_deg, longitude + wide_deg):
            low, high = (row * _SHIFT + round((edge + 180) * 1e5) for edge in (west, east))
            start, end = np.searchsorted(towns.keys, (low, high + 1)).tolist()
            if start == end:
                continue
            north_m = (towns.latitude[start:end] - latitude) * METRES_PER_DEGREE
            turn = (towns.longitude[start:end] - longitude + 540.0) % 360.0 - 180.0
            east_m = turn * (METRES_PER_DEGREE * cos(radians(latitude)))
            over_m = np.hypot(north_m, east_m) - towns.reach_m[start:end]
            nearest = int(over_m.argmin())
            if over_m[nearest] < best[1]:
                best = start + nearest, float(over_m[nearest])
    return best


def _pieces(west: float, east: float) -> tuple[tuple[float, float], ...]:
    """Return the longitudes in pieces that do not cross the antimeridian."""
    if east - west >= 360.0:
        return ((-180.0, 180.0),)
    if west < -180.0:
        return ((west + 360.0, 180.0), (-180.0, east))
    if east > 180.0:
        return ((west, 180.0), (-180.0, east - 360.0))
    return ((west, east),)
