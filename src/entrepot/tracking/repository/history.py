"""Positions as they are read: by device and time, and by nothing else."""

from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Reading, Row
from entrepot.core.time import from_us
from entrepot.tracking.model.fix import Rejection, told_accuracy_m
from entrepot.tracking.model.history import Position, TimeSpan

COLUMNS = (
    "fixed_at_us, received_at_us, latitude_e7, longitude_e7, accuracy_dm, altitude_dm, speed_cms, course_dd,"
    " battery_pct, rejected, attributes"
)
_attributes = msgspec.json.Decoder(dict[str, object]).decode


async def rows(
    tx: Reading, device_no: int, when: TimeSpan, *, limit: int, with_rejected: bool = False
) -> Sequence[Row]:
    """The oldest first."""
    chosen = "" if with_rejected else " AND rejected = 0"
    return await tx.fetch(
        f"SELECT {COLUMNS} FROM position WHERE device_no = ? AND fixed_at_us >= ? AND fixed_at_us < ?"
        f"{chosen} ORDER BY fixed_at_us LIMIT ?",
        device_no, when.begin_us, when.end_us, limit,
    )  # fmt: skip


async def newest(tx: Reading, device_no: int, *, limit: int) -> list[Position]:
    """The newest, oldest first; what was put aside too."""
    found = await tx.fetch(
        f"SELECT {COLUMNS} FROM position WHERE device_no = ? ORDER BY fixed_at_us DESC LIMIT ?",
        device_no, limit,
    )  # fmt: skip
    return [position(row) for row in reversed(found)]


async def count(tx: Reading, device_no: int) -> int:
    row = await tx.fetch_one("SELECT COUNT(*) FROM position WHERE device_no = ?", device_no)
    assert row is not None
    number: int = row[0]
    return number


def position(row: Row) -> Position:
    fixed, received, lat, lon, accuracy, altitude, speed, course, battery, rejected, attributes = row
    accuracy_m = None if accuracy is None else accuracy / 10
    said = None if attributes is None else _attributes(attributes)
    return Position(
        from_us(fixed),
        from_us(received),
        lat / 1e7,
        lon / 1e7,
        accuracy_m if said is None else told_accuracy_m(accuracy_m, said),
        None if altitude is None else altitude / 10,
        None if speed is None else speed / 100,
        None if course is None else course / 10,
        battery,
        said,
        Rejection(rejected).reason if rejected else None,
    )
