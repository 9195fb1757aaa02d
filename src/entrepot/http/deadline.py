"""Enforces the deadline of a row, and sets a timer only when the work has to wait.

Most reads end without waiting for anything: SQLite answers on the loop. `asyncio.timeout` would cost them
a task look-up and a timer each, so the first step runs bare, and only what suspends gets a timer.
"""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(deadline_s: float, work: Coroutine[Any, Any, T]) -> T:
    """Raises: TimeoutError when `work` still waits after `deadline_s`; it is cancelled then."""
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    task, expired = asyncio.current_task(), False
    assert task is not None

    def expire() -> None:
        nonlocal expired
        expired = True
        task.cancel()

    timer = asyncio.get_running_loop().call_later(deadline_s, expire)
    try:
        return await _go_on(work, waits_for)
    except asyncio.CancelledError:
        if not expired or task.uncancel() > 0:
            raise
        raise TimeoutError from None
    finally:
        timer.cancel()


@coroutine
def _go_on(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """Do what `yield from` does, for a coroutine whose first step was already taken."""
    try:
        while True:
            try:
                sent = yield waits_for
            except GeneratorExit:
                work.close()
                raise
            except BaseException as thrown:
                waits_for = work.throw(thrown)
            else:
                waits_for = work.send(sent)
    except StopIteration as done:
        result: T = done.value
        return result
