"""The commands as a user types them: help, versions, and one sentence for everything that is wrong."""

from pathlib import Path

import pytest
from tests.journeys.command import Shell, Terminal, refusal

from entrepot import __version__, wiring

NO_ADDRESS = "is no address of this machine. Choose another with --host."
CONTEXTS = [context.name for context in wiring.CONTEXTS]


# A gateway is part of every node; it is served by none.
SERVED = sorted({*CONTEXTS} - {"gateway"})


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_version_is_one_line(shell: Shell) -> None:
    assert shell.ok("--version") == f"entrepot {__version__}\n"


def test_help_names_every_command_and_fits_80_columns(shell: Shell) -> None:
    text = shell.ok("--help")
    commands = "up serve migrate settings token events backup restore dead-letters --version"
    assert [word for word in commands.split() if word not in text] == []
    assert max(map(len, text.splitlines())) <= 80
    assert [
        word for word in ("--host", "--port", "--data", "--config") if word not in shell.ok("up", "--help")
    ] == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("up", "--port", "-1"), "--port cannot be -1: it is from 0 to 65535."),
        (("up", "--host", "no.invalid"), f"no.invalid {NO_ADDRESS}"),
        (("up", "--host", "192.0.2.1"), f"192.0.2.1 {NO_ADDRESS}"),
        (("up", "--host", ""), f"Nothing {NO_ADDRESS}"),
        (("up", "--config", "none.toml"), "There is no settings file none.toml. Name another with --config."),
        (("up", "--only", "nix"), f"There is no context nix. There are: {', '.join(sorted(CONTEXTS))}."),
        (("serve", "nix"), f"There is no context nix. There are: {', '.join(SERVED)}."),
        (("serve", "gateway"), f"There is no context gateway. There are: {', '.join(SERVED)}."),
        (("events",), "No node runs on var. Start one with `entrepot up`, or name its folder: --data."),
        (("restore", "none.tar"), "There is no file none.tar."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(shell: Shell, args: tuple[str, ...], said: str) -> None:
    assert shell.refused(*args) == said


def test_unknown_options_and_commands_are_named(shell: Shell) -> None:
    done = shell.run("up", "--prot", "1")
    assert done.code == 2
    assert "--port" in done.err
    assert shell.run("upp").code == 2


def test_a_port_that_needs_more_rights_is_said(tmp_path: Path) -> None:
    free_from = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if free_from <= 1:
        pytest.skip("every port is free to all here")
    done = Shell(tmp_path).run("up", "--port", "1", without="net_bind_service")
    said = refusal(done)
    assert said == "Port 1 needs more rights than you have. Choose one above 1023 with --port."


def test_no_token_is_made_for_a_folder_without_keys(shell: Shell) -> None:
    assert shell.refused("token") == (
        "There are no keys in var; the first `entrepot up` makes them. If the node runs elsewhere, name its"
        " folder: --data."
    )
    assert not (shell.folder / "var").exists()


def test_piped_settings_are_one_line_each(tmp_path: Path) -> None:
    shell = Shell(tmp_path, ENTREPOT_PORT="81", ENTREPOT_SMTP="smtp://me:hush@mail")
    rows = [line.split("\t") for line in shell.ok("settings").splitlines()]
    assert {len(row) for row in rows} == {5}
    values = {row[0]: row[1:4] for row in rows}
    assert values["port"] == ["81", "TCP port", "environment"]
    assert values["smtp"] == ["(set, not shown)", "URL", "environment"]


def test_settings_on_a_terminal_keep_to_80_columns_and_whole_words(tmp_path: Path) -> None:
    shell = Shell(tmp_path, ENTREPOT_DATA="/somewhere/else")
    terminal = Terminal(shell, "settings")
    assert terminal.end() == 0
    terminal.close()
    lines = terminal.text.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("data = /somewhere/else  (folder, environment)") for line in lines)
    assert any(line.strip().startswith("Address to listen on;") for line in lines)


def test_migrate_makes_the_databases_and_does_nothing_the_second_time(shell: Shell) -> None:
    first = shell.run("migrate", "--data", "data")
    assert first.code == 0
    assert "database.migrated" in first.err
    assert first.out.splitlines() == [f"{name}: up to date" for name in CONTEXTS]
    second = shell.run("migrate", "--data", "data")
    assert (second.out, second.err) == (first.out, "")
