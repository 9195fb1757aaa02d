"""Notices, and how often one of their like was sent."""

from datetime import datetime

import msgspec

from entrepot.common.model.notice import Notice
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "id, key, organisation, kind, severity, subject, place, facts, late, simulated, occurred_at_us,"
    " withdrawn_at_us"
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, str | float | bool | None]).decode


async def add(tx: Transaction, notice: Notice, *, at: datetime) -> bool:
    """Whether it is new: nothing with its key was sent before."""
    return await tx.execute(
        f"INSERT INTO notice ({_COLUMNS}, told_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (organisation, key) DO NOTHING",
        notice.id, notice.key, notice.organisation, notice.kind, notice.severity, notice.subject,
        notice.place, _encode(notice.facts).decode(), int(notice.late), int(notice.simulated),
        to_us(notice.occurred_at), None, to_us(at),
    ) > 0  # fmt: skip


async def find(tx: Reading, id: str) -> Notice | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM notice WHERE id = ?", id)
    return None if row is None else _notice(row)


async def by_key(tx: Reading, key: str, *, organisation: str) -> Notice | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM notice WHERE organisation = ? AND key = ?", organisation, key
    )
    return None if row is None else _notice(row)


async def withdraw(tx: Transaction, id: str, *, at: datetime) -> None:
    """Withdraw a notice. Its key is free again: the same may turn out true after all."""
    await tx.execute(
        "UPDATE notice SET withdrawn_at_us = ?, key = key || ' ' || id WHERE id = ?", to_us(at), id
    )


async def remove_about(tx: Transaction, subject: str) -> None:
    """Forget every notice about it; that something was sent stays on record."""
    about = "SELECT id FROM notice WHERE subject = ?"
    await tx.execute(f"DELETE FROM notification WHERE notice_id IN ({about})", subject)
    await tx.execute("DELETE FROM throttle WHERE subject = ?", subject)
    await tx.execute(
        "UPDATE delivery SET status = 'cancelled', due_us = NULL, error = 'What it said was erased.'"
        f" WHERE status IN ('waiting', 'held') AND letter_id IS NULL AND notice_id IN ({about})",
        subject,
    )
    await tx.execute("DELETE FROM notice WHERE subject = ?", subject)


async def forget(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM notification WHERE filed_at_us < ?", to_us(before))
    await tx.execute("DELETE FROM throttle WHERE told_at_us < ?", to_us(before))
    await tx.execute("DELETE FROM notice WHERE told_at_us < ?", to_us(before))


# ---- throttling -------------------------------------------------------------------------------------


async def last_sent(tx: Reading, notice: Notice, *, person: str) -> tuple[datetime, int] | None:
    """Return when the person last got one of its like, and how many were held back since."""
    row = await tx.fetch_one(
        "SELECT told_at_us, unsent FROM throttle WHERE person = ? AND organisation = ? AND kind = ?"
        " AND subject = ? AND place = ?",
        person, *_like(notice),
    )  # fmt: skip
    return None if row is None else (from_us(row[0]), row[1])


async def hold_back(tx: Transaction, notice: Notice, *, person: str) -> None:
    await tx.execute(
        "UPDATE throttle SET unsent = unsent + 1 WHERE person = ? AND organisation = ? AND kind = ?"
        " AND subject = ? AND place = ?",
        person, *_like(notice),
    )  # fmt: skip


async def note_sent(tx: Transaction, notice: Notice, *, person: str, at: datetime) -> None:
    await tx.execute(
        "INSERT INTO throttle (person, organisation, kind, subject, place, told_at_us, unsent)"
        " VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (person, organisation, kind, subject, place)"
        " DO UPDATE SET told_at_us = excluded.told_at_us, unsent = 0",
        person, *_like(notice), to_us(at),
    )  # fmt: skip


def _like(notice: Notice) -> tuple[str, str, str, str]:
    return notice.organisation, notice.kind, notice.subject, notice.place


def _notice(row: Row) -> Notice:
    id, key, organisation, kind, severity, subject, place, facts, late, simulated, occurred, withdrawn = row
    return Notice(
        id=id,
        key=key,
        organisation=organisation,
        kind=kind,
        severity=severity,
        subject=subject,
        place=place,
        occurred_at=from_us(occurred),
        facts=_decode(facts),
        late=bool(late),
        simulated=bool(simulated),
        withdrawn_at=None if withdrawn is None else from_us(withdrawn),
    )
