"""Long work in a thread, which ends when nobody waits for it any more."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
IsOver = Callable[[], bool]  # whether nobody waits any more


async def in_thread(work: Callable[[IsOver], T]) -> T:
    """Run `work(is_over)` in a thread. When the caller is cancelled, `is_over` says so, and the caller waits
    until the work has ended: what it uses may be taken away then.
    """
    over = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(work, over.is_set))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        over.set()
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()  # seen; the cancellation is what counts
        raise
