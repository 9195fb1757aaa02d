"""How far a process is on its way to its end. It serves; asked to stop, it may serve on for a while so that
proxies turn away from it; then it takes nobody in any more, and finishes what is under way.
"""

import asyncio


class Stopping:
    """One for each process. Doors wait for its events."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.ending = asyncio.Event()
        self.drains = False

    def ask(self, *, drains: bool = False) -> None:
        """Stop; `drains` says that proxies have to notice first."""
        self.drains = drains
        self.asked.set()

    @property
    def has_begun(self) -> bool:
        return self.asked.is_set()

    async def wait_to_end(self, drain_s: float) -> None:
        """Wait until somebody asks, and for as long as proxies need; then doors close."""
        await self.asked.wait()
        if self.drains and drain_s > 0:
            await asyncio.sleep(drain_s)
        self.ending.set()
