"""People, those who are not confirmed yet, and who belongs to which organisation."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.user.model.person import Membership, Person

_COLUMNS = (
    "id, email, name, password_hash, totp, totp_pending, totp_step, created_at_us, suspended_at_us,"
    " wants_passkey"
)


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed up."""

    id: str
    email_index: str
    email: bytes
    name: bytes
    password_hash: str
    ticket: str
    made_at: datetime


async def register(tx: Transaction, new: Registration) -> None:
    """An address has one open registration: an earlier one ends, with its link and its data key."""
    await drop_registrations(tx, email_index=new.email_index, but=new.id)
    await tx.execute(
        # The conflict is that with one who signs up at the same moment: the transaction is tried again.
        "INSERT INTO registration (id, email_index, email, name, password_hash, ticket, made_at_us)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email_index) DO UPDATE SET id = excluded.id,"
        " email = excluded.email, name = excluded.name, password_hash = excluded.password_hash,"
        " ticket = excluded.ticket, made_at_us = excluded.made_at_us",
        new.id, new.email_index, new.email, new.name, new.password_hash, new.ticket, to_us(new.made_at),
    )  # fmt: skip


async def registration(tx: Reading, *, ticket: str) -> Registration | None:
    row = await tx.fetch_one(
        "SELECT id, email_index, email, name, password_hash, ticket, made_at_us FROM registration"
        " WHERE ticket = ?", ticket,
    )  # fmt: skip
    if row is None:
        return None
    id, index, email, name, hashed, ticket, made_at_us = row
    return Registration(
        id=id, email_index=index, email=bytes(email), name=bytes(name), password_hash=hashed, ticket=ticket,
        made_at=from_us(made_at_us),
    )  # fmt: skip


async def drop_registrations(tx: Transaction, *, email_index: str, but: str = "") -> None:
    """Drop what is open for an address, with its data key, unless that is the key of `but`."""
    await tx.execute(
        "DELETE FROM data_key WHERE owner <> ?"
        " AND owner IN (SELECT id FROM registration WHERE email_index = ?)",
        but, email_index,
    )  # fmt: skip
    await tx.execute("DELETE FROM registration WHERE email_index = ?", email_index)


async def drop_old_registrations(tx: Transaction, *, before: datetime) -> None:
    old = "SELECT id FROM registration WHERE made_at_us < ?"
    await tx.execute(f"DELETE FROM data_key WHERE owner IN ({old})", to_us(before))
    await tx.execute("DELETE FROM registration WHERE made_at_us < ?", to_us(before))


async def add(tx: Transaction, person: Person, *, email_index: str) -> None:
    """Raises: Duplicate when somebody has the address."""
    await tx.execute(
        "INSERT INTO person (id, email_index, email, name, password_hash, created_at_us)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        person.id, email_index, person.email, person.name, person.password_hash, to_us(person.created_at),
    )  # fmt: skip


async def by_id(tx: Reading, id: str) -> Person | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM person WHERE id = ?", id)
    return None if row is None else _person(row)


async def by_email(tx: Reading, email_index: str) -> Person | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM person WHERE email_index = ?", email_index)
    return None if row is None else _person(row)


async def anybody(tx: Reading) -> bool:
    return await tx.fetch_one("SELECT 1 FROM person LIMIT 1") is not None


