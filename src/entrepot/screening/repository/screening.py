"""Screenings: who was screened, and the hits, sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "id, organisation, subject, sealed, threshold, watch, state, lists, created_by, created_at_us,"
    " screened_at_us"
)


class StoredScreening(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is a keyed hash of who was screened; `sealed` is who, and the hits."""

    id: str
    organisation: str
    subject: str
    sealed: bytes
    threshold: float
    watch: bool
    state: str
    lists: str
    created_by: str
    created_at: datetime
    screened_at: datetime


async def add(tx: Transaction, new: StoredScreening) -> None:
    await tx.execute(
        f"INSERT INTO screening ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.organisation, new.subject, new.sealed, new.threshold, int(new.watch), new.state,
        new.lists, new.created_by, to_us(new.created_at), to_us(new.screened_at),
    )  # fmt: skip


async def find(tx: Reading, id: str, *, organisation: str) -> StoredScreening | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM screening WHERE id = ? AND organisation = ?", id, organisation
    )
    return None if row is None else _screening(row)


async def page(
    tx: Reading, *, organisation: str, before: str | None, state: str | None, watch: bool | None, limit: int
) -> Sequence[StoredScreening]:
    """Return an organisation's screenings, the newest first."""
    where, args = "organisation = ?", list[Any]([organisation])
    for clause, value in (("id < ?", before), ("state = ?", state), ("watch = ?", watch)):
        if value is not None:
            where += f" AND {clause}"
            args.append(int(value) if isinstance(value, bool) else value)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM screening WHERE {where} ORDER BY id DESC LIMIT ?", *args, limit
    )
    return [_screening(row) for row in rows]


async def of_subject(tx: Reading, subject: str, *, organisation: str) -> Sequence[StoredScreening]:
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM screening WHERE organisation = ? AND subject = ? ORDER BY id LIMIT 1000",
        organisation, subject,
    )  # fmt: skip
    return [_screening(row) for row in rows]


async def outdated(tx: Reading, *, lists: str, limit: int) -> Sequence[StoredScreening]:
    """Return watched screenings that searched other versions of the lists than these."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM screening WHERE watch = 1 AND lists <> ? ORDER BY id LIMIT ?", lists, limit
    )
    return [_screening(row) for row in rows]


async def update(
    tx: Transaction, id: str, *, sealed: bytes, state: str, lists: str, screened_at: datetime
) -> None:
    await tx.execute(
        "UPDATE screening SET sealed = ?, state = ?, lists = ?, screened_at_us = ? WHERE id = ?",
        sealed, state, lists, to_us(screened_at), id,
    )  # fmt: skip


async def watch(tx: Transaction, id: str, *, watched: bool) -> None:
    await tx.execute("UPDATE screening SET watch = ? WHERE id = ?", int(watched), id)


async def remove(tx: Transaction, id: str) -> None:
    await tx.execute("DELETE FROM screening WHERE id = ?", id)


async def forget_older(tx: Transaction, *, than: datetime) -> None:
    """Forget screenings that nobody watches and that are older than this."""
    await tx.execute("DELETE FROM screening WHERE watch = 0 AND created_at_us < ?", to_us(than))


async def made_by(tx: Reading, person_id: str) -> Sequence[tuple[str, datetime]]:
    """Return (id, when) of the newest that somebody made."""
    made = await tx.fetch(
        "SELECT id, created_at_us FROM screening WHERE created_by = ? ORDER BY id DESC LIMIT 5000", person_id
    )
    return [(id, from_us(at)) for id, at in made]


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    await tx.execute("UPDATE screening SET created_by = 'erased' WHERE created_by = ?", person_id)


def _screening(row: Row) -> StoredScreening:
    id, organisation, subject, sealed, threshold, watch, state, lists, by, created, screened = row
    return StoredScreening(
        id=id, organisation=organisation, subject=subject, sealed=bytes(sealed), threshold=threshold,
        watch=bool(watch), state=state, lists=lists, created_by=by, created_at=from_us(created),
        screened_at=from_us(screened),
    )  # fmt: skip
