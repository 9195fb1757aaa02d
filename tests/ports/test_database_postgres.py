"""What only PostgreSQL can do to us: take the connections away, and let writers meet."""

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.suite.patience import PATIENCE_S

from entrepot.core.errors import Contended, Unavailable
from entrepot.core.ports import Transaction
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.postgres_transaction import numbered


async def cut(dsn: str, schema: str) -> None:
    operator = await asyncpg.connect(dsn)
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE $1"
    await operator.fetch(sql, f"entrepot {schema}%")
    await operator.close()


async def test_a_lost_session_ends_the_lead_and_the_pool_recovers(postgres_dsn: str) -> None:
    database = await Postgres.open(postgres_dsn, "lost")
    assert await database.lead()

    async def is_cut(tx: Transaction) -> None:
        await cut(postgres_dsn, "lost")
        await tx.fetch_one("SELECT 1")

    for _ in range(10):  # the cut comes at another moment each time
        with pytest.raises(Unavailable):
            await database.write(is_cut)
    async with asyncio.timeout(PATIENCE_S):
        while database.leading:
            await asyncio.sleep(0.01)
    assert await database.write(lambda tx: tx.fetch_one("SELECT 1")) == (1,)
    assert await database.lead()
    await database.close()


async def test_writers_that_always_meet_give_up(postgres_dsn: str) -> None:
    database = await Postgres.open(postgres_dsn, "meeting")
    other_process = await Postgres.open(postgres_dsn, "meeting")
    await database.exclusively(lambda tx: tx.execute("CREATE TABLE c (n integer); INSERT INTO c VALUES (0)"))
    tries = 0

    async def meets(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        await tx.fetch_one("SELECT n FROM c")
        await other_process.write(lambda other: other.execute("UPDATE c SET n = n + 1"))
        await tx.execute("UPDATE c SET n = n + 1")

    with pytest.raises(Contended):
        await database.write(meets)
    assert tries == 8
    assert await database.read(lambda tx: tx.fetch_one("SELECT n FROM c")) == (8,)
    await database.close()
    await other_process.close()


async def test_migration_waits_for_a_table_that_a_dump_keeps_and_lets_readers_pass(postgres_dsn: str) -> None:
    database = await Postgres.open(postgres_dsn, "dumped")
    await database.exclusively(lambda tx: tx.execute("CREATE TABLE c (n integer); INSERT INTO c VALUES (7)"))
    dump = await asyncpg.connect(postgres_dsn)
    async with dump.transaction():
        await dump.execute('LOCK TABLE "dumped".c IN ACCESS SHARE MODE')
        change = lambda tx: tx.execute("ALTER TABLE c ADD COLUMN m integer")  # noqa: E731
        migration = asyncio.create_task(database.exclusively(change))
        async with asyncio.timeout(PATIENCE_S):
            while not await _waits_for_a_lock(dump):
                await asyncio.sleep(0.01)
            assert await database.read(lambda tx: tx.fetch_one("SELECT n FROM c")) == (7,)
        assert not migration.done()
    await migration
    await database.close()
    hasty = await Postgres.open(postgres_dsn, "dumped", tables_free_within_s=0.0)
    async with dump.transaction():
        await dump.execute('LOCK TABLE "dumped".c IN ACCESS SHARE MODE')
        with pytest.raises(Unavailable, match="pg_stat_activity"):
            await hasty.exclusively(lambda tx: tx.execute("ALTER TABLE c DROP COLUMN m"))
    await hasty.close()
    await dump.close()


async def _waits_for_a_lock(connection: Any) -> bool:
    sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '\"dumped\".c'::regclass"
    return bool(await connection.fetchval(sql))


async def test_no_server_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Postgres.open("postgresql://postgres@127.0.0.1:1/postgres", "nowhere")


def test_parameters_are_numbered_outside_of_strings() -> None:
    assert numbered("SELECT ?", "shop") == "/* shop */ SELECT $1"
    assert numbered("a = ? AND b = '?' AND \"c?\" = ?") == "a = $1 AND b = '?' AND \"c?\" = $2"
