"""How a phone is set up in a minute: what OwnTracks and Traccar Client take as a whole configuration.

OwnTracks imports a configuration as a file, or by a link that holds it (booklet, "Configuration file").
Traccar Client takes its settings from the query of a link of its own scheme; a QR code may hold that link.
"""

import json
from base64 import b64encode
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from entrepot.core.house import DevicePorts

ONLY_HERE = (
    "These links name this machine itself, which no phone can reach. Start the node with --host 0.0.0.0, and"
    " set public_url to an address that phones reach."
)


class OwnTracksSetup(msgspec.Struct, frozen=True, kw_only=True):
    """`link` opens the app with the configuration in it; `configuration` is the same as a file (`.otrc`)."""

    link: str
    configuration: dict[str, Any]


class TraccarSetup(msgspec.Struct, frozen=True, kw_only=True):
    """`link` opens the app, or is scanned by it; `url` and `id` are for typing."""

    link: str
    url: str
    id: str


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """All ways in; null where this node offers none. `warning` says why a phone cannot use them yet, and
    is empty if it can.
    """

    owntracks_http: OwnTracksSetup
    owntracks_mqtt: OwnTracksSetup | None
    traccar: TraccarSetup
    warning: str


def setup(*, username: str, password: str, name: str, url: str, ports: DevicePorts) -> Setup:
    """`url` is where the node is reached from outside. It holds the password, and is stored nowhere."""
    common = {
        "_type": "configuration", "auth": True, "username": username, "password": password,
        "deviceId": "phone", "tid": _initials(name), "cmd": True, "allowRemoteLocation": True,
        "monitoring": 1,
    }  # fmt: skip
    over_http = common | {"mode": 3, "url": f"{url}/owntracks"}
    return Setup(
        owntracks_http=_owntracks(over_http),
        owntracks_mqtt=_owntracks(common | _mqtt(username, url, ports.mqtt)) if ports.mqtt else None,
        traccar=_traccar(username, password, url, ports.families.get("osmand", 0)),
        warning=ONLY_HERE if _loopback(url) else "",
    )


def _mqtt(username: str, url: str, port: int) -> dict[str, Any]:
    return {
        "mode": 0, "host": urlsplit(url).hostname or "", "port": port, "tls": False, "ws": False,
        "clientId": username, "cleanSession": False, "keepalive": 60, "mqttProtocolLevel": 4,
        "pubTopicBase": "owntracks/%u/%d", "pubQos": 1, "subQos": 1, "sub": True, "pubRetain": False,
    }  # fmt: skip


def _owntracks(configuration: dict[str, Any]) -> OwnTracksSetup:
    inline = b64encode(json.dumps(configuration, separators=(",", ":")).encode()).decode()
    return OwnTracksSetup(
        link=f"owntracks:///config?inline={quote(inline, safe='')}", configuration=configuration
    )


def _traccar(username: str, password: str, url: str, port: int) -> TraccarSetup:
    """The app keeps the query of its server's URL, so the password travels there."""
    server = f"http://{_host(url)}:{port}/" if port else f"{url}/osmand"
    server += f"?{urlencode({'token': password})}"
    settings = {"url": server, "id": username, "accuracy": "high", "buffer": "true", "stop_detection": "true"}
    return TraccarSetup(link=f"org.traccar.client://config?{urlencode(settings)}", url=server, id=username)


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _initials(name: str) -> str:
    """The two characters that OwnTracks shows on its map."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = "".join(word[0] for word in words) if len(words) > 1 else "".join(words)
    return letters[:2].upper() or "DE"
