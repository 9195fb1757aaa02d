"""How long whoever asked still waits. A database gives a statement up before that, so that the answer can
still say why; work that nobody waits for (a handler of events, a duty, a migration) has all the time it
needs.
"""

import asyncio
from contextvars import ContextVar, Token
from time import monotonic

# The task is part of it: what a request starts and leaves behind is not waited for.
_Asked = tuple["asyncio.Task[object] | None", float]

_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


def begin(seconds: float) -> Token[_Asked | None]:
    """From now on the running task's work is of use for so long; `end` takes the token."""
    return _asked.set((asyncio.current_task(), monotonic() + seconds))


def end(token: Token[_Asked | None]) -> None:
    _asked.reset(token)


def until() -> float | None:
    """Return the moment (monotonic) after which nobody waits for the running task's work, if there is one."""
    asked = _asked.get()
    return None if asked is None or asked[0] is not asyncio.current_task() else asked[1]
