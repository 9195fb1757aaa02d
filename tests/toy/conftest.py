"""A node with toys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.client import Node, running_node


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    data: Path = tmp_path_factory.mktemp("node")
    with running_node(data) as running:
        yield running
