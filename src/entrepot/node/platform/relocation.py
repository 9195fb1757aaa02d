"""Brings the databases of an older version to where today's contexts have them, before any of them opens."""

from collections.abc import Callable, Sequence

from entrepot.infra.database.postgres_server import PostgresServer
from entrepot.infra.database.relocate import Owner, Relocation
from entrepot.infra.database.sqlite_folder import SQLiteFolder
from entrepot.infra.mailbox.renaming import rename_context
from entrepot.node.hosting import Context, parts_of
from entrepot.settings import Settings


async def relocate(
    settings: Settings, described: Sequence[Context], *, stage: Callable[[str], None] = lambda name: None
) -> None:
    """Give databases their new names and move tables between them, as `described` says; `stage` is for tests.

    Raises: Conflict while another process works on them; Refused; Unavailable.
    """
    owners = [Owner(each.name, parts_of(each), each.formerly, each.inherits) for each in described]
    if not any(owner.formerly or owner.inherits for owner in owners):
        return
    if not settings.database:
        folder = SQLiteFolder(settings.data)
        await Relocation(owners, folder, rename=rename_context, stage=stage).run()
        return
    server = await PostgresServer.connect(settings.database)
    try:
        await Relocation(owners, server, rename=rename_context, stage=stage).run()
    finally:
        await server.close()
