"""Copies a table's rows from one context's database into another's, page by page through the ports, so that
the two may be files, schemas or servers of any kind.
"""

from collections.abc import Sequence
from functools import partial

from entrepot.core.errors import Error
from entrepot.core.inheritance import Taken
from entrepot.core.ports import Database, Reading, Row, Transaction

_PAGE_ROWS = 250  # a row may hold a list of parties, several megabytes

_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info(?) ORDER BY cid",
    "postgres": "SELECT column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
}
_KEY = {
    "sqlite": "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
    "postgres": "SELECT k.column_name FROM information_schema.table_constraints c"
    " JOIN information_schema.key_column_usage k"
    " ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name"
    " AND k.table_name = c.table_name"
    " WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = current_schema() AND c.table_name = ?"
    " ORDER BY k.ordinal_position",
}


class Holds(Error):
    """The table that should take rows has some of its own."""


async def take(tx: Transaction, source: Database, taken: Taken) -> int:
    """Copy what the query gives into the table, which must be empty; how many rows it was.

    Nobody may write to the source meanwhile. Raises: Holds; Error for a table without a primary key.
    """
    table = f'"{taken.table}"'
    columns, key = await _names(tx, _COLUMNS, taken.table), await _names(tx, _KEY, taken.table)
    if not key:
        raise Error(f"{taken.table} has no primary key by which its rows could be read in order")
    if await tx.fetch_one(f"SELECT 1 FROM {table} LIMIT 1") is not None:
        raise Holds(f"{taken.table} has rows of its own already")
    marks = ", ".join("?" * len(columns))
    insert = f"INSERT INTO {table} ({_listed(columns)}) VALUES ({marks})"
    places = [columns.index(name) for name in key]
    count, last = 0, None
    page = partial(_page, query=taken.query, columns=columns, key=key)
    while rows := await source.read(partial(page, after=last)):
        await tx.execute_many(insert, rows)
        count, last = count + len(rows), [rows[-1][place] for place in places]
    await _check(source, taken, count=count)
    return count


async def _page(
    tx: Reading, *, query: str, columns: Sequence[str], key: Sequence[str], after: Sequence[object] | None
) -> Sequence[Row]:
    beyond = "" if after is None else f"WHERE ({_listed(key)}) > ({', '.join('?' * len(key))}) "
    sql = f"SELECT {_listed(columns)} FROM ({query}) AS taken {beyond}ORDER BY {_listed(key)} LIMIT ?"
    return await tx.fetch(sql, *(after or ()), _PAGE_ROWS)


async def _check(source: Database, taken: Taken, *, count: int) -> None:
    there = await source.read(lambda tx: tx.fetch_one(f"SELECT count(*) FROM ({taken.query}) AS taken"))
    if there != (count,):
        raise Error(f"{taken.table}: {count} rows arrived of {there}; nothing was kept")


async def _names(tx: Reading, sql: dict[str, str], table: str) -> list[str]:
    return [name for (name,) in await tx.fetch(sql[tx.dialect], table)]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
