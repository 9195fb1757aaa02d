"""Screenings, decisions, and the data keys of the organisations whose they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "id, organisation, subject, sealed, threshold, watch, state, lists, created_by, created_at_us,"
    " screened_at_us"
)
_DECISION = (
    "id, organisation, subject, list, entry, entry_digest, verdict, reason, decided_by, decided_at_us,"
    " sealed_entry"
)
ERASED = "erased"


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


class StoredDecision(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    organisation: str
    subject: str
    list: str
    entry: str
    entry_digest: str
    verdict: str
    reason: bytes
    decided_by: str
    decided_at: datetime
    sealed_entry: bytes | None


Decided = Mapping[tuple[str, str], Sequence[StoredDecision]]


async def wrapped_key(tx: Reading, organisation: str) -> bytes | None:
    row = await tx.fetch_one("SELECT wrapped FROM screening_key WHERE organisation = ?", organisation)
    return None if row is None else bytes(row[0])


async def keys(tx: Reading, *, after: str, limit: int) -> Sequence[tuple[str, bytes]]:
    """(organisation, wrapped key) of those that follow."""
    rows = await tx.fetch(
        "SELECT organisation, wrapped FROM screening_key WHERE organisation > ?"
        " ORDER BY organisation LIMIT ?",
        after, limit,
    )  # fmt: skip
    return [(row[0], bytes(row[1])) for row in rows]


async def replace_key(tx: Transaction, organisation: str, *, wrapped: bytes) -> None:
    await tx.execute("UPDATE screening_key SET wrapped = ? WHERE organisation = ?", wrapped, organisation)


async def add_key(tx: Transaction, organisation: str, *, wrapped: bytes) -> None:
    await tx.execute("INSERT INTO screening_key (organisation, wrapped) VALUES (?, ?)", organisation, wrapped)


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
    """An organisation's screenings, the newest first."""
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
    """Watched screenings that were held against other versions of the lists than these."""
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


async def remove_decisions(tx: Transaction, subject: str, *, organisation: str) -> None:
    await tx.execute(
        "DELETE FROM screening_decision WHERE organisation = ? AND subject = ?", organisation, subject
    )


async def forget_older(tx: Transaction, *, than: datetime) -> None:
    """Screenings that nobody watches and that are older than this, and decisions that no screening needs."""
    await tx.execute("DELETE FROM screening WHERE watch = 0 AND created_at_us < ?", to_us(than))
    await tx.execute(
        "DELETE FROM screening_decision WHERE decided_at_us < ? AND NOT EXISTS (SELECT 1 FROM screening"
        " WHERE screening.organisation = screening_decision.organisation"
        " AND screening.subject = screening_decision.subject)",
        to_us(than),
    )


async def decide(tx: Transaction, new: StoredDecision) -> None:
    await tx.execute(
        f"INSERT INTO screening_decision ({_DECISION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.organisation, new.subject, new.list, new.entry, new.entry_digest, new.verdict, new.reason,
        new.decided_by, to_us(new.decided_at), new.sealed_entry,
    )  # fmt: skip


async def decisions(tx: Reading, subject: str, *, organisation: str) -> Decided:
    """Every decision about a subject, the newest first, by list and entry."""
    rows = await tx.fetch(
        f"SELECT {_DECISION} FROM screening_decision WHERE organisation = ? AND subject = ? ORDER BY id DESC",
        organisation, subject,
    )  # fmt: skip
    found: dict[tuple[str, str], list[StoredDecision]] = {}
    for row in rows:
        found.setdefault((row[3], row[4]), []).append(_decision(row))
    return found


async def of_person(tx: Reading, person_id: str) -> list[dict[str, object]]:
    """What somebody did here: never whom they screened, which is their organisation's."""
    made = await tx.fetch(
        "SELECT id, created_at_us FROM screening WHERE created_by = ? ORDER BY id DESC LIMIT 5000", person_id
    )
    decided = await tx.fetch(
        "SELECT id, verdict, decided_at_us FROM screening_decision WHERE decided_by = ? ORDER BY id DESC"
        " LIMIT 5000",
        person_id,
    )
    return [
        *({"did": "screened", "id": id, "at": from_us(at)} for id, at in made),
        *({"did": "decided", "id": id, "verdict": verdict, "at": from_us(at)} for id, verdict, at in decided),
    ]


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    await tx.execute("UPDATE screening SET created_by = ? WHERE created_by = ?", ERASED, person_id)
    await tx.execute("UPDATE screening_decision SET decided_by = ? WHERE decided_by = ?", ERASED, person_id)


def _screening(row: Row) -> StoredScreening:
    id, organisation, subject, sealed, threshold, watch, state, lists, by, created, screened = row
    return StoredScreening(
        id=id, organisation=organisation, subject=subject, sealed=bytes(sealed), threshold=threshold,
        watch=bool(watch), state=state, lists=lists, created_by=by, created_at=from_us(created),
        screened_at=from_us(screened),
    )  # fmt: skip


def _decision(row: Row) -> StoredDecision:
    id, organisation, subject, name, entry, digest, verdict, reason, by, at, sealed = row
    return StoredDecision(
        id=id, organisation=organisation, subject=subject, list=name, entry=entry, entry_digest=digest,
        verdict=verdict, reason=bytes(reason), decided_by=by, decided_at=from_us(at),
        sealed_entry=None if sealed is None else bytes(sealed),
    )  # fmt: skip
