"""The alert context's database, on SQLite and on PostgreSQL, and a node."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.alert.desk import Desk
from tests.context_database import context_database, new_database
from tests.gateway.client import Node, running_node

from entrepot.core.sealing import Sealing
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("alert", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def desk(database: Migratable) -> Desk:
    return Desk(database)


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture(scope="session")
def node_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("alert")) as running:
        yield running


@pytest.fixture(scope="session")
def node_on_postgres(postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("alert"), dsn=new_database(postgres_dsn)) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest) -> Node:
    found: Node = request.getfixturevalue(f"node_on_{request.param}")
    return found
