"""Works around two faults of nats-py with cancelled tasks. It swallows a cancellation that arrives while it
hands bytes to its flusher, so the task runs on for ever. And a cancelled `flush` leaves a cancelled future
behind, which kills the reading task when the server's answer comes.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from nats.aio.client import Client

T = TypeVar("T")


class TolerantClient(Client):
    """Its reading task survives the answer to a `flush` that was given up."""

    async def _process_pong(self) -> None:
        if self._pongs and self._pongs[0].done():
            self._pongs[0] = asyncio.get_running_loop().create_future()
        await super()._process_pong()


async def heeding_cancellation(call: Awaitable[T]) -> T:
    """Await `call`, and raise the cancellation that nats-py swallowed, if there was one."""
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    result = await call
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
    return result


async def to_its_end(call: Coroutine[Any, Any, T]) -> T:
    """Await `call`, and let it finish even when this task is cancelled."""
    going_on = asyncio.ensure_future(call)
    going_on.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(going_on)
