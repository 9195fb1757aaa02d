"""Which looks at alerts were said already."""

from entrepot.core.ports import Transaction

_KEY = "organisation = ? AND reader = ? AND minute_us = ?"


async def is_news(
    tx: Transaction, *, organisation: str, reader: str, minute_us: int, begin_us: int, end_us: int
) -> bool:
    """Whether the reader saw more than was said of this minute; from now on it is said."""
    key = (organisation, reader, minute_us)
    known = await tx.fetch_one(f"SELECT begin_us, end_us FROM alert_look WHERE {_KEY}", *key)
    if known is not None and known[0] <= begin_us and known[1] >= end_us:
        return False
    if known is not None:
        begin_us, end_us = min(known[0], begin_us), max(known[1], end_us)
    await tx.execute(
        "INSERT INTO alert_look (organisation, reader, minute_us, begin_us, end_us) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (organisation, reader, minute_us)"
        " DO UPDATE SET begin_us = excluded.begin_us, end_us = excluded.end_us",
        *key, begin_us, end_us,
    )  # fmt: skip
    return True


async def forget(tx: Transaction, *, before_us: int) -> None:
    await tx.execute("DELETE FROM alert_look WHERE minute_us < ?", before_us)


async def forget_reader(tx: Transaction, reader: str) -> None:
    await tx.execute("DELETE FROM alert_look WHERE reader = ?", reader)
