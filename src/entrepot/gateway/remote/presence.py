"""Knows which other processes serve which context now."""

import asyncio
from collections.abc import Callable

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Bus, Message

log = structlog.get_logger()

BEAT_S = 0.5  # a process that died is noticed within three of them
GONE_AFTER_S = 3 * BEAT_S


class Presence:
    """Announces to other processes which contexts this one serves, and listens to theirs."""

    def __init__(self, bus: Bus, serves: frozenset[str], clock: Callable[[], float]) -> None:
        self._bus, self._serves, self._clock = bus, serves, clock
        self._me = new_id()
        self._seen: dict[str, dict[str, float]] = {}

    def others(self, context: str) -> int:
        """Return how many other processes serve `context` now."""
        if not (seen := self._seen.get(context)):
            return 0
        fresh = self._clock() - GONE_AFTER_S
        for instance in [i for i, at in seen.items() if at < fresh]:
            del seen[instance]
        return len(seen)

    async def run(self) -> None:
        """Announce at intervals until cancelled, then announce the end."""
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
