"""Sums trips and stops of a time into one line."""

from collections.abc import Iterable

from entrepot.tracking.model.history import TimelineEntry, TimeSpan
from entrepot.tracking.model.sums import Sums


def sums(entries: Iterable[TimelineEntry], span: TimeSpan, *, at_us: int) -> Sums:
    """Return what these come to in the span. What reaches over its ends is shared by time, and what still
    lasts ends at `at_us`.
    """
    total = Sums()
    for each in entries:
        total += _part(each, span, at_us)
    return total


def _part(entry: TimelineEntry, span: TimeSpan, at_us: int) -> Sums:
    ended_us = max(entry.started_at_us, at_us if entry.ended_at_us is None else entry.ended_at_us)
    begin_us, end_us = max(entry.started_at_us, span.begin_us), min(ended_us, span.end_us)
    if end_us < begin_us:
        return Sums()
    shared_us, whole_us = end_us - begin_us, ended_us - entry.started_at_us
    begins = int(span.begin_us <= entry.started_at_us < span.end_us)
    if entry.kind == "stop":
        return Sums(stopped_us=shared_us, stops=begins)
    return Sums(
        distance_mm=entry.distance_mm * (shared_us / whole_us if whole_us else 1.0),
        moving_us=shared_us,
        trips=begins,
        max_speed_mps=entry.max_speed_mps,
        first_us=begin_us,
        last_us=end_us,
    )
