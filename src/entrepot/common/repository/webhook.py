"""Webhooks, their addresses and secrets sealed."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "id, organisation, wrapped, url, secret, previous, previous_until_us, kinds, active, off_reason,"
    " failing_since_us, created_at_us"
)


class StoredWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook as it is stored; `wrapped` opens `url`, `secret` and the `previous` secret."""

    id: str
    organisation: str
    wrapped: bytes
    url: bytes
    secret: bytes
    previous: bytes | None = None
    previous_until: datetime | None = None
    kinds: list[str]
    active: bool = True
    off_reason: str = ""
    failing_since: datetime | None = None
    created_at: datetime


async def add(tx: Transaction, new: StoredWebhook) -> None:
    await tx.execute(
        f"INSERT INTO webhook ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.organisation, new.wrapped, *_changing(new), to_us(new.created_at),
    )  # fmt: skip


async def change(tx: Transaction, changed: StoredWebhook) -> None:
    await tx.execute(
        "UPDATE webhook SET url = ?, secret = ?, previous = ?, previous_until_us = ?, kinds = ?, active = ?,"
        " off_reason = ?, failing_since_us = ? WHERE id = ?",
        *_changing(changed), changed.id,
    )  # fmt: skip


async def remove(tx: Transaction, id: str, *, organisation: str) -> bool:
    """Whether there was such a webhook."""
    return await tx.execute("DELETE FROM webhook WHERE id = ? AND organisation = ?", id, organisation) > 0


async def find(tx: Reading, id: str, *, organisation: str) -> StoredWebhook | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM webhook WHERE id = ? AND organisation = ?", id, organisation
    )
    return None if row is None else _stored(row)


async def all_of(tx: Reading, organisation: str) -> Sequence[StoredWebhook]:
    """Return the webhooks of an organisation, the oldest first."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM webhook WHERE organisation = ? ORDER BY id", organisation)
    return [_stored(row) for row in rows]


async def page(tx: Reading, *, after: str, limit: int) -> Sequence[tuple[str, bytes]]:
    """Return ids and wrapped keys, of all organisations."""
    rows = await tx.fetch("SELECT id, wrapped FROM webhook WHERE id > ? ORDER BY id LIMIT ?", after, limit)
    return [(id, bytes(wrapped)) for id, wrapped in rows]


async def rewrap(tx: Transaction, id: str, *, wrapped: bytes) -> None:
    await tx.execute("UPDATE webhook SET wrapped = ? WHERE id = ?", wrapped, id)


def _changing(webhook: StoredWebhook) -> tuple[object, ...]:
    return (
        webhook.url, webhook.secret, webhook.previous, _us(webhook.previous_until), " ".join(webhook.kinds),
        int(webhook.active), webhook.off_reason, _us(webhook.failing_since),
    )  # fmt: skip


def _stored(row: Row) -> StoredWebhook:
    (id, organisation, wrapped, url, secret, previous, until_us, kinds, active, off_reason, failing_us,
     created_us) = row  # fmt: skip
    return StoredWebhook(
        id=id,
        organisation=organisation,
        wrapped=bytes(wrapped),
        url=bytes(url),
        secret=bytes(secret),
        previous=None if previous is None else bytes(previous),
        previous_until=_moment(until_us),
        kinds=kinds.split(" "),
        active=bool(active),
        off_reason=off_reason,
        failing_since=_moment(failing_us),
        created_at=from_us(created_us),
    )


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
