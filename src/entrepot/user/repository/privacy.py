"""Consents, exports and receipts of erasure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us


class StoredExport(msgspec.Struct, frozen=True, kw_only=True):
    """An export that gathers, or is ready; `asked` are the contexts that were asked."""

    id: str
    person: str
    wrapped: bytes
    requested_at: datetime
    asked: str


async def record_consent(tx: Transaction, person: str, *, purpose: str, given: bool, at: datetime) -> None:
    """Record what a person said. All of it stays as evidence; the last holds."""
    await tx.execute(
        "INSERT INTO consent (id, person, purpose, given, at_us) VALUES (?, ?, ?, ?, ?)",
        new_id(), person, purpose, given, to_us(at),
    )  # fmt: skip


async def consents(tx: Reading, person: str) -> Sequence[tuple[str, bool, datetime]]:
    """Return all that a person ever said, the oldest first."""
    rows = await tx.fetch("SELECT purpose, given, at_us FROM consent WHERE person = ? ORDER BY id", person)
    return [(purpose, bool(given), from_us(at_us)) for purpose, given, at_us in rows]


async def begin_export(tx: Transaction, new: StoredExport) -> None:
    await tx.execute(
        "INSERT INTO export (id, person, wrapped, requested_at_us, asked) VALUES (?, ?, ?, ?, ?)",
        new.id, new.person, new.wrapped, to_us(new.requested_at), new.asked,
    )  # fmt: skip


async def export_of(tx: Reading, person: str) -> StoredExport | None:
    row = await tx.fetch_one(
        "SELECT id, person, wrapped, requested_at_us, asked FROM export WHERE person = ?", person
    )
    return None if row is None else _export(row)


async def add_part(tx: Transaction, export: str, *, context: str, sealed: bytes) -> None:
    """Add a part, unless the export is gone by now."""
    if await tx.fetch_one("SELECT 1 FROM export WHERE id = ?", export) is None:
        return
    await tx.execute(
        "INSERT INTO export_part (export, context, sealed) VALUES (?, ?, ?)"
        " ON CONFLICT (export, context) DO UPDATE SET sealed = excluded.sealed",
        export, context, sealed,
    )  # fmt: skip


async def parts(tx: Reading, export: str) -> Mapping[str, bytes]:
    rows = await tx.fetch("SELECT context, sealed FROM export_part WHERE export = ? ORDER BY context", export)
    return {context: bytes(sealed) for context, sealed in rows}


async def drop_export(tx: Transaction, person: str) -> None:
    await tx.execute(
        "DELETE FROM export_part WHERE export IN (SELECT id FROM export WHERE person = ?)", person
    )
    await tx.execute("DELETE FROM export WHERE person = ?", person)


async def drop_old_exports(tx: Transaction, *, before: datetime) -> None:
    old = "SELECT id FROM export WHERE requested_at_us < ?"
    await tx.execute(f"DELETE FROM export_part WHERE export IN ({old})", to_us(before))
    await tx.execute("DELETE FROM export WHERE requested_at_us < ?", to_us(before))


async def record_erasure(tx: Transaction, id: str, *, at: datetime) -> None:
    await tx.execute("INSERT INTO erasure (id, erased_at_us) VALUES (?, ?)", id, to_us(at))


def _export(row: Row) -> StoredExport:
    id, person, wrapped, requested_us, asked = row
    return StoredExport(
        id=id, person=person, wrapped=bytes(wrapped), requested_at=from_us(requested_us), asked=asked
    )
