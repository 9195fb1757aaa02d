"""A track with fewer points: Douglas and Peucker's line simplification (1973), on the sphere.

Distances are those of points to great-circle arcs, so the antimeridian and the poles need no care.
Ends are kept, and no point that is left out lies farther than the tolerance from the line that remains.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG)

Vectors = npt.NDArray[np.float64]


def kept(latitudes: Sequence[float], longitudes: Sequence[float], *, tolerance_m: float) -> list[int]:
    """Return the indices of the points that remain, in order."""
    count = len(latitudes)
    if count <= 2:
        return list(range(count))
    points = unit_vectors(latitudes, longitudes)
    keep = np.zeros(count, dtype=bool)
    keep[[0, -1]] = True
    open_spans = [(0, count - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        far = distances_m(points[first + 1 : last], points[first], points[last])
        worst = int(np.argmax(far))
        if far[worst] > tolerance_m:
            middle = first + 1 + worst
            keep[middle] = True
            open_spans += [(first, middle), (middle, last)]
    return [int(index) for index in np.flatnonzero(keep)]


def unit_vectors(latitudes: Sequence[float], longitudes: Sequence[float]) -> Vectors:
    """Convert degrees to points on the unit sphere, one per row."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    level = np.cos(phi)
    return np.column_stack((level * np.cos(lam), level * np.sin(lam), np.sin(phi)))


def distances_m(points: Vectors, begin: Vectors, end: Vectors) -> npt.NDArray[np.float64]:
    """Return how far each point is from the shorter arc between two others."""
    to_ends = np.minimum(_chords(points, begin), _chords(points, end))
    nearest: npt.NDArray[np.float64] = 2 * np.arcsin(np.minimum(to_ends / 2, 1.0))
    pole = np.cross(begin, end)
    length = float(np.linalg.norm(pole))
    if length > 1e-15:  # else both are one point, or opposite ones, and there is no arc
        pole /= length
        between = (points @ np.cross(pole, begin) > 0) & (points @ np.cross(end, pole) > 0)
        across = np.arcsin(np.minimum(np.abs(points @ pole), 1.0))
        nearest = np.where(between, across, nearest)
    metres: npt.NDArray[np.float64] = nearest * EARTH_RADIUS_M
    return metres


def _chords(points: Vectors, to: Vectors) -> npt.NDArray[np.float64]:
    gaps: npt.NDArray[np.float64] = np.linalg.norm(points - to, axis=1)
    return gaps
