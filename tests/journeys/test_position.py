"""A position's walk through real processes: over HTTP and MQTT into history, and through kill -9."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from base64 import b64encode
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.device.phones import LATER, LONG_AGO
from tests.journeys.command import Node, Refused, Shell, refusal, until
from tests.suite.patience import PATIENCE_S
from tests.suite.ports import free_port

GPX = Path(__file__).parents[2].parent / "shared" / "data" / "gpx"
DOORS = ("--mqtt-port", "0", "--osmand-port", "0")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, ENTREPOT_LOG_LEVEL="warning", ENTREPOT_ACCESS_LOG="false")


def ports(node: Node) -> tuple[int, int]:
    note = json.loads((node.folder / "node.json").read_bytes())
    return note["osmand_port"], note["mqtt_port"]


def enrol(node: Node, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = node.ask("POST", "/api/devices", {"name": "Van", **fields})
    return made


def positions(node: Node, device_id: str) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        asked = f"/api/devices/{device_id}/positions?from={LONG_AGO}&to={LATER}&limit=1000{cursor}"
        page = node.ask("GET", asked)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def track(file: Path, points: int) -> None:
    """A drive with a point every two seconds until now, no two alike."""
    now = time.time()
    with file.open("w") as written:
        written.write('<gpx version="1.1"><trk><trkseg>\n')
        for number in range(points):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 2 * (points - number)))
            written.write(f'<trkpt lat="52.5" lon="{10 + number * 0.0004:.6f}"><time>{at}</time></trkpt>\n')
        written.write("</trkseg></trk></gpx>\n")


def test_position_over_mqtt_and_over_http_is_in_history(shell: Shell) -> None:
    from paho.mqtt import client as paho

    with shell.up(*DOORS) as node:
        made = enrol(node)
        osmand_port, mqtt_port = ports(node)
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="phone")
        client.username_pw_set(made["username"], made["password"])
        client.connect("127.0.0.1", mqtt_port)
        client.loop_start()
        message = {"_type": "location", "lat": 52.5, "lon": 13.4, "tst": int(time.time()) - 600, "vel": 36}
        sent = client.publish(f"owntracks/{made['username']}/phone", json.dumps(message), qos=1)
        sent.wait_for_publish(PATIENCE_S)
        client.publish("v1/devices/me/telemetry", '{"latitude": 52.6, "longitude": 13.5, "speed": 3}', qos=1)
        until(lambda: len(positions(node, made["id"])) == 2)
        first, second = positions(node, made["id"])
        assert (round(first["speed_mps"], 3), second["speed_mps"]) == (10.0, 3.0)
        client.disconnect()
        client.loop_stop()
        with socket.create_connection(("127.0.0.1", osmand_port), timeout=PATIENCE_S) as traccar:
            who = f"id={made['username']}&token={made['password']}"
            for since_s, latitude in ((300, 52.7), (200, 52.71)):  # a phone keeps its connection
                asked = f"/?{who}&lat={latitude}&lon=13.6&timestamp={int(time.time()) - since_s}"
                traccar.sendall(f"GET {asked} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert traccar.recv(1000).startswith(b"HTTP/1.1 200")
        until(lambda: len(positions(node, made["id"])) == 4)
        assert "ASGI" not in node.said()


def test_device_that_is_revoked_is_cut_off_mqtt_at_once(shell: Shell) -> None:
    from paho.mqtt import client as paho

    with shell.up(*DOORS) as node:
        made = enrol(node)
        gone = threading.Event()
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="phone")
        client.username_pw_set(made["username"], made["password"])
        client.on_disconnect = lambda *_: gone.set()
        client.connect("127.0.0.1", ports(node)[1])
        client.loop_start()
        until(client.is_connected)
        node.ask("DELETE", f"/api/devices/{made['id']}")
        assert gone.wait(PATIENCE_S)
        client.loop_stop()


def test_nothing_acknowledged_is_lost_when_the_node_is_killed_during_a_replay(shell: Shell) -> None:
    """Two nodes' lives on one folder; the replay goes on with the second where the first died."""
    with shell.up(*DOORS) as node:
        made = enrol(node, filter={"min_distance_m": None, "drift_m": None})
        port = node.url.rpartition(":")[2]
        file = shell.folder / "drive.gpx"
        track(file, 4000)
        shell.env["DEVICE_PASSWORD"] = made["password"]
        command = (
            "device", "replay", str(file), "--to", node.url, "--username", made["username"], "--speed", "max",
            "--batch", "5",
        )  # fmt: skip
        with shell.start(*command, ready="") as replay:
            until(lambda: len(positions(node, made["id"])) > 300)
            os.kill(node.process.pid, signal.SIGKILL)
            node.process.wait()
            options = ("--port", port, "--data", "data", *DOORS)
            with shell.start("up", *options, ready="Ctrl-C stops it.") as again:
                second = Node(again, shell, "data")
                assert replay.process.wait(120) == 0, replay.said()
                assert "4000 of 4000 positions acknowledged" in replay.said()
                until(lambda: len(positions(second, made["id"])) == 4000, within_s=120)
                before = positions(second, made["id"])
                assert shell.run(*command, within_s=120).code == 0
                time.sleep(1)
                assert positions(second, made["id"]) == before  # twice changes nothing


