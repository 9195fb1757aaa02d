"""Passkeys, and what they were asked to sign."""

from collections.abc import Sequence
from datetime import datetime

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.user.model.passkey import ChallengePurpose, Passkey

_COLUMNS = (
    "id, person, credential_index, credential, name, public_key, transports, sign_count, verifies, synced,"
    " backed_up, created_at_us, used_at_us"
)


async def add(tx: Transaction, new: Passkey) -> None:
    """Raises: Duplicate when the credential is known."""
    await tx.execute(
        f"INSERT INTO passkey ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id, new.person, new.credential_index, new.credential, new.name, new.public_key,
        " ".join(new.transports), new.sign_count, new.verifies, new.synced, new.backed_up,
        to_us(new.created_at), None,
    )  # fmt: skip


async def of_person(tx: Reading, person: str) -> Sequence[Passkey]:
    """Return a person's passkeys, the oldest first."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM passkey WHERE person = ? ORDER BY id", person)
    return [_passkey(row) for row in rows]


async def by_credential(tx: Reading, credential_index: str) -> Passkey | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM passkey WHERE credential_index = ?", credential_index)
    return None if row is None else _passkey(row)


async def find(tx: Reading, id: str, *, person: str) -> Passkey | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM passkey WHERE id = ? AND person = ?", id, person)
    return None if row is None else _passkey(row)


async def use(
    tx: Transaction, id: str, *, sign_count: int, verifies: bool, backed_up: bool, at: datetime
) -> None:
    await tx.execute(
        "UPDATE passkey SET sign_count = ?, verifies = ?, backed_up = ?, used_at_us = ? WHERE id = ?",
        sign_count, verifies, backed_up, to_us(at), id,
    )  # fmt: skip


async def rename(tx: Transaction, id: str, *, name: bytes) -> None:
    await tx.execute("UPDATE passkey SET name = ? WHERE id = ?", name, id)


async def remove(tx: Transaction, id: str) -> None:
    await tx.execute("DELETE FROM passkey WHERE id = ?", id)


async def remove_of(tx: Transaction, person: str) -> int:
    """Remove all passkeys of a person, and what they were asked to sign. Return how many there were."""
    await tx.execute("DELETE FROM challenge WHERE person = ?", person)
    return await tx.execute("DELETE FROM passkey WHERE person = ?", person)


# ---- challenges --------------------------------------------------------------------------------------


async def ask(
    tx: Transaction, digest: str, *, purpose: ChallengePurpose, person: str, until: datetime
) -> None:
    """Remember a challenge; an earlier one for this purpose and person is void."""
    if person:
        await tx.execute("DELETE FROM challenge WHERE purpose = ? AND person = ?", purpose, person)
    await tx.execute(
        "INSERT INTO challenge (digest, purpose, person, expires_at_us) VALUES (?, ?, ?, ?)",
        digest, purpose, person, to_us(until),
    )  # fmt: skip


async def spend(
    tx: Transaction, digest: str, *, purpose: ChallengePurpose, person: str, at: datetime
) -> bool:
    """Whether this was asked and may still be answered; it may not a second time."""
    return await tx.execute(
        "DELETE FROM challenge WHERE digest = ? AND purpose = ? AND person = ? AND expires_at_us > ?",
        digest, purpose, person, to_us(at),
    ) > 0  # fmt: skip


async def drop_old_challenges(tx: Transaction, *, at: datetime) -> None:
    await tx.execute("DELETE FROM challenge WHERE expires_at_us < ?", to_us(at))


def _passkey(row: Row) -> Passkey:
    (id, person, index, credential, name, public_key, transports, count, verifies, synced, backed_up,
     created_us, used_us) = row  # fmt: skip
    return Passkey(
        id=id,
        person=person,
        credential_index=index,
        credential=bytes(credential),
        name=bytes(name),
        public_key=bytes(public_key),
        transports=transports.split(),
        sign_count=count,
        verifies=bool(verifies),
        synced=bool(synced),
        backed_up=bool(backed_up),
        created_at=from_us(created_us),
        used_at=None if used_us is None else from_us(used_us),
    )
