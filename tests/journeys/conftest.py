"""A shell in an empty folder, for every journey."""

from pathlib import Path

import pytest
from tests.journeys.command import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)
