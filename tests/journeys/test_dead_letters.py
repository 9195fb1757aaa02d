"""An event that a handler refuses becomes a dead letter; replayed, it has its effect once."""

import json
from pathlib import Path

from tests.journeys.command import Shell, until


def test_a_dead_letter_is_listed_shown_and_replayed_once(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    shell = Shell(tmp_path, module="tests.sample.stubborn.node", STUBBORN_UNTIL=str(allowed))
    with shell.up() as node:
        key = node.new_key()["key"]["id"]
        line = until(lambda: shell.ok("dead-letters", "list", "--data", "data"))
        context, letter = line.split()[:2]
        assert context == "stubborn"
        assert f"user.key_created {key}" in line
        assert "3 attempts: " in line
        shown = json.loads(shell.ok("dead-letters", "show", context, letter, "--data", "data"))
        assert (shown["key"], shown["kind"], shown["event"]["type"]) == (key, "failed", "user.key_created")
        allowed.touch()
        replay = ("dead-letters", "replay", context, letter, "--data", "data")
        assert shell.ok(*replay) == f"user.key_created {key} will be tried again.\n"
        until(lambda: node.ask("GET", "/api/gave-in")["items"])
        assert node.ask("GET", "/api/gave-in")["items"] == [{"key_id": key}]
        assert shell.refused(*replay) == "There is no such dead letter."
        empty = shell.run("dead-letters", "list", "--data", "data")
        assert (empty.out, empty.err) == ("", "There are no dead letters.\n")
        assert "There is no context nix. There are:" in shell.refused(
            "dead-letters", "show", "nix", letter, "--data", "data"
        )
