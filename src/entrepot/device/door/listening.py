"""The doors as they stand in the process that leads the context: the roster is read, the doors are open, what
comes is written.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from entrepot.core.errors import Unavailable
from entrepot.core.house import DevicePorts
from entrepot.core.metrics import OPEN_CONNECTIONS, Measures, Sample
from entrepot.core.ports import Database, Reading
from entrepot.core.sealing import Sealing
from entrepot.device.door.admission import Admission
from entrepot.device.door.http import Doors
from entrepot.device.door.mqtt import DeviceGate
from entrepot.device.families import FAMILIES
from entrepot.device.service import commands as commands_
from entrepot.device.service import roster
from entrepot.device.service.commands import Command, Commands
from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import SendingDevice
from entrepot.mqtt.bridge import Bridge, FrontBroker
from entrepot.mqtt.limits import Limits
from entrepot.mqtt.listener import Listener
from entrepot.mqtt.store import Store
from entrepot.net.arriving import Arriving
from entrepot.net.trusted import TrustedProxies
from entrepot.tracking.model.fix import Fix

PublishCommand = Callable[[str, bytes], Awaitable[None]]
TakeSocket = Callable[[str], socket.socket | None]
Serve = Callable[[str, socket.socket, Doors], AbstractAsyncContextManager[None]]
Arrive = Callable[[str], Arriving]


class Listening:
    """How this process lets devices in: `take_socket` by the name of a family, `mqtt` or `mqtts`, None if
    that is off; `serve` answers HTTP on the socket of a family; `arrive` says how connections arrive at a
    port, `families_tls` whether those of families speak TLS; `remote` is an operator's broker in front, asked
    over TLS if `tls` says so. The doors close when the process is `ending`; until then `connections` are
    those over HTTP.
    """

    def __init__(
        self, take_socket: TakeSocket, serve: Serve, *, arrive: Arrive, proxies: TrustedProxies,
        families_tls: bool, remote: FrontBroker | None, ending: asyncio.Event, tls: bool = False,
        limits: Limits | None = None, connections: Sequence[Collection[object]] = (),
    ) -> None:  # fmt: skip
        self.take_socket, self.serve, self.arrive = take_socket, serve, arrive
        self.proxies, self.families_tls = proxies, families_tls
        self.remote, self.tls, self.limits = remote, tls, limits or Limits()
        self.ending, self.connections = ending, connections


async def stand(
    database: Database, *, intake: Intake, admission: Admission, commands: Commands, doors: Doors,
    listening: Listening, ports: DevicePorts, sealing: Sealing,
) -> None:  # fmt: skip
    """Until cancelled. Raises: Conflict or Unavailable when a port is taken."""

    async def remember(tx: Reading) -> None:
        await roster.load(tx, roster=intake.roster, sealing=sealing)
        await commands_.load(tx, commands=commands)

    await database.read(remember)
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        following = roster.follow(database, roster=intake.roster, sealing=sealing)
        listing = commands_.follow(database, commands=commands)
        for work in (intake.run(database), commands.run(database), following, listing):
            stack.callback(group.create_task(work).cancel)
        await intake.opened.wait()
        ports.tls = listening.families_tls
        async with AsyncExitStack() as open_doors:
            for family in FAMILIES:
                own = family.http is not None and family.http.port is not None
                if own and (over_http := listening.take_socket(family.name)) is not None:
                    ports.families[family.name] = _port(over_http, open_doors)
                    at_port = listening.serve(family.name, over_http, doors.at_port_of(family))
                    await open_doors.enter_async_context(at_port)
            mqtt = _Mqtt(intake, admission, commands)
            taken = {name: listening.take_socket(name) for name in ("mqtt", "mqtts")}
            if over_mqtt := {name: found for name, found in taken.items() if found is not None}:
                there = {name: _port(found, open_doors) for name, found in over_mqtt.items()}
                ports.mqtt, ports.mqtts = there.get("mqtt", 0), there.get("mqtts", 0)
                await open_doors.enter_async_context(mqtt.listening(over_mqtt, database, listening))
            if listening.remote is not None:
                work = mqtt.bridging(listening.remote, tls=listening.tls)
                open_doors.callback(group.create_task(work).cancel)
            await listening.ending.wait()
        await asyncio.Event().wait()  # what the gateway's own door has taken in meanwhile is written


def _port(listener: socket.socket, stack: AsyncExitStack) -> int:
    stack.callback(listener.close)
    port: int = listener.getsockname()[1]
    return port


class _Mqtt:
    """Devices over MQTT, here and at a broker in front. Commands go out as soon as their device listens, and
    who is revoked is cut off.
    """

    def __init__(self, intake: Intake, admission: Admission, commands: Commands) -> None:
        self._intake, self._roster, self._commands = intake, intake.roster, commands
        self._gate = DeviceGate(intake, admission, on_listening=self._tell)
        self._listener: Listener | None = None
        self._bridge: Bridge | None = None
        self._told: set[asyncio.Task[None]] = set()
        commands.on_new = self._came

    @asynccontextmanager
    async def listening(
        self, sockets: Mapping[str, socket.socket], database: Database, way_in: Listening
    ) -> AsyncIterator[None]:
        self._listener = Listener(self._gate, Store(database), limits=way_in.limits, proxies=way_in.proxies)
        self._roster.on_cut.append(self._cut)
        self._roster.on_privacy.append(self._reconsider)
        try:
            await self._listener.start(known=lambda id: self._roster.get(id) is not None)
            self._intake.over_mqtt = self._listener.counters
            self._intake.on_moved = self._show
            try:
                for name, listener in sockets.items():
                    await self._listener.listen(listener, way_in.arrive(name))
                yield
            finally:
                self._intake.over_mqtt = self._intake.on_moved = None
                await self._listener.close()
        finally:
            self._roster.on_cut.remove(self._cut)
            self._roster.on_privacy.remove(self._reconsider)

    async def bridging(self, remote: FrontBroker, *, tls: bool) -> None:
        """Until cancelled."""
        context = ssl.create_default_context() if tls else None
        self._bridge = Bridge(remote, self._gate, tls=context)
        await self._bridge.run()

    def _came(self, device_id: str) -> None:
        if (device := self._roster.get(device_id)) is not None:
            self._tell(device)

    def _tell(self, device: SendingDevice) -> None:
        """Send a device its commands if it listens; otherwise they go on waiting."""
        if not self._commands.waiting(device.id):
            return
        way = self._way_to(device)
        if way is not None and (waiting := self._commands.take(device.id)):
            task = asyncio.create_task(self._send(way, device, waiting))
            self._told.add(task)
            task.add_done_callback(self._told.discard)

    def _show(self, device: SendingDevice, fix: Fix) -> None:
        """Show a position to friends that listen, when the device itself sent by another door."""
        assert self._listener is not None
        for topic, said in self._gate.messages_about(device, fix):
            self._listener.broker.route(topic, said, 1, retain=False, by=device.id)

    def _way_to(self, device: SendingDevice) -> tuple[str, PublishCommand] | None:
        """Return the topic where a device listens to commands, and what publishes there."""
        topics, listener = self._gate.command_topics(device), self._listener
        if listener is not None:
            for topic in topics:
                if listener.subscribed(device.id, topic):
                    return topic, listener.publish
        if self._bridge is not None and self._bridge.counters.connected and self._gate.bridged(device.id):
            return topics[0], self._bridge.publish
        return None

    async def _send(
        self, way: tuple[str, PublishCommand], device: SendingDevice, waiting: Sequence[Command]
    ) -> None:
        topic, publish = way
        for at, command in enumerate(waiting):
            try:
                await publish(topic, command.body.encode())
            except (Unavailable, TimeoutError):
                self._commands.put_back(device.id, waiting[at:])
                return

    def _cut(self, device_id: str) -> None:
        assert self._listener is not None
        gone = self._roster.get(device_id) is None
        self._listener.cut(device_id, forget=gone)
        if gone:
            self._listener.broker.reconsider(device_id)

    def _reconsider(self, device: SendingDevice) -> None:
        assert self._listener is not None
        self._listener.broker.reconsider(device.id)


def _measured(*, listening: Listening) -> Iterator[Sample]:
    """Connections over HTTP at the ports of families; those over MQTT the intake counts."""
    yield OPEN_CONNECTIONS.at(sum(map(len, listening.connections)), "devices")


MEASURES = Measures((OPEN_CONNECTIONS,), _measured)
