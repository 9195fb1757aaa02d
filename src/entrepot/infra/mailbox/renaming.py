"""Gives a context its new name in what other contexts keep of it: how far they heard its log, what of it
waits or was given up, and that it reads theirs.
"""

from entrepot.core.ports import Reading, Transaction

_NAMED = (
    ("inbox", "source"),
    ("inbox_parked", "source"),
    ("dead_letter", "source"),
    ("outbox_reader", "reader"),
)


async def rename_context(tx: Transaction, old: str, new: str) -> None:
    """In one context's database; `old` may stand there alone or with a place, as in `old@hub`."""
    for table, column in _NAMED:
        await tx.execute(
            f"UPDATE {table} SET {column} = ? || substr({column}, ?)"
            f" WHERE {column} = ? OR substr({column}, 1, ?) = ?",
            new,
            len(old) + 1,
            old,
            len(old) + 1,
            f"{old}@",
        )


async def knows(tx: Reading, name: str) -> bool:
    """Whether a context's database still says anything about one of this name."""
    for table, column in _NAMED:
        sql = f"SELECT 1 FROM {table} WHERE {column} = ? OR substr({column}, 1, ?) = ? LIMIT 1"
        if await tx.fetch_one(sql, name, len(name) + 1, f"{name}@") is not None:
            return True
    return False
