"""All geofences of an organisation, found by place: one tree over boxes, asked once per batch."""

from collections.abc import Iterable, Sequence
from copy import copy

import numpy as np
import shapely
from numpy.typing import NDArray

from entrepot.core.geo import METRES_PER_DEGREE, normal_longitude
from entrepot.tracking.functions.shapes import Area, Chord, Circle, Shape, shapes_of
from entrepot.tracking.functions.windows import Week
from entrepot.tracking.model.geofence import Definition, FenceRevision

# From where to where: latitude, longitude, latitude, longitude. A leg may be a single place.
Leg = tuple[float, float, float, float]


class Fence:
    """A revision of a geofence, ready to be asked. Raises: ValueError and others if it draws no shape."""

    __slots__ = (
        "definition",
        "from_us",
        "id",
        "name",
        "revision",
        "seen_from_us",
        "shapes",
        "sure_m",
        "until_us",
        "week",
    )

    def __init__(self, revision: FenceRevision) -> None:
        self.id, self.name, self.revision = revision.id, revision.name, revision.revision
        self.definition: Definition = revision.definition
        self.from_us, self.seen_from_us = revision.from_us, revision.seen_from_us
        self.until_us = revision.until_us
        self.shapes: list[Shape] = shapes_of(revision.definition)
        self.sure_m = max(shape.sure_m for shape in self.shapes)
        self.week = Week(revision.definition.active, revision.definition.timezone)

    def until(self, until_us: int | None) -> "Fence":
        """Return the same fence with another end."""
        if until_us == self.until_us:
            return self
        closed = copy(self)
        closed.until_us = until_us
        return closed

    def sees(self, fixed_at_us: int, received_at_us: int) -> bool:
        """Whether it existed for a fix."""
        return (
            self.from_us <= fixed_at_us
            and (self.until_us is None or fixed_at_us < self.until_us)
            and received_at_us >= self.seen_from_us
        )

    def watches(self, device_id: str) -> bool:
        devices = self.definition.devices
        return not devices or device_id in devices

    def outside_m(self, latitude: float, longitude: float) -> float:
        """Return the metres from the border; negative inside."""
        return min(shape.outside_m(latitude, longitude) for shape in self.shapes)

    def chord(self, leg: Leg) -> Chord | None:
        """Return where the leg runs inside, over all shapes: first entry, last exit, greatest depth."""
        chords = [found for shape in self.shapes if (found := shape.chord(*leg)) is not None]
        if not chords:
            return None
        deepest = max(chords, key=_depth_m)
        entry, leaving = min(each.entry for each in chords), max(each.leaving for each in chords)
        return Chord(entry, leaving, deepest.depth_m, deepest.deepest)


