"""The same listener behind TLS."""

import asyncio
import socket
from pathlib import Path

from tests.context_database import context_database
from tests.mqtt.house import Client, Devices, until
from tests.suite.certificates import Authority

from entrepot.mqtt.limits import Limits
from entrepot.mqtt.listener import Listener
from entrepot.mqtt.packets import PUBACK, AckPacket, Connect, Publish
from entrepot.mqtt.store import Store
from entrepot.net.arriving import Arriving
from entrepot.net.certificate import ServerCertificate
from entrepot.net.trusted import TrustedProxies


async def test_a_device_publishes_over_tls(tmp_path: Path) -> None:
    authority = Authority()
    authority.issue(tmp_path / "tls.crt", tmp_path / "tls.key")
    how = Arriving(certificate=ServerCertificate(tmp_path / "tls.crt", tmp_path / "tls.key"), plain=False)
    gate = Devices()
    async with context_database("device", folder=tmp_path) as database:
        listener, listening = Listener(gate, Store(database)), socket.create_server(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        await listener.start(listening, how=how)
        plain = Client(*await asyncio.open_connection("127.0.0.1", port))
        plain.send(Connect(client_id="phone", username="ann"))
        await plain.reader.read()  # an alert, or nothing: it is closed
        ann = Client(*await asyncio.open_connection("127.0.0.1", port, ssl=authority.client()))
        await ann.connect(keep_alive_s=60)
        big = Publish("owntracks/ann/phone", b"x" * 200_000, 1, packet_id=1)
        assert await ann.exchange(big) == AckPacket(PUBACK, 1)
        assert gate.payloads == [big.payload]
        listener.cut("id of ann")
        assert await ann.closed()
        for client in (plain, ann):
            client.abort()
        await until(lambda: listener.counters.connected == 0)
        await listener.close()


async def test_addresses_are_counted_as_proxies_announce_them(tmp_path: Path) -> None:
    """A proxy that announces is not one caller, and neither is one that is only trusted; a network is one."""
    proxies, here = TrustedProxies(["127.0.0.1"]), Limits(connections_per_address=2)
    async with context_database("device", folder=tmp_path) as database:
        listener = Listener(Devices(), Store(database), limits=here, proxies=proxies)
        ports = []
        await listener.start()
        for how in (Arriving(announced=True, proxies=proxies), Arriving()):
            listening = socket.create_server(("127.0.0.1", 0))
            ports.append(listening.getsockname()[1])
            await listener.listen(listening, how)

        async def stays(port: int, source: str = "") -> bool:
            client = Client(*await asyncio.open_connection("127.0.0.1", port))
            clients.append(client)
            if source:
                kind = "TCP6" if ":" in source else "TCP4"
                client.writer.write(f"PROXY {kind} {source} {source} 1 2\r\n".encode())
            client.send(Connect(client_id=f"phone {len(clients)}", username="ann"))
            try:
                return await client.read() is not None
            except (EOFError, ConnectionError, asyncio.IncompleteReadError):
                return False

        clients: list[Client] = []
        assert [await stays(ports[0], "203.0.113.1") for _ in range(3)] == [True, True, False]
        assert await stays(ports[0], "203.0.113.2")
        over_six = [await stays(ports[0], f"2001:db8::{number}") for number in (1, 2, 3)]
        assert over_six == [True, True, False]
        assert await stays(ports[0], "2001:db8:0:1::1")
        assert all([await stays(ports[1]) for _ in range(4)])
        for client in clients:
            client.abort()
        await until(lambda: listener.counters.connected == 0)
        await listener.close()
