"""What is counted of a recorded track while it is read."""

from collections.abc import Iterable

from entrepot.device.model.arrival import Arrival, Unreadable
from entrepot.device.model.recording import RecordingCounts
from entrepot.tracking.model.fix import Fix

_REASONS = 20  # of one recording; a screen full
_OTHERS = "and others"

AreaBox = tuple[float, float, float, float]


def counted(arrivals: Iterable[Arrival]) -> RecordingCounts:
    """What these say: how many points, which parts are no positions, from when to when, and where."""
    counts = RecordingCounts()
    for each in arrivals:
        if isinstance(each, Fix):
            counts.points += 1
            at_us = each.fixed_at_us
            counts.first_us = at_us if counts.first_us is None else min(counts.first_us, at_us)
            counts.last_us = at_us if counts.last_us is None else max(counts.last_us, at_us)
            counts.area = _around(counts.area, (each.longitude, each.latitude, each.longitude, each.latitude))
        elif isinstance(each, Unreadable):
            note(counts.unreadable, each.reason, 1)
    return counts


def add(known: RecordingCounts, more: RecordingCounts) -> None:
    known.points += more.points
    known.kept += more.kept
    known.already += more.already
    for reason, count in more.held_back.items():
        note(known.held_back, reason, count)
    for reason, count in more.unreadable.items():
        note(known.unreadable, reason, count)
    for at_us in (more.first_us, more.last_us):
        if at_us is not None:
            known.first_us = at_us if known.first_us is None else min(known.first_us, at_us)
            known.last_us = at_us if known.last_us is None else max(known.last_us, at_us)
    if more.area is not None:
        known.area = _around(known.area, more.area)


def note(counts: dict[str, int], reason: str, count: int) -> None:
    """What a file says may be in a reason: there are not more of them than somebody reads."""
    if reason not in counts and len(counts) >= _REASONS:
        reason = _OTHERS
    counts[reason] = counts.get(reason, 0) + count


def _around(known: AreaBox | None, other: AreaBox) -> AreaBox:
    """The box around both that is the narrower one: a voyage past 180° is not around the world."""
    if known is None:
        return other
    south, north = min(known[1], other[1]), max(known[3], other[3])
    west, east = known[0], known[2]
    if not (_holds(west, east, other[0]) and _holds(west, east, other[2])):
        to_east, to_west = (other[2] - west) % 360, (east - other[0]) % 360
        west, east = (west, other[2]) if to_east <= to_west else (other[0], east)
    return west, south, east, north


def _holds(west: float, east: float, longitude: float) -> bool:
    return (longitude - west) % 360 <= (east - west) % 360
