"""Imported tables of the Harmonized System; the newest answers."""

from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us, to_us


async def newest(tx: Reading) -> tuple[str, str, datetime] | None:
    """(edition, digest, when it was imported) of the table that answers, if one was imported."""
    row = await tx.fetch_one(
        "SELECT edition, digest, imported_at_us FROM hs_table ORDER BY imported_at_us DESC, digest LIMIT 1"
    )
    return None if row is None else (row[0], row[1], from_us(row[2]))


async def body(tx: Reading, digest: str) -> bytes | None:
    row = await tx.fetch_one("SELECT body FROM hs_table WHERE digest = ?", digest)
    return None if row is None else bytes(row[0])


async def put(tx: Transaction, *, edition: str, digest: str, body: bytes, by: str, at: datetime) -> None:
    """Keep a table, or make one that is kept the newest again."""
    again = await tx.execute(
        "UPDATE hs_table SET imported_at_us = ?, imported_by = ? WHERE digest = ? AND edition = ?",
        to_us(at), by, digest, edition,
    )  # fmt: skip
    if not again:
        await tx.execute(
            "INSERT INTO hs_table (digest, edition, body, imported_at_us, imported_by)"
            " VALUES (?, ?, ?, ?, ?)",
            digest, edition, body, to_us(at), by,
        )  # fmt: skip


async def drop(tx: Transaction, *, edition: str, digest: str) -> None:
    await tx.execute("DELETE FROM hs_table WHERE edition = ? AND digest = ?", edition, digest)


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    await tx.execute("UPDATE hs_table SET imported_by = 'erased' WHERE imported_by = ?", person_id)
