"""Data keys of organisations, wrapped: under them stands whom they screened."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Transaction


async def of(tx: Reading, organisation: str) -> bytes | None:
    row = await tx.fetch_one("SELECT wrapped FROM screening_key WHERE organisation = ?", organisation)
    return None if row is None else bytes(row[0])


async def page(tx: Reading, *, after: str, limit: int) -> Sequence[tuple[str, bytes]]:
    """(organisation, wrapped key) of those that follow."""
    rows = await tx.fetch(
        "SELECT organisation, wrapped FROM screening_key WHERE organisation > ?"
        " ORDER BY organisation LIMIT ?",
        after, limit,
    )  # fmt: skip
    return [(row[0], bytes(row[1])) for row in rows]


async def replace(tx: Transaction, organisation: str, *, wrapped: bytes) -> None:
    await tx.execute("UPDATE screening_key SET wrapped = ? WHERE organisation = ?", wrapped, organisation)


async def add(tx: Transaction, organisation: str, *, wrapped: bytes) -> None:
    await tx.execute("INSERT INTO screening_key (organisation, wrapped) VALUES (?, ?)", organisation, wrapped)
