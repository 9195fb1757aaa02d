"""Makes visits of what devices' fences told: when a device came, when it left."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import msgspec

from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.passage import Passage


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """The device is still there while `left_us` is None."""

    geofence_id: str
    entered_us: int
    left_us: int | None
    from_first: bool = False
    passed: bool = False


def visits(passages: Iterable[Passage], span: TimeSpan, *, closed_us: Mapping[str, int]) -> list[Visit]:
    """Return the visits that touch the span, by when they began. `passages` are those of the span and, of
    each fence, the last one before it; whoever is in a fence when it is removed leaves it then (`closed_us`).
    """
    found: list[Visit] = []
    inside: dict[str, Passage] = {}
    for each in _in_order(passages, inside):
        open_one = inside.get(each.geofence_id)
        if each.kind == "exit":
            if open_one is not None:
                found.append(_visit(open_one, each.at_us, passed=open_one.crossed and each.crossed))
                del inside[each.geofence_id]
        elif open_one is None:
            inside[each.geofence_id] = each
    found += [_visit(each, closed_us.get(id)) for id, each in inside.items()]
    touching = (
        each for each in found
        if each.entered_us < span.end_us and (each.left_us is None or each.left_us >= span.begin_us)
    )  # fmt: skip
    return sorted(touching, key=lambda visit: (visit.entered_us, visit.geofence_id))


def _in_order(passages: Iterable[Passage], inside: Mapping[str, Passage]) -> Iterable[Passage]:
    """By time. Of a coming and a going at the same moment the one that changes something comes first."""
    in_time = sorted(passages, key=lambda each: (each.at_us, each.geofence_id, each.kind == "exit"))
    for (_, geofence_id), group in groupby(in_time, key=lambda each: (each.at_us, each.geofence_id)):
        together = list(group)
        yield from reversed(together) if geofence_id in inside else together


def _visit(begun: Passage, left_us: int | None, *, passed: bool = False) -> Visit:
    return Visit(
        geofence_id=begun.geofence_id,
        entered_us=begun.at_us,
        left_us=None if left_us is None else max(left_us, begun.at_us),
        from_first=begun.kind == "inside",
        passed=passed,
    )
