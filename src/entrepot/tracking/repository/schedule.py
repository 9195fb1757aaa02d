"""Schedules of reports, of their makers."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.schedule import ReportSchedule

_COLUMNS = "id, report, every, at_clock, timezone, device, above_mps, created_at_us, next_us"


async def add(tx: Transaction, new: ReportSchedule, *, organisation: str, made_by: str) -> None:
    await tx.execute(
        f"INSERT INTO report_schedule ({_COLUMNS}, organisation, made_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.report, new.every, new.at, new.timezone, new.device, new.above_mps,
        to_us(new.created_at), to_us(new.next_at), organisation, made_by,
    )  # fmt: skip


async def page(
    tx: Reading, *, organisation: str, made_by: str, after: str, limit: int
) -> Sequence[ReportSchedule]:
    """The first made first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM report_schedule WHERE organisation = ? AND made_by = ? AND id > ?"
        " ORDER BY id LIMIT ?",
        organisation, made_by, after, limit,
    )  # fmt: skip
    return [_schedule(row) for row in rows]


async def of_person(tx: Reading, person: str) -> Sequence[ReportSchedule]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM report_schedule WHERE made_by = ? ORDER BY id", person)
    return [_schedule(row) for row in rows]


async def due(tx: Reading, *, now_us: int, limit: int) -> Sequence[tuple[ReportSchedule, str, str]]:
    """(schedule, organisation, person), the longest overdue first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS}, organisation, made_by FROM report_schedule WHERE next_us <= ?"
        " ORDER BY next_us, id LIMIT ?",
        now_us, limit,
    )  # fmt: skip
    return [(_schedule(row[:-2]), row[-2], row[-1]) for row in rows]


async def move(tx: Transaction, id: str, *, next_us: int) -> None:
    await tx.execute("UPDATE report_schedule SET next_us = ? WHERE id = ?", next_us, id)


async def remove(tx: Transaction, id: str, *, organisation: str, made_by: str) -> bool:
    """Whether there was such a schedule."""
    return await tx.execute(
        "DELETE FROM report_schedule WHERE id = ? AND organisation = ? AND made_by = ?",
        id, organisation, made_by,
    ) > 0  # fmt: skip


async def remove_of(tx: Transaction, person: str, *, organisation: str | None) -> None:
    """All of a person, in one organisation or everywhere."""
    await tx.execute(
        "DELETE FROM report_schedule WHERE made_by = ? AND (? = 1 OR organisation = ?)",
        person, int(organisation is None), organisation or "",
    )  # fmt: skip


async def remove_about(tx: Transaction, device: str) -> None:
    await tx.execute("DELETE FROM report_schedule WHERE device = ?", device)


def _schedule(row: Row) -> ReportSchedule:
    id, report, every, at, timezone, device, above_mps, created_us, due_us = row
    return ReportSchedule(
        id=id,
        report=report,
        every=every,
        at=at,
        timezone=timezone,
        device=device,
        above_mps=above_mps,
        created_at=from_us(created_us),
        next_at=from_us(due_us),
    )
