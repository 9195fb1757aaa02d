"""The edge as it stands in the process that leads it: the roster is read, the doors are open, what comes is
written.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import structlog

from entrepot.core.house import DevicePorts
from entrepot.core.ports import Database, Reading
from entrepot.core.sealing import Sealing
from entrepot.edge import commands as commands_
from entrepot.edge import roster as roster_
from entrepot.edge.commands import Commands
from entrepot.edge.intake import Intake
from entrepot.edge.roster import Roster

log = structlog.get_logger()

TakeSocket = Callable[[str], socket.socket | None]
Serve = Callable[[socket.socket], AbstractAsyncContextManager[None]]


class Listening:
    """How this process lets devices in: `serve` answers HTTP on a socket."""

    def __init__(self, take_socket: TakeSocket, serve: Serve) -> None:
        self.take_socket, self.serve = take_socket, serve


async def stand(
    database: Database, *, roster: Roster, commands: Commands, intake: Intake, listening: Listening,
    ports: DevicePorts, sealing: Sealing,
) -> None:  # fmt: skip
    """Until cancelled. Raises: Conflict or Unavailable when a port is taken."""

    async def remember(tx: Reading) -> None:
        await roster_.load(tx, roster=roster, sealing=sealing)
        await commands_.load(tx, commands=commands)

    await database.read(remember)
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        writing = group.create_task(intake.run(database))
        forgetting = group.create_task(commands.run(database))
        stack.callback(writing.cancel)
        stack.callback(forgetting.cancel)
        if (listener := listening.take_socket("osmand")) is not None:
            stack.callback(listener.close)
            ports.osmand = listener.getsockname()[1]
            await stack.enter_async_context(listening.serve(listener))
        await asyncio.Event().wait()
