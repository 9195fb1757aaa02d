"""A context that is renamed takes its database along; what others remember of it must follow."""

from entrepot.core.ports import Transaction

_NAMED = (
    ("inbox", "source"),
    ("inbox_parked", "source"),
    ("dead_letter", "source"),
    ("outbox_reader", "reader"),
)


async def rename(tx: Transaction, *, old: str, new: str) -> None:
    """In one database: go on hearing the log `old` (such as `edge@hub`) under its name `new`, and serve the
    reader `old` under its new name, both from where they stood. Doing it again changes nothing.
    """
    for table, column in _NAMED:
        await tx.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?"
            f" AND NOT EXISTS (SELECT 1 FROM {table} AS other WHERE other.{column} = ?)",
            *(new, old, new),
        )
