"""What can be done with toys. Their names are sealed under a key of whoever keeps them."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound
from entrepot.core.events import Event
from entrepot.core.ids import new_id
from entrepot.core.notices import News
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.rewrapping import KeyBatch, KeysRewrapped
from entrepot.core.routes import Cursor, Input, Page, Principal
from entrepot.core.sealing import Sealing


class NewToy(Input, frozen=True, kw_only=True):
    """A toy to be kept."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]


class Toy(msgspec.Struct, frozen=True, kw_only=True):
    """A toy."""

    id: str
    name: str


class ToyNotFound(NotFound):
    """There is no such toy in the caller's organisation."""


class Broken(Event, frozen=True, kw_only=True):
    """A toy was thrown away because it broke."""

    TYPE: ClassVar[str] = "toy.broken"
    KEY: ClassVar[str] = "toy_id"
    toy_id: str
    organisation: str


async def keep(tx: Transaction, who: Principal, *, new: NewToy, sealing: Sealing) -> Toy:
    """Keep a toy."""
    made = Toy(id=new_id(), name=new.name)
    row = await tx.fetch_one("SELECT wrapped FROM toy_key WHERE person = ?", who.id)
    if row is None:
        key, wrapped = await sealing.make(who.id)
        await tx.execute("INSERT INTO toy_key (person, wrapped) VALUES (?, ?)", who.id, wrapped)
    else:
        key = await sealing.key(who.id, bytes(row[0]))
    await tx.execute(
        "INSERT INTO toy (id, organisation, person, name) VALUES (?, ?, ?, ?)",
        made.id, who.organisation, who.id, key.seal(new.name, "toy.name"),
    )  # fmt: skip
    return made


async def kept_toys(tx: Reading, who: Principal, *, query: Cursor, sealing: Sealing) -> Page[Toy]:
    """The toys of the caller's organisation."""
    rows = await tx.fetch(
        f"{_SELECT} WHERE t.organisation = ? AND t.id > ? ORDER BY t.id LIMIT ?",
        who.organisation, query.cursor or "", query.limit + 1,
    )  # fmt: skip
    items = [await _shown(row, sealing) for row in rows[: query.limit]]
    return Page(items, items[-1].id if len(rows) > query.limit else None)


async def toy(tx: Reading, who: Principal, *, id: str, sealing: Sealing) -> Toy:
    """One toy. Raises: ToyNotFound."""
    row = await tx.fetch_one(f"{_SELECT} WHERE t.id = ? AND t.organisation = ?", id, who.organisation)
    if row is None:
        raise ToyNotFound("There is no such toy.")
    return await _shown(row, sealing)


async def throw_away(tx: Transaction, who: Principal, *, id: str) -> None:
    """Throw away a toy that broke. Raises: ToyNotFound."""
    if not await tx.execute("DELETE FROM toy WHERE id = ? AND organisation = ?", id, who.organisation):
        raise ToyNotFound("There is no such toy.")
    tx.emit(Broken(toy_id=id, organisation=who.organisation))


async def on_broken(tx: Transaction, event: Broken) -> None:
    """Nothing follows; it is heard."""


def broken_news(event: Broken) -> News:
    return News(
        kind="toy.broken", key=event.toy_id, subject=event.toy_id, organisation=event.organisation, facts={}
    )


async def export(tx: Reading, person: str, *, sealing: Sealing) -> list[Toy]:
    rows = await tx.fetch(f"{_SELECT} WHERE t.person = ? ORDER BY t.id", person)
    return [await _shown(row, sealing) for row in rows]


async def erase(tx: Transaction, person: str) -> None:
    for table in ("toy", "toy_key"):
        await tx.execute(f"DELETE FROM {table} WHERE person = ?", person)


async def rewrap_toy_keys(
    tx: Transaction, who: Principal, *, batch: KeyBatch, sealing: Sealing
) -> KeysRewrapped:
    """Wrap some keys again, under the newest master key."""
    rows = await tx.fetch(
        "SELECT person, wrapped FROM toy_key WHERE person > ? ORDER BY person LIMIT ?",
        batch.after, batch.limit,
    )  # fmt: skip
    for person, wrapped in rows:
        again = await sealing.rewrap(person, bytes(wrapped))
        await tx.execute("UPDATE toy_key SET wrapped = ? WHERE person = ?", again, person)
    return KeysRewrapped(count=len(rows), next=rows[-1][0] if len(rows) == batch.limit else None)


_SELECT = "SELECT t.id, t.person, t.name, k.wrapped FROM toy t JOIN toy_key k ON k.person = t.person"


async def _shown(row: Row, sealing: Sealing) -> Toy:
    id, person, name, wrapped = row
    key = await sealing.key(person, bytes(wrapped))
    return Toy(id=id, name=key.open(bytes(name), "toy.name"))
