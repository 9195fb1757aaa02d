"""Works on the databases of a node that does not run: brings them up to date, restores a backup."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from entrepot import wiring
from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.ports import Keys
from entrepot.infra import logs
from entrepot.infra.database import backup_postgres
from entrepot.infra.database.encrypted_folder import OpenKeys
from entrepot.infra.database.encryption import Locked
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node import archive
from entrepot.node.hosting import bring_up_to_date, parts_of
from entrepot.node.node_keys import open_keys
from entrepot.node.platform import choice
from entrepot.node.relocation import relocate
from entrepot.settings import Settings


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[dict[str, Migratable]]:
    """Open every context's database without a node, and bring it up to date."""
    logs.configure(settings.log_format, settings.log_level)
    await relocate(settings, wiring.CONTEXTS)
    opener = choice.databases(settings)
    async with AsyncExitStack() as stack:
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


async def restore(settings: Settings, unpacked: Path, *, aside: Path | None) -> None:
    """Put an unpacked backup into place; see `archive`."""
    if not settings.database:
        await archive.restore_sqlite(settings.data, unpacked, keys=_keys_for(settings, unpacked), aside=aside)
    elif aside is None:
        raise Conflict("A restore into PostgreSQL replaces what is there. Use --replace.")
    else:
        await _replace_schemas(settings, unpacked / "databases")
        archive.restore_beside(settings.data, unpacked, aside=aside)
    async with _opened(settings) as databases:
        for database in databases.values():
            await archive.begin_anew(database)


def _keys_for(settings: Settings, unpacked: Path) -> OpenKeys:
    """Return the keys that the node will have: those of the backup, or what is there already."""

    def keys() -> Keys:
        brought = (unpacked / "keys").is_dir()
        if not (brought or settings.master_key or (settings.data / "keys" / "keys.json").exists()):
            raise Locked(
                "This backup is encrypted, and came without keys: put a copy of them into"
                f" {settings.data / 'keys'} (or set `master_key`), and restore it again."
            )
        return open_keys(replace(settings, data=unpacked) if brought else settings)

    return keys


async def _replace_schemas(settings: Settings, backup: Path) -> None:
    """Raises: Unavailable while somebody uses them; as `backup_postgres.load`."""
    parts = {name: parts_of(each) for each in wiring.CONTEXTS for name in (each.name, each.formerly) if name}
    async with choice.every_database(settings) as databases:
        for name in parts:
            if not await databases.claim(name):
                raise Unavailable(f"The database {name} is in use; stop every node first.")
        await backup_postgres.load(settings.database, backup, parts=parts)
