"""Wrapped data keys."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Transaction

TABLES = ("data_key",)


async def add(tx: Transaction, owner: str, *, wrapped: bytes) -> None:
    """Add a wrapped key, unless the owner has one already."""
    await tx.execute(
        "INSERT INTO data_key (owner, wrapped) VALUES (?, ?) ON CONFLICT (owner) DO NOTHING", owner, wrapped
    )


async def find(tx: Reading, owner: str) -> bytes | None:
    row = await tx.fetch_one("SELECT wrapped FROM data_key WHERE owner = ?", owner)
    return None if row is None else bytes(row[0])


async def page(tx: Reading, *, after: str, limit: int) -> Sequence[tuple[str, bytes]]:
    rows = await tx.fetch(
        "SELECT owner, wrapped FROM data_key WHERE owner > ? ORDER BY owner LIMIT ?", after, limit
    )
    return [(owner, bytes(wrapped)) for owner, wrapped in rows]


async def replace(tx: Transaction, owner: str, *, wrapped: bytes) -> None:
    await tx.execute("UPDATE data_key SET wrapped = ? WHERE owner = ?", wrapped, owner)


async def destroy(tx: Transaction, owner: str) -> None:
    await tx.execute("DELETE FROM data_key WHERE owner = ?", owner)
