"""Many machines: PostgreSQL and NATS that an operator runs, each used if a setting names it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Bus
from entrepot.infra.database.encryption import Encryption
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.postgres_pool import PostgresPool
from entrepot.infra.database.postgres_server import PostgresServer
from entrepot.infra.database.relocate import Databases
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node.hosting import OpenDatabase
from entrepot.node.platform.nats import connected, without_secrets
from entrepot.settings import Settings


def has_databases(settings: Settings) -> bool:
    return bool(settings.database)


def has_bus(settings: Settings) -> bool:
    return bool(settings.nats)


def databases(settings: Settings, stack: AsyncExitStack) -> OpenDatabase:
    """The first that is opened opens the connections that all of them share."""
    opened: list[PostgresPool] = []

    async def postgres(name: str, outbox: Outbox) -> Migratable:
        with reached(settings):
            if not opened:
                opened.append(
                    await PostgresPool.open(settings.database, size=settings.database_connections - 1)
                )
                stack.push_async_callback(opened[0].close)
            return await Postgres.join(opened[0], name, closing=outbox)

    return postgres


@asynccontextmanager
async def every_database(settings: Settings) -> AsyncIterator[Databases]:
    async with _server(settings) as server:
        yield server


async def led(settings: Settings, name: str) -> bool:
    async with _server(settings) as server:
        return await server.led(name)


async def encryption(settings: Settings) -> Encryption | None:
    """PostgreSQL encrypts nothing itself; docs/operation.md says what its operator does."""
    return None


@asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[PostgresServer]:
    with reached(settings):
        server = await PostgresServer.connect(settings.database)
    try:
        yield server
    finally:
        await server.close()


@contextmanager
def reached(settings: Settings) -> Iterator[None]:
    """Raises: Unavailable, with the setting that helps."""
    try:
        yield
    except Unavailable as error:
        place = without_secrets(settings.database)
        raise Unavailable(f"PostgreSQL does not answer at {place}. See the setting `database`.") from error


async def bus(settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool) -> Bus:
    return await connected(settings.nats, stack, deployment=deployment)
