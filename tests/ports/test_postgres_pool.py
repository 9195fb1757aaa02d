"""All contexts of a process share a few connections to PostgreSQL, and none of them notices."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from tests.context_database import lower_role, new_database
from tests.suite.patience import PATIENCE_S

from entrepot.core import time_left
from entrepot.core.errors import Unavailable
from entrepot.core.ports import Reading, Transaction
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.postgres_pool import AllBusy, PostgresPool
from entrepot.infra.database.postgres_server import PostgresServer
from entrepot.infra.database.postgres_transaction import DatabaseTooSlow

Opener = Callable[[str], Any]


@pytest.fixture
def dsn(postgres_dsn: str) -> str:
    return new_database(postgres_dsn)


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[PostgresPool]:
    opened = await PostgresPool.open(dsn, size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def operator(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()


async def made(pool: PostgresPool, schema: str, tables: str = "CREATE TABLE thing (n integer)") -> Postgres:
    database = await Postgres.join(pool, schema)
    await database.exclusively(lambda tx: tx.execute(tables))
    return database


async def sessions(operator: Any) -> int:
    """How many the server has begun; it learns of one when that ends or rests."""
    await operator.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
    count: int = await operator.fetchval(
        "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
    )
    return count


async def connections(operator: Any) -> int:
    count: int = await operator.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return count


# ---- whose statement, whose table ---------------------------------------------------------------------


async def test_the_same_words_mean_each_context_s_own_table(dsn: str) -> None:
    """On one connection, over and over, with columns of other types and numbers."""
    pool = await PostgresPool.open(dsn, size=1)
    shop = await made(pool, "shop", "CREATE TABLE thing (id bigint PRIMARY KEY, what text)")
    desk = await made(pool, "desk", "CREATE TABLE thing (id bigint PRIMARY KEY, what integer, more text)")
    await shop.write(lambda tx: tx.execute("INSERT INTO thing VALUES (?, ?)", 1, "apple"))
    await desk.write(lambda tx: tx.execute("INSERT INTO thing VALUES (?, ?)", 1, 7))
    for _ in range(8):  # the server makes a plan for good after five
        assert await shop.read(lambda tx: tx.fetch_one("SELECT * FROM thing WHERE id = ?", 1)) == (1, "apple")
        assert await desk.read(lambda tx: tx.fetch_one("SELECT * FROM thing WHERE id = ?", 1)) == (1, 7, None)
    await asyncio.gather(*(each.write(_add) for each in (shop, desk) * 10))
    assert await shop.read(lambda tx: tx.fetch_one("SELECT count(*) FROM thing")) == (11,)
    assert await desk.read(lambda tx: tx.fetch_one("SELECT count(*) FROM thing")) == (11,)
    await shop.close()
    await desk.close()
    await pool.close()


async def _add(tx: Transaction) -> None:
    await tx.execute_many(
        "INSERT INTO thing SELECT coalesce(max(id), 0) + ? FROM thing ON CONFLICT (id) DO NOTHING", [(1,)]
    )


async def test_a_failed_transaction_leaves_nothing_of_its_context(dsn: str) -> None:
    pool = await PostgresPool.open(dsn, size=1)
    shop, desk = await made(pool, "shop"), await made(pool, "desk", "CREATE TABLE other (n integer)")

    async def fails(tx: Transaction) -> None:
        await tx.execute("INSERT INTO thing VALUES (1)")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await shop.write(fails)
    with pytest.raises(asyncpg.UndefinedTableError):
        await desk.read(lambda tx: tx.fetch("SELECT n FROM thing"))
    assert await desk.read(lambda tx: tx.fetch_one("SELECT current_schema()")) == ("desk",)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):  # a connection at rest is in no schema
        async with pool.connection(()) as connection:
            await connection.execute("CREATE TABLE lost (n integer)")
    await pool.close()


async def test_a_table_that_another_process_changes_is_seen_anew(pool: PostgresPool, operator: Any) -> None:
    shop = await made(pool, "shop")
    look = lambda tx: tx.fetch("SELECT * FROM thing")  # noqa: E731
    await asyncio.gather(*(shop.read(look) for _ in range(8)))  # on every connection
    await operator.execute(
        "ALTER TABLE shop.thing ADD COLUMN more integer; INSERT INTO shop.thing VALUES (1, 2)"
    )
    assert await asyncio.gather(*(shop.read(look) for _ in range(8))) == [[(1, 2)]] * 8
    await operator.execute("ALTER TABLE shop.thing ADD CONSTRAINT one UNIQUE (n)")
    sql = "INSERT INTO thing (n) VALUES (?) ON CONFLICT (n) DO NOTHING"
    await asyncio.gather(*(shop.write(lambda tx: tx.execute(sql, 1)) for _ in range(4)))
    await operator.execute(
        "ALTER TABLE shop.thing DROP CONSTRAINT one; ALTER TABLE shop.thing ADD CONSTRAINT two UNIQUE (n)"
    )
    await asyncio.gather(*(shop.write(lambda tx: tx.execute(sql, 1)) for _ in range(4)))


# ---- turns ---------------------------------------------------------------------------------------------


async def test_slow_reads_of_one_context_starve_neither_its_writes_nor_the_others(pool: PostgresPool) -> None:
    shop, desk = await made(pool, "shop"), await made(pool, "desk")
    slow = [asyncio.create_task(shop.read(lambda tx: tx.fetch("SELECT pg_sleep(3)"))) for _ in range(12)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(2.5):
        await shop.write(lambda tx: tx.execute("INSERT INTO thing VALUES (1)"))
        await desk.read(lambda tx: tx.fetch_one("SELECT 1"))
    assert pool.opened <= pool.size
    for each in slow:
        each.cancel()
    await asyncio.wait(slow)
    assert pool.busy == 0


async def test_whoever_waits_is_not_overtaken(dsn: str) -> None:
    pool = await PostgresPool.open(dsn, size=2)
    shop = await made(pool, "shop")
    order: list[int] = []

    async def work(number: int) -> None:
        for turn in range(20):
            await shop.read(lambda tx: tx.fetch_one("SELECT 1"))
            order.append(turn)

    await asyncio.gather(*(work(number) for number in range(20)))
    ahead = max(abs(turn - at // 20) for at, turn in enumerate(order))
    assert ahead <= 2, "everybody has had about as many turns as the others, at every moment"
    await pool.close()


async def test_work_with_a_connection_cannot_ask_for_another(pool: PostgresPool) -> None:
    """With all of them in such work, each would wait for the others for ever."""
    shop, desk = await made(pool, "shop"), await made(pool, "desk")

    async def nested(tx: Reading) -> object:
        return await desk.read(lambda other: other.fetch_one("SELECT 1"))

    with pytest.raises(RuntimeError, match="holds a connection"):
        await shop.read(nested)
    assert await shop.read(lambda tx: tx.fetch_one("SELECT 1")) == (1,)


async def test_a_full_pool_refuses_in_time(pool: PostgresPool) -> None:
    shop = await made(pool, "shop")
    slow = [asyncio.create_task(shop.read(lambda tx: tx.fetch("SELECT pg_sleep(20)"))) for _ in range(8)]
    await asyncio.sleep(0.2)
    began_s = asyncio.get_running_loop().time()
    token = time_left.begin(0.3)
    with pytest.raises(AllBusy):
        await shop.read(lambda tx: tx.fetch_one("SELECT 1"))
    time_left.end(token)
    assert asyncio.get_running_loop().time() - began_s < 10
    for each in slow:
        each.cancel()
    await asyncio.wait(slow)
    assert await shop.read(lambda tx: tx.fetch_one("SELECT 1")) == (1,)


async def test_cancelled_waits_leave_no_connection_behind(pool: PostgresPool) -> None:
    shop = await made(pool, "shop")
    for number in range(60):
        task = asyncio.create_task(shop.read(lambda tx: tx.fetch_one("SELECT pg_sleep(0.001)")))
        await asyncio.sleep(number / 20_000)
        task.cancel()
        await asyncio.wait([task])
    assert pool.busy == 0
    await asyncio.gather(*(shop.read(lambda tx: tx.fetch_one("SELECT 1")) for _ in range(12)))


async def test_a_server_without_a_connection_to_spare_is_no_failure_while_we_have_some(dsn: str) -> None:
    pool = await PostgresPool.open(dsn, size=1)
    shop = await made(pool, "shop")
    await shop.close()
    await pool.close()
    lower = await lower_role(dsn)
    operator = await asyncpg.connect(dsn)
    await operator.execute(f"ALTER DATABASE {dsn.split('/')[3].split('?')[0]} CONNECTION LIMIT 4")
    pool = await PostgresPool.open(lower, size=8)
    shop = await Postgres.join(pool, "shop")
    found = await asyncio.gather(
        *(shop.read(lambda tx: tx.fetch_one("SELECT 1, pg_sleep(0.01)")) for _ in range(40))
    )
    assert len(found) == 40
    assert pool.opened <= 3  # the operator's and that of the leads are there too
    await shop.close()
    await pool.close()
    await operator.close()


# ---- how long --------------------------------------------------------------------------------------------


async def test_a_statement_ends_before_whoever_asked_gives_up(pool: PostgresPool) -> None:
    shop = await made(pool, "shop")

    async def slow(tx: Reading) -> object:
        return await tx.fetch("SELECT pg_sleep(20)")

    began_s = asyncio.get_running_loop().time()
    token = time_left.begin(0.3)
    for work in (shop.read, shop.write):
        with pytest.raises(DatabaseTooSlow):
            await work(slow)
    time_left.end(token)
    assert asyncio.get_running_loop().time() - began_s < 10
    assert await shop.read(lambda tx: tx.fetch_one("SHOW statement_timeout")) == ("0",)


async def test_many_short_statements_end_too(pool: PostgresPool) -> None:
    shop = await made(pool, "shop")

    async def many(tx: Reading) -> None:
        while True:
            await tx.fetch("SELECT pg_sleep(0.05)")

    token = time_left.begin(0.3)
    async with asyncio.timeout(10):
        with pytest.raises(DatabaseTooSlow):
            await shop.read(many)
    time_left.end(token)


async def test_migrations_and_duties_have_all_the_time_they_need(dsn: str) -> None:
    operator = await asyncpg.connect(dsn)
    await operator.execute(
        "ALTER ROLE postgres IN DATABASE " + dsn.split("/")[3].split("?")[0] + " SET statement_timeout = 50"
    )
    await operator.close()
    pool = await PostgresPool.open(dsn, size=2)
    shop = await made(pool, "shop", "CREATE TABLE thing (n integer); SELECT pg_sleep(0.2)")
    assert await shop.read(lambda tx: tx.fetch("SELECT pg_sleep(0.2)"))

    async def left_behind() -> object:
        await asyncio.sleep(0.2)
        return await shop.read(lambda tx: tx.fetch_one("SELECT 1"))

    token = time_left.begin(0.1)
    task = asyncio.create_task(left_behind())
    time_left.end(token)
    assert await task == (1,), "what a request started is not bound by the request's time"
    await pool.close()


# ---- leads -----------------------------------------------------------------------------------------------


async def test_one_session_holds_all_leads_and_no_other_is_begun_at_rest(dsn: str, operator: Any) -> None:
    names = [f"context_{number}" for number in range(10)]
    first, second = await PostgresPool.open(dsn, size=4), await PostgresPool.open(dsn, size=4)
    leading = [await made(first, name) for name in names]
    following = [await Postgres.join(second, name) for name in names]
    assert all([await each.lead() for each in leading])
    before, there = await sessions(operator), await connections(operator)
    for _ in range(10):
        assert not any(await asyncio.gather(*(each.lead() for each in following)))
        await asyncio.gather(*(each.read(lambda tx: tx.fetch_one("SELECT 1")) for each in leading[:1]))
    assert await sessions(operator) == before
    assert await connections(operator) == there <= 4 + 1 + 1 + 1
    await first.close()
    async with asyncio.timeout(PATIENCE_S):
        while not all(await asyncio.gather(*(each.lead() for each in following))):
            await asyncio.sleep(0.05)
    await second.close()


async def test_a_lost_session_loses_every_lead_and_a_new_one_regains_them(
    pool: PostgresPool, dsn: str, operator: Any
) -> None:
    shop, desk = await made(pool, "shop"), await made(pool, "desk")
    assert await shop.lead() and await desk.lead()
    await operator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'entrepot leads'"
        " AND datname = current_database()"
    )
    async with asyncio.timeout(PATIENCE_S):
        while shop.leading or desk.leading:
            await asyncio.sleep(0.01)
    assert await asyncio.gather(shop.lead(), desk.lead()) == [True, True]
    await shop.close()
    other = await Postgres.open(dsn, "shop")
    assert await other.lead(), "who closes gives up the lead, once and for all"
    assert desk.leading
    await other.close()


async def test_who_gives_up_asking_takes_no_lead_from_the_others(pool: PostgresPool) -> None:
    shop, desk = await made(pool, "shop"), await made(pool, "desk")
    assert await shop.lead()
    for turns in range(12):
        asking = asyncio.create_task(desk.lead())
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
    assert shop.leading
    assert await desk.lead()


async def test_a_schema_in_use_cannot_be_moved(pool: PostgresPool, dsn: str) -> None:
    """Also where nobody leads it: on PostgreSQL a process may write without that."""
    shop = await made(pool, "shop")
    server = await PostgresServer.connect(dsn)
    assert not await server.claim("shop")
    assert await server.claim("elsewhere")
    await shop.close()
    assert await server.claim("shop")
    await server.release("shop")
    await server.close()


async def test_closed_is_closed(dsn: str) -> None:
    pool = await PostgresPool.open(dsn, size=2)
    shop = await made(pool, "shop")
    await shop.close()
    with pytest.raises(Unavailable):
        await shop.read(lambda tx: tx.fetch_one("SELECT 1"))
    assert not await shop.lead()
    await pool.close()
