"""The database of `device` by itself on SQLite and PostgreSQL, and a whole node for what needs one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.context_database import context_database
from tests.gateway.client import Node, running_node

from entrepot.infra.database.migrate import Migratable


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("device", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("device")) as running:
        yield running
