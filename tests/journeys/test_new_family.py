"""A new family of devices is one file: the house as it is, with that file in `families/`, understands it."""

import json
import os
import shutil
import time
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.journeys.command import Node, Shell, until
from tests.suite.ports import free_port

import entrepot

BLUEPRINT = Path(entrepot.__file__).parent / "device" / "families" / "_blueprint.py"


def test_family_is_one_file_and_its_devices_send_over_http_and_mqtt(tmp_path: Path) -> None:
    """The blueprint itself, copied under its name and with a port of its own."""
    house = tmp_path / "house"
    shutil.copytree(
        BLUEPRINT.parents[2], house / "entrepot", ignore=shutil.ignore_patterns("__pycache__", "console")
    )
    text = BLUEPRINT.read_text().replace("# port=5099,  if", "port=5099,  # if")
    assert "        port=5099," in text
    (house / "entrepot/device/families/blueprint.py").write_text(text)
    shell = Shell(tmp_path)
    shell.env["PYTHONPATH"] = os.pathsep.join((str(house), shell.env["PYTHONPATH"]))
    own_port = free_port()
    shell.env["ENTREPOT_DEVICE_PORTS"] = f"blueprint={own_port}"
    with shell.up("--mqtt-port", "0") as node:
        made = node.ask("POST", "/api/devices", {"name": "Thing", "kind": "sensor"})
        assert made["setup"]["blueprint"]["url"].endswith("/blueprint")
        assert "BlueprintSetup" in node.ask("GET", "/openapi.json")["components"]["schemas"]
        send_over_http(f"{node.url}/blueprint", made, message(52.5, -60))
        send_over_http(f"http://127.0.0.1:{own_port}/", made, message(52.501, -45))
        publish(node, made, latitude=52.502, at_s=-30)
        until(lambda: latitudes(node, made) == [52.5, 52.501, 52.502])
        quarantined = node.ask("POST", "/api/devices", {"name": "Other", "kind": "sensor"})
        send_over_http(f"{node.url}/blueprint", quarantined, b"no JSON")
        [unread] = until(lambda: node.ask("GET", "/api/quarantine")["items"])
        assert unread["protocol"] == "blueprint" and unread["device_id"] == quarantined["id"]


def message(latitude: float, at_s: float) -> bytes:
    return json.dumps({"at": int(time.time() + at_s), "lat": latitude, "lon": 13.4, "kmh": 36}).encode()


def send_over_http(url: str, made: dict[str, Any], body: bytes) -> None:
    credential = b64encode(f"{made['username']}:{made['password']}".encode()).decode()
    request = Request(
        url, data=body, method="POST", headers={"Authorization": f"Basic {credential}"},
    )  # fmt: skip
    with urlopen(request, timeout=10) as reply:
        assert reply.status == 200


def publish(node: Node, made: dict[str, Any], *, latitude: float, at_s: float) -> None:
    """It hears a command where its family says that it listens."""
    from paho.mqtt import client as paho

    heard: list[bytes] = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="thing")
    client.username_pw_set(made["username"], made["password"])
    client.on_message = lambda _, __, came: heard.append(came.payload)
    client.connect("127.0.0.1", json.loads((node.folder / "node.json").read_bytes())["mqtt_port"])
    client.loop_start()
    client.subscribe(f"blueprint/{made['username']}/set", qos=1)
    client.publish(f"blueprint/{made['username']}/state", message(latitude, at_s), qos=1).wait_for_publish(10)
    node.ask("POST", f"/api/devices/{made['id']}/commands", {"action": "text", "text": "on"})
    until(lambda: heard == [b"on"])
    client.disconnect()
    client.loop_stop()


def latitudes(node: Node, made: dict[str, Any]) -> list[float]:
    span = "from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"
    return [
        each["latitude"] for each in node.ask("GET", f"/api/devices/{made['id']}/positions?{span}")["items"]
    ]
