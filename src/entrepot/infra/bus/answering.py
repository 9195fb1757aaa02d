"""Answers one request, in the same way on every bus: it runs the answerer, passes on its parts, says how it
ended, and lets what is under way finish when the answerer stops.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
from contextlib import aclosing, nullcontext
from contextvars import Context
from typing import Any, Literal

import structlog

from entrepot.core.ports import Answerer, Message, MessageHandler

log = structlog.get_logger()

CREDIT = 64  # parts that may be on their way to a stream's caller
DRAIN_S = 10.0  # how long a stopping subscription waits for what is under way

StreamEnding = Literal["end", "failed"]


async def run_answerer(
    answerer: Answerer, asked: Message, send: Callable[[Message], Awaitable[bool]]
) -> StreamEnding:
    """`send` says whether more parts are wanted. What the answerer raises is logged, never passed on:
    an answerer that wants its caller to see an error encodes it as a message.
    """
    try:
        parts = answerer(asked)
        async with aclosing(parts) if isinstance(parts, AsyncGenerator) else nullcontext():
            async for part in parts:
                if not await send(part):
                    break
    except Exception:
        log.exception("bus.answerer_failed", subject=asked.subject)
        return "failed"
    return "end"


async def run_handler(handler: MessageHandler, message: Message) -> None:
    try:
        await handler(message)
    except Exception:
        log.exception("bus.handler_failed", subject=message.subject)


def notify(callbacks: Iterable[Callable[[], None]]) -> None:
    """Call all callbacks: one that fails must not keep the others from knowing that they missed something."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("bus.callback_failed")


class UnderWay:
    """The tasks that answer requests. Each starts in an empty context, as if in another process."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self, within_s: float) -> None:
        """Wait a while, then cancel what is left."""
        tasks = self._tasks - {asyncio.current_task()}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=within_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
