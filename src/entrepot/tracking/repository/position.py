"""Positions: every fix that was accepted, the left-out ones with their reason."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.tracking.model.fix import Fix, Rejection

COLUMNS = (
    "fixed_at_us, received_at_us, latitude_e7, longitude_e7, accuracy_dm, altitude_dm, speed_cms, course_dd,"
    " battery_pct, attributes"
)
_WITH_REASON = f"device_no, rejected, {COLUMNS}"
_REPLACED = ", ".join(
    f"{name} = excluded.{name}" for name in ("rejected, " + COLUMNS).split(", ") if name != "fixed_at_us"
)
_ADD = (
    f"INSERT INTO position ({_WITH_REASON}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device_no, fixed_at_us)"
)
# What neither neighbours nor later fixes can bring back is not folded again; but an inaccurate fix tells
# of its battery and of alarms.
_DERIVABLE = (
    f"(rejected = {int(Rejection.KEPT)} OR rejected BETWEEN {int(Rejection.INACCURATE)}"
    f" AND {int(Rejection.MIN_DISTANCE)})"
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def columns_of(fix: Fix) -> tuple[object, ...]:
    """The values of `COLUMNS`, of a fix that is `rounded`."""
    accuracy, altitude, speed = fix.accuracy_m, fix.altitude_m, fix.speed_mps
    course, battery = fix.course_deg, fix.battery_pct
    return (
        fix.fixed_at_us,
        fix.received_at_us,
        round(fix.latitude * 1e7),
        round(fix.longitude * 1e7),
        None if accuracy is None else round(accuracy * 10),
        None if altitude is None else round(altitude * 10),
        None if speed is None else round(speed * 100),
        None if course is None else round(course * 10),
        None if battery is None else round(battery),
        None if not fix.attributes else _encode(fix.attributes).decode(),
    )


def fix_of(device_id: str, columns: Sequence[Any]) -> Fix:
    """The fix that `COLUMNS` hold."""
    fixed_at_us, received_at_us, latitude, longitude, accuracy, altitude, speed, course, battery, said = (
        columns
    )
    return Fix(
        device_id,
        fixed_at_us,
        received_at_us,
        latitude / 1e7,
        longitude / 1e7,
        None if accuracy is None else accuracy / 10,
        None if altitude is None else altitude / 10,
        None if speed is None else speed / 100,
        None if course is None else course / 10,
        None if battery is None else float(battery),
        None if said is None else _decode(said),
    )


async def put(tx: Transaction, rows: Iterable[tuple[int, int, Fix]]) -> None:
    """(device number, rejection, fix), replacing what stood at the same time."""
    statement = f"{_ADD} DO UPDATE SET {_REPLACED}"
    await tx.execute_many(statement, ((no, reason, *columns_of(fix)) for no, reason, fix in rows))


async def put_aside(tx: Transaction, rows: Iterable[tuple[int, int, Fix]]) -> None:
    """As `put`, but what stands stays."""
    statement = f"{_ADD} DO NOTHING"
    await tx.execute_many(statement, ((no, reason, *columns_of(fix)) for no, reason, fix in rows))


async def judge(tx: Transaction, rows: Iterable[tuple[int, int, int]]) -> None:
    """(device number, time, rejection): decide anew about stored fixes."""
    await tx.execute_many(
        "UPDATE position SET rejected = ? WHERE device_no = ? AND fixed_at_us = ?",
        ((reason, no, at_us) for no, at_us, reason in rows),
    )


async def stored_at(tx: Reading, no: int, device_id: str, times_us: Sequence[int]) -> dict[int, Fix]:
    """What of these moments is stored already and may be folded."""
    found: dict[int, Fix] = {}
    for start in range(0, len(times_us), 500):
        some = times_us[start : start + 500]
        rows = await tx.fetch(
            f"SELECT {COLUMNS} FROM position WHERE device_no = ? AND {_DERIVABLE}"
            f" AND fixed_at_us IN ({', '.join('?' * len(some))})",
            no, *some,
        )  # fmt: skip
        found.update((row[0], fix_of(device_id, row)) for row in rows)
    return found


async def rejections_at(tx: Reading, no: int, times_us: Sequence[int]) -> dict[int, int]:
    """What is stored at these moments, with its rejection."""
    found: dict[int, int] = {}
    for start in range(0, len(times_us), 500):
        some = times_us[start : start + 500]
        rows = await tx.fetch(
            "SELECT fixed_at_us, rejected FROM position WHERE device_no = ?"
            f" AND fixed_at_us IN ({', '.join('?' * len(some))})",
            no, *some,
        )  # fmt: skip
        found.update((row[0], row[1]) for row in rows)
    return found


async def following(
    tx: Reading, no: int, device_id: str, *, after_us: int, until_us: int | None, limit: int
) -> list[tuple[int, Fix]]:
    """(rejection, fix) in the order of time, after a moment and up to another."""
    rows = await tx.fetch(
        f"SELECT rejected, {COLUMNS} FROM position WHERE device_no = ? AND fixed_at_us > ?"
        f" AND fixed_at_us <= ? AND {_DERIVABLE} ORDER BY fixed_at_us LIMIT ?",
        no, after_us, 2**63 - 1 if until_us is None else until_us, limit,
    )  # fmt: skip
    return [(row[0], fix_of(device_id, row[1:])) for row in rows]


async def newest_kept(tx: Reading, no: int, device_id: str) -> Fix | None:
    row = await tx.fetch_one(
        f"SELECT {COLUMNS} FROM position WHERE device_no = ? AND rejected = 0"
        " ORDER BY fixed_at_us DESC LIMIT 1",
        no,
    )
    return None if row is None else fix_of(device_id, row)


async def forget(tx: Transaction, no: int, *, before_us: int) -> int:
    return await tx.execute("DELETE FROM position WHERE device_no = ? AND fixed_at_us < ?", no, before_us)
