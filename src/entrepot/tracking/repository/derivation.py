"""What the engine goes on from, and what it found: states, checkpoints, segments, fence events."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import Definition, FenceEvent, FenceRevision
from entrepot.tracking.model.limits import fitted
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import Watched
from entrepot.tracking.repository.position import COLUMNS as POSITION
from entrepot.tracking.repository.position import columns_of

# Before everything that a device can have said.
BEGINNING_US = -1


class Tracked(msgspec.Struct, kw_only=True):
    """A device with where its derivation stands; `state` is None before its first fix. Of a hidden one only
    its person (`only_for`) is told, or nobody, who has the id of the device.
    """

    no: int
    organisation: str
    name: str
    simulated: bool
    watched: Watched
    state: bytes | None
    newest_us: int
    since_checkpoint: int
    closed_mm: int
    clock_us: int
    floor_us: int
    contact_at_us: int
    only_for: str = ""
    privacy: Privacy = Privacy()


_TRACKED = (
    "SELECT d.no, d.id, d.organisation, d.name, d.simulated, d.filter, d.alerts, v.state, v.newest_us,"
    " v.since_checkpoint, v.closed_mm, v.clock_us, v.floor_us, l.contact_at_us,"
    " CASE WHEN d.hidden = 0 THEN '' WHEN d.person_id = '' THEN d.id ELSE d.person_id END, d.privacy, d.kind"
    " FROM device d LEFT JOIN derivation v ON v.device_no = d.no LEFT JOIN latest l ON l.device_no = d.no"
    " WHERE "
)
_WORKING = "d.revoked_at_us IS NULL"


async def tracked(tx: Reading, ids: Sequence[str]) -> dict[str, Tracked]:
    """Those of these devices that are enrolled and not revoked."""
    if tx.dialect == "sqlite":
        rows = await tx.fetch(
            f"{_TRACKED}{_WORKING} AND d.id IN (SELECT value FROM json_each(?))",
            msgspec.json.encode(ids).decode(),
        )
    else:
        rows = await tx.fetch(f"{_TRACKED}{_WORKING} AND d.id = ANY(?)", list(ids))
    return {row[1]: _tracked(row) for row in rows}


async def tracked_number(tx: Reading, no: int) -> Tracked | None:
    """By its number, revoked or not."""
    row = await tx.fetch_one(f"{_TRACKED} d.no = ?", no)
    return None if row is None else _tracked(row)


async def due(tx: Reading, *, now_us: int, limit: int) -> list[Tracked]:
    """Devices that the clock must look at."""
    rows = await tx.fetch(
        f"{_TRACKED}{_WORKING} AND l.due_at_us <= ? ORDER BY l.due_at_us LIMIT ?", now_us, limit
    )
    return [_tracked(row) for row in rows]


def _tracked(row: Row) -> Tracked:
    (
        no, id, organisation, name, simulated, filter, alerts, state, newest_us, since_checkpoint, closed_mm,
        clock_us, floor_us, contact_at_us, only_for, privacy, kind,
    ) = row  # fmt: skip
    return Tracked(
        no=no,
        organisation=organisation,
        name=name,
        simulated=bool(simulated),
        watched=Watched(id=id, filter=fitted(_filter(filter), kind), alerts=_alerts(alerts)),
        state=None if state is None else bytes(state),
        newest_us=BEGINNING_US if newest_us is None else newest_us,
        since_checkpoint=since_checkpoint or 0,
        closed_mm=closed_mm or 0,
        clock_us=clock_us or 0,
        floor_us=BEGINNING_US if floor_us is None else floor_us,
        contact_at_us=contact_at_us or 0,
        only_for=only_for,
        privacy=privacy_of(privacy),
    )


@lru_cache(maxsize=4_096)
def privacy_of(text: str) -> Privacy:
    return msgspec.json.decode(text, type=Privacy)


@lru_cache(maxsize=4_096)
def _filter(text: str) -> FilterSettings:
    return msgspec.json.decode(text, type=FilterSettings)


@lru_cache(maxsize=4_096)
def _alerts(text: str) -> AlertSettings:
    return msgspec.json.decode(text, type=AlertSettings)


# ---- where a device is -----------------------------------------------------------------------------

_DERIVATION = (
    "INSERT INTO derivation"
    " (device_no, state, newest_us, since_checkpoint, closed_mm, clock_us, floor_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device_no) DO UPDATE SET state = excluded.state,"
    " newest_us = excluded.newest_us, since_checkpoint = excluded.since_checkpoint,"
    " closed_mm = excluded.closed_mm, clock_us = excluded.clock_us, floor_us = excluded.floor_us"
)
_LATEST = (
    f"INSERT INTO latest (device_no, {POSITION}, contact_at_us, motion, motion_since_us, odometer_mm,"
    " due_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device_no) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in POSITION.split(", "))
    + ", contact_at_us = excluded.contact_at_us, motion = excluded.motion,"
    " motion_since_us = excluded.motion_since_us, odometer_mm = excluded.odometer_mm,"
    " due_at_us = excluded.due_at_us"
)


class LatestState(msgspec.Struct, frozen=True):
    """What `latest` says besides the fix."""

    motion: str
    motion_since_us: int | None
    odometer_mm: int
    due_at_us: int | None


async def keep(tx: Transaction, devices: Iterable[Tracked]) -> None:
    await tx.execute_many(
        _DERIVATION,
        (
            (d.no, d.state, d.newest_us, d.since_checkpoint, d.closed_mm, d.clock_us, d.floor_us)
            for d in devices
        ),
    )


async def show(tx: Transaction, rows: Iterable[tuple[Tracked, Fix, LatestState]]) -> None:
    """Where devices are now."""
    await tx.execute_many(
        _LATEST,
        (
            (
                device.no, *columns_of(fix), device.contact_at_us, latest.motion,
                latest.motion_since_us, latest.odometer_mm, latest.due_at_us,
            )
            for device, fix, latest in rows
        ),
    )  # fmt: skip


async def touch(tx: Transaction, rows: Iterable[tuple[Tracked, int | None]]) -> None:
    """Devices were heard of (`contact_at_us`), and the clock looks again at `due_at_us`."""
    await tx.execute_many(
        "INSERT INTO latest (device_no, contact_at_us, motion, odometer_mm, due_at_us)"
        " VALUES (?, ?, 'unseen', 0, ?) ON CONFLICT (device_no) DO UPDATE SET"
        " contact_at_us = excluded.contact_at_us, due_at_us = excluded.due_at_us",
        ((device.no, device.contact_at_us, due_at_us) for device, due_at_us in rows),
    )


async def stand_still(tx: Transaction, rows: Iterable[tuple[Tracked, int | None]]) -> None:
    """Devices move no more, as the clock found, which looks again at `due_at_us`. Their odometers stay."""
    await tx.execute_many(
        "UPDATE latest SET motion = 'waiting', motion_since_us = NULL, due_at_us = ? WHERE device_no = ?",
        ((due_at_us, device.no) for device, due_at_us in rows),
    )


# ---- checkpoints -----------------------------------------------------------------------------------


async def checkpoint_before(tx: Reading, no: int, *, before_us: int) -> tuple[int, bytes] | None:
    row = await tx.fetch_one(
        "SELECT at_us, state FROM checkpoint WHERE device_no = ? AND at_us < ? ORDER BY at_us DESC LIMIT 1",
        no, before_us,
    )  # fmt: skip
    return None if row is None else (row[0], bytes(row[1]))


async def checkpoint_after(tx: Reading, no: int, *, after_us: int) -> tuple[int, bytes] | None:
    row = await tx.fetch_one(
        "SELECT at_us, state FROM checkpoint WHERE device_no = ? AND at_us > ? ORDER BY at_us LIMIT 1",
        no, after_us,
    )  # fmt: skip
    return None if row is None else (row[0], bytes(row[1]))


async def set_checkpoints(tx: Transaction, rows: Iterable[tuple[int, int, bytes]]) -> None:
    await tx.execute_many(
        "INSERT INTO checkpoint (device_no, at_us, state) VALUES (?, ?, ?)"
        " ON CONFLICT (device_no, at_us) DO UPDATE SET state = excluded.state",
        rows,
    )


async def thin_checkpoints(tx: Transaction, no: int, *, before_us: int, apart_us: int) -> None:
    """Of the old ones keep one per period of time, the newest."""
    await tx.execute(
        "DELETE FROM checkpoint WHERE device_no = ? AND at_us < ? AND at_us NOT IN (SELECT MAX(at_us)"
        " FROM checkpoint WHERE device_no = ? AND at_us < ? GROUP BY at_us / ?)",
        no, before_us, no, before_us, apart_us,
    )  # fmt: skip


async def forget_checkpoints(tx: Transaction, no: int, *, before_us: int) -> None:
    await tx.execute("DELETE FROM checkpoint WHERE device_no = ? AND at_us < ?", no, before_us)


# ---- segments --------------------------------------------------------------------------------------

_SEGMENT = (
    "kind, started_at_us, decided_us, latitude_e7, longitude_e7, ended_at_us, closed_us, end_latitude_e7,"
    " end_longitude_e7, distance_mm, max_speed_mps"
)
_PUT_SEGMENT = (
    f"INSERT INTO segment (device_no, revised_at_us, {_SEGMENT})"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device_no, started_at_us, kind) DO UPDATE SET "
    + ", ".join(
        f"{name} = excluded.{name}"
        for name in ("revised_at_us, " + _SEGMENT).split(", ")
        if name not in ("kind", "started_at_us")
    )
)


async def put_segments(tx: Transaction, rows: Iterable[tuple[int, int | None, Segment]]) -> None:
    """(device number, when it was revised, segment)."""
    await tx.execute_many(
        _PUT_SEGMENT, ((no, revised_us, *_segment_row(segment)) for no, revised_us, segment in rows)
    )


async def segments_between(
    tx: Reading, no: int, *, after_us: int, until_us: int | None
) -> dict[tuple[int, str], Segment]:
    """Those begun or ended by fixes of this period, or open, by start and kind."""
    until = 2**63 - 1 if until_us is None else until_us
    rows = await tx.fetch(
        f"SELECT {_SEGMENT} FROM segment WHERE device_no = ? AND ((decided_us > ? AND decided_us <= ?)"
        " OR (closed_us > ? AND closed_us <= ?) OR ended_at_us IS NULL)",
        no, after_us, until, after_us, until,
    )  # fmt: skip
    return {(row[1], row[0]): _segment(row) for row in rows}


async def remove_segments(tx: Transaction, no: int, keys: Iterable[tuple[int, str]]) -> None:
    await tx.execute_many(
        "DELETE FROM segment WHERE device_no = ? AND started_at_us = ? AND kind = ?",
        ((no, started_at_us, kind) for started_at_us, kind in keys),
    )


def rounded_segment(segment: Segment) -> Segment:
    """As it will be read again."""
    return _segment(_segment_row(segment))


def _segment_row(segment: Segment) -> Row:
    return (
        segment.kind,
        segment.started_at_us,
        segment.decided_us,
        round(segment.latitude * 1e7),
        round(segment.longitude * 1e7),
        segment.ended_at_us,
        segment.closed_us,
        None if segment.end_latitude is None else round(segment.end_latitude * 1e7),
        None if segment.end_longitude is None else round(segment.end_longitude * 1e7),
        segment.distance_mm,
        segment.max_speed_mps,
    )


def _segment(row: Row) -> Segment:
    return Segment(
        kind=row[0],
        started_at_us=row[1],
        decided_us=row[2],
        latitude=row[3] / 1e7,
        longitude=row[4] / 1e7,
        ended_at_us=row[5],
        closed_us=row[6],
        end_latitude=None if row[7] is None else row[7] / 1e7,
        end_longitude=None if row[8] is None else row[8] / 1e7,
        distance_mm=row[9],
        max_speed_mps=row[10],
    )


# ---- fences and what they saw ------------------------------------------------------------------------


async def fence_stamp(tx: Reading, organisation: str) -> tuple[object, ...]:
    """Changes whenever a fence of the organisation does: revisions are only added and closed."""
    row = await tx.fetch_one(
        "SELECT COUNT(*), COUNT(until_us), MAX(created_at_us) FROM geofence WHERE organisation = ?",
        organisation,
    )
    assert row is not None
    return row


async def fence_revisions(tx: Reading, organisation: str) -> list[tuple[str, int, int | None]]:
    """Id, revision and end of every fence that there ever was: late fixes see the closed ones."""
    rows = await tx.fetch(
        "SELECT id, revision, until_us FROM geofence WHERE organisation = ? ORDER BY id, revision",
        organisation,
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def fences(tx: Reading, organisation: str, *, since_us: int) -> list[FenceRevision]:
    """The revisions made at or after a moment."""
    rows = await tx.fetch(
        "SELECT id, name, definition, revision, from_us, until_us,"
        " CASE WHEN revision = 1 THEN created_at_us ELSE 0 END"
        " FROM geofence WHERE organisation = ? AND created_at_us >= ?",
        organisation, since_us,
    )  # fmt: skip
    return [
        FenceRevision(
            id=row[0],
            name=row[1],
            definition=msgspec.json.decode(row[2], type=Definition),
            revision=row[3],
            from_us=row[4],
            until_us=row[5],
            seen_from_us=row[6],
        )
        for row in rows
    ]


async def add_fence_events(tx: Transaction, rows: Iterable[tuple[int, bool, FenceEvent]]) -> None:
    """(device number, whether it was found late, event)."""
    await tx.execute_many(
        "INSERT INTO fence_event (device_no, late, geofence_id, kind, at_us, decided_us, latitude_e7,"
        " longitude_e7, crossed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (device_no, at_us, geofence_id, kind) DO UPDATE SET decided_us = excluded.decided_us,"
        " latitude_e7 = excluded.latitude_e7, longitude_e7 = excluded.longitude_e7,"
        " crossed = excluded.crossed",
        (
            (
                no, int(late), said.geofence_id, said.kind, said.at_us, said.decided_us,
                round(said.latitude * 1e7), round(said.longitude * 1e7), int(said.crossed),
            )
            for no, late, said in rows
        ),
    )  # fmt: skip


async def fence_events_between(
    tx: Reading, no: int, *, after_us: int, until_us: int | None
) -> set[tuple[int, str, str]]:
    """Time, fence and kind of what fixes of this period, or the clock, showed."""
    rows = await tx.fetch(
        "SELECT at_us, geofence_id, kind FROM fence_event WHERE device_no = ? AND decided_us > ?"
        " AND decided_us <= ?",
        no, after_us, 2**63 - 1 if until_us is None else until_us,
    )  # fmt: skip
    return {(row[0], row[1], row[2]) for row in rows}


async def remove_fence_events(tx: Transaction, no: int, keys: Iterable[tuple[int, str, str]]) -> None:
    await tx.execute_many(
        "DELETE FROM fence_event WHERE device_no = ? AND at_us = ? AND geofence_id = ? AND kind = ?",
        ((no, *key) for key in keys),
    )


async def forget(tx: Transaction, no: int, *, before_us: int) -> None:
    """Segments and fence events that ended before a moment."""
    await tx.execute("DELETE FROM segment WHERE device_no = ? AND ended_at_us < ?", no, before_us)
    await tx.execute("DELETE FROM fence_event WHERE device_no = ? AND at_us < ?", no, before_us)


async def forget_all(tx: Transaction, no: int) -> None:
    """Everything that tells where a device was, but its odometer and its last contact."""
    unknown = ", ".join(f"{name} = NULL" for name in POSITION.split(", "))
    await tx.execute(
        f"UPDATE latest SET {unknown}, motion = 'unseen', motion_since_us = NULL, due_at_us = NULL"
        " WHERE device_no = ?",
        no,
    )
    for table in ("segment", "fence_event", "checkpoint"):
        await tx.execute(f"DELETE FROM {table} WHERE device_no = ?", no)
