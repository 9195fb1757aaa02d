"""Looks, before a context serves anybody, whether the keys at hand open what its database holds. Without this
a node that was restored without its keys starts, and answers 403 to everybody
(https://github.com/n8n-io/n8n/issues/8332).

Every wrapped data key names the master key that wrapped it, so reading those names tells more than opening
one of them would: also that a rotation stopped half way, and which of the earlier master keys is missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

import structlog

from entrepot.core.errors import Conflict
from entrepot.core.ports import Database, Reading
from entrepot.infra.keys.wrapping import ID_BYTES, ID_FROM

log = structlog.get_logger()

_EXISTS = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
    "postgres": "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?",
}


class KeysMissing(Conflict):
    """Something is wrapped under master keys that are not at hand."""

    fields: ClassVar[tuple[str, ...]] = ("context", "master_keys")

    def __init__(self, context: str, *, missing: Sequence[str], wrapped: int, of: int) -> None:
        ids = ", ".join(missing)
        super().__init__(
            f"The keys here do not open the database of {context}: master key {ids} wrapped {wrapped} of its"
            f" {of} data keys, and is missing. Put the copy of keys.json that belongs to this database"
            " back into the folder keys, or name that key in `master_key` or `retired_master_keys`. If it is"
            f" gone for good, set lost_master_keys = {ids}: what it sealed stays closed."
        )
        self.context, self.master_keys = context, list(missing)


@dataclass(frozen=True)
class WrappedColumn:
    """Where a context keeps wrapped data keys."""

    table: str
    column: str


@dataclass(frozen=True)
class MasterKeys:
    """Ids of the master keys at hand, and of those that an operator gave up."""

    at_hand: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()

    async def check(self, database: Database, *, context: str, columns: Collection[WrappedColumn]) -> None:
        """Raises: KeysMissing."""
        counted = await wrapped_in(database, columns)
        missing = sorted(counted.keys() - self.at_hand)
        if given_up := [id for id in missing if id in self.lost]:
            log.warning("keys.given_up", context=context, master_keys=given_up)
        if refused := [id for id in missing if id not in self.lost]:
            wrapped = sum(counted[id] for id in refused)
            log.error("keys.refused", context=context, master_keys=refused, wrapped=wrapped)
            raise KeysMissing(context, missing=refused, wrapped=wrapped, of=sum(counted.values()))


async def wrapped_in(database: Database, columns: Collection[WrappedColumn]) -> dict[str, int]:
    """Return how many data keys of a database each master key wrapped."""
    counted: dict[str, int] = {}
    for column in columns:
        for id, count in await database.read(lambda tx, column=column: _wrapped_by(tx, column)):  # type: ignore[misc]
            counted[id] = counted.get(id, 0) + count
    return counted


async def _wrapped_by(tx: Reading, where: WrappedColumn) -> Sequence[tuple[str, int]]:
    """Return how many data keys each master key wrapped; none in a table that an older version has not."""
    if await tx.fetch_one(_EXISTS[tx.dialect], where.table) is None:
        return ()
    rows = await tx.fetch(
        f"SELECT substr({where.column}, {ID_FROM + 1}, {ID_BYTES}), count(*) FROM {where.table}"
        f" WHERE length({where.column}) > 0 GROUP BY 1"  # a device without a payload key has an empty one
    )
    return [(bytes(id).hex(), count) for id, count in rows]
