"""Backs up all schemas of a node at one moment, table by table, and loads them into schemas that it makes."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from entrepot.core.errors import Conflict, Unavailable
from entrepot.infra.database.backup import Damaged, Manifest, make_folder, read_manifest, seal
from entrepot.infra.database.migrate import STEPS, repeat
from entrepot.infra.database.postgres import NotPermitted
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS, PostgresTransaction, translate

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
_PART_BYTES = 1 << 20
# A role's own limits are for those who wait; nobody waits here.
_SESSION = {"application_name": "entrepot backup", "statement_timeout": "0", "lock_timeout": "0"}


async def backup(dsn: str, names: Collection[str], folder: Path) -> Manifest:
    """Copy every table of the schemas as it is at one moment, whoever hosts them.

    Raises: Conflict when the folder is not empty; Unavailable.
    """
    make_folder(folder)
    migrations, sequences, counts = {}, {}, {}
    connection = await _connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for name in names:
                counts[name] = {
                    table: await _copy(connection, name, table, to=folder / f"{name}.{table}.copy")
                    for table in await _tables(connection, name)
                }
                migrations[name] = await _migrations(connection, name)
                found = await connection.fetch(_SEQUENCES, name)
                sequences[name] = {row[0]: row[1] for row in found if row[1] is not None}
    except DRIVER_ERRORS as error:
        raise _translated(error, connection) from error
    finally:
        await connection.close()
    return await asyncio.to_thread(
        seal,
        folder,
        dialect="postgres",
        databases=names,
        migrations=migrations,
        sequences=sequences,
        rows=counts,
    )


async def check(folder: Path) -> Manifest:
    """Return the manifest of a backup whose files are whole and hold the rows that were copied.

    Raises: NotFound, Damaged.
    """
    manifest = await read_manifest(folder)
    for name, counts in manifest.rows.items():
        for table, rows in counts.items():
            if await asyncio.to_thread(_lines, folder / f"{name}.{table}.copy") != rows:
                raise Damaged(f"{name}.{table} does not hold the rows that were copied")
    return manifest


def _lines(file: Path) -> int:
    """COPY writes a line for each row, and a line end inside of a value as two characters."""
    with file.open("rb") as opened:
        return sum(part.count(b"\n") for part in iter(lambda: opened.read(_PART_BYTES), b""))


async def _copy(connection: Any, schema: str, table: str, *, to: Path) -> int:
    """Return the number of rows."""
    status: str = await connection.copy_from_table(table, schema_name=schema, output=to)
    return int(status.rpartition(" ")[2])


def _translated(error: Exception, connection: Any) -> Exception:
    if isinstance(error, OSError) and error.errno is not None and not isinstance(error, ConnectionError):
        return Unavailable(f"The backup cannot be written: {error.strerror}.")
    return translate(error, connection=connection)


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
        return await asyncpg.connect(dsn, server_settings=_SESSION)
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
