"""A database belongs to the deployment whose keys opened it first."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.context_database import new_database

from entrepot.infra.database.migrate import Migratable, migrate
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import SCHEMA
from entrepot.infra.mailbox.deployment import OtherDeployment, belong, check

Open = Callable[..., Awaitable[Migratable]]


@pytest.fixture(params=["sqlite", "postgres"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""

    async def open(name: str = "shop") -> Migratable:
        if dsn:
            return await Postgres.open(dsn, name, size=2)
        return SQLite.open(tmp_path / f"{name}.sqlite")

    return open


async def opened(opens: Open) -> Migratable:
    database = await opens()
    await migrate(database, {"mailbox": SCHEMA})
    return database


async def test_the_first_makes_it_its_own_and_others_are_refused(opens: Open) -> None:
    database, beside = await opened(opens), await opened(opens)
    await asyncio.gather(*(belong(each, context="shop", deployment="ours") for each in (database, beside)))
    await belong(beside, context="shop", deployment="ours")
    with pytest.raises(OtherDeployment, match="belongs to deployment ours, and the keys here to theirs"):
        await belong(database, context="shop", deployment="theirs")
    assert await database.read(lambda tx: tx.fetch("SELECT id FROM deployment")) == [("ours",)]
    await database.close()
    await beside.close()


async def test_a_stranger_is_refused_before_it_migrates_anything(opens: Open) -> None:
    fresh = await opens()
    await check(fresh, context="shop", deployment="ours")  # there is no table yet
    await migrate(fresh, {"mailbox": SCHEMA})
    await check(fresh, context="shop", deployment="theirs")  # it is still nobody's
    await belong(fresh, context="shop", deployment="ours")
    await check(fresh, context="shop", deployment="ours")
    with pytest.raises(OtherDeployment):
        await check(fresh, context="shop", deployment="theirs")
    await fresh.close()


async def test_of_two_that_start_together_one_gets_it(opens: Open) -> None:
    databases = [await opened(opens) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(belong(each, context="shop", deployment=f"d{number % 2}") for number, each in enumerate(databases)),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {type(None), OtherDeployment}
    assert outcomes.count(None) == 2
    for each in databases:
        await each.close()


async def test_a_context_that_was_never_opened_belongs_to_those_beside_it(
    postgres_dsn: str,
) -> None:
    dsn = new_database(postgres_dsn)
    shop, desk = await Postgres.open(dsn, "shop", size=2), await Postgres.open(dsn, "desk", size=2)
    await migrate(shop, {"mailbox": SCHEMA})
    await belong(shop, context="shop", deployment="ours")
    with pytest.raises(OtherDeployment, match="The database of desk belongs to deployment ours"):
        await check(desk, context="desk", deployment="theirs")
    await check(desk, context="desk", deployment="ours")
    await shop.close()
    await desk.close()
