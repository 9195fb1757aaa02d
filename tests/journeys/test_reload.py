"""SIGHUP puts new settings in force, and never ends a node; neither does a terminal that is closed, or a full
disk that the log is redirected to.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.journeys.command import Node, Shell, Terminal, until
from tests.suite.patience import PATIENCE_S, STARTS_S

FILE = "entrepot.toml"


@pytest.fixture
def node_settings(tmp_path: Path) -> Path:
    (tmp_path / FILE).write_text("")
    return tmp_path / FILE


def _hang_up(node: Node, *, said: str) -> dict[str, Any]:
    """What the log says of the reload, the newest that holds `said`."""
    before = node.said().count(said)
    node.process.send_signal(signal.SIGHUP)
    until(lambda: node.said().count(said) > before)
    lines = [json.loads(line) for line in node.said().splitlines() if line.startswith("{") and said in line]
    return lines[-1]


def test_settings_that_can_change_change_and_others_are_named(shell: Shell, node_settings: Path) -> None:
    with shell.up() as node:
        assert node.token and _metric(node, "entrepot_settings_reload_successful") == 1
        node_settings.write_text(
            'log_level = "debug"\naccess_log = false\ncors_origins = ["https://shop.example"]\n'
            'disk_floor_mb = 9000000\nissuer = "other"\n'
        )
        assert _hang_up(node, said="settings.need_a_restart")["settings"] == ["issuer"]
        changed = [json.loads(line) for line in node.said().splitlines() if '"settings.reloaded"' in line]
        assert changed[-1]["changed"] == ["access_log", "cors_origins", "disk_floor_mb", "log_level"]
        until(lambda: _status(node, "/readyz") == 503)
        assert _origin(node, "https://shop.example") == "https://shop.example"
        node_settings.write_text("")
        _hang_up(node, said="settings.reloaded")
        until(lambda: _status(node, "/readyz") == 200)
        assert _origin(node, "https://shop.example") is None
        assert node.interrupt() == 0


@pytest.mark.parametrize(
    "text", ["port = [", 'log_level = "loud"', "drain = 3", "webhook_networks = ['10.0.0.1/8']"]
)
def test_settings_that_make_no_sense_change_nothing(shell: Shell, node_settings: Path, text: str) -> None:
    with shell.up() as node:
        node_settings.write_text(f"{text}\ncors_origins = ['https://shop.example']\n")
        assert _hang_up(node, said="settings.refused")["reason"]
        assert _origin(node, "https://shop.example") is None
        assert _metric(node, "entrepot_settings_reload_successful") == 0
        node_settings.write_text("cors_origins = ['https://shop.example']")
        _hang_up(node, said="settings.reloaded")
        assert _origin(node, "https://shop.example") == "https://shop.example"
        assert _metric(node, "entrepot_settings_reload_successful") == 1
        assert node.interrupt() == 0


def test_hangups_in_a_row_and_from_the_first_moment_end_nothing(shell: Shell) -> None:
    process = subprocess.Popen(
        shell.command("up", "--port", "0", "--data", "data"), cwd=shell.folder, env=shell.env,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        ignores = 1 << (signal.SIGHUP - 1)
        until(lambda: process.poll() is not None or _handled(process.pid) & ignores)
        for line in process.stderr:
            process.send_signal(signal.SIGHUP)
            if "Ctrl-C stops it" in line:
                break
        for _ in range(50):
            process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        process.stderr.read()
        assert process.wait(STARTS_S) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("command", ["up", "serve"])
def test_hangups_are_ignored_before_a_node_imports_anything(command: str) -> None:
    looks = (
        "import signal, sys\n"
        "class Look:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith('entrepot.'):\n"
        "            sys.exit(f'{name}: {signal.getsignal(signal.SIGHUP).name}')\n"
        "from entrepot.__main__ import main\n"
        "sys.meta_path.insert(0, Look())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", looks, command], capture_output=True, text=True)
    assert done.stderr == "entrepot.cli: SIG_IGN\n"


def test_hangups_at_every_moment_of_a_start_end_nothing(shell: Shell) -> None:
    """From the first moment at which a program can say that it wants none."""
    process = subprocess.Popen(
        shell.command("up", "--port", "0", "--data", "data"), cwd=shell.folder, env=shell.env,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    note = shell.folder / "data" / "node.json"
    try:
        until(lambda: _handled(process.pid) & 1 << (signal.SIGHUP - 1))

        def is_up() -> bool:
            process.send_signal(signal.SIGHUP)
            assert process.poll() is None
            return note.exists()

        until(is_up, within_s=STARTS_S)
        process.send_signal(signal.SIGINT)
        assert process.wait(STARTS_S) == 0
    finally:
        process.kill()
        process.wait()


def _handled(pid: int) -> int:
    """Signals that a process ignores or catches."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = dict(line.split(":\t", 1) for line in status.splitlines() if line.startswith("Sig"))
    return int(found["SigIgn"], 16) | int(found["SigCgt"], 16)


def test_serving_process_outlives_hangups(shell: Shell, node_settings: Path) -> None:
    with shell.up("--only", "user") as node:
        with shell.start("serve", "monitor", "--data", "data", ready="Ctrl-C stops it.") as other:
            node_settings.write_text('log_level = "debug"')
            other.process.send_signal(signal.SIGHUP)
            until(lambda: '"settings.reloaded"' in other.said())
            assert other.interrupt() == 0
        assert node.interrupt() == 0


def test_node_outlives_the_terminal_that_it_was_started_on(shell: Shell) -> None:
    terminal = Terminal(shell, "up", "--port", "0", "--data", "data")
    try:
        terminal.wait_for("Ctrl-C stops it.")
        url = json.loads((shell.folder / "data" / "node.json").read_bytes())["url"]
    finally:
        terminal.close()  # the kernel sends SIGHUP, and writing fails from now on
    try:
        for _ in range(10):
            assert _healthy(url)
            time.sleep(0.1)  # the access log is written meanwhile
    finally:
        os.kill(terminal.pid, signal.SIGINT)
    assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 0


def test_node_outlives_a_full_disk_that_its_log_is_redirected_to(shell: Shell) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.Popen(
            shell.command("up", "--port", "0", "--data", "data"), cwd=shell.folder, env=shell.env,
            stderr=full, stdout=full, start_new_session=True,
        )  # fmt: skip
    try:
        note = shell.folder / "data" / "node.json"
        until(lambda: note.exists() or process.poll() is not None, within_s=STARTS_S)
        assert process.poll() is None
        url = json.loads(note.read_bytes())["url"]
        for _ in range(5):
            assert _healthy(url)
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(STARTS_S) == 0
    finally:
        process.kill()
        process.wait()


def _healthy(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_S)
    connection.request("GET", "/healthz")
    try:
        return connection.getresponse().status == 200
    finally:
        connection.close()


def _status(node: Node, path: str) -> int:
    with node.open("GET", path) as answer:
        answer.read()
        return answer.status


def _origin(node: Node, origin: str) -> str | None:
    url = urlsplit(node.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE_S)
    connection.request("GET", "/api/keys", headers={"Origin": origin})
    try:
        return connection.getresponse().getheader("access-control-allow-origin")
    finally:
        connection.close()


def _metric(node: Node, name: str) -> float:
    with node.open("GET", "/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line.rsplit(" ", 1)[1] for line in lines if line.startswith(f"{name} ")))