async def page(tx: Reading, *, suspended: bool, after: str, limit: int) -> Sequence[Person]:
    """Return people of all organisations, or only those who are suspended, the oldest account first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM person WHERE id > ? AND (? = 0 OR suspended_at_us IS NOT NULL)"
        " ORDER BY id LIMIT ?", after, int(suspended), limit,
    )  # fmt: skip
    return [_person(row) for row in rows]


async def suspend(tx: Transaction, id: str, *, at: datetime | None) -> None:
    """With None, suspend them no longer."""
    await tx.execute(
        "UPDATE person SET suspended_at_us = ? WHERE id = ?", None if at is None else to_us(at), id
    )


async def move(tx: Transaction, id: str, *, email: bytes, email_index: str) -> None:
    """Give them another address. Raises: Duplicate when somebody has it."""
    await tx.execute("UPDATE person SET email = ?, email_index = ? WHERE id = ?", email, email_index, id)


async def rename(tx: Transaction, id: str, *, name: bytes) -> None:
    await tx.execute("UPDATE person SET name = ? WHERE id = ?", name, id)


async def set_password(tx: Transaction, id: str, *, hashed: str) -> None:
    await tx.execute("UPDATE person SET password_hash = ? WHERE id = ?", hashed, id)


async def offer_totp(tx: Transaction, id: str, *, secret: bytes) -> None:
    await tx.execute("UPDATE person SET totp_pending = ? WHERE id = ?", secret, id)


async def enable_totp(tx: Transaction, id: str, *, secret: bytes, step: int, codes: Sequence[str]) -> None:
    """Enable the second factor, with the digests of the recovery codes."""
    await tx.execute(
        "UPDATE person SET totp = ?, totp_pending = NULL, totp_step = ? WHERE id = ?", secret, step, id
    )
    await _set_recovery_codes(tx, id, codes)


async def _set_recovery_codes(tx: Transaction, id: str, codes: Sequence[str]) -> None:
    await tx.execute("DELETE FROM recovery_code WHERE person = ?", id)
    await tx.execute_many(
        "INSERT INTO recovery_code (person, digest) VALUES (?, ?)", [(id, each) for each in codes]
    )


async def want_passkey(tx: Transaction, id: str, *, codes: Sequence[str]) -> None:
    """Want a passkey beside a password from now on, with the digests of the recovery codes."""
    await tx.execute("UPDATE person SET wants_passkey = ? WHERE id = ?", True, id)
    await _set_recovery_codes(tx, id, codes)


async def disable_second_factor(tx: Transaction, id: str) -> None:
    await tx.execute(
        "UPDATE person SET totp = NULL, totp_pending = NULL, wants_passkey = ? WHERE id = ?", False, id
    )
    await tx.execute("DELETE FROM recovery_code WHERE person = ?", id)


async def use_step(tx: Transaction, id: str, *, step: int) -> None:
    await tx.execute("UPDATE person SET totp_step = ? WHERE id = ?", step, id)


async def use_recovery_code(tx: Transaction, id: str, *, digest: str) -> bool:
    """Whether there was such a code; it is gone now."""
    return await tx.execute("DELETE FROM recovery_code WHERE person = ? AND digest = ?", id, digest) > 0


async def recovery_codes(tx: Reading, id: str) -> int:
    row = await tx.fetch_one("SELECT count(*) FROM recovery_code WHERE person = ?", id)
    return row[0] if row else 0


async def remove(tx: Transaction, id: str) -> None:
    """Remove everything that belongs to this person alone."""
    for table in ("recovery_code", "membership", "consent", "passkey", "challenge", "identity", "departure"):
        await tx.execute(f"DELETE FROM {table} WHERE person = ?", id)
    await tx.execute("DELETE FROM person WHERE id = ?", id)


# ---- who belongs where ------------------------------------------------------------------------------


async def join(tx: Transaction, new: Membership) -> None:
    await tx.execute(
        "INSERT INTO membership (person, organisation, roles, joined_at_us, said) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (person, organisation) DO UPDATE SET roles = excluded.roles, said = 1",
        new.person, new.organisation, " ".join(new.roles), to_us(new.joined_at),
    )  # fmt: skip


async def unsaid(tx: Transaction, *, limit: int) -> Sequence[Membership]:
    """Return some memberships that were not said to other contexts yet, and mark them as said."""
    rows = await tx.fetch(
        "SELECT person, organisation, roles, joined_at_us FROM membership WHERE said = 0 LIMIT ?", limit
    )
    await tx.execute_many(
        "UPDATE membership SET said = 1 WHERE person = ? AND organisation = ?", [row[:2] for row in rows]
    )
    return [_membership(row) for row in rows]


async def leave(tx: Transaction, person: str, *, organisation: str) -> None:
    await tx.execute("DELETE FROM membership WHERE person = ? AND organisation = ?", person, organisation)


async def memberships(tx: Reading, person: str) -> Sequence[Membership]:
    """Return the memberships of a person, the newest first."""
    rows = await tx.fetch(
        "SELECT person, organisation, roles, joined_at_us FROM membership WHERE person = ?"
        " ORDER BY joined_at_us DESC, organisation", person,
    )  # fmt: skip
    return [_membership(row) for row in rows]


async def membership(tx: Reading, person: str, *, organisation: str) -> Membership | None:
    row = await tx.fetch_one(
        "SELECT person, organisation, roles, joined_at_us FROM membership"
        " WHERE person = ? AND organisation = ?", person, organisation,
    )  # fmt: skip
    return None if row is None else _membership(row)


async def members(tx: Reading, organisation: str, *, after: str, limit: int) -> Sequence[Membership]:
    rows = await tx.fetch(
        "SELECT person, organisation, roles, joined_at_us FROM membership"
        " WHERE organisation = ? AND person > ? ORDER BY person LIMIT ?", organisation, after, limit,
    )  # fmt: skip
    return [_membership(row) for row in rows]


def _person(row: Row) -> Person:
    id, email, name, hashed, totp, pending, step, created_at_us, suspended_at_us, wants_passkey = row
    return Person(
        id=id,
        email=bytes(email),
        name=bytes(name),
        password_hash=hashed,
        totp=None if totp is None else bytes(totp),
        totp_pending=None if pending is None else bytes(pending),
        totp_step=step,
        created_at=from_us(created_at_us),
        suspended_at=None if suspended_at_us is None else from_us(suspended_at_us),
        wants_passkey=bool(wants_passkey),
    )


def _membership(row: Row) -> Membership:
    person, organisation, roles, joined_at_us = row
    return Membership(
        person=person, organisation=organisation, roles=roles.split(), joined_at=from_us(joined_at_us)
    )
