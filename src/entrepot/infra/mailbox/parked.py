"""Events whose handler failed wait here with those of the same key behind them, while everything else
goes on. SQL over `inbox_parked`; only the first of a key has a time at which it is due.
"""

from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.infra.mailbox.hearing import Heard

_BEHIND_AT_ONCE = 200


class Parked(msgspec.Struct, frozen=True):
    """One parked event, as it is stored."""

    source: str
    place: int
    sequence: int
    key: str
    type: str
    body: bytes
    attempts: int
    error: str


async def keys(tx: Reading, source: str) -> set[str]:
    """Return the keys that are held up: one step through the index per key, however many events wait."""
    rows = await tx.fetch(
        "WITH RECURSIVE held (key) AS ("
        " SELECT (SELECT min(key) FROM inbox_parked WHERE source = ?)"
        " UNION ALL"
        " SELECT (SELECT min(key) FROM inbox_parked WHERE source = ? AND key > held.key)"
        " FROM held WHERE held.key IS NOT NULL"
        ") SELECT key FROM held WHERE key IS NOT NULL",
        source,
        source,
    )
    return {key for (key,) in rows}


async def park(tx: Transaction, source: str, *, heard: Heard, next_at_us: int | None, error: str) -> None:
    """Park an event. `next_at_us` is None if it waits behind another of its key."""
    await tx.execute(
        "INSERT INTO inbox_parked (source, place, sequence, key, type, body, attempts, next_at_us, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        source,
        heard.place,
        heard.sequence,
        heard.key,
        heard.type,
        bytes(heard.body),
        1 if error else 0,
        next_at_us,
        error,
    )


async def put_back(tx: Transaction, parked: Parked, *, now_us: int) -> None:
    """Park an event again, in its old place among those of its key."""
    heard = Heard(parked.sequence, parked.place, parked.body, parked.key, parked.type)
    await park(tx, parked.source, heard=heard, next_at_us=None, error="")
    await tx.execute(
        "UPDATE inbox_parked SET next_at_us = NULL WHERE source = ? AND key = ?", parked.source, parked.key
    )
    await first_is_due(tx, parked.source, key=parked.key, now_us=now_us)


async def due(tx: Reading, *, now_us: int, latest_us: int) -> Sequence[tuple[str, str]]:
    """Return (source, key) whose first event may be tried again, the longest due first. Nobody puts one off
    past `latest_us`: what is due then was put off by a clock that was ahead.
    """
    rows = await tx.fetch(
        "SELECT source, key FROM inbox_parked WHERE next_at_us <= ? OR next_at_us > ?"
        " ORDER BY next_at_us LIMIT 100",
        now_us,
        latest_us,
    )
    return [(source, key) for source, key in rows]


async def next_due_us(tx: Reading) -> int | None:
    row = await tx.fetch_one("SELECT min(next_at_us) FROM inbox_parked WHERE next_at_us IS NOT NULL")
    return row[0] if row else None


async def waiting(tx: Reading, source: str, *, key: str) -> Sequence[Parked]:
    rows = await tx.fetch(
        "SELECT source, place, sequence, key, type, body, attempts, error FROM inbox_parked"
        " WHERE source = ? AND key = ? ORDER BY place LIMIT ?",
        source,
        key,
        _BEHIND_AT_ONCE,
    )
    return [Parked(*row) for row in rows]


async def remove(tx: Transaction, parked: Parked) -> None:
    await tx.execute(
        "DELETE FROM inbox_parked WHERE source = ? AND key = ? AND place = ?",
        parked.source,
        parked.key,
        parked.place,
    )


async def postpone(tx: Transaction, parked: Parked, *, next_at_us: int, error: str) -> None:
    await tx.execute(
        "UPDATE inbox_parked SET attempts = attempts + 1, next_at_us = ?, error = ?"
        " WHERE source = ? AND key = ? AND place = ?",
        next_at_us,
        error,
        parked.source,
        parked.key,
        parked.place,
    )


async def first_is_due(tx: Transaction, source: str, *, key: str, now_us: int) -> None:
    """Make the event due that is first of its key now, if it waited behind another until now."""
    await tx.execute(
        "UPDATE inbox_parked SET next_at_us = ? WHERE source = ? AND key = ? AND next_at_us IS NULL"
        " AND place = (SELECT min(place) FROM inbox_parked WHERE source = ? AND key = ?)",
        now_us,
        source,
        key,
        source,
        key,
    )
