"""Copies of what alerts are about, from the contexts that own it."""

from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Reading, Transaction


class AlertSubject(msgspec.Struct, frozen=True):
    """A device, or another thing."""

    id: str
    name: str
    only_for: str
    retention_days: int | None
    purged: bool


async def find(tx: Reading, id: str) -> AlertSubject | None:
    row = await tx.fetch_one(
        "SELECT id, name, only_for, retention_days, purged_at_us FROM subject WHERE id = ?", id
    )
    return None if row is None else AlertSubject(row[0], row[1], row[2], row[3], row[4] is not None)


async def put(tx: Transaction, subject: AlertSubject) -> None:
    """Store a subject. A purged one stays unknown, whatever comes late."""
    await tx.execute(
        "INSERT INTO subject (id, name, only_for, retention_days) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, only_for = excluded.only_for,"
        " retention_days = excluded.retention_days WHERE subject.purged_at_us IS NULL",
        subject.id, subject.name, subject.only_for, subject.retention_days,
    )  # fmt: skip


async def purge(tx: Transaction, id: str, *, at_us: int) -> None:
    await tx.execute(
        "INSERT INTO subject (id, name, only_for, purged_at_us) VALUES (?, '', '', ?) ON CONFLICT (id)"
        " DO UPDATE SET name = '', only_for = '', retention_days = NULL,"
        " purged_at_us = excluded.purged_at_us",
        id, at_us,
    )  # fmt: skip


async def forget_purged(tx: Transaction, *, before_us: int) -> None:
    await tx.execute("DELETE FROM subject WHERE purged_at_us < ?", before_us)


async def limited(tx: Reading, *, after: str, limit: int) -> Sequence[tuple[str, int]]:
    """Return (id, days) of the subjects whose alerts stay for so many days, by id."""
    rows = await tx.fetch(
        "SELECT id, retention_days FROM subject WHERE retention_days IS NOT NULL AND id > ?"
        " ORDER BY id LIMIT ?",
        after, limit,
    )  # fmt: skip
    return [(id, days) for id, days in rows]
