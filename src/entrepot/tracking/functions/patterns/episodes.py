"""Turns trips and stops into episodes: a way to somewhere and the stay there."""

from collections.abc import Iterable

import msgspec

from entrepot.core.geo import distance_m
from entrepot.tracking.model.pattern import Episode, Journey, PlaceVisit
from entrepot.tracking.model.segment import Segment

# Who comes back to the same spot so soon moved about, and did not leave: across a yard, around the block.
_SAME_SPOT_M = 75.0
_ABOUT_M = 500.0
_ABOUT_US = 600_000_000


def episodes(segments: Iterable[Segment], *, at_us: int) -> list[Episode]:
    """Return the episodes in the order of time. What still lasts goes on until `at_us`; after a gap
    nobody knows the way.
    """
    found: list[Episode] = []
    before: PlaceVisit | None = None
    journey: Journey | None = None
    for each in sorted(segments, key=lambda segment: (segment.started_at_us, segment.kind)):
        if each.kind != "stop" and journey is not None:
            found.append(Episode(before, journey, None))
            before = journey = None
        if each.kind == "gap":
            before = None
        elif each.kind == "trip":
            journey = _journey(each, at_us)
        else:
            visit = _visit(each, at_us)
            if before is not None and journey is not None and _stayed(before, journey, visit):
                visit = msgspec.structs.replace(before, end_us=visit.end_us, open=visit.open)
                found[-1] = msgspec.structs.replace(found[-1], visit=visit)
            else:
                found.append(Episode(before, journey, visit))
            before, journey = visit, None
    if journey is not None:
        found.append(Episode(before, journey, None))
    return found


def _stayed(before: PlaceVisit, journey: Journey, after: PlaceVisit) -> bool:
    return (
        journey.distance_m <= _ABOUT_M
        and journey.end_us - journey.begin_us <= _ABOUT_US
        and distance_m(before.latitude, before.longitude, after.latitude, after.longitude) <= _SAME_SPOT_M
    )


def _visit(stop: Segment, at_us: int) -> PlaceVisit:
    return PlaceVisit(stop.started_at_us, _end_us(stop, at_us), stop.latitude, stop.longitude, _open(stop))


def _journey(trip: Segment, at_us: int) -> Journey:
    return Journey(trip.started_at_us, _end_us(trip, at_us), trip.distance_mm / 1000, _open(trip))


def _open(segment: Segment) -> bool:
    return segment.ended_at_us is None


def _end_us(segment: Segment, at_us: int) -> int:
    return max(segment.started_at_us, at_us if segment.ended_at_us is None else segment.ended_at_us)
