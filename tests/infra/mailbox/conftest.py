"""Stations on the real parts: SQLite or PostgreSQL, the memory bus or NATS."""

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.infra.mailbox.station import Open, Station

from entrepot.core.ports import Bus
from entrepot.infra.bus.memory import MemoryBus
from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.server import NatsServer
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import Outbox

_schemas = (f"mailbox_{number}" for number in itertools.count())


@pytest.fixture(params=["sqlite memory", "sqlite nats", "postgres nats"])
def parts(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, bus = request.param.split()
    return database, bus


@pytest.fixture
async def bus(request: pytest.FixtureRequest, parts: tuple[str, str], tmp_path: Path) -> AsyncIterator[Bus]:
    if parts[1] == "memory":
        memory = MemoryBus()
        yield memory
        await memory.close()
        return
    server = NatsServer(tmp_path / "nats")
    await server.start()
    address = NatsServer.address(tmp_path / "nats")
    nats = await NatsBus.connect(address.url, deployment="test", token=address.token, name="test")
    yield nats
    await nats.close()
    await server.stop()


@pytest.fixture
def opens(request: pytest.FixtureRequest, parts: tuple[str, str], tmp_path: Path) -> Open:
    schema = next(_schemas)
    dsn = request.getfixturevalue("postgres_dsn") if parts[0] == "postgres" else ""

    async def open(name: str, outbox: Outbox) -> SQLite | Postgres:
        if dsn:
            return await Postgres.open(dsn, f"{schema}_{name}", closing=outbox, size=4)
        return SQLite.open(tmp_path / f"{name}.db", closing=outbox)

    return open


@pytest.fixture
async def station(opens: Open, bus: Bus) -> AsyncIterator[Callable[..., Station]]:
    made: list[Station] = []

    def make(name: str, **roles: list[str]) -> Station:
        made.append(Station(name, opens, bus, **roles))
        return made[-1]

    yield make
    for station in made:
        await station.stop()
