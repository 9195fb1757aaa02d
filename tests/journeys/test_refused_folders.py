"""Folders that a node must not touch, each with a sentence that says why."""

from pathlib import Path

import pytest
from tests.at_rest import opened
from tests.journeys.command import Shell


@pytest.fixture
def used(shell: Shell) -> Path:
    with shell.up() as node:
        assert node.interrupt() == 0
    return node.folder


def test_data_of_a_newer_version_is_refused(shell: Shell, used: Path) -> None:
    database = opened(used, "user")
    database.execute("INSERT INTO migration VALUES ('context', 9999, 'x', 0)")
    database.close()
    for command in (("up", "--port", "0"), ("migrate",)):
        said = shell.refused(*command, "--data", "data")
        assert "newer than this program" in said


def test_keys_that_others_may_read_are_refused(shell: Shell, used: Path) -> None:
    file = used / "keys" / "keys.json"
    file.chmod(0o644)
    for command in (("up", "--port", "0"), ("token",)):
        assert shell.refused(*command, "--data", "data") == (
            "Others may read data/keys/keys.json. Make it yours alone: chmod 600 data/keys/keys.json"
        )
    file.chmod(0o600)
    file.write_bytes(b"{")
    assert "is damaged" in shell.refused("up", "--port", "0", "--data", "data")
