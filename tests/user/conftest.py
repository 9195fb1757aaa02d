"""The user context's database, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.context_database import context_database, new_database
from tests.gateway.client import Caller, Node, running_node
from tests.user.people import Person

from entrepot.core.sealing import Sealing
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("user", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    # A database of its own: another node on the same one would need the same keys.
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    with running_node(tmp_path_factory.mktemp("people"), dsn=dsn) as running:
        yield running


@pytest.fixture
async def ada(node: Node) -> Person:
    """Somebody with an account, signed in."""
    return (await Person(node).register()).sign_in()


@pytest.fixture(scope="module")
def operator(node: Node) -> Caller:
    return node.caller("activity:read node:operate mail:read")
