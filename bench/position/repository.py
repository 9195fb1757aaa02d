"""The position context's SQL. The twins use the same statements."""

from bench.position.model import Position
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

INSERT = (
    "INSERT INTO position (id, device, latitude, longitude, altitude_m, speed_mps, course_deg, fixed_at_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
SELECT = (
    "SELECT id, device, latitude, longitude, altitude_m, speed_mps, course_deg, fixed_at_us"
    " FROM position WHERE id = ?"
)


def row_of(position: Position) -> Row:
    return (
        position.id, position.device, position.latitude, position.longitude,
        position.altitude_m, position.speed_mps, position.course_deg, to_us(position.fixed_at),
    )  # fmt: skip


def position_of(row: Row) -> Position:
    return Position(
        id=row[0],
        device=row[1],
        latitude=row[2],
        longitude=row[3],
        altitude_m=row[4],
        speed_mps=row[5],
        course_deg=row[6],
        fixed_at=from_us(row[7]),
    )


async def add(tx: Transaction, position: Position) -> None:
    await tx.execute(INSERT, *row_of(position))


async def add_report(tx: Transaction, position: Position) -> None:
    await tx.execute("INSERT INTO report (id, device) VALUES (?, ?)", position.id, position.device)


async def position(tx: Reading, id: str) -> Position | None:
    row = await tx.fetch_one(SELECT, id)
    return None if row is None else position_of(row)
