"""Places, habits and judgements of devices."""

from collections.abc import Iterable, Mapping

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.tracking.model.pattern import Habits, Judgement, StayPlace, UnusualReason
from entrepot.tracking.model.segment import Segment

_PLACE = (
    "id, latitude_e7, longitude_e7, radius_m, visits, dwell_us, first_us, last_us, kind, score, fixed, name,"
    " hours"
)
_SEGMENT = (
    "kind, started_at_us, ended_at_us, latitude_e7, longitude_e7, end_latitude_e7, end_longitude_e7,"
    " distance_mm"
)
_hours = msgspec.json.Decoder(list[float]).decode
_line = msgspec.json.Decoder(list[float]).decode
_habits = msgspec.json.Decoder(Habits).decode
_reasons = msgspec.json.Decoder(list[UnusualReason]).decode


class Watch(msgspec.Struct, frozen=True):
    """A device to be looked at, and what it does; what was learned of it, if anything was."""

    no: int
    motion: str
    since_us: int
    learned_at_us: int | None


class TripLine(msgspec.Struct, frozen=True):
    """A trip's line, and what the trip was when it was made."""

    ended_at_us: int
    distance_mm: int
    points: list[float]


class LearnedHabits(msgspec.Struct, frozen=True):
    """What was learned, and when."""

    learned_at_us: int
    habits: Habits | None


# ---- who is to be looked at ------------------------------------------------------------------------------


async def due(tx: Reading, *, now_us: int, limit: int) -> list[Watch]:
    """Devices that do something else than when they were last looked at, or whose time has come."""
    rows = await tx.fetch(
        "SELECT l.device_no, l.motion, COALESCE(l.motion_since_us, 0), h.learned_at_us FROM latest l"
        " JOIN device d ON d.no = l.device_no LEFT JOIN habit h ON h.device_no = l.device_no"
        " WHERE d.purged_at_us IS NULL AND ((h.device_no IS NULL AND l.motion_since_us IS NOT NULL)"
        " OR h.due_at_us <= ? OR h.motion <> l.motion OR h.since_us <> COALESCE(l.motion_since_us, 0))"
        " ORDER BY COALESCE(h.due_at_us, 0), l.device_no LIMIT ?",
        now_us, limit,
    )  # fmt: skip
    return [Watch(*row) for row in rows]


async def stands(tx: Reading, device_no: int) -> bool:
    """Whether the device is still there, and not being removed."""
    row = await tx.fetch_one("SELECT 1 FROM device WHERE no = ? AND purged_at_us IS NULL", device_no)
    return row is not None


async def seen(
    tx: Transaction, watch: Watch, *, learned_at_us: int, due_at_us: int, habits: Habits | None
) -> None:
    """What is known now; the habits stay as they are, if none are given."""
    told = None if habits is None else msgspec.json.encode(habits).decode()
    await tx.execute(
        "INSERT INTO habit (device_no, learned_at_us, motion, since_us, due_at_us, habits)"
        " VALUES (?, ?, ?, ?, ?, COALESCE(?, '')) ON CONFLICT (device_no) DO UPDATE SET"
        " learned_at_us = excluded.learned_at_us, motion = excluded.motion, since_us = excluded.since_us,"
        " due_at_us = excluded.due_at_us,"
        " habits = CASE WHEN excluded.habits = '' THEN habit.habits ELSE excluded.habits END",
        watch.no, learned_at_us, watch.motion, watch.since_us, due_at_us, told,
    )  # fmt: skip


async def learned(tx: Reading, device_no: int) -> LearnedHabits | None:
    row = await tx.fetch_one("SELECT learned_at_us, habits FROM habit WHERE device_no = ?", device_no)
    return None if row is None else LearnedHabits(row[0], _habits(row[1]) if row[1] else None)


# ---- what is learned from ----------------------------------------------------------------------------


async def segments(tx: Reading, device_no: int, *, since_us: int, limit: int) -> list[Segment]:
    """The newest that began after a moment, the last first."""
    rows = await tx.fetch(
        f"SELECT {_SEGMENT} FROM segment WHERE device_no = ? AND started_at_us >= ?"
        " ORDER BY started_at_us DESC LIMIT ?",
        device_no, since_us, limit,
    )  # fmt: skip
    return [_segment(row) for row in rows]


async def lines(tx: Reading, device_no: int, *, since_us: int) -> dict[int, TripLine]:
    """By the beginning of the trip."""
    rows = await tx.fetch(
        "SELECT started_at_us, ended_at_us, distance_mm, line FROM trip_line WHERE device_no = ?"
        " AND started_at_us >= ?",
        device_no, since_us,
    )  # fmt: skip
    return {row[0]: TripLine(row[1], row[2], _line(row[3])) for row in rows}


async def put_lines(tx: Transaction, device_no: int, made: Mapping[int, TripLine]) -> None:
    await tx.execute_many(
        "INSERT INTO trip_line (device_no, started_at_us, ended_at_us, distance_mm, line)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (device_no, started_at_us) DO UPDATE SET"
        " ended_at_us = excluded.ended_at_us, distance_mm = excluded.distance_mm, line = excluded.line",
        [
            (device_no, at_us, line.ended_at_us, line.distance_mm, msgspec.json.encode(line.points).decode())
            for at_us, line in made.items()
        ],
    )


async def forget_lines(tx: Transaction, device_no: int, *, before_us: int) -> None:
    await tx.execute("DELETE FROM trip_line WHERE device_no = ? AND started_at_us < ?", device_no, before_us)


# ---- places ------------------------------------------------------------------------------------------


async def places(tx: Reading, device_no: int) -> list[StayPlace]:
    """The one that was visited first first."""
    rows = await tx.fetch(f"SELECT {_PLACE} FROM place WHERE device_no = ? ORDER BY first_us, id", device_no)
    return [_place(row) for row in rows]


