"""Trips and stops as they are read."""

from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Reading
from entrepot.core.time import from_us
from entrepot.tracking.model.history import Stop, TimelineEntry, TimeSpan, Trip, moment
from entrepot.tracking.model.state import unpack

_COLUMNS = (
    "kind, started_at_us, ended_at_us, latitude_e7, longitude_e7, end_latitude_e7, end_longitude_e7,"
    " distance_mm, max_speed_mps, revised_at_us"
)


async def touching(
    tx: Reading, device_no: int, when: TimeSpan, *, kinds: Sequence[str], after_us: int | None, limit: int
) -> Sequence[TimelineEntry]:
    """Those that have a part in the span, the first first; after one that began at `after_us`.

    Segments follow each other, so that only the last one that begins before the span can reach into it. Of a
    trip under way it is told how far it went until now.
    """
    marks = ", ".join("?" * len(kinds))
    before = await tx.fetch_one(
        "SELECT MAX(started_at_us) FROM segment WHERE device_no = ? AND started_at_us <= ?"
        f" AND kind IN ({marks})",
        device_no, when.begin_us, *kinds,
    )  # fmt: skip
    begin_us = when.begin_us if before is None or before[0] is None else before[0]
    if after_us is not None:
        begin_us = max(begin_us, after_us + 1)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM segment WHERE device_no = ? AND started_at_us >= ? AND started_at_us < ?"
        f" AND (ended_at_us IS NULL OR ended_at_us > ?) AND kind IN ({marks})"
        " ORDER BY started_at_us, kind LIMIT ?",
        device_no, begin_us, when.end_us, when.begin_us, *kinds, limit,
    )  # fmt: skip
    return [await _so_far(tx, device_no, TimelineEntry(*row)) for row in rows]


async def _so_far(tx: Reading, device_no: int, entry: TimelineEntry) -> TimelineEntry:
    """The way of an open trip is stored with what the derivation goes on from."""
    if entry.kind != "trip" or entry.ended_at_us is not None:
        return entry
    row = await tx.fetch_one("SELECT state FROM derivation WHERE device_no = ?", device_no)
    motion = None if row is None or row[0] is None else unpack(bytes(row[0])).motion
    if motion is None or motion.phase != "moving" or motion.since_us != entry.started_at_us:
        return entry
    return msgspec.structs.replace(entry, distance_mm=motion.path_mm, max_speed_mps=motion.max_speed_mps)


def trip(entry: TimelineEntry) -> Trip:
    seconds = None if entry.ended_at_us is None else (entry.ended_at_us - entry.started_at_us) / 1e6
    metres = entry.distance_mm / 1000
    return Trip(
        started_at=from_us(entry.started_at_us),
        ended_at=moment(entry.ended_at_us),
        duration_s=seconds,
        distance_m=metres,
        max_speed_mps=entry.max_speed_mps,
        average_speed_mps=round(metres / seconds, 2) if seconds else None,
        start_latitude=entry.latitude_e7 / 1e7,
        start_longitude=entry.longitude_e7 / 1e7,
        end_latitude=None if entry.end_latitude_e7 is None else entry.end_latitude_e7 / 1e7,
        end_longitude=None if entry.end_longitude_e7 is None else entry.end_longitude_e7 / 1e7,
        revised_at=moment(entry.revised_at_us),
    )


def stop(entry: TimelineEntry) -> Stop:
    seconds = None if entry.ended_at_us is None else (entry.ended_at_us - entry.started_at_us) / 1e6
    return Stop(
        started_at=from_us(entry.started_at_us),
        ended_at=moment(entry.ended_at_us),
        duration_s=seconds,
        latitude=entry.latitude_e7 / 1e7,
        longitude=entry.longitude_e7 / 1e7,
        revised_at=moment(entry.revised_at_us),
    )
