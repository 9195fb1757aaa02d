"""One machine, nothing to install: SQLite files in the data folder, and a NATS server as a child process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from entrepot.core.ports import Bus
from entrepot.infra.bus.server import NatsServer
from entrepot.infra.database.encrypted_folder import encryption_of, encryption_there
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.relocate import Databases
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.database.sqlite_folder import SQLiteFolder
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node.hosting import OpenDatabase
from entrepot.node.node_keys import open_keys
from entrepot.node.platform.nats import connected
from entrepot.settings import Settings


def has_databases(settings: Settings) -> bool:
    return True


def has_bus(settings: Settings) -> bool:
    return True


def databases(settings: Settings, stack: AsyncExitStack) -> OpenDatabase:
    async def sqlite(name: str, outbox: Outbox) -> Migratable:
        how = await encryption(settings)
        return SQLite.open(settings.data / f"{name}.sqlite", closing=outbox, encryption=how)

    return sqlite


@asynccontextmanager
async def every_database(settings: Settings) -> AsyncIterator[Databases]:
    """A folder without databases stays one: no keys are made for it."""
    there = await encryption_there(settings.data, lambda: open_keys(settings))
    yield SQLiteFolder(settings.data, encryption=there or IN_THE_CLEAR)


async def led(settings: Settings, name: str) -> bool:
    return await SQLiteFolder(settings.data).led(name)


async def encryption(settings: Settings) -> Encryption:
    return await encryption_of(settings.data, lambda: open_keys(settings))


async def bus(settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool) -> Bus:
    """Start a NATS server if `starts_nats`, or else use that of the node on this data folder."""
    folder = settings.data / "nats"
    if not starts_nats:
        address = NatsServer.address(folder)
        return await connected(address.url, stack, deployment=deployment, token=address.token)
    server = NatsServer(folder)
    address = await server.start()
    stack.push_async_callback(server.stop)
    return await connected(address.url, stack, deployment=deployment, token=address.token)
