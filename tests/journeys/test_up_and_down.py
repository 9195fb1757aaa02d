"""A node starts, says where to look, stops cleanly and goes on where it stopped."""

import http.client
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from tests.journeys.command import Node, Shell, refusal, until
from tests.suite.patience import NEVER_S, PATIENCE_S


def test_a_node_says_where_to_look_and_ctrl_c_ends_it(shell: Shell) -> None:
    with shell.up() as node:
        assert f"{node.url}/docs" in node.said()
        assert str(node.folder) in node.said()
        assert node.ask("GET", "/readyz")["status"] == "ready"
        assert node.interrupt() == 0
    assert not (node.folder / "node.json").exists()


def test_the_token_command_that_a_node_names_works_as_printed(shell: Shell) -> None:
    with shell.up(data="my data") as node:
        assert "entrepot token --data 'my data'" in node.said()
        token = shell.ok("token", "--data", "my data").strip()
        assert node.ask("GET", "/api/keys", token=token) == {"items": [], "next": None}


def test_next_start_goes_on_where_it_stopped(shell: Shell) -> None:
    with shell.up() as node:
        secret = node.new_key()["secret"]
        token = node.token
        assert node.interrupt() == 0
    with shell.up() as node:
        assert [key["name"] for key in node.ask("GET", "/api/keys", token=token)["items"]] == ["till"]
        assert node.ask("GET", "/api/keys", token=secret)["items"]
        # What was asked before the stop was said at the stop, and is counted once.
        until(lambda: node.served("POST /api/keys") == 1)


def test_ctrl_c_ends_a_node_with_open_streams_in_time(shell: Shell) -> None:
    ended = threading.Event()

    def watch(node: Node) -> None:
        with node.open("GET", "/api/events") as stream, suppress(http.client.IncompleteRead):
            stream.read(1)  # the stream itself, not only its headers
            started.set()
            stream.read()
        ended.set()

    shell.env["ENTREPOT_SHUTDOWN_S"] = str(NEVER_S)  # a stream is not among what a stop waits for
    with shell.up() as node:
        assert node.token
        started = threading.Event()
        watcher = threading.Thread(target=watch, args=(node,))
        watcher.start()
        assert started.wait(PATIENCE_S)
        assert node.interrupt() == 0
        watcher.join(PATIENCE_S)
    assert ended.is_set()


def test_sigterm_stops_a_node_as_ctrl_c_does(shell: Shell) -> None:
    with shell.up() as node:
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(PATIENCE_S) == 0


def test_a_killed_node_leaves_nothing_in_the_way(shell: Shell) -> None:
    with shell.up() as node:
        key = node.new_key()
        children = _children(node.process.pid)
        node.kill()
    assert (node.folder / "node.json").exists()
    assert "No node runs on data." in shell.refused("events", "--data", "data")
    assert "No node runs on data." in shell.refused("backup", "b.tar", "--data", "data")
    assert "No node runs on data." in shell.refused("serve", "monitor", "--data", "data")
    until(lambda: all(_is_gone(child) for child in children))
    with shell.up() as node:
        assert [found["id"] for found in node.all_keys()] == [key["key"]["id"]]


def test_a_nats_server_that_outlived_its_node_is_ended(shell: Shell) -> None:
    with shell.up() as node:
        command = Path(f"/proc/{_children(node.process.pid)[0]}/cmdline").read_bytes().split(b"\0")[:-1]
        node.kill()
    (node.folder / "nats" / "nats.err").touch()
    with subprocess.Popen(command, cwd=shell.folder, stderr=subprocess.DEVNULL) as stale:
        (node.folder / "nats" / "nats.pid").write_text(str(stale.pid))
        with shell.up() as node:
            assert node.ask("GET", "/readyz")["status"] == "ready"
            assert stale.wait(PATIENCE_S) == -signal.SIGKILL


def test_two_nodes_stand_side_by_side(shell: Shell) -> None:
    with shell.up(data="one") as one, shell.up(data="two") as two:
        one.new_key("first")
        two.new_key("second")
        assert [key["name"] for key in one.all_keys()] == ["first"]
        assert [key["name"] for key in two.all_keys()] == ["second"]


def test_a_second_node_on_the_same_folder_is_refused(shell: Shell) -> None:
    with shell.up() as node:
        said = shell.refused("up", "--port", "0", "--data", "data")
        assert said == ("Another node already runs on data. Stop it, or choose another folder with --data.")
        assert "Another node already runs" in shell.refused("restore", "b.tar", "--data", "data")
        port = node.url.rpartition(":")[2]
        said = shell.refused("up", "--port", port, "--data", "other")
        assert said == f"Port {port} on 127.0.0.1 is taken. Choose another with --port."


def test_what_a_node_keeps_is_for_its_owner_alone(shell: Shell) -> None:
    (shell.folder / "data").mkdir(mode=0o755)
    with shell.up() as node:
        node.new_key()
        shell.ok("backup", "b.tar", "--data", "data")
        mine = [path for path in (*node.folder.rglob("*"), shell.folder / "b.tar") if path.is_file()]
        open_to_others = [path.name for path in mine if path.stat().st_mode & 0o007]
    assert open_to_others == []


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_gone(pid: int) -> bool:
    """Ended; where nobody reaps orphans its entry stays."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_node_for_all_addresses_names_one_that_a_browser_can_open(shell: Shell) -> None:
    with shell.up("--host", "0.0.0.0") as node:
        assert node.url.startswith("http://127.0.0.1:")
        assert node.ask("GET", "/readyz")["status"] == "ready"


def test_a_node_listens_on_ipv6(shell: Shell) -> None:
    with shell.up("--host", "::1") as node:
        assert node.url.startswith("http://[::1]:")
        assert node.ask("GET", "/healthz") == {"status": "ok"}
        assert shell.run("dead-letters", "list", "--data", "data").code == 0


def test_an_unwritable_folder_is_named(shell: Shell) -> None:
    (shell.folder / "file").touch()
    assert shell.refused("up", "--data", "file") == (
        "The data folder file cannot be written: It is no folder. Choose another with --data."
    )
    (shell.folder / "locked").mkdir(mode=0o500)
    done = shell.run("up", "--data", "locked", without="dac_override")
    assert refusal(done) == (
        "The data folder locked cannot be written: Permission denied. Choose another with --data."
    )
