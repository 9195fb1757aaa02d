"""What devices are asked to do, kept until they were told."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from entrepot.core.errors import Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import now, to_us
from entrepot.device.events import DeviceCommanded
from entrepot.device.model import command as model
from entrepot.device.model.command import Commanded, NewCommand
from entrepot.device.service import enrolment
from entrepot.device.service.lookout import Lookout

_MOST = 100  # for one device; the oldest go
_MOST_REMEMBERED = 10_000


class Command(msgspec.Struct, frozen=True):
    id: str
    body: str


class Commands:
    """Commands that wait, in memory; `on_new` is called with the device of each that comes."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Command]] = {}
        self._done: set[str] = set()
        self._ever: dict[str, None] = {}  # told lately: what is still on disk is not told again
        self._told = asyncio.Event()
        self.lookout = Lookout()
        self.on_new: Callable[[str], None] | None = None

    def put(self, device_id: str, command: Command) -> None:
        if command.id in self._ever:
            return
        known = self._waiting.setdefault(device_id, [])
        if all(each.id != command.id for each in known):
            known.append(command)
            del known[:-_MOST]
            if self.on_new is not None:
                self.on_new(device_id)

    def take(self, device_id: str, *, most: int = _MOST) -> Sequence[Command]:
        """What the device is told now, for the last time: the caller tells it."""
        if device_id not in self._waiting:
            return ()
        known = self._waiting[device_id]
        taken, self._waiting[device_id] = known[:most], known[most:]
        if not self._waiting[device_id]:
            del self._waiting[device_id]
        self._done.update(each.id for each in taken)
        self._ever.update((each.id, None) for each in taken)
        while len(self._ever) > _MOST_REMEMBERED:
            del self._ever[next(iter(self._ever))]
        self._told.set()
        return taken

    def put_back(self, device_id: str, commands: Sequence[Command]) -> None:
        """They could not be told."""
        for each in commands:
            self._done.discard(each.id)
            self._ever.pop(each.id, None)
        self._waiting[device_id] = [*commands, *self._waiting.get(device_id, [])]

    def waiting(self, device_id: str) -> Sequence[Command]:
        return self._waiting.get(device_id, ())

    async def run(self, database: Database) -> None:
        """Until cancelled: forget on disk what was told. One that dies in between tells it twice."""
        while True:
            await self._told.wait()
            self._told.clear()
            done = list(self._done)

            async def forget(tx: Transaction, done: Sequence[str] = done) -> None:
                await tx.execute_many("DELETE FROM command WHERE id = ?", [(id,) for id in done])

            await database.write(forget)
            self._done.difference_update(done)


async def load(tx: Reading, *, commands: Commands, since_us: int = 0) -> None:
    for id, device_id, body in await tx.fetch(
        "SELECT id, device_id, body FROM command WHERE created_at_us > ? ORDER BY created_at_us, id", since_us
    ):
        commands.put(device_id, Command(id, body))


async def follow(database: Database, *, commands: Commands) -> None:
    """Until cancelled: find commands that were given here or in another process."""
    while True:
        since_us = await commands.lookout.next()
        with suppress(Unavailable):
            await database.read(partial(load, commands=commands, since_us=since_us))


async def command_device(
    tx: Transaction, who: Principal, *, id: str, command: NewCommand, commands: Commands
) -> Commanded:
    """Ask something of a device; it takes it when it next calls."""
    device = await enrolment.working(tx, who, id)
    said = DeviceCommanded(device_id=device.id, command_id=new_id(), body=model.body(command))
    await _keep(tx, said)
    tx.emit(said)
    commands.lookout.soon()
    return Commanded(said.command_id)


async def on_device_commanded(tx: Transaction, event: DeviceCommanded, *, commands: Commands) -> None:
    """One that waited in the log of `tracking` when devices became a context of their own."""
    await _keep(tx, event)
    commands.lookout.soon()


async def _keep(tx: Transaction, said: DeviceCommanded) -> None:
    await tx.execute(
        "INSERT INTO command (id, device_id, body, created_at_us) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        said.command_id, said.device_id, said.body, to_us(now()),
    )  # fmt: skip
