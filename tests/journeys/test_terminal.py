"""What a person sees on a terminal."""

import re

from tests.journeys.command import Shell, Terminal


def test_a_node_on_a_terminal_logs_for_people_and_ctrl_c_ends_it(shell: Shell) -> None:
    terminal = Terminal(shell, "up", "--port", "0", "--data", "data")
    try:
        terminal.wait_for("Ctrl-C stops it.")
        assert re.search(r"API +http://127\.0\.0\.1:\d+/docs", terminal.text)
        shell.ok("dead-letters", "list", "--data", "data")
        terminal.wait_for("GET /api/dead-letters/user")
        assert re.search(
            r"\d\d:\d\d:\d\d 200 GET /api/dead-letters/user +\d+\.\d ms +operator", terminal.text
        )
        assert '{"' not in terminal.text
        terminal.type(b"\x03")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert "Traceback" not in terminal.text


def test_ctrl_c_ends_the_watching_of_events_quietly(shell: Shell) -> None:
    with shell.up() as node:
        terminal = Terminal(shell, "events", "--data", "data")
        try:
            while "user.key_created" not in terminal.text:
                node.new_key()
                terminal.take(0.1)
            terminal.type(b"\x03")
            assert terminal.end() == 130
        finally:
            terminal.close()
    assert "Traceback" not in terminal.text
