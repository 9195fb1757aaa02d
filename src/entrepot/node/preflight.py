"""What is looked at before a node changes anything and opens its doors. Each check is a function that returns
a sentence, which names what helps, or nothing; a further check is one row of a table. (Whether the keys fit a
database, and whether it is ours, is seen where the database is opened: `infra/keys/fitting`,
`infra/mailbox/deployment`.)
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from entrepot.core.errors import Conflict
from entrepot.core.ports import Bus
from entrepot.infra.bus.outgoing import LARGEST_BYTES
from entrepot.infra.database.postgres_sessions import check_sessions
from entrepot.infra.database.relocate import Databases
from entrepot.infra.keys.fitting import WrappedColumn, wrapped_in
from entrepot.infra.mailbox.deployment import owner_of
from entrepot.node.assembly import Assembled, Assembly
from entrepot.node.platform import choice, cluster
from entrepot.node.platform.nats import without_secrets
from entrepot.settings import Settings

OfDatabases = Callable[[Settings, Assembly], Awaitable[str | None]]
OfNode = Callable[[Settings, Bus], Awaitable[str | None]]


class UnfitToStart(Conflict):
    """A node that would start now would not do what it promises."""


async def of_sessions(settings: Settings) -> None:
    """For every command that changes databases. Raises: SessionsShared, Unavailable."""
    if settings.database:
        with cluster.reached(settings):
            await check_sessions(settings.database)


async def of_databases(settings: Settings, assembly: Assembly) -> None:
    """Raises: UnfitToStart, SessionsShared, Unavailable."""
    await of_sessions(settings)
    for check in DATABASES:
        _refuse(await check(settings, assembly))


async def of_node(settings: Settings, bus: Bus) -> None:
    """Raises: UnfitToStart."""
    for check in NODE:
        _refuse(await check(settings, bus))


def _refuse(found: str | None) -> None:
    if found is not None:
        raise UnfitToStart(found)


async def keys_are_there(settings: Settings, assembly: Assembly) -> str | None:
    """New keys beside old data open nothing. They are not made, or they would be in the way of the right
    ones.
    """
    folder = settings.data / "keys"
    if settings.master_key or settings.deployment or (folder / "keys.json").exists():
        return None
    named = [(each, name) for each in assembly for name in (each.name, each.context.formerly) if name]
    async with choice.every_database(settings) as databases:
        for each, name in named:
            if await databases.records(name) is not None:
                owner, wrapped = await _sealed(databases, name, each)
                if owner is not None or wrapped:  # else its tables were made and nobody has moved in
                    return _no_keys(owner, folder)
    return None


async def _sealed(databases: Databases, name: str, context: Assembled) -> tuple[str | None, int]:
    """Return to which deployment a database belongs, and how many data keys are in it."""
    database = await databases.open(name)
    try:
        columns = [WrappedColumn(row.table, row.column) for row in context.context.rewraps]
        return await owner_of(database), sum((await wrapped_in(database, columns)).values())
    finally:
        await database.close()


def _no_keys(owner: str | None, folder: Path) -> str:
    whose = f"deployment {owner}" if owner else "an older version"
    lost = f" If they are gone for good, set deployment = {owner}." if owner else ""
    return (
        f"There are data of {whose}, and no keys that open them: put your copy of keys.json into {folder}, or"
        f" give the node the `master_key` that it had.{lost}"
    )


async def letters_leave_the_machine(settings: Settings, bus: Bus) -> str | None:
    """A folder of one machine is a mail box that people of a deployment on several never see."""
    if not settings.database or settings.smtp:
        return None
    here = (settings.data / "mail").resolve().as_uri()
    return (
        "Nodes on PostgreSQL may run on many machines, and letters would stay in a folder of this one. Name"
        f" your mail server in `smtp`; if this is the only machine: smtp = {here}"
    )


async def bus_carries_what_rows_promise(settings: Settings, bus: Bus) -> str | None:
    """What a row takes travels to whoever hosts it, and what it answers travels back."""
    if bus.largest_bytes >= LARGEST_BYTES:
        return None
    return (
        f"NATS at {without_secrets(settings.nats)} takes messages of {bus.largest_bytes:,} bytes, and we send"
        f" up to {LARGEST_BYTES:,}. Set `max_payload: {LARGEST_BYTES}` in the server's configuration, and"
        " load it again."
    )


DATABASES: tuple[OfDatabases, ...] = (keys_are_there,)
NODE: tuple[OfNode, ...] = (letters_leave_the_machine, bus_carries_what_rows_promise)
