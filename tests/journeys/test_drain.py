"""SIGTERM: a node first says that it is not ready, serves on for a stated while, and then finishes."""

import http.client
import json
import signal
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.journeys.command import Node, Shell, until
from tests.suite.patience import NEVER_S, PATIENCE_S
from tests.suite.ports import free_port

PAUSE_S = 2.0


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, ENTREPOT_DRAIN_S=str(PAUSE_S))


def _ready(node: Node) -> tuple[int, list[str]]:
    with node.open("GET", "/readyz") as answer:
        said = json.loads(answer.read())
        return answer.status, said.get("reasons", [])


def test_node_serves_on_while_it_says_that_it_is_not_ready(shell: Shell) -> None:
    with shell.up() as node:
        assert _ready(node) == (200, []) and node.token
        began_s = time.monotonic()
        node.process.send_signal(signal.SIGTERM)
        until(lambda: _ready(node) == (503, ["draining"]))
        with node.open("GET", "/api/keys") as answer:
            assert answer.status == 200, "whoever still comes is served"
            assert answer.getheader("connection") == "close", "and comes elsewhere the next time"
            answer.read()
        assert node.process.wait(PATIENCE_S) == 0
        assert time.monotonic() - began_s >= PAUSE_S
    assert '"node.draining"' in node.said()


def test_a_connection_that_was_kept_ends_with_its_next_answer(shell: Shell) -> None:
    with shell.up() as node:
        url = urlsplit(node.url)
        kept = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE_S)
        kept.request("GET", "/healthz")
        first = kept.getresponse()
        assert (first.read(), first.getheader("connection")) == (b'{"status":"ok"}', None)
        node.process.send_signal(signal.SIGTERM)
        until(lambda: _ready(node)[0] == 503)
        kept.request("GET", "/healthz")
        last = kept.getresponse()
        assert (last.read(), last.getheader("connection")) == (b'{"status":"ok"}', "close")
        kept.close()
        assert node.process.wait(PATIENCE_S) == 0


def test_ctrl_c_waits_for_no_proxy_and_a_second_signal_ends_the_pause(shell: Shell) -> None:
    shell.env["ENTREPOT_DRAIN_S"] = str(NEVER_S)
    with shell.up() as node:
        assert node.interrupt(within_s=PATIENCE_S) == 0
    with shell.up() as node:
        assert node.token
        node.process.send_signal(signal.SIGTERM)
        until(lambda: _ready(node)[0] == 503)
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(PATIENCE_S) == 130


def test_streams_live_through_the_pause_and_end_with_it(shell: Shell) -> None:
    with shell.up() as node:
        assert node.token
        begun, ended = threading.Event(), list[float]()

        def watch() -> None:
            with node.open("GET", "/api/events") as stream:
                stream.read(1)
                begun.set()
                stream.read()
            ended.append(time.monotonic())

        watcher = threading.Thread(target=watch)
        watcher.start()
        assert begun.wait(PATIENCE_S)
        asked_s = time.monotonic()
        node.process.send_signal(signal.SIGTERM)
        watcher.join(PATIENCE_S)
        assert node.process.wait(PATIENCE_S) == 0
    assert ended and ended[0] - asked_s >= PAUSE_S


def test_doors_of_devices_stay_open_through_the_pause_and_then_close(shell: Shell) -> None:
    mqtt, osmand = free_port(), free_port()
    shell.env |= {"ENTREPOT_MQTT_PORT": str(mqtt), "ENTREPOT_OSMAND_PORT": str(osmand)}
    with shell.up() as node:
        assert node.token
        until(lambda: _lets_in(mqtt) and _lets_in(osmand))
        node.process.send_signal(signal.SIGTERM)
        until(lambda: _ready(node)[0] == 503)
        assert _lets_in(mqtt) and _lets_in(osmand)
        with socket.create_connection(("127.0.0.1", mqtt), timeout=PATIENCE_S) as waiting:
            assert waiting.recv(1) == b"", "it is let go"
        assert node.process.wait(PATIENCE_S) == 0
    assert "Traceback" not in node.said()


def _lets_in(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