class FenceIndex:
    """Which fences a leg touches. Immutable; make another when a fence changes."""

    def __init__(self, fences: Iterable[Fence]) -> None:
        self.fences = list(fences)
        self.of: dict[str, list[Fence]] = {}
        for fence in self.fences:
            self.of.setdefault(fence.id, []).append(fence)
        self._shapes: list[tuple[int, Shape]] = [
            (number, shape) for number, fence in enumerate(self.fences) for shape in fence.shapes
        ]
        boxes = [(at, box) for at, (_, shape) in enumerate(self._shapes) for box in shape.boxes]
        self._shape_of_box = np.array([at for at, _ in boxes], dtype=np.intp)
        corners = np.array([box for _, box in boxes], dtype=np.float64).reshape(-1, 4)
        self._tree = shapely.STRtree(np.asarray(shapely.box(*corners.T))) if boxes else None
        self._is_circle = np.array([isinstance(shape, Circle) for _, shape in self._shapes], dtype=bool)
        self._areas = [shape if isinstance(shape, Area) else None for _, shape in self._shapes]
        self._polygons = np.array([area and area.polygon for area in self._areas], dtype=object)
        self._borders = np.array([area and area.border for area in self._areas], dtype=object)
        self._planes = np.array(
            [
                (0.0, 0.0, 1.0)
                if area is None
                else (area.plane.latitude, area.plane.longitude, area.plane.east_scale)
                for area in self._areas
            ],
            dtype=np.float64,
        ).reshape(-1, 3)

    def touched(self, legs: Sequence[Leg]) -> dict[int, dict[int, tuple[float, bool]]]:
        """Return for each leg that touches any fence: fence number → (metres outside at its end, whether it
        crosses).

        What the leg neither ends in nor crosses is left out.
        """
        found: dict[int, dict[int, tuple[float, bool]]] = {}
        if self._tree is None or not legs:
            return found
        places = np.array(legs, dtype=np.float64)
        numbers, boxes = self._query(places)
        if not len(numbers):
            return found
        at = self._shape_of_box[boxes]
        round_ = self._is_circle[at]
        for number, shape in zip(numbers[round_].tolist(), at[round_].tolist(), strict=True):
            self._note(found, number, shape, *_of_circle(self._shapes[shape][1], legs[number]))
        numbers, at = numbers[~round_], at[~round_]
        if len(numbers):
            for number, shape, away, crosses in self._of_areas(places, numbers, at):
                self._note(found, number, shape, away, crosses)
        return found

    def _query(self, places: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        assert self._tree is not None
        south, north = np.minimum(places[:, 0], places[:, 2]), np.maximum(places[:, 0], places[:, 2])
        west, east = np.minimum(places[:, 1], places[:, 3]), np.maximum(places[:, 1], places[:, 3])
        wide = east - west > 180.0  # the short way crosses the antimeridian
        origin = np.arange(len(places), dtype=np.intp)
        if wide.any():
            beyond = np.full(int(wide.sum()), 180.0)
            origin = np.concatenate([origin, origin[wide]])
            south, north = np.concatenate([south, south[wide]]), np.concatenate([north, north[wide]])
            far_west = np.concatenate([np.where(wide, east, west), -beyond])
            east = np.concatenate([np.where(wide, 180.0, east), west[wide]])
            west = far_west
        numbers, boxes = self._tree.query(shapely.box(west, south, east, north))
        return origin[numbers], boxes

    def _of_areas(
        self, places: NDArray[np.float64], numbers: NDArray[np.intp], at: NDArray[np.intp]
    ) -> list[tuple[int, int, float, bool]]:
        planes, polygons = self._planes[at], self._polygons[at]
        ends = np.empty((len(at), 2, 2))
        for end in (0, 1):
            latitude, longitude = places[numbers, 2 * end], places[numbers, 2 * end + 1]
            ends[:, end, 0] = _normal(longitude - planes[:, 1]) * planes[:, 2]
            ends[:, end, 1] = (latitude - planes[:, 0]) * METRES_PER_DEGREE
        away = shapely.distance(self._borders[at], shapely.points(ends[:, 1]))
        inside = shapely.contains_xy(polygons, ends[:, 1, 0], ends[:, 1, 1])
        crosses = np.zeros(len(at), dtype=bool)
        if not inside.all():
            out = ~inside
            crosses[out] = shapely.intersects(polygons[out], shapely.linestrings(ends[out]))
        away = np.where(inside, -away, away)
        return list(zip(numbers.tolist(), at.tolist(), away.tolist(), crosses.tolist(), strict=True))

    def _note(
        self,
        found: dict[int, dict[int, tuple[float, bool]]],
        number: int,
        shape: int,
        away_m: float,
        crosses: bool,
    ) -> None:
        if away_m > 0.0 and not crosses:
            return
        fence = self._shapes[shape][0]
        known = found.setdefault(number, {})
        if fence in known:
            before_m, crossed = known[fence]
            away_m, crosses = min(away_m, before_m), crosses or crossed
        known[fence] = (away_m, crosses)


def _depth_m(chord: Chord) -> float:
    return chord.depth_m


def _of_circle(circle: Shape, leg: Leg) -> tuple[float, bool]:
    away_m = circle.outside_m(leg[2], leg[3])
    return away_m, away_m > 0.0 and circle.chord(*leg) is not None


def _normal(longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Do what `normal_longitude` does, to the last bit, so that one leg alone is judged like one of many."""
    outside = (longitudes < -180.0) | (longitudes >= 180.0)
    if outside.any():
        longitudes[outside] = [normal_longitude(each) for each in longitudes[outside].tolist()]
    return longitudes