@pytest.mark.skipif(not GPX.exists(), reason="the third-party tracks (shared/data/gpx) are not here")
def test_real_track_is_replayed_over_both_protocols(shell: Shell) -> None:
    with shell.up(*DOORS) as node:
        password = shell.folder / "password"
        for protocol in ("owntracks", "osmand"):
            made = enrol(node)
            password.write_text(made["password"] + "\n")
            done = shell.run(
                "device", "replay", str(GPX / "around-visnjan-with-car.gpx"), "--to", node.url, "--username",
                made["username"], "--password-file", str(password), "--protocol", protocol, "--speed", "max",
                "--shift-to-now",
            )  # fmt: skip
            assert done.code == 0, done.err
            assert done.err.startswith("104 of 104 positions acknowledged, of these held back: ")
            assert done.err.endswith(" min distance, 0 tries again, 0 other parts of the file passed over.\n")
            until(lambda id=made["id"]: len(positions(node, id)) > 50)


def test_replay_that_is_refused_says_why(shell: Shell) -> None:
    with shell.up(*DOORS) as node:
        file = shell.folder / "drive.gpx"
        track(file, 3)
        shell.env["DEVICE_PASSWORD"] = "wrong"
        done = shell.run("device", "replay", str(file), "--to", node.url, "--username", "nobody")
        assert done.code == 1 and "The node answered 401." in done.err
    file.write_text("<gpx/>")
    said = shell.refused("device", "replay", str(file), "--to", "http://x", "--username", "x")
    assert "holds no positions" in said


