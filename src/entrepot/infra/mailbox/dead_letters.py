"""Dead letters: events that were given up, and losses that were noticed. Rows for a table of routes:
an operator lists them, looks at one, and has it tried again.
"""

from datetime import datetime
from typing import Literal

import msgspec

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.time import from_us
from entrepot.infra.mailbox.parked import Parked, put_back

DeadLetterKind = Literal["failed", "poison", "gap"]

_COLUMNS = "id, kind, source, place, sequence, key, type, body, error, attempts, failed_at_us"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`failed`: its handler failed every time. `poison`: it cannot be read. `gap`: events from `sequence`
    on are missing; `event` then says through which.
    """

    id: str
    kind: DeadLetterKind
    source: str
    sequence: int
    key: str
    type: str
    event: msgspec.Raw
    error: str
    attempts: int
    failed_at: datetime


async def page(tx: Reading, who: Principal, *, query: Cursor) -> Page[DeadLetter]:
    """List all dead letters, the newest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM dead_letter WHERE id < ? ORDER BY id DESC LIMIT ?",
        query.cursor or "g",  # after every id, in every collation
        query.limit + 1,
    )
    letters = [_letter(row) for row in rows[: query.limit]]
    return Page(letters, letters[-1].id if len(rows) > query.limit else None)


async def show(tx: Reading, who: Principal, *, id: str) -> DeadLetter:
    """Raises: NotFound."""
    return _letter(await _row(tx, id))


async def replay(tx: Transaction, who: Principal, *, id: str) -> DeadLetter:
    """Have a dead letter tried again soon, before later events of its key that still wait.

    Raises: NotFound; Conflict for a gap, which holds no event.
    """
    row = await _row(tx, id)
    letter = _letter(row)
    if letter.kind == "gap":
        raise Conflict("A gap holds no event that could be tried again.")
    await tx.execute("DELETE FROM dead_letter WHERE id = ?", id)
    _, _, source, place, sequence, key, kind, body, error, _, _ = row
    parked = Parked(source, place, sequence, key, kind, body, 0, error)
    await put_back(tx, parked, now_us=0)
    return letter


async def bury(
    tx: Transaction, parked: Parked, *, kind: DeadLetterKind, error: str, attempts: int, failed_at_us: int
) -> None:
    await tx.execute(
        f"INSERT INTO dead_letter ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new_id(),
        kind,
        parked.source,
        parked.place,
        parked.sequence,
        parked.key,
        parked.type,
        parked.body,
        error,
        attempts,
        failed_at_us,
    )


async def _row(tx: Reading, id: str) -> Row:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM dead_letter WHERE id = ?", id)
    if row is None:
        raise NotFound("There is no such dead letter.")
    return row


def _letter(row: Row) -> DeadLetter:
    id, kind, source, _, sequence, key, type, body, error, attempts, failed_at_us = row
    return DeadLetter(
        id=id,
        kind=kind,
        source=source,
        sequence=sequence,
        key=key,
        type=type,
        event=msgspec.Raw(body),
        error=error,
        attempts=attempts,
        failed_at=from_us(failed_at_us),
    )
