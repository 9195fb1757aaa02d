"""Invitations that were not accepted yet."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "id, organisation, email_index, email, roles, inviter, inviter_kind, ticket, made_at_us, expires_at_us"
)


class StoredInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as it is stored."""

    id: str
    organisation: str
    email_index: str
    email: bytes
    roles: list[str]
    inviter: str
    inviter_kind: str
    ticket: str
    made_at: datetime
    expires_at: datetime


async def add(tx: Transaction, new: StoredInvitation) -> None:
    await tx.execute(
        f"INSERT INTO invitation ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.organisation, new.email_index, new.email, " ".join(new.roles), new.inviter,
        new.inviter_kind, new.ticket, to_us(new.made_at), to_us(new.expires_at),
    )  # fmt: skip


async def page(tx: Reading, organisation: str, *, after: str, limit: int) -> Sequence[StoredInvitation]:
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM invitation WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?",
        organisation, after, limit,
    )  # fmt: skip
    return [_stored(row) for row in rows]


async def by_ticket(tx: Reading, ticket: str, *, at: datetime) -> StoredInvitation | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM invitation WHERE ticket = ? AND expires_at_us > ?", ticket, to_us(at)
    )
    return None if row is None else _stored(row)


async def remove(tx: Transaction, id: str, *, organisation: str) -> bool:
    """Whether there was such an invitation; its data key goes with it."""
    removed = await tx.execute("DELETE FROM invitation WHERE id = ? AND organisation = ?", id, organisation)
    if removed:
        await tx.execute("DELETE FROM data_key WHERE owner = ?", id)
    return removed > 0


async def remove_to(tx: Transaction, email_index: str, *, organisation: str | None = None) -> None:
    """All that went to one address, from one organisation or from every one, with their data keys."""
    which = "email_index = ? AND (? = 1 OR organisation = ?)"
    args = email_index, int(organisation is None), organisation or ""
    await tx.execute(f"DELETE FROM data_key WHERE owner IN (SELECT id FROM invitation WHERE {which})", *args)
    await tx.execute(f"DELETE FROM invitation WHERE {which}", *args)


async def sent_by(tx: Reading, inviter: str, *, organisation: str) -> Sequence[StoredInvitation]:
    """What a person or a key sent, and nobody accepted yet."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM invitation WHERE inviter = ? AND organisation = ? ORDER BY id",
        inviter, organisation,
    )  # fmt: skip
    return [_stored(row) for row in rows]


async def drop_old(tx: Transaction, *, at: datetime) -> None:
    old = "SELECT id FROM invitation WHERE expires_at_us < ?"
    await tx.execute(f"DELETE FROM data_key WHERE owner IN ({old})", to_us(at))
    await tx.execute("DELETE FROM invitation WHERE expires_at_us < ?", to_us(at))


def _stored(row: Row) -> StoredInvitation:
    id, organisation, index, email, roles, inviter, kind, ticket, made_us, expires_us = row
    return StoredInvitation(
        id=id,
        organisation=organisation,
        email_index=index,
        email=bytes(email),
        roles=roles.split(),
        inviter=inviter,
        inviter_kind=kind,
        ticket=ticket,
        made_at=from_us(made_us),
        expires_at=from_us(expires_us),
    )
