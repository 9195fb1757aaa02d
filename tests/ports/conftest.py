"""One database of each kind, ready to be written."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from entrepot.core.events import Event
from entrepot.core.ports import Database, Transaction
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite

_schemas = (f"test_{number}" for number in itertools.count())


class Said:
    """A `Closing` that stores what was said in a table, as an outbox does."""

    def __init__(self) -> None:
        self.told = 0
        self.keys: list[str] = []

    async def store(self, tx: Transaction, events: Sequence[Event]) -> None:
        await tx.execute_many("INSERT INTO said (what) VALUES (?)", [(event.key,) for event in events])

    def committed(self, events: Sequence[Event]) -> None:
        self.told += 1
        self.keys += [event.key for event in events]


@pytest.fixture
def said() -> Said:
    return Said()


Opener = Callable[[], Awaitable[SQLite | Postgres]]


@pytest.fixture(params=["sqlite", "sqlite-in-memory", "sqlite-on-the-loop", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path, said: Said) -> Opener:
    """Opens the same database each time, as several processes would."""
    schema = next(_schemas)
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    path = ":memory:" if request.param == "sqlite-in-memory" else tmp_path / "context.db"

    async def opens() -> SQLite | Postgres:
        if request.param == "postgres":
            return await Postgres.open(dsn, schema, closing=said)
        return SQLite.open(path, closing=said, threaded=request.param != "sqlite-on-the-loop")

    return opens


@pytest.fixture
async def database(opener: Opener) -> AsyncIterator[Database]:
    opened = await opener()
    await opened.exclusively(_tables)
    assert await opened.lead()
    yield opened
    await opened.close()


async def _tables(tx: Transaction) -> None:
    blob = {"sqlite": "blob", "postgres": "bytea"}[tx.dialect]
    real = {"sqlite": "real", "postgres": "double precision"}[tx.dialect]
    await tx.execute(f"""
        CREATE TABLE thing (id bigint PRIMARY KEY, name text UNIQUE, amount bigint);
        CREATE TABLE said (what text NOT NULL);
        CREATE TABLE kind (t text, i bigint, f {real}, b {blob}, flag boolean);
    """)
