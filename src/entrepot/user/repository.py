"""The user context's SQL."""

from datetime import datetime

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.routes import Cursor, Page
from entrepot.core.time import from_us, to_us
from entrepot.user.model import ApiKey

_COLUMNS = "id, name, scopes, created_at_us, expires_at_us, revoked_at_us"


async def add_key(tx: Transaction, key: ApiKey, *, organisation: str, digest: str) -> None:
    await tx.execute(
        "INSERT INTO api_key (id, organisation, name, scopes, digest, created_at_us, expires_at_us)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        key.id, organisation, key.name, " ".join(key.scopes), digest, to_us(key.created_at),
        None if key.expires_at is None else to_us(key.expires_at),
    )  # fmt: skip


async def keys(tx: Reading, *, organisation: str, query: Cursor) -> Page[ApiKey]:
    """An organisation's keys, the oldest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM api_key WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?",
        organisation, query.cursor or "", query.limit + 1,
    )  # fmt: skip
    items = [_key(row) for row in rows[: query.limit]]
    return Page(items, items[-1].id if len(rows) > query.limit else None)


async def key_by_digest(tx: Reading, digest: str) -> tuple[ApiKey, str] | None:
    """The key and its organisation."""
    row = await tx.fetch_one(f"SELECT {_COLUMNS}, organisation FROM api_key WHERE digest = ?", digest)
    return None if row is None else (_key(row), row[6])


async def revoke_key(tx: Transaction, key_id: str, *, organisation: str, at: datetime) -> bool:
    """Whether there was such a key that still worked."""
    return await tx.execute(
        "UPDATE api_key SET revoked_at_us = ? WHERE id = ? AND organisation = ? AND revoked_at_us IS NULL",
        to_us(at), key_id, organisation,
    ) > 0  # fmt: skip


async def revoke_token(tx: Transaction, token_id: str, *, at: datetime) -> None:
    await tx.execute(
        "INSERT INTO revoked_token (id, revoked_at_us) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        token_id, to_us(at),
    )  # fmt: skip


async def token_is_revoked(tx: Reading, token_id: str) -> bool:
    return await tx.fetch_one("SELECT 1 FROM revoked_token WHERE id = ?", token_id) is not None


async def forget_revoked_tokens(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM revoked_token WHERE revoked_at_us < ?", to_us(before))


def _key(row: Row) -> ApiKey:
    return ApiKey(
        id=row[0],
        name=row[1],
        scopes=row[2].split(" "),
        created_at=from_us(row[3]),
        expires_at=None if row[4] is None else from_us(row[4]),
        revoked_at=None if row[5] is None else from_us(row[5]),
    )
