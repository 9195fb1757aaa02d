"""A copy of a database is refused while the original is at work; other processes on the original are not."""

import asyncio

import pytest
from tests.infra.mailbox.station import Open

from entrepot.core.ports import Bus
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import SCHEMA, Outbox
from entrepot.infra.mailbox.twins import Twin, answer_twins, refuse_twin


async def opened(opens: Open, name: str = "shop") -> SQLite | Postgres:
    database = await opens(name, Outbox(name))
    await migrate(database, {"mailbox": SCHEMA})
    return database


async def test_whoever_has_another_database_of_the_name_is_refused(opens: Open, bus: Bus) -> None:
    original, copy = await opened(opens), await opened(opens, "copy")
    await refuse_twin(copy, bus, context="shop")  # nobody is at work yet
    at_work = await answer_twins(original, bus, context="shop")
    with pytest.raises(Twin, match="Another database of shop"):
        await refuse_twin(copy, bus, context="shop")
    await refuse_twin(copy, bus, context="desk")
    await at_work.stop()
    await refuse_twin(copy, bus, context="shop")
    await original.close()
    await copy.close()


async def test_processes_on_one_database_are_none(opens: Open, bus: Bus) -> None:
    original, beside = await opened(opens), await opened(opens)
    at_work = [await answer_twins(original, bus, context="shop")]
    await asyncio.gather(*(refuse_twin(each, bus, context="shop") for each in (beside, original, beside)))
    at_work.append(await answer_twins(beside, bus, context="shop"))
    await refuse_twin(original, bus, context="shop")
    assert await original.read(lambda tx: tx.fetch("SELECT word FROM twin_word")) == []
    for each in at_work:
        await each.stop()
    await original.close()
    await beside.close()
