"""Where a context lives: in this process, in others, or in both, and who is asked next."""

import asyncio
from collections.abc import Callable

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Bus, Database, Message
from entrepot.core.routes import Principal
from entrepot.gateway.answer import Answer
from entrepot.gateway.binding import Asked
from entrepot.gateway.door import Door
from entrepot.gateway.remote import There

log = structlog.get_logger()

BEAT_S = 0.5
GONE_AFTER_S = 3 * BEAT_S


class Place:
    """One context. Here first; a share goes to the other processes that serve it too."""

    def __init__(self, database: Database | None, there: There, others: Callable[[], int]) -> None:
        self._database, self._there, self._others = database, there, others
        self._turn = 0

    async def ask(self, door: Door, who: Principal, asked: Asked) -> Answer:
        """Raises: Unavailable."""
        database = self._database
        if database is None:
            return await self._there.ask(door, who, asked)
        if door.writes and not database.writable:
            return await self._there.ask(door, who, asked)
        if (others := self._others()) and self._goes_out(others) and not (door.writes and database.leading):
            try:
                return await self._there.ask(door, who, asked)
            except Unavailable:
                if door.writes:
                    raise
        return await door.ask(database, who, asked)

    def _goes_out(self, others: int) -> bool:
        self._turn = (self._turn + 1) % (others + 1)
        return self._turn != 0


class Presence:
    """Tells other processes what this one serves, and knows what they do."""

    def __init__(self, bus: Bus, serves: frozenset[str], clock: Callable[[], float]) -> None:
        self._bus, self._serves, self._clock = bus, serves, clock
        self._me = new_id()
        self._seen: dict[str, dict[str, float]] = {}

    def others(self, context: str) -> int:
        """How many other processes serve `context` now."""
        if not (seen := self._seen.get(context)):
            return 0
        fresh = self._clock() - GONE_AFTER_S
        for instance in [i for i, at in seen.items() if at < fresh]:
            del seen[instance]
        return len(seen)

    async def run(self) -> None:
        """Beat until cancelled, then say good-bye."""
        subscription = await self._bus.subscribe("presence.>", self._hear)
        try:
            while True:
                await self._say("here")
                await asyncio.sleep(BEAT_S)
        finally:
            await self._say("gone")
            await subscription.stop()

    async def _say(self, word: str) -> None:
        for context in self._serves:
            try:
                await self._bus.publish(f"presence.{context}", self._me.encode(), {"word": word})
            except Unavailable:
                log.debug("presence.unheard", context=context)

    async def _hear(self, message: Message) -> None:
        instance, context = message.data.decode(), message.subject.removeprefix("presence.")
        if instance == self._me:
            return
        seen = self._seen.setdefault(context, {})
        if message.headers.get("word") == "gone":
            seen.pop(instance, None)
        else:
            seen[instance] = self._clock()
