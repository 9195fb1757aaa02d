"""Contexts served by several processes: found, used, and taken over when their leader dies."""

import json
import subprocess
import time
from typing import Any

import pytest
from tests.journeys.command import Node, Refused, Running, Shell, until


def test_a_context_in_another_process_is_found_and_used(shell: Shell) -> None:
    with shell.up("--only", "user") as node:
        node.new_key()
        with pytest.raises(Refused, match="503"):
            node.served("POST /api/keys")
        with shell.start("serve", "monitor", "--data", "data", ready="Ctrl-C stops it.") as monitor:
            # What happened before it came is not lost.
            until(lambda: _served(node) == 1)
            assert monitor.interrupt() == 0


def _served(node: Node) -> int:
    try:
        return node.served("POST /api/keys")
    except Refused:
        return 0


def test_another_process_takes_the_lead_and_events_go_on(shell: Shell) -> None:
    with shell.up("--only", "user") as node:
        with shell.start("serve", "monitor", "--data", "data", ready="Ctrl-C stops it.") as first:
            node.new_key()
            until(lambda: _served(node) == 1)
            with shell.start("serve", "monitor", "--data", "./data", ready="Ctrl-C stops it.") as second:
                first.kill()
                node.new_key()
                until(lambda: _served(node) == 2)
                assert second.interrupt() == 0


def test_a_second_process_beside_a_whole_node_shares_its_reads(shell: Shell) -> None:
    with shell.up() as node:
        node.new_key()
        with shell.start("serve", "monitor", "--data", "data", ready="Ctrl-C stops it.") as beside:
            until(lambda: _others(node) == 1)
            assert [until(lambda: node.served("POST /api/keys")) for _ in range(6)] == [1] * 6
            beside.kill()
            assert [_served(node) for _ in range(6)] == [1] * 6


def _others(node: Node) -> int:
    with node.open("GET", "/metrics") as answer:
        lines = [line for line in answer.read().decode().splitlines() if "other_processes{" in line]
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines if '"monitor"' in line))


def test_events_shows_what_flows(shell: Shell) -> None:
    with shell.up() as node:
        assert node.token
        with shell.start("events", "--type", "user.", "--data", "data", ready="") as watching:
            event = until(lambda: _shown(node, watching))
            assert event["type"] == "user.key_created"
            assert watching.interrupt() == 130


def _shown(node: Node, watching: Running) -> dict[str, Any]:
    """Make keys until the watcher, which needs a moment to begin, shows one."""
    _make_a_key(node)
    lines = watching.said().splitlines()
    return json.loads(lines[0]) if lines else {}


def _make_a_key(node: Node) -> dict[str, Any]:
    """Not as often as nobody may."""
    time.sleep(0.25)
    return node.new_key()


def test_events_ends_when_its_reader_does(shell: Shell) -> None:
    with shell.up() as node:
        command = shell.command("events", "--data", "data")
        pipe, errors = subprocess.PIPE, (shell.folder / "errors").open("wb")
        with (
            errors,
            subprocess.Popen(command, cwd=shell.folder, env=shell.env, stdout=pipe, stderr=errors) as one,
        ):
            try:
                assert one.stdout is not None
                one.stdout.close()  # as `entrepot events | head` does
                until(lambda: _make_a_key(node) and one.poll() is not None)
            finally:
                one.kill()
        assert (shell.folder / "errors").read_bytes() == b""
