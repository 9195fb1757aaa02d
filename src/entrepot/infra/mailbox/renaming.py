"""Gives a context its new name in what other contexts keep of it: how far they heard its log, what of it
waits or was given up, and that it reads theirs.
"""

from entrepot.core.ports import Transaction

_NAMED = (
    ("inbox", "source"),
    ("inbox_parked", "source"),
    ("dead_letter", "source"),
    ("outbox_reader", "reader"),
)


async def rename_context(tx: Transaction, old: str, new: str) -> bool:
    """In one context's database, whether it says anything of it or not, which is the answer. `old` may stand
    there alone or with a place, as in `old@hub`.
    """
    length = len(old) + 1
    changed = 0
    for table, column in _NAMED:
        changed += await tx.execute(
            f"UPDATE {table} SET {column} = ? || substr({column}, ?)"
            f" WHERE {column} = ? OR substr({column}, 1, ?) = ?",
            new,
            length,
            old,
            length,
            f"{old}@",
        )
    return changed > 0
