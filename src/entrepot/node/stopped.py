"""Works on the databases of a node that does not run: brings them up to date, restores a backup, and answers
rows for the operator's commands.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from entrepot import wiring
from entrepot.core.errors import Conflict, NotFound, Unavailable
from entrepot.core.house import House
from entrepot.core.ports import Keys
from entrepot.core.roles import Roles
from entrepot.core.routes import Principal, Route
from entrepot.core.sealing import Sealing
from entrepot.core.supplies import Supplies
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.rows.door import Door
from entrepot.gateway.rows.routing import Router
from entrepot.http.answer import Answer
from entrepot.infra import logs
from entrepot.infra.database import backup_postgres
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node import archive, preflight
from entrepot.node.assembly import assemble
from entrepot.node.hosting import bring_up_to_date, parts_of
from entrepot.node.machine import data_folder, house_of
from entrepot.node.node_keys import open_keys
from entrepot.node.platform import choice
from entrepot.node.relocation import relocate
from entrepot.settings import Settings

_OPERATOR = Principal("operator", "operators", frozenset("*"), "operator")


@dataclass(frozen=True)
class OperatorRequest:
    """What is asked of a row: the query and the body as they would travel."""

    method: str
    path: str
    query: bytes = b""
    body: bytes = b""


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[dict[str, Migratable]]:
    """Open every context's database without a node, and bring it up to date."""
    logs.configure(settings.log_format, settings.log_level)
    await preflight.of_sessions(settings)
    await relocate(settings, wiring.CONTEXTS)
    async with AsyncExitStack() as stack:
        opener = choice.databases(settings, stack)
        found: dict[str, Migratable] = {}
        for context in wiring.CONTEXTS:
            database = await opener(context.name, Outbox(context.name))
            stack.push_async_callback(database.close)
            await bring_up_to_date(context, database)
            found[context.name] = database
        yield found


async def migrate_all(settings: Settings) -> list[str]:
    """Bring every database up to date. Return a line for each. Raises: MigrationRefused, Unavailable."""
    async with _opened(settings) as databases:
        return [f"{name}: up to date" for name in databases]


async def ask(settings: Settings, name: str, asked: OperatorRequest) -> Answer:
    """Answer one request to a row of a context, as the operator, from its database alone. What it says waits
    in the outbox until a node runs. Raises: NotFound, Conflict when a node starts meanwhile, Unavailable.
    """
    assembly = assemble(wiring.CONTEXTS)
    [context] = [each for each in assembly if each.name == name]
    rows: Router[Route] = Router()
    for row in context.rows:
        rows.add(row.method, row.path, row)
    match rows.find(asked.method, asked.path):
        case (Route() as row, dict() as params):
            arguments = Arguments(params, asked.query, asked.body)
        case _:
            raise NotFound(f"There is no row {asked.method} {asked.path}.")
    supplies, keys = Supplies(), open_keys(settings)
    supplies.give(Keys, keys)  # type: ignore[type-abstract]
    supplies.give(Sealing, Sealing(keys))
    supplies.give(House, house_of(settings))
    supplies.give(Roles, assembly.roles)
    with data_folder(settings.data, alone=True):
        async with _opened(settings) as databases:
            await databases[name].lead()
            return await Door(row, supplies).ask(databases[name], _OPERATOR, arguments)


async def restore(settings: Settings, unpacked: Path, *, aside: Path | None) -> None:
    """Put an unpacked backup into place; see `archive`. On SQLite, one that fails changes nothing."""
    if not settings.database:
        folders = archive.folders_of(unpacked)
        await archive.restore_sqlite(settings.data, unpacked, aside=aside)
        try:
            await begin_anew(settings)
        except BaseException:
            archive.take_back(settings.data, folders, aside=aside)
            raise
        return
    if aside is None:
        raise Conflict("A restore into PostgreSQL replaces what is there. Use --replace.")
    await _replace_schemas(settings, unpacked / "databases")
    archive.restore_beside(settings.data, unpacked, aside=aside)
    await begin_anew(settings)


async def begin_anew(settings: Settings) -> None:
    """Begin a new life of every log, after the databases went back in time. Raises: Unavailable when a node
    runs.
    """
    async with _opened(settings) as databases:
        for database in databases.values():
            await archive.begin_anew(database)


async def _replace_schemas(settings: Settings, backup: Path) -> None:
    """Raises: Unavailable while somebody uses them; as `backup_postgres.load`."""
    parts = {name: parts_of(each) for each in wiring.CONTEXTS for name in (each.name, each.formerly) if name}
    async with choice.every_database(settings) as databases:
        for name in parts:
            if not await databases.claim(name):
                raise Unavailable(f"The database {name} is in use; stop every node first.")
        await backup_postgres.load(settings.database, backup, parts=parts)
