"""When the process that leads looks for what rows have changed: at once after a change of its own, and often
enough for changes that another process made. Nothing in memory runs ahead of what is committed.
"""

import asyncio

from entrepot.core.time import now, to_us

_OFTEN_S, _SELDOM_S = 0.01, 0.2
_LASTS_S = 1.0  # a change is committed by then, or never
_BACK_US = 60_000_000  # clocks of two machines, and a commit that takes long


class Lookout:
    """`soon` is called by whoever changes something, before the commit."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._often_until = 0.0

    def soon(self) -> None:
        self._wake.set()

    async def next(self) -> int:
        """Wait until it is time to look, and return since when (microseconds)."""
        loop = asyncio.get_running_loop()
        wait_s = _OFTEN_S if loop.time() < self._often_until else _SELDOM_S
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            pass
        else:
            self._wake.clear()
            self._often_until = loop.time() + _LASTS_S
            await asyncio.sleep(_OFTEN_S)
        return to_us(now()) - _BACK_US
