"""Whether this node can serve now, for proxies and orchestrators (`/readyz`). Each reason against it is found
by one function of a table; a disk or a database that does not answer is a reason, too, and holds nobody up.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Literal, get_args

import msgspec

from entrepot.core.errors import Unavailable
from entrepot.core.stopping import Stopping
from entrepot.node.node import Node
from entrepot.node.reloading import Reloads

Reason = Literal[
    "draining", "disk-full", "disk-read-only", "disk-silent", "bus-away", "context-away", "database-away",
    "database-refuses-writes",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)

_PATIENCE_S = 1.0  # HAProxy waits 2 s for a check by default, Kubernetes 1 s, so it is told in time
_KEPT_S = 0.5  # a flood of questions costs two looks a second


class Obstacle(msgspec.Struct, frozen=True):
    """One reason why this node should not be asked; `context` if it is about one of them."""

    reason: Reason
    sentence: str
    context: str = ""


class Readiness:
    """Looks when it is asked, and not more often than twice a second."""

    def __init__(self, node: Node, stopping: Stopping, reloads: Reloads) -> None:
        self.node, self._stopping, self._reloads = node, stopping, reloads
        self._found: tuple[Obstacle, ...] = ()
        self._looked_s = float("-inf")
        self._looking = asyncio.Lock()

    @property
    def floor_bytes(self) -> int:
        return self._reloads.now.disk_floor_mb * 1_000_000

    async def obstacles(self) -> tuple[Obstacle, ...]:
        """Return everything that keeps this node from serving; nothing means that it is ready."""
        if self._stopping.has_begun:
            return (Obstacle("draining", "This node is stopping."),)
        async with self._looking:
            if monotonic() - self._looked_s > _KEPT_S:
                found = await asyncio.gather(*(_all(look(self)) for look in LOOKS))
                self._found = tuple(obstacle for each in found for obstacle in each)
                self._looked_s = monotonic()
        return self._found


async def _all(looking: AsyncIterator[Obstacle]) -> list[Obstacle]:
    return [each async for each in looking]


async def disk(readiness: Readiness) -> AsyncIterator[Obstacle]:
    folder = readiness.node.parts.settings.data
    try:  # a network's disk may never answer
        found = await asyncio.wait_for(asyncio.to_thread(os.statvfs, folder), _PATIENCE_S)
    except (TimeoutError, OSError) as error:
        yield Obstacle(
            "disk-silent", f"The disk of the data folder does not answer ({type(error).__name__})."
        )
        return
    if found.f_flag & os.ST_RDONLY:
        yield Obstacle("disk-read-only", "The disk of the data folder is read-only.")
    elif (free := found.f_bavail * found.f_frsize) < readiness.floor_bytes:
        yield Obstacle("disk-full", f"The data folder's disk has {free // 1_000_000:,} MB left.")


async def bus(readiness: Readiness) -> AsyncIterator[Obstacle]:
    if not readiness.node.parts.bus.connected:
        yield Obstacle("bus-away", "NATS is away.")


async def contexts(readiness: Readiness) -> AsyncIterator[Obstacle]:
    node = readiness.node
    for name in node.parts.assembly.names:
        if name not in node.hosted and not node.presence.others(name):
            yield Obstacle("context-away", f"No process serves {name}.", name)


async def databases(readiness: Readiness) -> AsyncIterator[Obstacle]:
    asked = {name: hosted.database for name, hosted in readiness.node.hosted.items()}
    reads = await asyncio.gather(
        *(_within(database.read(lambda tx: tx.fetch_one("SELECT 1"))) for database in asked.values())
    )
    for name, answers in zip(asked, reads, strict=True):
        if not answers:
            yield Obstacle("database-away", f"The database of {name} does not answer.", name)
        elif (doubtful := asked[name]).doubtful and not await _within(doubtful.prove_write()):
            yield Obstacle("database-refuses-writes", f"The database of {name} cannot write.", name)


async def _within(asked: Awaitable[object]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await asked
    except (TimeoutError, Unavailable):
        return False
    return True


LOOKS: tuple[Callable[[Readiness], AsyncIterator[Obstacle]], ...] = (disk, bus, contexts, databases)
