"""A database belongs to the deployment whose keys opened it first."""

import asyncio
from pathlib import Path

import pytest
from tests.infra.mailbox.conftest import Open

from entrepot.infra.database.migrate import Migratable, migrate
from entrepot.infra.mailbox import SCHEMA, Outbox
from entrepot.infra.mailbox.deployment import OtherDeployment, belong

PARTS = pytest.mark.parametrize(
    "parts", [("sqlite", "memory"), ("postgres", "memory")], ids=["sqlite", "postgres"]
)


async def opened(opens: Open) -> Migratable:
    database = await opens("shop", Outbox("shop"))
    await migrate(database, {"mailbox": SCHEMA})
    return database


@PARTS
async def test_the_first_makes_it_its_own_and_others_are_refused(opens: Open, tmp_path: Path) -> None:
    database, beside = await opened(opens), await opened(opens)
    await asyncio.gather(*(belong(each, context="shop", deployment="ours") for each in (database, beside)))
    await belong(beside, context="shop", deployment="ours")
    with pytest.raises(OtherDeployment, match="belongs to deployment ours, and the keys here to theirs"):
        await belong(database, context="shop", deployment="theirs")
    assert await database.read(lambda tx: tx.fetch("SELECT id FROM deployment")) == [("ours",)]
    await database.close()
    await beside.close()


@PARTS
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
