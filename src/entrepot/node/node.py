"""A node: the contexts that this process hosts. `front` puts the gateway before them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from entrepot.core.metrics import Sample
from entrepot.core.ports import Bus, Keys
from entrepot.core.stopping import Stopping
from entrepot.core.supplies import Supplies
from entrepot.gateway.remote.presence import Presence
from entrepot.http.access_log import AccessLog
from entrepot.http.server import ServingTimes
from entrepot.infra.mailbox.pacing import Pace
from entrepot.node.arrivals import Arrivals
from entrepot.node.assembly import Assembly
from entrepot.node.hosting import Deployment, Hosted, OpenDatabase
from entrepot.node.metrics import OTHER_PROCESSES
from entrepot.node.reloading import Reloads
from entrepot.settings import Settings


@dataclass(frozen=True)
class NodeParts:
    """What the platform opened for this node, and the contexts that it may host."""

    settings: Settings
    version: str
    deployment: Deployment
    assembly: Assembly
    bus: Bus
    keys: Keys
    supplies: Supplies
    open_database: OpenDatabase
    access_log: AccessLog
    pace: Pace
    arrivals: Arrivals
    stopping: Stopping
    reloads: Reloads
    times: ServingTimes
    last_backup_s: Callable[[], float]


class Node:
    """The contexts in this process."""

    def __init__(self, parts: NodeParts, hosted: Mapping[str, Hosted]) -> None:
        self.parts, self.hosted = parts, hosted
        described = (hosted[each.name].context.context for each in parts.assembly if each.name in hosted)
        self._measures = [parts.supplies.fill(of.read, own=0) for each in described for of in each.measures]
        self.presence = Presence(parts.bus, frozenset(hosted), monotonic)

    @classmethod
    @asynccontextmanager
    async def open(cls, parts: NodeParts, *, hosts: Collection[str]) -> AsyncIterator["Node"]:
        """Host the named contexts. Raises: Error when one cannot be hosted."""
        hosted: dict[str, Hosted] = {}
        try:
            for context in parts.assembly:
                if context.name in hosts:
                    hosted[context.name] = await Hosted.open(
                        context,
                        parts.bus,
                        parts.supplies,
                        open_database=parts.open_database,
                        deployment=parts.deployment,
                        pace=parts.pace,
                    )
            node = cls(parts, hosted)
            runs = (node.presence.run(), parts.arrivals.watch(), *(each.run() for each in hosted.values()))
            async with background(*runs):
                yield node
        finally:
            for each in hosted.values():
                await each.close()

    def samples(self) -> Iterator[Sample]:
        """Yield what all hosted contexts measure, for /metrics."""
        for name in self.parts.assembly.names:
            yield OTHER_PROCESSES.at(self.presence.others(name), name)
        for hosted in self.hosted.values():
            yield from hosted.samples()
        for read in self._measures:
            yield from read()


@asynccontextmanager
async def background(*works: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Run coroutines beside the block; one that fails ends the block with its error."""
    tasks = [asyncio.create_task(work) for work in works]
    me = asyncio.current_task()
    assert me is not None
    broke: list[BaseException] = []

    def ended(task: "asyncio.Future[object]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            broke.append(error)
            me.cancel()

    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    except asyncio.CancelledError:
        if not broke:
            raise
        me.uncancel()
        raise broke[0] from None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
