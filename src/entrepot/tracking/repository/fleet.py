"""What reports over many devices read: sums, and what fences told, of one device at a time."""

from entrepot.core.ports import Reading
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.history import TimelineEntry, TimeSpan
from entrepot.tracking.model.passage import Passage
from entrepot.tracking.model.sums import Sums
from entrepot.tracking.repository import timeline
from entrepot.tracking.repository.position import COLUMNS, fix_of

_KINDS = ("trip", "stop")
_EVER = 2**62


async def sums(tx: Reading, device_no: int, span: TimeSpan) -> Sums:
    """Add up the trips and stops that lie in the span with both ends. The others are its `edges`."""
    rows = await tx.fetch(
        "SELECT kind, COUNT(*), CAST(SUM(distance_mm) AS BIGINT),"
        " CAST(SUM(ended_at_us - started_at_us) AS BIGINT), MAX(max_speed_mps), MIN(started_at_us),"
        " MAX(ended_at_us) FROM segment WHERE device_no = ? AND started_at_us >= ? AND started_at_us < ?"
        " AND ended_at_us > ? AND ended_at_us <= ? AND kind IN ('trip', 'stop') GROUP BY kind",
        device_no, span.begin_us, span.end_us, span.begin_us, span.end_us,
    )  # fmt: skip
    total = Sums()
    for kind, count, distance_mm, lasted_us, fastest, first_us, last_us in rows:
        if kind == "stop":
            total += Sums(stopped_us=lasted_us, stops=count)
        else:
            total += Sums(
                distance_mm=distance_mm, moving_us=lasted_us, trips=count, max_speed_mps=fastest,
                first_us=first_us, last_us=last_us,
            )  # fmt: skip
    return total


async def edges(tx: Reading, device_no: int, span: TimeSpan) -> list[TimelineEntry]:
    """The trips and stops that reach over an end of the span, or still last."""
    begin = await timeline.touching(
        tx, device_no, TimeSpan(span.begin_us, span.begin_us + 1), kinds=_KINDS, after_us=None, limit=8
    )
    end = await timeline.touching(
        tx, device_no, TimeSpan(span.end_us - 1, span.end_us), kinds=_KINDS, after_us=None, limit=8
    )
    over = {
        (each.started_at_us, each.kind): each
        for each in (*begin, *end)
        if each.started_at_us < span.begin_us or each.ended_at_us is None or each.ended_at_us > span.end_us
    }
    return list(over.values())


async def passages(tx: Reading, device_no: int, span: TimeSpan) -> list[Passage]:
    """What fences told in the span, and the last that each told before it."""
    rows = await tx.fetch(
        "SELECT at_us, geofence_id, kind, crossed FROM fence_event WHERE device_no = ? AND at_us >= ?"
        " AND at_us < ? AND kind <> 'dwell'"
        " UNION ALL SELECT e.at_us, e.geofence_id, e.kind, e.crossed FROM fence_event e JOIN"
        " (SELECT geofence_id, MAX(at_us) AS newest_us FROM fence_event WHERE device_no = ? AND at_us < ?"
        " AND kind <> 'dwell' GROUP BY geofence_id) n ON e.geofence_id = n.geofence_id"
        " AND e.at_us = n.newest_us WHERE e.device_no = ? AND e.kind <> 'dwell'",
        device_no, span.begin_us, _EVER, device_no, span.begin_us, device_no,
    )  # fmt: skip
    return [Passage(at_us, geofence_id, kind, bool(crossed)) for at_us, geofence_id, kind, crossed in rows]


async def geofences(tx: Reading, organisation: str) -> tuple[dict[str, str], dict[str, int]]:
    """Id → newest name of every fence that there is or was, and id → when it was removed (microseconds)."""
    rows = await tx.fetch(
        "SELECT id, name, until_us, revision FROM geofence WHERE organisation = ? ORDER BY id, revision",
        organisation,
    )
    names = {id: name for id, name, _, _ in rows}
    ends = {id: until_us for id, _, until_us, _ in rows}
    return names, {id: until_us for id, until_us in ends.items() if until_us is not None}


async def fixes(tx: Reading, device_no: int, device_id: str, span: TimeSpan, *, limit: int) -> list[Fix]:
    """Those that count, in the order of time."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM position WHERE device_no = ? AND fixed_at_us >= ? AND fixed_at_us <= ?"
        " AND rejected = 0 ORDER BY fixed_at_us LIMIT ?",
        device_no, span.begin_us, span.end_us, limit,
    )  # fmt: skip
    return [fix_of(device_id, row) for row in rows]


async def trips_or_stops(tx: Reading, organisation: str, span: TimeSpan, *, kind: str) -> int:
    """How many begin in the span, of all devices."""
    return await _number(
        tx,
        "SELECT COUNT(*) FROM device d JOIN segment s ON s.device_no = d.no WHERE d.organisation = ?"
        " AND s.started_at_us >= ? AND s.started_at_us < ? AND s.kind = ?",
        organisation, span.begin_us, span.end_us, kind,
    )  # fmt: skip


async def devices(tx: Reading, organisation: str) -> int:
    return await _number(tx, "SELECT COUNT(*) FROM device WHERE organisation = ?", organisation)


async def _number(tx: Reading, sql: str, *args: object) -> int:
    row = await tx.fetch_one(sql, *args)
    return 0 if row is None else int(row[0])
