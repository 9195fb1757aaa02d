"""One real node with the sample context, shared by the whole session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.client import Caller, Node, running_node


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    data: Path = tmp_path_factory.mktemp("node")
    with running_node(data) as running:
        yield running


@pytest.fixture
def ann(node: Node) -> Caller:
    """A member of acme who may read and write notes."""
    return node.caller()


@pytest.fixture
def stranger(node: Node) -> Caller:
    """Nobody, at an address of their own."""
    return node.stranger()
