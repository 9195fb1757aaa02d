"""What was decided about hits. It counts until the subject or the entry changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.screening.model.decision import HitVerdict

_COLUMNS = (
    "id, organisation, subject, list, entry, entry_digest, verdict, reason, decided_by, decided_at_us,"
    " sealed_entry"
)


class StoredDecision(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    organisation: str
    subject: str
    list: str
    entry: str
    entry_digest: str
    verdict: HitVerdict
    reason: bytes
    decided_by: str
    decided_at: datetime
    sealed_entry: bytes | None


Decided = Mapping[tuple[str, str], Sequence[StoredDecision]]


async def add(tx: Transaction, new: StoredDecision) -> None:
    await tx.execute(
        f"INSERT INTO screening_decision ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.organisation, new.subject, new.list, new.entry, new.entry_digest, new.verdict, new.reason,
        new.decided_by, to_us(new.decided_at), new.sealed_entry,
    )  # fmt: skip


async def of_subject(tx: Reading, subject: str, *, organisation: str) -> Decided:
    """Return every decision about a subject, the newest first, by list and entry."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM screening_decision WHERE organisation = ? AND subject = ? ORDER BY id DESC",
        organisation, subject,
    )  # fmt: skip
    found: dict[tuple[str, str], list[StoredDecision]] = {}
    for row in rows:
        found.setdefault((row[3], row[4]), []).append(_decision(row))
    return found


async def remove_of(tx: Transaction, subject: str, *, organisation: str) -> None:
    await tx.execute(
        "DELETE FROM screening_decision WHERE organisation = ? AND subject = ?", organisation, subject
    )


async def forget_older(tx: Transaction, *, than: datetime) -> None:
    """Forget decisions that are older than this and that no screening needs."""
    await tx.execute(
        "DELETE FROM screening_decision WHERE decided_at_us < ? AND NOT EXISTS (SELECT 1 FROM screening"
        " WHERE screening.organisation = screening_decision.organisation"
        " AND screening.subject = screening_decision.subject)",
        to_us(than),
    )


async def made_by(tx: Reading, person_id: str) -> Sequence[tuple[str, str, datetime]]:
    """Return (id, verdict, when) of the newest that somebody made."""
    decided = await tx.fetch(
        "SELECT id, verdict, decided_at_us FROM screening_decision WHERE decided_by = ? ORDER BY id DESC"
        " LIMIT 5000",
        person_id,
    )
    return [(id, verdict, from_us(at)) for id, verdict, at in decided]


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    await tx.execute("UPDATE screening_decision SET decided_by = 'erased' WHERE decided_by = ?", person_id)


def _decision(row: Row) -> StoredDecision:
    id, organisation, subject, name, entry, digest, verdict, reason, by, at, sealed = row
    return StoredDecision(
        id=id, organisation=organisation, subject=subject, list=name, entry=entry, entry_digest=digest,
        verdict=verdict, reason=bytes(reason), decided_by=by, decided_at=from_us(at),
        sealed_entry=None if sealed is None else bytes(sealed),
    )  # fmt: skip
