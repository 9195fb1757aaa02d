"""A real Mosquitto in front of us: nothing that it took is lost, and it hears nothing before our disk did."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from tests.mqtt.house import Client, Devices, until
from tests.suite.patience import PATIENCE_S
from tests.suite.ports import free_port

from entrepot.core.errors import Unavailable
from entrepot.mqtt.bridge import Bridge, FrontBroker
from entrepot.mqtt.gate import Identity
from entrepot.mqtt.packets import PUBACK, AckPacket, Connack, Connect, Publish, Suback, Subscribe

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no mosquitto here (Debian: apt install mosquitto)")

TOPIC = "owntracks/ann/phone"


class Front(Devices):
    """Devices that are known by their topics."""

    def by_topic(self, topic: str) -> Identity | None:
        name = topic.split("/")[1]
        return Identity(f"id of {name}") if name in ("ann", "bob") else None


class Mosquitto:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_interval 1\nset_tcp_nodelay true\nuser root\n"
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.devices: list[Client] = []

    def start(self) -> None:
        assert PROGRAM is not None
        self._process = subprocess.Popen(
            [PROGRAM, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    async def device(self) -> Client:
        """A device that is connected to this broker, and not to us."""
        for _ in range(500):
            with suppress(OSError):
                client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
                self.devices.append(client)
                assert await client.exchange(Connect(client_id="device")) == Connack(0)
                return client
            await asyncio.sleep(0.01)
        raise TimeoutError


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    broker = Mosquitto(tmp_path)
    broker.start()
    try:
        yield broker
    finally:
        for client in broker.devices:
            client.abort()
        await asyncio.sleep(0)
        broker.stop()


@asynccontextmanager
async def bridge_to(broker: Mosquitto, front: Front, **options: int) -> AsyncIterator[Bridge]:
    remote = FrontBroker(host="127.0.0.1", port=broker.port, filters=("owntracks/#",), **options)
    bridge = Bridge(remote, front)
    running = asyncio.create_task(bridge.run())
    try:
        yield bridge
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_what_devices_tell_the_broker_reaches_us(mosquitto: Mosquitto) -> None:
    front, device = Front(), await mosquitto.device()
    async with bridge_to(mosquitto, front) as bridge:
        await until(lambda: bridge.counters.connected)
        for n in range(1, 201):
            device.send(Publish(TOPIC, b"%d" % n, 1, packet_id=n))
        device.send(Publish("owntracks/eve/phone", b"unknown", 1, packet_id=201))
        await until(lambda: bridge.counters.received == 201)
        assert front.payloads == [b"%d" % n for n in range(1, 201)]
        assert bridge.counters.unknown == 1


async def test_what_is_not_on_our_disk_the_broker_sends_again(mosquitto: Mosquitto) -> None:
    front, device = Front(), await mosquitto.device()
    async with bridge_to(mosquitto, front) as bridge:
        await until(lambda: bridge.counters.connected)
        front.disk.clear()
        for n in range(1, 11):
            await device.exchange(Publish(TOPIC, b"%d" % n, 1, packet_id=n))
        await until(lambda: bridge.counters.received == 10)
    after = Front()  # that process died before any of it was on disk
    async with bridge_to(mosquitto, after):
        await until(lambda: len(after.taken) == 10)
        assert after.payloads == [b"%d" % n for n in range(1, 11)]


async def test_a_full_disk_lets_the_broker_wait(mosquitto: Mosquitto) -> None:
    front, device = Front(), await mosquitto.device()
    async with bridge_to(mosquitto, front) as bridge:
        await until(lambda: bridge.counters.connected)
        front.broken = True
        await device.exchange(Publish(TOPIC, b"later", 1, packet_id=1))
        await until(lambda: bridge.counters.unavailable)
        assert front.taken == []
        front.broken = False
        await until(lambda: front.payloads == [b"later"])
        assert bridge.counters.connections > 1


async def test_the_bridge_comes_back_when_the_broker_does(mosquitto: Mosquitto) -> None:
    front = Front()
    async with bridge_to(mosquitto, front) as bridge:
        await until(lambda: bridge.counters.connected)
        mosquitto.stop()
        await until(lambda: not bridge.counters.connected)
        with pytest.raises(Unavailable):
            await bridge.publish(f"{TOPIC}/cmd", b"{}")
        mosquitto.start()
        await until(lambda: bridge.counters.connected)
        device = await mosquitto.device()
        assert await device.exchange(Publish(TOPIC, b"back", 1, packet_id=1)) == AckPacket(PUBACK, 1)
        await until(lambda: front.payloads == [b"back"])


async def test_commands_go_through_the_broker_to_its_devices(mosquitto: Mosquitto) -> None:
    device = await mosquitto.device()
    assert await device.exchange(Subscribe(1, ((f"{TOPIC}/cmd", 0),))) == Suback(1, (0,))
    async with bridge_to(mosquitto, Front()) as bridge:
        await until(lambda: bridge.counters.connected)
        await bridge.publish(f"{TOPIC}/cmd", b'{"_type":"cmd"}')
        assert await device.read() == Publish(f"{TOPIC}/cmd", b'{"_type":"cmd"}')


async def test_a_quiet_line_is_kept_by_pings(mosquitto: Mosquitto) -> None:
    async with bridge_to(mosquitto, Front(), keep_alive_s=1) as bridge:
        await until(lambda: bridge.counters.connected)
        await asyncio.sleep(2.5)
        assert bridge.counters.connections == 1 and bridge.counters.connected
