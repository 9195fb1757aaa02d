"""A node with its own packs taken in, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from tests.context_database import new_database
from tests.gateway.client import Caller, Node, running_node, until

EDITS = "rule:read rule:write check:read check:write"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    with running_node(tmp_path_factory.mktemp("rules"), dsn=dsn) as running:
        reader = running.caller("rule:read")
        until(lambda: reader.get("/api/rules").status == 200)
        yield running


@pytest.fixture
def ada(node: Node) -> Caller:
    """Who writes rules."""
    return node.caller(EDITS, kind="person")


@pytest.fixture
def bob(node: Node) -> Caller:
    """Who writes, approves and activates."""
    return node.caller(f"{EDITS} rule:approve", kind="person")
