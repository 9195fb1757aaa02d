"""How this process lets devices in: its sockets, its HTTP server, and an operator's broker in front."""

import socket
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from urllib.parse import unquote, urlsplit

from entrepot.core.stopping import Stopping
from entrepot.device.door.http import Doors
from entrepot.device.door.listening import Listening
from entrepot.device.families import PORTS
from entrepot.http.access_log import AccessLog
from entrepot.http.mounts import Logged
from entrepot.http.server import Connections, ServingTimes, serving
from entrepot.mqtt.bridge import FrontBroker
from entrepot.mqtt.limits import Limits
from entrepot.node.arrivals import MQTT, MQTTS, Arrivals
from entrepot.node.machine import DeviceSockets
from entrepot.settings import BadSetting, Settings

_LAST_PORT = 65_535


def listening(
    settings: Settings,
    devices: DeviceSockets,
    access_log: AccessLog,
    *,
    arrivals: Arrivals,
    times: ServingTimes,
    stopping: Stopping,
) -> Listening:
    """Raises: BadSetting."""
    connections: Connections = []

    def serve(family: str, listener: socket.socket, doors: Doors) -> AbstractAsyncContextManager[None]:
        return serving(
            Logged(doors, access_log, paths=doors.paths),
            listener,
            times=times,
            how=arrivals.at(family),
            forwarding=arrivals.forwarding,
            hangs_up=stopping.asked.is_set,
            connections=connections,
            refused=access_log.refused,
        )

    return Listening(
        devices.take,
        serve,
        arrive=arrivals.at,
        proxies=arrivals.proxies,
        families_tls=arrivals.device_tls,
        remote=_broker(settings),
        tls=settings.mqtt_broker.startswith("mqtts:"),
        limits=Limits(connections_per_address=settings.mqtt_connections_per_address),
        ending=stopping.ending,
        connections=connections,
    )


def device_sockets(settings: Settings) -> DeviceSockets:
    """One for MQTT, one for MQTT over TLS if there is a certificate, and one for each family that has a port
    of its own. Raises: BadSetting.
    """
    own = {**PORTS, "osmand": settings.osmand_port, **_ports_set(settings.device_ports)}
    over_tls = settings.mqtts_port if settings.tls_certificate else None
    return DeviceSockets(settings.host, {**own, MQTT: settings.mqtt_port, MQTTS: over_tls})


def _ports_set(said: Sequence[str]) -> dict[str, int | None]:
    """Raises: BadSetting."""
    found: dict[str, int | None] = {}
    for each in said:
        family, _, port = each.partition("=")
        if family not in PORTS or not (port == "off" or (port.isdecimal() and int(port) <= _LAST_PORT)):
            has = ", ".join(sorted(PORTS))
            raise BadSetting(f"device_ports holds {each!r}; it is family=port or family=off, of: {has}.")
        found[family] = None if port == "off" else int(port)
    return found


def _broker(settings: Settings) -> FrontBroker | None:
    """Return an operator's own broker in front of ours. Raises: BadSetting."""
    if not settings.mqtt_broker:
        return None
    try:
        url = urlsplit(settings.mqtt_broker)
        port = url.port
    except ValueError:
        port, url = None, urlsplit("")
    if not url.hostname:
        raise BadSetting("mqtt_broker is mqtt://user:password@host:port, or mqtts://.")
    return FrontBroker(
        host=url.hostname,
        port=port or (8883 if url.scheme == "mqtts" else 1883),
        filters=settings.mqtt_broker_topics,
        client_id=f"entrepot-{settings.issuer}",
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password).encode() if url.password else None,
    )
