"""Backs up all schemas of a node at one moment, table by table, and loads them into schemas that it makes."""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from entrepot.core.errors import Conflict, Unavailable
from entrepot.infra.database.backup import Damaged, Manifest, make_folder, read_manifest, seal
from entrepot.infra.database.migrate import STEPS, repeat
from entrepot.infra.database.postgres import NotPermitted, Postgres
from entrepot.infra.database.postgres_transaction import PostgresTransaction

_TABLES = """
    SELECT c.relname, array_remove(array_agg(DISTINCT p.relname::text), NULL)
    FROM pg_class c
    LEFT JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid
    LEFT JOIN pg_class p ON p.oid = f.confrelid
    WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'
    GROUP BY c.relname
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = $1"
_MIGRATION = "migration"


async def backup(databases: Mapping[str, Postgres], folder: Path) -> Manifest:
    """Copy every table of every schema as it is at one moment. The databases must share a server.

    Raises: Conflict when the folder is not empty or the databases do not share one, Unavailable.
    """
    dsns = {database.dsn for database in databases.values()}
    if len(dsns) != 1:
        raise Conflict("only databases of one server have one moment in common")
    make_folder(folder)
    migrations, sequences = {}, {}
    connection = await _connect(dsns.pop())
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for name, database in databases.items():
                for table in await _tables(connection, database.schema):
                    path = folder / f"{name}.{table}.copy"
                    await connection.copy_from_table(table, schema_name=database.schema, output=path)
                migrations[name] = await _migrations(connection, database.schema)
                rows = await connection.fetch(_SEQUENCES, database.schema)
                sequences[name] = {row[0]: row[1] for row in rows if row[1] is not None}
    finally:
        await connection.close()
    return seal(folder, dialect="postgres", databases=databases, migrations=migrations, sequences=sequences)


async def load(dsn: str, folder: Path, *, parts: Mapping[str, Mapping[str, Traversable]]) -> Manifest:
    """Replace the schemas that `parts` names by those of the backup, in one transaction. They come back as
    they were migrated then, so that a backup of an older version can be brought up to date afterwards.

    Raises: NotFound, Damaged; Conflict for databases that nobody knows; NotPermitted; FromTheFuture,
    Rewritten.
    """
    manifest = await read_manifest(folder)
    if manifest.dialect != "postgres" or not set(manifest.databases) <= set(parts):
        raise Conflict("the backup holds other databases")
    connection = await _connect(dsn)
    try:
        async with connection.transaction():
            for name in parts:
                await connection.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
            for name in manifest.databases:
                await _make(connection, name, parts[name], done=manifest.migrations[name])
                await _fill(connection, manifest, name, folder)
    except asyncpg.DataError as error:
        raise Damaged("the backup does not fit the tables") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise NotPermitted("what a backup replaces", error) from error
    finally:
        await connection.close()
    return manifest


async def _make(
    connection: Any, name: str, parts: Mapping[str, Traversable], *, done: Sequence[tuple[str, int, str]]
) -> None:
    await connection.execute(f'CREATE SCHEMA "{name}"')
    await connection.execute(f'SET LOCAL search_path TO "{name}"')
    steps = {(part, number): digest for part, number, digest in done}
    await repeat(PostgresTransaction(connection), parts, steps)


async def _fill(connection: Any, manifest: Manifest, name: str, folder: Path) -> None:
    tables = [table for table in await _tables(connection, name) if table != _MIGRATION]
    if tables:
        await connection.execute("TRUNCATE " + ", ".join(f'"{name}"."{table}"' for table in tables))
    for table in tables:
        await connection.copy_to_table(table, schema_name=name, source=folder / f"{name}.{table}.copy")
    for sequence, value in manifest.sequences[name].items():
        await connection.execute("SELECT setval($1::regclass, $2)", f'"{name}"."{sequence}"', value)


async def _connect(dsn: str) -> Any:
    try:
        return await asyncpg.connect(dsn)
    except (OSError, asyncpg.PostgresError) as error:
        raise Unavailable("the database does not answer now") from error


async def _tables(connection: Any, schema: str) -> Sequence[str]:
    """Return the tables, each after those to which it refers."""
    rows = await connection.fetch(_TABLES, f'"{schema}"')
    return list(TopologicalSorter(dict(rows)).static_order())


async def _migrations(connection: Any, schema: str) -> list[tuple[str, int, str]]:
    """Return the migrations that came from files, without the notes of `relocate`, which mean nothing
    elsewhere.
    """
    if await connection.fetchval("SELECT to_regclass($1)", f'"{schema}".{_MIGRATION}') is None:
        return []
    sql = f'SELECT part, number, sha256 FROM "{schema}".{_MIGRATION} WHERE {STEPS} ORDER BY part, number'
    return [tuple(row) for row in await connection.fetch(sql)]
