"""Tracking's database, on SQLite and on PostgreSQL, and a node with tracking in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.context_database import context_database, new_database
from tests.gateway.client import Caller, Node, running_node
from tests.tracking.fleet import manager

from entrepot.core.sealing import Sealing
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("tracking", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Not longer than a module: a node on PostgreSQL that stays looks for events all the time."""
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    with running_node(tmp_path_factory.mktemp("tracking"), dsn=dsn) as running:
        yield running


@pytest.fixture
def fleet(node: Node) -> Caller:
    """Somebody who runs devices, in an organisation of their own."""
    return manager(node)
