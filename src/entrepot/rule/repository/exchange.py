"""The exchange rates that the operator loaded."""

from collections.abc import Sequence
from datetime import date

from entrepot.core.ports import Reading, Transaction
from entrepot.trade.exchange import ExchangeRate

_COLUMNS = "source, base, quote, per, value, since, until"


async def holding(tx: Reading, day: date) -> list[ExchangeRate]:
    """Return every rate that holds on that day; of one source and pair there may be several."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM exchange_rate WHERE since <= ? AND until >= ?", str(day), str(day)
    )
    return [_rate(row) for row in rows]


async def page(tx: Reading, day: date, *, after: tuple[str, str, str, str], limit: int) -> list[ExchangeRate]:
    """Return the rates that hold on that day, by source, pair and first day: one more than a page has."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM exchange_rate WHERE since <= ? AND until >= ?"
        " AND (source, base, quote, since) > (?, ?, ?, ?) ORDER BY source, base, quote, since LIMIT ?",
        str(day), str(day), *after, limit + 1,
    )  # fmt: skip
    return [_rate(row) for row in rows]


async def put(tx: Transaction, rates: Sequence[ExchangeRate]) -> None:
    await tx.execute_many(
        f"INSERT INTO exchange_rate ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, base, quote, since) DO UPDATE"
        " SET per = excluded.per, value = excluded.value, until = excluded.until",
        [(*each[:5], str(each.since), str(each.until)) for each in rates],
    )


async def count(tx: Reading) -> int:
    row = await tx.fetch_one("SELECT count(*) FROM exchange_rate")
    return int(row[0]) if row else 0


async def drop(tx: Transaction, source: str) -> int:
    return await tx.execute("DELETE FROM exchange_rate WHERE source = ?", source)


def _rate(row: Sequence[object]) -> ExchangeRate:
    source, base, quote, per, value, since, until = row
    return ExchangeRate(
        str(source), str(base), str(quote), float(str(per)), float(str(value)),
        date.fromisoformat(str(since)), date.fromisoformat(str(until)),
    )  # fmt: skip
