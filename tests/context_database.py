"""A context's own database, brought up to date, on SQLite and on PostgreSQL."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from entrepot import wiring
from entrepot.core.ids import new_id
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node.hosting import bring_up_to_date

_numbers = itertools.count()


@asynccontextmanager
async def context_database(name: str, *, folder: Path, dsn: str = "") -> AsyncIterator[Migratable]:
    """PostgreSQL at `dsn`, or else SQLite in `folder`."""
    [context] = [each for each in wiring.CONTEXTS if each.name == name]
    outbox = Outbox(name)
    database: Migratable
    if dsn:
        database = await Postgres.open(dsn, f"{name}_{next(_numbers)}", closing=outbox)
    else:
        database = SQLite.open(folder / f"{name}.sqlite", closing=outbox)
    await bring_up_to_date(context, database)
    assert await database.lead()
    try:
        yield database
    finally:
        await database.close()


async def lower_role(dsn: str) -> str:
    """The address of a database for a new role: what is there belongs to it, and it may create no schemas."""
    role = f"clerk_{new_id().replace('-', '')}"
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"CREATE ROLE {role} LOGIN")
    for name, kind in await connection.fetch(_OWNED):
        await connection.execute(f"ALTER {kind} {name} OWNER TO {role}")
    await connection.close()
    return dsn.replace("//postgres:", f"//{role}:")


async def grant_create(dsn: str, *, to: str) -> None:
    connection = await asyncpg.connect(dsn)
    database = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"GRANT CREATE ON DATABASE {database} TO {urlsplit(to).username}")
    await connection.close()


_OWNED = """
    SELECT format('%I', nspname), 'SCHEMA' FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$'
    UNION ALL
    SELECT format('%I.%I', schemaname, tablename), 'TABLE' FROM pg_tables
    WHERE schemaname !~ '^pg_|^information_schema$'
"""


def new_database(dsn: str) -> str:
    """The address of an empty database on the same server."""
    name = f"alone_{new_id().replace('-', '')}"

    async def create() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
        thread.submit(asyncio.run, create()).result()
    return dsn.replace("/postgres?", f"/{name}?")
