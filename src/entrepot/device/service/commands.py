"""What devices are asked to do, kept until they were told."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.time import now, to_us
from entrepot.tracking.events import DeviceCommanded

_MOST = 100  # for one device; the oldest go


class Command(msgspec.Struct, frozen=True):
    id: str
    body: str


class Commands:
    """Commands that wait, in memory; `on_new` is called with the device of each that comes."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Command]] = {}
        self._done: set[str] = set()
        self._told = asyncio.Event()
        self.on_new: Callable[[str], None] | None = None

    def put(self, device_id: str, command: Command) -> None:
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
        self._told.set()
        return taken

    def put_back(self, device_id: str, commands: Sequence[Command]) -> None:
        """They could not be told."""
        self._done.difference_update(each.id for each in commands)
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


async def load(tx: Reading, *, commands: Commands) -> None:
    for id, device_id, body in await tx.fetch(
        "SELECT id, device_id, body FROM command ORDER BY created_at_us, id"
    ):
        commands.put(device_id, Command(id, body))


async def on_device_commanded(tx: Transaction, event: DeviceCommanded, *, commands: Commands) -> None:
    added = await tx.execute(
        "INSERT INTO command (id, device_id, body, created_at_us) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        event.command_id, event.device_id, event.body, to_us(now()),
    )  # fmt: skip
    if added:
        commands.put(event.device_id, Command(event.command_id, event.body))
