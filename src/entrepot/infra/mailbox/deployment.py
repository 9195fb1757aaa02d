"""Whose database this is. The first process with keys writes its deployment's id into it; a process of
another deployment is refused, before it relays, hears or changes anything.
"""

from typing import ClassVar

import structlog

from entrepot.core.errors import Conflict
from entrepot.core.ports import Reading, Transaction
from entrepot.infra.database.migrate import Migratable

log = structlog.get_logger()


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


async def belong(database: Migratable, *, context: str, deployment: str) -> None:
    """Make a database that is nobody's ours. Raises: OtherDeployment when it is somebody else's."""
    owner = await database.read(_owner)
    if owner is None:
        owner = await database.exclusively(lambda tx: _adopt(tx, deployment))
    if owner != deployment:
        log.error("deployment.refused", context=context, owner=owner, here=deployment)
        raise OtherDeployment(context, deployment=owner, here=deployment)


async def _owner(tx: Reading) -> str | None:
    row = await tx.fetch_one("SELECT id FROM deployment")
    return None if row is None else str(row[0])


async def _adopt(tx: Transaction, deployment: str) -> str:
    """Of processes that start together, one writes."""
    owner = await _owner(tx)
    if owner is None:
        await tx.execute("INSERT INTO deployment (id) VALUES (?)", deployment)
    return owner or deployment
