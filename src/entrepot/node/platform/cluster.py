"""Many machines: a PostgreSQL and a NATS that an operator runs; each is used where a setting names it."""

from contextlib import AsyncExitStack

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Bus
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node.hosting import OpenDatabase
from entrepot.node.platform.nats import connected, without_secrets
from entrepot.settings import Settings


def databases(settings: Settings) -> OpenDatabase:
    async def postgres(name: str, outbox: Outbox) -> Migratable:
        try:
            return await Postgres.open(settings.database, name, closing=outbox)
        except Unavailable as error:
            place = without_secrets(settings.database)
            raise Unavailable(
                f"PostgreSQL does not answer at {place}. See the setting `database`."
            ) from error

    return postgres


async def bus(settings: Settings, stack: AsyncExitStack, *, starts_nats: bool) -> Bus:
    return await connected(settings.nats, stack)
