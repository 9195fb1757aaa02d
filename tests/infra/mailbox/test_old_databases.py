"""A database made before a log named its place goes on where it was, and so does a renamed context."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from tests.infra.mailbox.conftest import Open
from tests.infra.mailbox.station import TABLE, Said, Station, until

from entrepot.core.events import encode, envelop
from entrepot.core.ports import Bus, Transaction
from entrepot.infra.database.migrate import Migratable, migrate
from entrepot.infra.mailbox import Outbox
from entrepot.infra.mailbox.renaming import rename_context

PARTS = pytest.mark.parametrize(
    "parts", [("sqlite", "memory"), ("postgres", "memory")], ids=["sqlite", "postgres"]
)


@pytest.fixture
def old_schema(tmp_path: Path) -> Path:
    """The mailbox's tables as they were at first."""
    folder = tmp_path / "schema"
    folder.mkdir()
    for file in (files("entrepot") / "infra" / "mailbox" / "schema").iterdir():
        if file.name.startswith("0001."):
            shutil.copyfile(str(file), folder / file.name)
    return folder


def body(n: int, who: str = "ann") -> bytes:
    return encode(envelop(Said(who=who, n=n), source="shop"))


async def say(tx: Transaction, *, pruned: int, last: int) -> None:
    """A log that was pruned through one number and goes on to another, its only reader the desk."""
    for n in range(1, last + 1):
        if tx.dialect == "postgres":
            await tx.execute("INSERT INTO outbox (sequence, body) VALUES (?, ?)", n, body(n))
        else:
            await tx.execute("INSERT INTO outbox (body) VALUES (?)", body(n))
    await tx.execute("DELETE FROM outbox WHERE sequence <= ?", pruned)
    await tx.execute("UPDATE outbox_pruned SET through = ?", pruned)
    await tx.execute("INSERT INTO outbox_reader (reader, watermark) VALUES ('desk', ?)", pruned)


async def hear(tx: Transaction, *, epoch: str, through: int) -> None:
    """It heard so much, of which one event is parked and another was given up."""
    await tx.execute(TABLE)
    await tx.execute("INSERT INTO inbox VALUES ('shop', ?, ?, ?)", epoch, through, through)
    await tx.execute(
        "INSERT INTO inbox_parked VALUES ('shop', 2, 2, 'bob', 'station.said', ?, 1, 0, 'x')", body(2, "bob")
    )
    await tx.execute(
        "INSERT INTO dead_letter VALUES ('1', 'failed', 'shop', 1, 1, 'ann', 'station.said', ?, 'x', 4, 0)",
        body(1),
    )


async def old(opens: Open, name: str, schema: Path) -> Migratable:
    database = await opens(name, Outbox(name))
    assert await database.lead()
    await migrate(database, {"mailbox": schema})
    return database


async def two_old_databases(opens: Open, schema: Path) -> None:
    shop = await old(opens, "shop", schema)
    await shop.write(lambda tx: say(tx, pruned=2, last=5))
    [(epoch,)] = await shop.read(lambda tx: tx.fetch("SELECT epoch FROM outbox_epoch"))
    await shop.close()
    desk = await old(opens, "desk", schema)
    await desk.write(lambda tx: hear(tx, epoch=epoch, through=3))
    await desk.close()


@PARTS
async def test_an_old_pair_goes_on_where_it_was(opens: Open, bus: Bus, old_schema: Path) -> None:
    await two_old_databases(opens, old_schema)
    shop = Station("shop", opens, bus, readers=["desk"])
    desk = Station("desk", opens, bus, hears=["shop"])
    await shop.start()
    await desk.start()
    await shop.say(Said(who="ann", n=6))
    await until(lambda: desk._has(4))
    assert sorted(await desk.heard()) == [2, 4, 5, 6]  # what was parked among them, nothing twice
    assert await desk.rows("SELECT source, kind FROM dead_letter") == [("shop@hub", "failed")]
    [(reader, by, enrolled_at_us)] = await shop.rows(
        "SELECT reader, enrolled_by, enrolled_at_us FROM outbox_reader"
    )
    assert (reader, by) == ("desk@hub", "wiring")
    assert enrolled_at_us > 1_700_000_000_000_000
    await desk.stop()
    await shop.stop()


@PARTS
async def test_a_renamed_context_is_heard_and_hears_from_where_it_was(
    opens: Open, bus: Bus, old_schema: Path
) -> None:
    await two_old_databases(opens, old_schema)

    async def renamed(name: str, outbox: Outbox) -> Migratable:
        """The store is what was the shop, the bench what was the desk: their databases are the same."""
        return await opens({"store": "shop", "bench": "desk"}[name], outbox)

    store = Station("store", renamed, bus, readers=["bench"])
    bench = Station("bench", renamed, bus, hears=["store"])
    for station in (store, bench):
        await station.open()
        for _ in range(2):
            await station.database.write(lambda tx: rename_context(tx, "shop", "store"))
            await station.database.write(lambda tx: rename_context(tx, "desk", "bench"))
        await station.stop()
    await store.start()
    await bench.start()
    await until(lambda: bench._has(3))
    assert sorted(await bench.heard()) == [2, 4, 5]
    assert await bench.rows("SELECT source FROM dead_letter") == [("store@hub",)]
    assert await store.rows("SELECT reader FROM outbox_reader") == [("bench@hub",)]
    await bench.stop()
    await store.stop()
