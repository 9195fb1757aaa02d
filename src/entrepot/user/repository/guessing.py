"""Wrong proofs in a row by account and ground, and the places from which people signed in."""

from collections.abc import Collection
from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import to_us
from entrepot.user.model.guessing import Guesses


async def guesses(tx: Reading, account: str, *, ground: str) -> Guesses:
    row = await tx.fetch_one(
        "SELECT count, until_us, last_us FROM guess WHERE account = ? AND ground = ?", account, ground
    )
    return Guesses() if row is None else Guesses(*row)


async def set_guesses(tx: Transaction, account: str, *, ground: str, guesses: Guesses) -> None:
    await tx.execute(
        "INSERT INTO guess (account, ground, count, until_us, last_us) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account, ground) DO UPDATE SET count = excluded.count, until_us = excluded.until_us,"
        " last_us = excluded.last_us",
        account, ground, guesses.count, guesses.until_us, guesses.last_us,
    )  # fmt: skip


async def forgive(tx: Transaction, account: str, *, ground: str) -> None:
    await tx.execute("DELETE FROM guess WHERE account = ? AND ground = ?", account, ground)


async def forgive_all(tx: Transaction, account: str) -> None:
    await tx.execute("DELETE FROM guess WHERE account = ?", account)


async def drop_old_guesses(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM guess WHERE last_us < ?", to_us(before))


async def places(tx: Reading, person: str, *, since: datetime) -> Collection[str]:
    """Return from where a person signed in."""
    rows = await tx.fetch(
        "SELECT place FROM known_place WHERE person = ? AND seen_at_us >= ?", person, to_us(since)
    )
    return {place for (place,) in rows}


async def remember_places(
    tx: Transaction, person: str, *, places: Collection[str], at: datetime, most: int
) -> None:
    """Remember these beside the newest others."""
    await tx.execute_many(
        "INSERT INTO known_place (person, place, seen_at_us) VALUES (?, ?, ?)"
        " ON CONFLICT (person, place) DO UPDATE SET seen_at_us = excluded.seen_at_us",
        [(person, place, to_us(at)) for place in places],
    )
    await tx.execute(
        "DELETE FROM known_place WHERE person = ? AND place NOT IN"
        " (SELECT place FROM known_place WHERE person = ? ORDER BY seen_at_us DESC, place LIMIT ?)",
        person, person, most,
    )  # fmt: skip


async def drop_places_of(tx: Transaction, person: str) -> None:
    await tx.execute("DELETE FROM known_place WHERE person = ?", person)


async def drop_old_places(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM known_place WHERE seen_at_us < ?", to_us(before))
