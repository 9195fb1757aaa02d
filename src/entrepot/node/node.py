"""A node: the contexts that this process hosts. `front` puts the gateway before them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from entrepot.core.context import Gauge
from entrepot.core.ports import Bus, Keys
from entrepot.core.supplies import Supplies
from entrepot.gateway.remote.presence import Presence
from entrepot.http.access_log import AccessLog
from entrepot.infra.mailbox.pacing import Pace
from entrepot.node.arrivals import Arrivals
from entrepot.node.assembly import Assembly
from entrepot.node.hosting import Deployment, Hosted, OpenDatabase
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


class Node:
    """The contexts in this process."""

    def __init__(self, parts: NodeParts, hosted: Mapping[str, Hosted]) -> None:
        self.parts, self.hosted = parts, hosted
        described = (hosted[each.name].context.context for each in parts.assembly if each.name in hosted)
        self._gauges = [parts.supplies.fill(gauges, own=0) for each in described for gauges in each.gauges]
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

    def gauges(self) -> Iterator[Gauge]:
        """Yield the gauges of all hosted contexts, for /metrics."""
        yield "deployment", "The deployment of this process.", {"id": self.parts.deployment.id}, 1.0
        for name in self.parts.assembly.names:
            others = float(self.presence.others(name))
            yield "other_processes", "Other processes that serve the context.", {"context": name}, others
        for name, hosted in self.hosted.items():
            leads = float(hosted.database.leading)
            yield "leads", "Whether this process leads the context.", {"context": name}, leads
            yield from hosted.gauges()
        yield from self.parts.arrivals.gauges()
        for gauges in self._gauges:
            yield from gauges()


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