def test_port_that_is_taken_is_refused_before_anything_starts(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for name in ("mqtt", "osmand"):
            done = shell.run("up", "--port", "0", "--data", "fresh", f"--{name}-port", port)
            assert refusal(done) == f"Port {port} on 127.0.0.1 is taken. Choose another with --{name}-port."
    assert not (shell.folder / "fresh" / "keys").exists()


def test_ports_that_are_off_are_told_as_such(shell: Shell) -> None:
    with shell.up() as node:
        assert ports(node) == (None, None)
        made = enrol(node)
        assert made["id"]


def test_command_reaches_its_device_once_over_http_and_over_mqtt(shell: Shell) -> None:
    from paho.mqtt import client as paho

    with shell.up(*DOORS) as node:
        made = enrol(node)
        wish = {"action": "reportLocation"}
        asked = {"_type": "cmd", "action": "reportLocation"}
        node.ask("POST", f"/api/devices/{made['id']}/commands", wish)
        credential = b64encode(f"{made['username']}:{made['password']}".encode()).decode()
        body = json.dumps({"_type": "location", "lat": 52.5, "lon": 13.4, "tst": int(time.time())})

        def post() -> Any:
            return post_json(node, "/owntracks", body, f"Basic {credential}")

        assert asked.items() <= until(post)[0].items()
        assert post() == []
        heard: list[bytes] = []
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="phone")
        client.username_pw_set(made["username"], made["password"])
        client.on_message = lambda _client, _data, message: heard.append(message.payload)
        node.ask("POST", f"/api/devices/{made['id']}/commands", wish)
        client.connect("127.0.0.1", ports(node)[1])
        client.loop_start()
        client.subscribe(f"owntracks/{made['username']}/phone/cmd", qos=1)
        until(lambda: len(heard) == 1)  # it waited for the device
        node.ask("POST", f"/api/devices/{made['id']}/commands", wish)
        until(lambda: len(heard) == 2)  # it went out at once
        assert all(asked.items() <= json.loads(each).items() for each in heard)
        client.disconnect()
        client.loop_stop()
        assert post() == []


def post_json(node: Node, path: str, body: str, authorization: str) -> Any:
    url = urlsplit(node.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE_S)
    connection.request("POST", path, body, {"Authorization": authorization})
    with closing(connection), connection.getresponse() as answer:
        text = answer.read()
        assert answer.status == 200, text
    return json.loads(text)


def test_another_process_takes_the_doors_over_when_the_node_dies(shell: Shell) -> None:
    """It listens on the dead one's port, and a node that starts again leaves it the lead."""
    shell.env["ENTREPOT_OSMAND_PORT"] = str(free_port())
    with shell.up("--only", "user,tracking,monitor,common,rule") as node:
        with shell.start("serve", "device", "--data", "data", ready="Ctrl-C stops it.") as serving:
            made = until(lambda: enrolled_once(node))
            port = int(shell.env["ENTREPOT_OSMAND_PORT"])
            until(lambda: sent(port, made) == 200)
            until(lambda: len(positions(node, made["id"])) >= 1)
            serving.kill()
            with shell.start("serve", "edge", "--data", "./data", ready="Ctrl-C stops it."):
                until(lambda: sent(port, made) == 200)


def enrolled_once(node: Node) -> dict[str, Any] | None:
    """A new device; None while nobody serves devices yet."""
    try:
        return enrol(node)
    except Refused:
        return None


def sent(port: int, made: dict[str, Any]) -> int:
    """The status of a position sent to the devices' own port; 0 where nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    with closing(connection):
        try:
            connection.request("GET", f"/?id={made['username']}&token={made['password']}&lat=52.5&lon=13.4")
            return connection.getresponse().status
        except OSError:
            return 0


MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")


@pytest.mark.skipif(MOSQUITTO is None, reason="no mosquitto here (Debian: apt install mosquitto)")
def test_position_comes_by_way_of_an_operator_s_own_broker(shell: Shell) -> None:
    from paho.mqtt import client as paho

    port = free_port()
    (shell.folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    shell.env["ENTREPOT_MQTT_BROKER"] = f"mqtt://127.0.0.1:{port}"
    command = (str(MOSQUITTO), "-c", "mosquitto.conf")
    with subprocess.Popen(command, cwd=shell.folder, stderr=subprocess.DEVNULL) as broker, shell.up() as node:
        made = enrol(node)
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="elsewhere")
        client.connect("127.0.0.1", port)
        client.loop_start()
        topic = f"owntracks/{made['username']}/phone"

        def arrived() -> bool:
            message = {"_type": "location", "lat": 52.5, "lon": 13.4, "tst": int(time.time())}
            client.publish(topic, json.dumps(message), qos=1).wait_for_publish(PATIENCE_S)
            return bool(positions(node, made["id"]))

        until(arrived)
        client.disconnect()
        client.loop_stop()
        broker.terminate()
