"""Rules of organisations."""

from collections.abc import Sequence

import msgspec

from entrepot.alert.model.rule import ALL, AlertRule
from entrepot.core.ports import Reading, Transaction

_decode = msgspec.json.Decoder(AlertRule).decode


async def closest(tx: Reading, organisation: str, *, kind: str, subject: str) -> AlertRule | None:
    """Return the closest rule: that for both, for the subject, for the kind, or for all."""
    row = await tx.fetch_one(
        "SELECT rule FROM rule WHERE organisation = ? AND kind IN (?, ?) AND subject IN (?, '')"
        " ORDER BY CASE subject WHEN '' THEN 1 ELSE 0 END, CASE kind WHEN '*' THEN 1 ELSE 0 END LIMIT 1",
        organisation, ALL, kind, subject,
    )  # fmt: skip
    return None if row is None else _decode(row[0])


async def page(
    tx: Reading, organisation: str, *, after: tuple[str, str] | None, limit: int
) -> Sequence[AlertRule]:
    """Return rules, by kind and device."""
    rows = await tx.fetch(
        "SELECT rule FROM rule WHERE organisation = ? AND (? = 1 OR (kind, subject) > (?, ?))"
        " ORDER BY kind, subject LIMIT ?",
        organisation, int(after is None), *(after or ("", "")), limit,
    )  # fmt: skip
    return [_decode(row[0]) for row in rows]


async def count(tx: Reading, organisation: str) -> int:
    row = await tx.fetch_one("SELECT COUNT(*) FROM rule WHERE organisation = ?", organisation)
    assert row is not None
    return int(row[0])


async def put(tx: Transaction, organisation: str, rule: AlertRule) -> None:
    await tx.execute(
        "INSERT INTO rule (organisation, kind, subject, rule) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (organisation, kind, subject) DO UPDATE SET rule = excluded.rule",
        organisation, rule.kind, rule.device, msgspec.json.encode(rule).decode(),
    )  # fmt: skip


async def remove(tx: Transaction, organisation: str, *, kind: str, subject: str) -> bool:
    """Whether it was there."""
    removed = await tx.execute(
        "DELETE FROM rule WHERE organisation = ? AND kind = ? AND subject = ?", organisation, kind, subject
    )
    return removed > 0


async def forget_about(tx: Transaction, subject: str) -> None:
    await tx.execute("DELETE FROM rule WHERE subject = ?", subject)
