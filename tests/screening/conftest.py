"""A node, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from tests.context_database import new_database
from tests.gateway.client import Node, running_node


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    with running_node(tmp_path_factory.mktemp("screening"), dsn=dsn) as running:
        yield running
