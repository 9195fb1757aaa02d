"""Sessions, and the ids of tokens that were revoked."""

from collections.abc import Sequence
from datetime import datetime

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.user.model.session import Session

_COLUMNS = (
    "id, person, organisation, agent, family, newest, previous, created_at_us, rotated_at_us, expires_at_us,"
    " salt, renewed_by, factors, proved_at_us"
)


async def add(tx: Transaction, new: Session) -> None:
    await tx.execute(
        f"INSERT INTO session ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.person, new.organisation, new.agent, new.family, new.newest, new.previous,
        to_us(new.created_at), to_us(new.rotated_at), to_us(new.expires_at), new.salt, new.renewed_by,
        new.factors, to_us(new.proved_at),
    )  # fmt: skip


async def find(tx: Reading, id: str) -> Session | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM session WHERE id = ?", id)
    return None if row is None else _session(row)


async def rotate(tx: Transaction, after: Session) -> None:
    await tx.execute(
        "UPDATE session SET newest = ?, previous = ?, salt = ?, renewed_by = ?, rotated_at_us = ?,"
        " expires_at_us = ? WHERE id = ?",
        after.newest, after.previous, after.salt, after.renewed_by, to_us(after.rotated_at),
        to_us(after.expires_at), after.id,
    )  # fmt: skip


async def set_factors(tx: Transaction, id: str, *, factors: int) -> None:
    await tx.execute("UPDATE session SET factors = ? WHERE id = ?", factors, id)


async def page(tx: Reading, person: str, *, after: str, limit: int) -> Sequence[Session]:
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM session WHERE person = ? AND id > ? ORDER BY id LIMIT ?",
        person,
        after,
        limit,
    )
    return [_session(row) for row in rows]


async def ids(tx: Reading, person: str, *, organisation: str | None = None) -> Sequence[str]:
    """Return the ids of a person's sessions, or of those in one organisation."""
    rows = await tx.fetch(
        "SELECT id FROM session WHERE person = ? AND (? = 1 OR organisation = ?) ORDER BY id",
        person, int(organisation is None), organisation or "",
    )  # fmt: skip
    return [id for (id,) in rows]


async def end(tx: Transaction, id: str) -> None:
    await tx.execute("DELETE FROM session WHERE id = ?", id)


async def drop_old(tx: Transaction, *, at: datetime) -> None:
    await tx.execute("DELETE FROM session WHERE expires_at_us < ?", to_us(at))


async def revoke_token(tx: Transaction, token_id: str, *, at: datetime) -> None:
    await tx.execute(
        "INSERT INTO revoked_token (id, revoked_at_us) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        token_id, to_us(at),
    )  # fmt: skip


async def token_is_revoked(tx: Reading, token_id: str) -> bool:
    return await tx.fetch_one("SELECT 1 FROM revoked_token WHERE id = ?", token_id) is not None


async def forget_revoked_tokens(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM revoked_token WHERE revoked_at_us < ?", to_us(before))


def _session(row: Row) -> Session:
    id, person, organisation, agent, family, newest, previous, created_us, rotated_us, expires_us, *rest = row
    salt, renewed_by, factors, proved_us = rest
    return Session(
        id=id,
        person=person,
        organisation=organisation,
        agent=bytes(agent),
        family=family,
        newest=newest,
        previous=previous,
        salt=salt,
        renewed_by=renewed_by,
        created_at=from_us(created_us),
        rotated_at=from_us(rotated_us),
        expires_at=from_us(expires_us),
        factors=factors,
        proved_at=from_us(proved_us or created_us),
    )
