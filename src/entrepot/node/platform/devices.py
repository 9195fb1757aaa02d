"""How this process lets devices in: its sockets, its HTTP server, and an operator's broker in front."""

import socket
from contextlib import AbstractAsyncContextManager
from urllib.parse import unquote, urlsplit

from entrepot.core.supplies import Supplies
from entrepot.device.door.bridge import Remote
from entrepot.device.door.http import OWN_PATHS, Doors
from entrepot.device.door.listening import Listening
from entrepot.http.access_log import AccessLog
from entrepot.http.mounts import Logged
from entrepot.http.server import serving
from entrepot.node.machine import DeviceSockets
from entrepot.settings import BadSetting, Settings


def listening(
    settings: Settings, devices: DeviceSockets, access_log: AccessLog, supplies: Supplies
) -> Listening:
    """Raises: BadSetting."""
    patience_s, shutdown_s = settings.header_timeout_s, settings.shutdown_s

    def serve(listener: socket.socket) -> AbstractAsyncContextManager[None]:
        doors = Logged(supplies.of(Doors), access_log, paths=OWN_PATHS)
        return serving(doors, listener, patience_s=patience_s, shutdown_s=shutdown_s)

    tls = settings.mqtt_broker.startswith("mqtts:")
    return Listening(devices.take, serve, remote=_broker(settings), tls=tls)


def _broker(settings: Settings) -> Remote | None:
    """An operator's own broker in front of ours. Raises: BadSetting."""
    if not settings.mqtt_broker:
        return None
    try:
        url = urlsplit(settings.mqtt_broker)
        port = url.port
    except ValueError:
        port, url = None, urlsplit("")
    if not url.hostname:
        raise BadSetting("mqtt_broker is mqtt://user:password@host:port, or mqtts://.")
    return Remote(
        host=url.hostname,
        port=port or (8883 if url.scheme == "mqtts" else 1883),
        filters=settings.mqtt_broker_topics,
        client_id=f"entrepot-{settings.issuer}",
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password).encode() if url.password else None,
    )
