"""A new device is set up in a minute, in every way that its families offer."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from entrepot.core.house import DevicePorts
from entrepot.device.functions.set_up import ways_in
from entrepot.device.model.family import Enrolled

PORTS = DevicePorts(mqtt=1883, families={"osmand": 5055})


def ways(**said: Any) -> Any:
    return ways_in(Enrolled(username="van", **said))


def test_owntracks_link_holds_the_whole_configuration() -> None:
    made = ways(password="s3cret", name="Anna Lee", url="https://t.example", ports=PORTS)
    inline = parse_qs(urlsplit(made.owntracks_http.link).query)["inline"][0]
    told = json.loads(base64.b64decode(inline))
    assert told == made.owntracks_http.configuration
    assert (told["_type"], told["mode"], told["url"]) == ("configuration", 3, "https://t.example/owntracks")
    assert (told["username"], told["password"], told["tid"]) == ("van", "s3cret", "AL")
    assert made.owntracks_mqtt is not None
    mqtt = made.owntracks_mqtt.configuration
    assert (mqtt["mode"], mqtt["host"], mqtt["port"], mqtt["pubTopicBase"]) == (
        0, "t.example", 1883, "owntracks/%u/%d",
    )  # fmt: skip


def test_traccar_link_names_server_and_device() -> None:
    made = ways(password="s3cret", name="Van", url="http://[::1]:8080", ports=PORTS)
    told = parse_qs(urlsplit(made.traccar.link).query)
    assert told["url"] == ["http://[::1]:5055/?token=s3cret"]
    assert told["id"] == ["van"]
    without = ways(password="p", name="Van", url="https://t.example", ports=DevicePorts())
    assert without.traccar.url == "https://t.example/osmand?token=p"
    assert without.owntracks_mqtt is None


def test_links_use_tls_where_the_ports_speak_it() -> None:
    ports = DevicePorts(mqtt=1883, mqtts=8883, tls=True, families={"osmand": 5055})
    made = ways(password="s3cret", name="Van", url="https://t.example", ports=ports)
    assert made.traccar.url == "https://t.example:5055/?token=s3cret"
    mqtt = made.owntracks_mqtt.configuration
    assert (mqtt["host"], mqtt["port"], mqtt["tls"]) == ("t.example", 8883, True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
def test_set_up_that_no_phone_can_reach_says_what_to_do(url: str) -> None:
    here = ways(password="p", name="Van", url=url, ports=PORTS)
    assert "--host 0.0.0.0" in here.warning and "public_url" in here.warning
    there = ways(password="p", name="Van", url="https://t.example", ports=PORTS)
    assert there.warning == ""
