"""The edge as it stands in the process that leads it: the roster is read, the doors are open, what comes is
written.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from entrepot.core.errors import Unavailable
from entrepot.core.house import DevicePorts
from entrepot.core.ports import Database, Reading
from entrepot.core.sealing import Sealing
from entrepot.edge import commands as commands_
from entrepot.edge import roster
from entrepot.edge.admission import Admission
from entrepot.edge.commands import Command, Commands
from entrepot.edge.gate import DeviceGate
from entrepot.edge.intake import Intake
from entrepot.edge.mqtt.listener import Listener
from entrepot.edge.mqtt.store import Store
from entrepot.edge.roster import Device

TakeSocket = Callable[[str], socket.socket | None]
Serve = Callable[[socket.socket], AbstractAsyncContextManager[None]]


class Listening:
    """How this process lets devices in: `serve` answers HTTP on a socket."""

    def __init__(self, take_socket: TakeSocket, serve: Serve) -> None:
        self.take_socket, self.serve = take_socket, serve


async def stand(
    database: Database, *, intake: Intake, admission: Admission, commands: Commands, listening: Listening,
    ports: DevicePorts, sealing: Sealing,
) -> None:  # fmt: skip
    """Until cancelled. Raises: Conflict or Unavailable when a port is taken."""

    async def remember(tx: Reading) -> None:
        await roster.load(tx, roster=intake.roster, sealing=sealing)
        await commands_.load(tx, commands=commands)

    await database.read(remember)
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        for work in (intake.run(database), commands.run(database)):
            stack.callback(group.create_task(work).cancel)
        await intake.opened.wait()
        if (over_http := listening.take_socket("osmand")) is not None:
            ports.osmand = _port(over_http, stack)
            await stack.enter_async_context(listening.serve(over_http))
        if (over_mqtt := listening.take_socket("mqtt")) is not None:
            ports.mqtt = _port(over_mqtt, stack)
            await stack.enter_async_context(_mqtt(over_mqtt, database, intake, admission, commands))
        await asyncio.Event().wait()


def _port(listener: socket.socket, stack: AsyncExitStack) -> int:
    stack.callback(listener.close)
    port: int = listener.getsockname()[1]
    return port


@asynccontextmanager
async def _mqtt(
    listener: socket.socket, database: Database, intake: Intake, admission: Admission, commands: Commands
) -> AsyncIterator[None]:
    """The MQTT listener; commands go out as soon as their device listens, and who is revoked is cut off."""
    told: set[asyncio.Task[None]] = set()

    def tell(device: Device) -> None:
        if gate.listens(device.id) and (waiting := commands.take(device.id)):
            task = asyncio.create_task(send(device, waiting))
            told.add(task)
            task.add_done_callback(told.discard)

    async def send(device: Device, waiting: Sequence[Command]) -> None:
        try:
            for command in waiting:
                await mqtt.publish(gate.command_topic(device), command.body.encode())
        except Unavailable:
            commands.put_back(device.id, waiting)

    def came(device_id: str) -> None:
        if (device := intake.roster.get(device_id)) is not None:
            tell(device)

    def cut(device_id: str) -> None:
        mqtt.cut(device_id, forget=intake.roster.get(device_id) is None)

    gate = DeviceGate(intake, admission, on_listening=tell)
    mqtt = Listener(gate, Store(database))
    await mqtt.start(listener)
    intake.roster.on_cut, commands.on_new = cut, came
    try:
        yield
    finally:
        intake.roster.on_cut = commands.on_new = None
        await mqtt.close()
