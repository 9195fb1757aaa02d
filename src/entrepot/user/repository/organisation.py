"""Organisations and the roles that they made."""

from collections.abc import Mapping
from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import to_us


async def add(tx: Transaction, id: str, *, at: datetime) -> None:
    """Add an organisation, unless it is there."""
    await tx.execute(
        "INSERT INTO organisation (id, created_at_us) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        id,
        to_us(at),
    )


async def exists(tx: Reading, id: str) -> bool:
    return await tx.fetch_one("SELECT 1 FROM organisation WHERE id = ?", id) is not None


async def name(tx: Reading, id: str) -> bytes | None:
    row = await tx.fetch_one("SELECT name FROM organisation WHERE id = ?", id)
    return None if row is None or row[0] is None else bytes(row[0])


async def demands_second_factor(tx: Reading, id: str) -> bool:
    row = await tx.fetch_one("SELECT demands_second_factor FROM organisation WHERE id = ?", id)
    return row is not None and bool(row[0])


async def demand_second_factor(tx: Transaction, id: str, *, demanded: bool) -> None:
    await tx.execute("UPDATE organisation SET demands_second_factor = ? WHERE id = ?", demanded, id)


async def any_demands(tx: Reading, person: str) -> bool:
    """Whether one of a person's organisations demands a second factor."""
    row = await tx.fetch_one(
        "SELECT 1 FROM membership JOIN organisation ON organisation.id = membership.organisation"
        " WHERE membership.person = ? AND organisation.demands_second_factor = ? LIMIT 1",
        person, True,
    )  # fmt: skip
    return row is not None


async def rename(tx: Transaction, id: str, *, name: bytes) -> None:
    await tx.execute("UPDATE organisation SET name = ? WHERE id = ?", name, id)


async def own_roles(tx: Reading, organisation: str) -> Mapping[str, frozenset[str]]:
    """Return the organisation's own roles, and what each allows."""
    rows = await tx.fetch("SELECT name, scopes FROM role WHERE organisation = ? ORDER BY name", organisation)
    return {name: frozenset(scopes.split()) for name, scopes in rows}


async def set_role(tx: Transaction, organisation: str, *, name: str, scopes: list[str]) -> None:
    await tx.execute(
        "INSERT INTO role (organisation, name, scopes) VALUES (?, ?, ?)"
        " ON CONFLICT (organisation, name) DO UPDATE SET scopes = excluded.scopes",
        organisation, name, " ".join(scopes),
    )  # fmt: skip


async def drop_role(tx: Transaction, organisation: str, *, name: str) -> bool:
    """Whether there was such a role."""
    return await tx.execute("DELETE FROM role WHERE organisation = ? AND name = ?", organisation, name) > 0


async def remove(tx: Transaction, id: str) -> None:
    """Remove an organisation without members, and all that was only its own."""
    mine = "SELECT id FROM invitation WHERE organisation = ?"
    await tx.execute(f"DELETE FROM data_key WHERE owner IN ({mine})", id)
    for table in ("role", "invitation", "api_key"):
        await tx.execute(f"DELETE FROM {table} WHERE organisation = ?", id)
    await tx.execute("DELETE FROM organisation WHERE id = ?", id)
