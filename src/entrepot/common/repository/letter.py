"""Which letters were sent."""

from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import to_us


async def was_sent(tx: Reading, id: str) -> bool:
    return await tx.fetch_one("SELECT 1 FROM letter WHERE id = ?", id) is not None


async def record(tx: Transaction, id: str, *, at: datetime) -> None:
    await tx.execute("INSERT INTO letter (id, sent_at_us) VALUES (?, ?)", id, to_us(at))


async def forget(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM letter WHERE sent_at_us < ?", to_us(before))
