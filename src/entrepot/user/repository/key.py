"""API keys."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.user.model.key import ApiKey

_COLUMNS = (
    "id, name, scopes, created_at_us, expires_at_us, revoked_at_us, organisation, owner, parent, sealed_name"
)


class StoredKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is stored; `parent` is the key with which it was made. Its name is in `key` only if it was
    made before names were sealed.
    """

    key: ApiKey
    organisation: str
    owner: str
    parent: str
    sealed_name: bytes | None


async def add(tx: Transaction, new: StoredKey, *, digest: str) -> None:
    key = new.key
    await tx.execute(
        "INSERT INTO api_key"
        " (id, organisation, owner, parent, name, sealed_name, scopes, digest, created_at_us, expires_at_us)"
        " VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?)",
        key.id, new.organisation, new.owner, new.parent, new.sealed_name, " ".join(key.scopes), digest,
        to_us(key.created_at), None if key.expires_at is None else to_us(key.expires_at),
    )  # fmt: skip


async def find(tx: Reading, id: str) -> StoredKey | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM api_key WHERE id = ?", id)
    return None if row is None else _stored(row)


async def page(tx: Reading, *, organisation: str, after: str, limit: int) -> Sequence[StoredKey]:
    """Return an organisation's keys, the oldest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM api_key WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?",
        organisation, after, limit,
    )  # fmt: skip
    return [_stored(row) for row in rows]


async def of_owner(tx: Reading, owner: str) -> Sequence[StoredKey]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM api_key WHERE owner = ? ORDER BY id", owner)
    return [_stored(row) for row in rows]


async def by_digest(tx: Reading, digest: str) -> StoredKey | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM api_key WHERE digest = ?", digest)
    return None if row is None else _stored(row)


async def made_with(tx: Reading, id: str) -> Sequence[StoredKey]:
    """Return the keys that were made with a key."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM api_key WHERE parent = ? ORDER BY id", id)
    return [_stored(row) for row in rows]


async def newly_expired(tx: Transaction, *, at: datetime, limit: int) -> Sequence[StoredKey]:
    """Return some keys that expired without a word, and mark them as said."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM api_key WHERE expires_at_us <= ? AND end_said = 0 AND revoked_at_us IS NULL"
        " LIMIT ?", to_us(at), limit,
    )  # fmt: skip
    await tx.execute_many("UPDATE api_key SET end_said = 1 WHERE id = ?", [(row[0],) for row in rows])
    return [_stored(row) for row in rows]


async def revoke(tx: Transaction, key_id: str, *, organisation: str, at: datetime) -> bool:
    """Whether there was such a key that still worked."""
    return await tx.execute(
        "UPDATE api_key SET revoked_at_us = ? WHERE id = ? AND organisation = ? AND revoked_at_us IS NULL",
        to_us(at), key_id, organisation,
    ) > 0  # fmt: skip


async def remove_of(tx: Transaction, owner: str) -> None:
    await tx.execute("DELETE FROM api_key WHERE owner = ?", owner)


def _stored(row: Row) -> StoredKey:
    id, name, scopes, created_us, expires_us, revoked_us, organisation, owner, parent, sealed = row
    key = ApiKey(
        id=id,
        name=name,
        scopes=scopes.split(" "),
        created_at=from_us(created_us),
        expires_at=None if expires_us is None else from_us(expires_us),
        revoked_at=None if revoked_us is None else from_us(revoked_us),
    )
    return StoredKey(
        key=key,
        organisation=organisation,
        owner=owner,
        parent=parent,
        sealed_name=None if sealed is None else bytes(sealed),
    )
