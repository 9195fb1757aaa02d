"""Copies of who belongs to which organisation and may do what there, and which notices they want."""

from collections.abc import Sequence

import msgspec

from entrepot.common.model.preference import NoticePreferences
from entrepot.core.ports import Reading, Transaction

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(NoticePreferences).decode


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may get notices of an organisation."""

    person: str
    scopes: frozenset[str]
    preferences: NoticePreferences


async def join(tx: Transaction, person: str, *, organisation: str, scopes: Sequence[str]) -> None:
    await tx.execute(
        "INSERT INTO member (person, organisation, scopes) VALUES (?, ?, ?)"
        " ON CONFLICT (person, organisation) DO UPDATE SET scopes = excluded.scopes",
        person, organisation, " ".join(scopes),
    )  # fmt: skip


async def leave(tx: Transaction, person: str, *, organisation: str) -> None:
    for table in ("member", "preference", "notification", "throttle"):
        await tx.execute(f"DELETE FROM {table} WHERE person = ? AND organisation = ?", person, organisation)


async def organisations(tx: Reading, person: str) -> list[str]:
    rows = await tx.fetch("SELECT organisation FROM member WHERE person = ? ORDER BY organisation", person)
    return [row[0] for row in rows]


async def members(tx: Reading, organisation: str, *, scope: str) -> list[Recipient]:
    """Return the members with this scope."""
    rows = await tx.fetch(
        "SELECT m.person, m.scopes, p.body FROM member m"
        " LEFT JOIN preference p ON p.person = m.person AND p.organisation = m.organisation"
        " WHERE m.organisation = ? ORDER BY m.person",
        organisation,
    )
    found = [
        Recipient(person=person, scopes=frozenset(scopes.split()), preferences=_preferences(body))
        for person, scopes, body in rows
    ]
    return [each for each in found if scope in each.scopes or "*" in each.scopes]


async def organisations_with(tx: Reading, scope: str) -> list[str]:
    """Return the organisations in which somebody has this scope."""
    rows = await tx.fetch("SELECT DISTINCT organisation, scopes FROM member")
    return sorted({row[0] for row in rows if not {scope, "*"}.isdisjoint(row[1].split())})


async def preferences(tx: Reading, person: str, *, organisation: str) -> NoticePreferences:
    row = await tx.fetch_one(
        "SELECT body FROM preference WHERE person = ? AND organisation = ?", person, organisation
    )
    return _preferences(None if row is None else row[0])


async def prefer(tx: Transaction, person: str, *, organisation: str, preferences: NoticePreferences) -> None:
    await tx.execute(
        "INSERT INTO preference (person, organisation, body) VALUES (?, ?, ?)"
        " ON CONFLICT (person, organisation) DO UPDATE SET body = excluded.body",
        person, organisation, _encode(preferences).decode(),
    )  # fmt: skip


async def remove_person(tx: Transaction, person: str) -> None:
    for table in ("member", "preference", "notification", "throttle"):
        await tx.execute(f"DELETE FROM {table} WHERE person = ?", person)


def _preferences(body: str | None) -> NoticePreferences:
    return NoticePreferences() if body is None else _decode(body)
