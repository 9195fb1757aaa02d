"""The schemas of a PostgreSQL database, for `relocate`: also those whose names no context has any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.ports import Dialect
from entrepot.infra.database.migrate import Migratable, keep_older_programs_out, recorded
from entrepot.infra.database.postgres import NotPermitted, Postgres
from entrepot.infra.database.postgres_leads import IS_LED, lead_lock, use_lock
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS, PostgresTransaction, translate
from entrepot.infra.database.relocate import Records, is_renamed, record_renamed

# Programs from before contexts shared their connections; later ones hold a lock.
_OLDER = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
# What our role may not do of what a move needs: `$1` must belong to it; `$2` is made unless it is there.
_HIDDEN = "SELECT NOT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1"
_FOREIGN = "SELECT nspname FROM pg_namespace WHERE nspname = ANY($1) AND NOT pg_has_role(nspowner, 'USAGE')"
_MAY_CREATE = (
    "SELECT has_database_privilege(current_database(), 'CREATE')"
    " OR EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)"
)
_LABEL = "entrepot relocation"


class PostgresServer:
    """`Databases` of a server, over one connection; claims are its session's."""

    dialect: Dialect = "postgres"

    def __init__(self, dsn: str, connection: Any) -> None:
        self._dsn, self._connection = dsn, connection

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """Raises: Unavailable."""
        try:
            return cls(dsn, await asyncpg.connect(dsn, server_settings={"application_name": _LABEL}))
        except DRIVER_ERRORS as error:
            raise Unavailable("the database does not answer now") from error

    async def close(self) -> None:
        await self._connection.close()

    async def records(self, name: str) -> Records | None:
        """Raises: NotPermitted for a schema that we may not look into: it is not as good as none."""
        with self._answers():
            if await self._connection.fetchval(_HIDDEN, name):
                raise NotPermitted(name, "our role may not look into the schema")
            async with self._connection.transaction(readonly=True):
                await self._enter(name)
                records = await recorded(PostgresTransaction(self._connection))
        return records if records and not is_renamed(records) else None

    async def open(self, name: str) -> Migratable:
        return await Postgres.open(self._dsn, name, size=2, label=_LABEL)

    async def claim(self, name: str) -> bool:
        """Refuse also while a process uses the schema without leading it: on PostgreSQL it may write."""
        with self._answers():
            if not await self._connection.fetchval(lead_lock("pg_try_advisory_lock"), name):
                return False
            if await self._connection.fetchval(use_lock("pg_try_advisory_lock"), name):
                if not await self._connection.fetchval(_OLDER, f"entrepot {name}"):
                    return True
                await self._connection.execute(use_lock("pg_advisory_unlock"), name)
            await self._connection.execute(lead_lock("pg_advisory_unlock"), name)
        return False

    async def release(self, name: str) -> None:
        with self._answers():
            for lock in (use_lock, lead_lock):
                await self._connection.execute(lock("pg_advisory_unlock"), name)

    async def check_rights(self, source: str, receiver: str, *, renames: bool) -> None:
        with self._answers():
            if foreign := await self._connection.fetchval(_FOREIGN, [source, receiver]):
                raise NotPermitted(foreign, "the schema belongs to another role")
            if not await self._connection.fetchval(_MAY_CREATE, "" if renames else receiver):
                raise NotPermitted(receiver, "our role may not create schemas")

    async def led(self, name: str) -> bool:
        return bool(await self._connection.fetchval(IS_LED, name))

    async def rename(self, old: str, new: str) -> None:
        if await self.records(new) is not None:
            raise Conflict(
                f"There are two schemas of one context: {new}, and {old}, its old name."
                " Remove the one that does not belong there."
            )
        with self._answers():
            async with self._connection.transaction():
                await self._connection.execute(f'DROP SCHEMA IF EXISTS "{new}"')
                await self._connection.execute(f'ALTER SCHEMA "{old}" RENAME TO "{new}"')
                await self._leave_note(old, new)

    async def _leave_note(self, old: str, new: str) -> None:
        await self._connection.execute(f'CREATE SCHEMA "{old}"')
        await self._enter(old)
        tx = PostgresTransaction(self._connection)
        await keep_older_programs_out(tx)
        await record_renamed(tx, new)

    async def _enter(self, name: str) -> None:
        await self._connection.execute(f'SET LOCAL search_path TO "{name}"')

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """Raises: Unavailable when the server has gone; NotPermitted."""
        try:
            yield
        except asyncpg.InsufficientPrivilegeError as error:
            raise NotPermitted("its schemas", error) from error
        except DRIVER_ERRORS as error:
            raise translate(error, connection=self._connection) from error
