"""A listener with a gate that knows a few devices, and a client that speaks in bytes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.suite.patience import PATIENCE_S

from entrepot.core.errors import Unavailable
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.sqlite import SQLite
from entrepot.mqtt.frames import Frames
from entrepot.mqtt.gate import ConnectRefusal, Ending, Identity, NotUsed
from entrepot.mqtt.limits import Limits
from entrepot.mqtt.listener import Listener
from entrepot.mqtt.packets import Connack, Connect, Packet, Publish, encode
from entrepot.mqtt.reading import decode
from entrepot.mqtt.store import Store
from entrepot.mqtt.topics import matches

SOON_S = PATIENCE_S


class Devices:
    """A gate: `ann` and `bob` publish below `owntracks/<name>/`, read each other and what is below
    `house/`; the password is the name. `pub` may publish and read everything.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes, bool]] = []
        self.ended: list[tuple[str, str, Ending]] = []
        self.disk = asyncio.Event()  # cleared: nothing reaches the disk
        self.disk.set()
        self.broken = False  # the database refuses to write
        self.readable_topics = ["owntracks/#", "house/#"]
        self.withheld: set[str] = set()  # topics of which nobody may read anything now
        self.reduced: dict[bytes, bytes] = {}  # what is read now in place of what was said
        self.aside: list[tuple[str, str, bytes, int, NotUsed]] = []
        self.admitting = asyncio.Event()
        self.admitting.set()

    async def admit(
        self, username: str | None, password: bytes | None, client_id: str, address: str
    ) -> Identity | ConnectRefusal:
        await self.admitting.wait()
        if username == "broken":
            raise Unavailable("no database")
        if username not in ("ann", "bob", "pub") or password not in (None, username.encode()):
            return ConnectRefusal.CREDENTIALS
        return Identity(f"id of {username}", username)

    def may_publish(self, identity: Identity, topic: str) -> bool:
        name = identity.id.removeprefix("id of ")
        return name == "pub" or topic.startswith(f"owntracks/{name}/")

    def readable(self, identity: Identity, topic_filter: str) -> str | None:
        return None if topic_filter.startswith("secret") else topic_filter

    def may_read(self, identity: Identity, topic: str) -> bool:
        return identity.id == "id of pub" or any(matches(each, topic) for each in self.readable_topics)

    def shown(self, topic: str, payload: bytes) -> bytes | None:
        if not payload:
            return payload
        return None if topic in self.withheld else self.reduced.get(payload, payload)

    async def set_aside(
        self, identity: Identity, topic: str, payload: bytes, *, size: int, why: NotUsed
    ) -> None:
        if self.broken:
            raise Unavailable("the disk is full")
        self.aside.append((identity.id.removeprefix("id of "), topic, payload, size, why))

    def take(
        self, identity: Identity, topic: str, payload: bytes, *, retain: bool
    ) -> Awaitable[bytes | None]:
        return self._take(identity, topic, payload, retain)

    async def _take(self, identity: Identity, topic: str, payload: bytes, retain: bool) -> bytes | None:
        if not self.disk.is_set():
            await self.disk.wait()
        if self.broken:
            raise Unavailable("the disk is full")
        self.taken.append((identity.id.removeprefix("id of "), topic, payload, retain))
        return None if payload == b"private" else payload

    def resumed(self, identity: Identity, granted: Sequence[str]) -> None:
        pass

    def gone(self, identity: Identity, client_id: str, ending: Ending) -> None:
        self.ended.append((identity.id.removeprefix("id of "), client_id, ending))

    @property
    def payloads(self) -> list[bytes]:
        return [payload for _, _, payload, _ in self.taken]


class House:
    """A listener over a SQLite file; `restart` ends it and begins another on the same file."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.gate = Devices()
        self._folder, self._limits = folder, limits
        self.port = 0
        self.clients: list[Client] = []
        self.revoked: set[str] = set()

    async def open(self) -> None:
        self.database = SQLite.open(self._folder / "device.sqlite")
        await self.database.lead()
        await migrate(self.database, {"device": files("entrepot.device") / "schema"})
        self.store = Store(self.database)
        self.listener = Listener(self.gate, self.store, limits=self._limits)
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        await self.listener.start(listening, known=lambda id: id not in self.revoked)

    async def close(self) -> None:
        await self.listener.close()
        await self.database.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    async def client(self, username: str = "ann", client_id: str = "phone", **options: Any) -> "Client":
        """Connected and admitted."""
        client = await self.raw()
        await client.connect(username, client_id, **options)
        return client

    async def raw(self) -> "Client":
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.clients.append(Client(reader, writer))
        return self.clients[-1]


class Client:
    """Sends packets, or any bytes, and reads packets."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.session_present = False
        self._frames = Frames(10_000_000)

    async def connect(
        self, username: str = "ann", client_id: str = "phone", *, code: int = 0, **options: Any
    ) -> None:
        self.send(Connect(client_id=client_id, username=username, **options))
        answer = await self.read()
        assert isinstance(answer, Connack) and answer.code == code, answer
        self.session_present = answer.session_present

    def send(self, *packets: Packet | bytes) -> None:
        data = [each if isinstance(each, bytes) else encode(each) for each in packets]
        self.writer.write(b"".join(data))

    async def read(self) -> Packet:
        """The next packet. Raises: EOFError when the connection is closed."""
        async with asyncio.timeout(SOON_S):
            while (found := self._frames.take()) is None:
                try:
                    data = await self.reader.read(65_536)
                except ConnectionError:
                    data = b""
                if not data:
                    raise EOFError
                self._frames.add(data)
        return decode(*found)

    async def read_publish(self) -> Publish:
        packet = await self.read()
        assert isinstance(packet, Publish), packet
        return packet

    async def exchange(self, *packets: Packet | bytes) -> Packet:
        self.send(*packets)
        return await self.read()

    async def closed(self) -> bool:
        """Whether the listener closes without another word."""
        try:
            await self.read()
        except EOFError:
            return True
        return False

    async def silent(self, wait_s: float = 0.1) -> bool:
        """Whether nothing comes for a while."""
        try:
            async with asyncio.timeout(wait_s):
                await self.read()
        except TimeoutError:
            return True
        return False

    def abort(self) -> None:
        """Go without a word."""
        self.writer.transport.abort()


async def until(true: Any) -> None:
    """Wait for a condition that becomes true soon."""
    async with asyncio.timeout(SOON_S):
        while not true():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def open_house(folder: Path, **limits: Any) -> AsyncIterator[House]:
    house = House(folder, Limits(**limits))
    await house.open()
    try:
        yield house
    finally:
        for client in house.clients:
            client.abort()
        await asyncio.sleep(0)  # uvloop waits for ever for a transport that is left open
        await house.close()
