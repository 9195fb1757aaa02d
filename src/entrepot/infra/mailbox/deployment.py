"""Marks databases with their deployment. The first process with keys writes its deployment's id; a process of
another deployment is refused before it changes anything.
"""

from typing import ClassVar

import structlog

from entrepot.core.errors import Conflict
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.infra.database.migrate import Migratable

log = structlog.get_logger()

_BESIDE = (
    "SELECT table_schema FROM information_schema.tables AS one"
    " WHERE table_name = 'deployment' AND table_schema IS DISTINCT FROM current_schema() AND EXISTS ("
    "  SELECT 1 FROM information_schema.tables AS other"
    "  WHERE other.table_schema = one.table_schema AND other.table_name = 'outbox_epoch'"
    " ) ORDER BY table_schema"
)
_EXISTS = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deployment'",
    "postgres": "SELECT 1 FROM information_schema.tables"
    " WHERE table_schema = current_schema() AND table_name = 'deployment'",
}


class OtherDeployment(Conflict):
    """The database belongs to another deployment than the keys."""

    fields: ClassVar[tuple[str, ...]] = ("context", "deployment")

    def __init__(self, context: str, *, deployment: str, here: str) -> None:
        super().__init__(
            f"The database of {context} belongs to deployment {deployment}, and the keys here to {here}."
            " Use that deployment's keys (a copy of its keys folder, or its master_key; retired_master_keys"
            f" begin with the oldest). If its first key is gone for good, set deployment = {deployment}."
        )
        self.context = context
        self.deployment = deployment


async def check(database: Migratable, *, context: str, deployment: str) -> None:
    """Before anything in it is changed, migrations included. Raises: OtherDeployment."""
    owner = await owner_of(database)
    if owner not in (None, deployment):
        log.error("deployment.refused", context=context, owner=owner, here=deployment)
        raise OtherDeployment(context, deployment=str(owner), here=deployment)


async def owner_of(database: Database) -> str | None:
    """Return the id of the deployment that a database belongs to, if any has opened it."""
    return await database.read(_owner_if_any)


async def belong(database: Migratable, *, context: str, deployment: str) -> None:
    """Make a database that is nobody's ours, once it is migrated. Raises: OtherDeployment when somebody
    else was faster.
    """
    if await database.read(_owner) is None:
        await database.exclusively(lambda tx: _adopt(tx, deployment))
    await check(database, context=context, deployment=deployment)


async def _owner_if_any(tx: Reading) -> str | None:
    """Return a database of an older version has no such table yet. On PostgreSQL a context that was never
    opened belongs to the deployment of those beside it; files of SQLite lie in one folder with their keys.
    """
    if await tx.fetch_one(_EXISTS[tx.dialect]) is not None and (owner := await _owner(tx)) is not None:
        return owner
    for (schema,) in await tx.fetch(_BESIDE) if tx.dialect == "postgres" else ():
        if row := await tx.fetch_one(f'SELECT id FROM "{schema}".deployment'):
            return str(row[0])
    return None


async def _owner(tx: Reading) -> str | None:
    row = await tx.fetch_one("SELECT id FROM deployment")
    return None if row is None else str(row[0])


async def _adopt(tx: Transaction, deployment: str) -> None:
    """Write our id; of processes that start together, one succeeds."""
    if await _owner(tx) is None:
        await tx.execute("INSERT INTO deployment (id) VALUES (?)", deployment)
