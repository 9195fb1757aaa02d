"""Versions of lists of restricted parties. The highest version of a list answers, unless it is retired."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.screening.model.party import ListVersion

_COLUMNS = (
    "list, version, title, digest, published_on, entries, added, changed, removed, retired, imported_at_us"
)
_NEWEST = "version = (SELECT MAX(version) FROM party_list AS other WHERE other.list = party_list.list)"


async def add(tx: Transaction, version: ListVersion, *, body: bytes, by: str) -> None:
    await tx.execute(
        f"INSERT INTO party_list ({_COLUMNS}, body, imported_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        version.list, version.version, version.title, version.digest, version.published_on, version.entries,
        version.added, version.changed, version.removed, int(version.retired), to_us(version.imported_at),
        body, by,
    )  # fmt: skip


async def describe(tx: Transaction, version: ListVersion) -> None:
    """What people call a version, and when it was published; its entries never change."""
    await tx.execute(
        "UPDATE party_list SET title = ?, published_on = ? WHERE list = ? AND version = ?",
        version.title, version.published_on, version.list, version.version,
    )  # fmt: skip


async def active(tx: Reading) -> Sequence[ListVersion]:
    """Return the version of each list that answers now, by name."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM party_list WHERE {_NEWEST} AND retired = 0 ORDER BY list")
    return [_version(row) for row in rows]


async def newest(tx: Reading, name: str) -> ListVersion | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM party_list WHERE list = ? ORDER BY version DESC LIMIT 1", name
    )
    return None if row is None else _version(row)


async def versions(tx: Reading, name: str, *, below: int, limit: int) -> Sequence[ListVersion]:
    """Return a list's versions, the newest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM party_list WHERE list = ? AND version < ? ORDER BY version DESC LIMIT ?",
        name, below, limit,
    )  # fmt: skip
    return [_version(row) for row in rows]


async def body(tx: Reading, name: str, version: int) -> bytes | None:
    row = await tx.fetch_one("SELECT body FROM party_list WHERE list = ? AND version = ?", name, version)
    return None if row is None else bytes(row[0])


async def retire(tx: Transaction, name: str) -> None:
    await tx.execute(f"UPDATE party_list SET retired = 1 WHERE list = ? AND {_NEWEST}", name)


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    await tx.execute("UPDATE party_list SET imported_by = 'erased' WHERE imported_by = ?", person_id)


def _version(row: Row) -> ListVersion:
    name, version, title, digest, published, entries, added, changed, removed, retired, at = row
    return ListVersion(
        list=name, version=version, title=title, digest=digest, published_on=published, entries=entries,
        added=added, changed=changed, removed=removed, retired=bool(retired), imported_at=from_us(at),
    )  # fmt: skip
