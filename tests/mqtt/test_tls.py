"""The same listener behind TLS."""

import asyncio
import ipaddress
import socket
import ssl
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.context_database import context_database
from tests.mqtt.house import Client, Devices, until

from entrepot.core.time import now
from entrepot.mqtt.listener import Listener
from entrepot.mqtt.packets import PUBACK, AckPacket, Connect, Publish
from entrepot.mqtt.store import Store


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server at 127.0.0.1 with a certificate of its own, and for a client that trusts it."""
    key, name = Ed25519PrivateKey.generate(), x509.Name([])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(names, critical=True)
        .sign(key, None)
    )
    pem = certificate.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


async def test_a_device_publishes_over_tls(tmp_path: Path) -> None:
    server, trusting = contexts(tmp_path)
    gate = Devices()
    async with context_database("device", folder=tmp_path) as database:
        listener, listening = Listener(gate, Store(database)), socket.create_server(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        await listener.start(listening, tls=server)
        plain = Client(*await asyncio.open_connection("127.0.0.1", port))
        plain.send(Connect(client_id="phone", username="ann"))
        await plain.reader.read()  # an alert, or nothing: it is closed
        ann = Client(*await asyncio.open_connection("127.0.0.1", port, ssl=trusting))
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