async def place(tx: Reading, device_no: int, id: str) -> StayPlace | None:
    row = await tx.fetch_one(f"SELECT {_PLACE} FROM place WHERE device_no = ? AND id = ?", device_no, id)
    return None if row is None else _place(row)


async def put_places(tx: Transaction, device_no: int, found: Iterable[StayPlace]) -> None:
    """As they were learned. What people said of them stays."""
    await tx.execute_many(
        f"INSERT INTO place (device_no, {_PLACE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET latitude_e7 = excluded.latitude_e7,"
        " longitude_e7 = excluded.longitude_e7, radius_m = excluded.radius_m, visits = excluded.visits,"
        " dwell_us = excluded.dwell_us, first_us = excluded.first_us, last_us = excluded.last_us,"
        " kind = CASE WHEN place.fixed = 1 THEN place.kind ELSE excluded.kind END,"
        " score = CASE WHEN place.fixed = 1 THEN 1 ELSE excluded.score END, hours = excluded.hours",
        [(device_no, *_place_row(each)) for each in found],
    )


async def describe(tx: Transaction, place: StayPlace) -> None:
    """What a person says of it."""
    await tx.execute(
        "UPDATE place SET name = ?, kind = ?, score = ?, fixed = ? WHERE id = ?",
        place.name, place.kind, place.score, int(place.fixed), place.id,
    )  # fmt: skip


async def remove_places(tx: Transaction, device_no: int, ids: Iterable[str]) -> None:
    await tx.execute_many("DELETE FROM place WHERE device_no = ? AND id = ?", ((device_no, id) for id in ids))


# ---- judgements --------------------------------------------------------------------------------------


async def judgements(
    tx: Reading, device_no: int, *, since_us: int, limit: int
) -> list[tuple[Judgement, bool]]:
    """With whether it was told, the newest first."""
    rows = await tx.fetch(
        "SELECT began_us, ended_us, score, reasons, told FROM judgement WHERE device_no = ? AND began_us >= ?"
        " ORDER BY began_us DESC LIMIT ?",
        device_no, since_us, limit,
    )  # fmt: skip
    return [
        (Judgement(began_us=row[0], ended_us=row[1], score=row[2], reasons=_reasons(row[3])), bool(row[4]))
        for row in rows
    ]


async def put_judgements(tx: Transaction, device_no: int, found: Iterable[tuple[Judgement, bool]]) -> None:
    """What was told stays told, with the score that it was told with."""
    await tx.execute_many(
        "INSERT INTO judgement (device_no, began_us, ended_us, score, reasons, told)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (device_no, began_us) DO UPDATE SET"
        " ended_us = excluded.ended_us, score = excluded.score, reasons = excluded.reasons,"
        " told = excluded.told",
        [
            (
                device_no, each.began_us, each.ended_us, each.score,
                msgspec.json.encode(each.reasons).decode(), int(told),
            )
            for each, told in found
        ],
    )  # fmt: skip


async def remove_judgements(tx: Transaction, device_no: int, began_us: Iterable[int]) -> None:
    await tx.execute_many(
        "DELETE FROM judgement WHERE device_no = ? AND began_us = ?", ((device_no, at) for at in began_us)
    )


async def forget_judgements(tx: Transaction, device_no: int, *, before_us: int) -> None:
    await tx.execute("DELETE FROM judgement WHERE device_no = ? AND ended_us < ?", device_no, before_us)


# ---- what goes -----------------------------------------------------------------------------------------


async def forget(tx: Transaction, device_no: int, *, before_us: int) -> None:
    """What ended before a moment. Habits are learned anew each day, from what stays."""
    await tx.execute("DELETE FROM place WHERE device_no = ? AND last_us < ?", device_no, before_us)
    await forget_lines(tx, device_no, before_us=before_us)
    await forget_judgements(tx, device_no, before_us=before_us)


async def forget_all(tx: Transaction, device_no: int) -> None:
    """Everything, habits too."""
    for table in ("place", "trip_line", "habit", "judgement"):
        await tx.execute(f"DELETE FROM {table} WHERE device_no = ?", device_no)


# ---- rows ------------------------------------------------------------------------------------------------


def _segment(row: Row) -> Segment:
    kind, started, ended, latitude, longitude, end_latitude, end_longitude, distance_mm = row
    return Segment(
        kind=kind,
        started_at_us=started,
        decided_us=started,
        latitude=latitude / 1e7,
        longitude=longitude / 1e7,
        ended_at_us=ended,
        end_latitude=None if end_latitude is None else end_latitude / 1e7,
        end_longitude=None if end_longitude is None else end_longitude / 1e7,
        distance_mm=distance_mm,
    )


def _place_row(place: StayPlace) -> Row:
    return (
        place.id, round(place.latitude * 1e7), round(place.longitude * 1e7), place.radius_m, place.visits,
        place.dwell_us, place.first_us, place.last_us, place.kind, place.score, int(place.fixed), place.name,
        msgspec.json.encode(place.hours).decode(),
    )  # fmt: skip


def _place(row: Row) -> StayPlace:
    (
        id, latitude, longitude, radius_m, visits, dwell_us, first_us, last_us, kind, score, fixed, name,
        hours,
    ) = row  # fmt: skip
    return StayPlace(
        id=id,
        latitude=latitude / 1e7,
        longitude=longitude / 1e7,
        radius_m=radius_m,
        visits=visits,
        dwell_us=dwell_us,
        first_us=first_us,
        last_us=last_us,
        kind=kind,
        score=score,
        fixed=bool(fixed),
        name=name,
        hours=_hours(hours),
    )
