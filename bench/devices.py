"""Devices for the benches: enrolled in a running node, and what they say as raw bytes over HTTP and MQTT."""

import asyncio
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import count
from time import perf_counter, time
from typing import Any, NamedTuple

import aiohttp

_LOCATION = (
    '{"_type":"location","tid":"be","tst":%d,"lat":%.6f,"lon":%.6f,"acc":8,"vel":%d,"cog":90,"batt":77}'
)
_STEP_DEG = 0.0003  # 33 m of latitude, so that no filter finds a fix too near


class Device(NamedTuple):
    """What it needs to send."""

    id: str
    username: str
    password: str


class Said(NamedTuple):
    """A message, and how to find its newest position again."""

    device: Device
    fixed_at_s: int
    body: bytes


async def enrol(url: str, bearer: str, how_many: int) -> list[Device]:
    """New devices. Raises: aiohttp.ClientError."""
    headers = {"Authorization": f"Bearer {bearer}"}
    async with aiohttp.ClientSession(url, headers=headers, raise_for_status=True) as session:

        async def one(number: int) -> Device:
            new = {"name": f"bench {number}", "kind": "vehicle", "username": f"bench-{number:05d}"}
            async with session.post("/api/devices", json=new) as answer:
                made = await answer.json()
                return Device(made["id"], made["username"], made["password"])

        found: list[Device] = []
        for first in range(0, how_many, 50):
            found += await asyncio.gather(*(one(n) for n in range(first, min(first + 50, how_many))))
        return found


def talk(devices: list[Device], *, batch: int = 1) -> Iterator[Said]:
    """Every device in turn, driving north from a line of its own, one fix a second, an hour ago at first."""
    began_s = int(time()) - 3 * 3600
    for turn in count():
        for number, device in enumerate(devices):
            first = turn * batch
            bodies = [_location(began_s + at, number, at) for at in range(first, first + batch)]
            body = bodies[0] if batch == 1 else "[" + ",".join(bodies) + "]"
            yield Said(device, began_s + first + batch - 1, body.encode())


def _location(at_s: int, number: int, step: int) -> str:
    latitude = -60 + (step * _STEP_DEG) % 120
    return _LOCATION % (at_s, latitude, -170 + (number * 0.0331) % 340, 120)


def posts(said: Iterator[Said]) -> Iterator[bytes]:
    """As requests of OwnTracks over HTTP."""
    heads: dict[str, str] = {}
    for device, _, body in said:
        if device.username not in heads:
            word = b64encode(f"{device.username}:{device.password}".encode()).decode()
            heads[device.username] = (
                "POST /owntracks HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
                f"Authorization: Basic {word}\r\nContent-Length: "
            )
        yield f"{heads[device.username]}{len(body)}\r\n\r\n".encode() + body


# ---- MQTT, just enough of it -------------------------------------------------------------------------


def _text(value: str) -> bytes:
    return struct.pack(">H", len(value)) + value.encode()


def _packet(kind: int, body: bytes) -> bytes:
    length, size = b"", len(body)
    while True:
        size, digit = size >> 7, size & 127
        length += bytes((digit | (128 if size else 0),))
        if not size:
            return bytes((kind,)) + length + body


class Client(asyncio.Protocol):
    """One device on MQTT 3.1.1, QoS 1. `acknowledged(client, how_many)` hears of PUBACKs."""

    def __init__(self, device: Device, acknowledged: Callable[["Client", int], None]) -> None:
        self.device, self._acknowledged = device, acknowledged
        self.ready = asyncio.get_running_loop().create_future()
        self.under_way: list[float] = []
        self._number, self._rest = 0, b""
        self._topic = _text(f"owntracks/{device.username}/phone")

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        name = self.device
        flags = b"\x00\x04MQTT\x04\xc2\x00\x00"
        transport.write(
            _packet(0x10, flags + _text(name.username) + _text(name.username) + _text(name.password))
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self.ready.done():
            if len(data) < 4:
                self._rest = data
                return
            self.ready.set_result(data[3])
            data = data[4:]
        acks, rest = divmod(len(data), 4)
        self._rest = data[len(data) - rest :] if rest else b""
        if acks:
            self._acknowledged(self, acks)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionError("refused"))

    def publish(self, *bodies: bytes) -> None:
        """Send each as a QoS 1 publish, in one write."""
        packets, now = [], perf_counter()
        for body in bodies:
            self._number = self._number % 65_535 + 1
            packets.append(_packet(0x32, self._topic + struct.pack(">H", self._number) + body))
            self.under_way.append(now)
        self.transport.write(b"".join(packets))


async def connect(
    port: int, devices: list[Device], acknowledged: Callable[[Client, int], None]
) -> list[Client]:
    """All of them, taken in. Raises: ConnectionError."""
    loop = asyncio.get_running_loop()
    clients = []
    for device in devices:
        _, client = await loop.create_connection(
            lambda device=device: Client(device, acknowledged), "127.0.0.1", port
        )
        clients.append(client)
    codes = await asyncio.gather(*(client.ready for client in clients))
    if any(codes):
        raise ConnectionError(f"CONNACK {max(codes)}")
    return clients
