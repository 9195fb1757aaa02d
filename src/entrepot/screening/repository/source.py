"""What became of refreshing lists."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = "list, seen, checked_at_us, good_at_us, error, outcome, version, added, changed, removed, wanted"


class StoredSource(msgspec.Struct, frozen=True, kw_only=True):
    list: str
    seen: str = ""
    checked_at: datetime | None = None
    good_at: datetime | None = None
    error: str = ""
    outcome: str = "never"
    version: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    wanted: bool = False


async def every(tx: Reading) -> Mapping[str, StoredSource]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM party_source ORDER BY list")
    return {
        row[0]: StoredSource(
            list=row[0], seen=row[1], checked_at=from_us(row[2]) if row[2] else None,
            good_at=None if row[3] is None else from_us(row[3]), error=row[4], outcome=row[5], version=row[6],
            added=row[7], changed=row[8], removed=row[9], wanted=bool(row[10]),
        )
        for row in rows
    }  # fmt: skip


async def put(tx: Transaction, source: StoredSource) -> None:
    await tx.execute("DELETE FROM party_source WHERE list = ?", source.list)
    await tx.execute(
        f"INSERT INTO party_source ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        source.list, source.seen, to_us(source.checked_at) if source.checked_at else 0,
        None if source.good_at is None else to_us(source.good_at), source.error, source.outcome,
        source.version,
        source.added, source.changed, source.removed, int(source.wanted),
    )  # fmt: skip
