"""People's accounts at outside providers, and who is on the way to one."""

from collections.abc import Sequence
from datetime import datetime

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.user.model.identity import Departed, DeparturePurpose, LinkedIdentity

_COLUMNS = "id, subject_index, person, provider, account, linked_at_us, used_at_us"


async def add(tx: Transaction, new: LinkedIdentity) -> None:
    """Raises: Duplicate when this account of the provider's is linked."""
    await tx.execute(
        f"INSERT INTO identity ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        new.id, new.subject_index, new.person, new.provider, new.account, to_us(new.linked_at),
        to_us(new.used_at),
    )  # fmt: skip


async def by_subject(tx: Reading, subject_index: str) -> LinkedIdentity | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM identity WHERE subject_index = ?", subject_index)
    return None if row is None else _identity(row)


async def of_person(tx: Reading, person: str) -> Sequence[LinkedIdentity]:
    """Return a person's identities, the oldest first."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM identity WHERE person = ? ORDER BY id", person)
    return [_identity(row) for row in rows]


async def use(tx: Transaction, id: str, *, account: bytes, at: datetime) -> None:
    await tx.execute("UPDATE identity SET account = ?, used_at_us = ? WHERE id = ?", account, to_us(at), id)


async def remove(tx: Transaction, id: str) -> None:
    await tx.execute("DELETE FROM identity WHERE id = ?", id)


# ---- on the way --------------------------------------------------------------------------------------


async def depart(tx: Transaction, new: Departed, *, until: datetime) -> None:
    await tx.execute(
        "INSERT INTO departure (state, provider, purpose, person, binding, expires_at_us)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        new.state, new.provider, new.purpose, new.person, new.binding, to_us(until),
    )  # fmt: skip


async def come_back(
    tx: Transaction, state: str, *, binding: str, purpose: DeparturePurpose, at: datetime
) -> Departed | None:
    """Return who departed with this state, from this browser. Nobody comes back with it a second time;
    another browser that knows the state does not spend it.
    """
    row = await tx.fetch_one(
        "SELECT state, provider, purpose, person, binding FROM departure"
        " WHERE state = ? AND binding = ? AND purpose = ? AND expires_at_us > ?",
        state, binding, purpose, to_us(at),
    )  # fmt: skip
    if row is None or not await tx.execute("DELETE FROM departure WHERE state = ?", state):
        return None
    return Departed(*row)


async def drop_old_departures(tx: Transaction, *, at: datetime) -> None:
    await tx.execute("DELETE FROM departure WHERE expires_at_us < ?", to_us(at))


def _identity(row: Row) -> LinkedIdentity:
    id, subject_index, person, provider, account, linked_us, used_us = row
    return LinkedIdentity(
        id=id,
        subject_index=subject_index,
        person=person,
        provider=provider,
        account=bytes(account),
        linked_at=from_us(linked_us),
        used_at=from_us(used_us),
    )
