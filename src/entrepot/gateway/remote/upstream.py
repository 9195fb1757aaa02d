"""Decides where to ask a context: in this process, in others, or in both by turns."""

from collections.abc import Callable

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.gateway.remote.remote import Remote
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.rows.door import Door
from entrepot.http.answer import Answer


class Upstream:
    """One context. This process comes first; other processes that serve it get their share of reads."""

    def __init__(self, database: Database | None, remote: Remote, others: Callable[[], int]) -> None:
        self._database, self._remote, self._others = database, remote, others
        self._turn = 0

    async def ask(self, door: Door, who: Principal, asked: Arguments) -> Answer:
        """Raises: Unavailable."""
        database = self._database
        if database is None:
            return await self._remote.ask(door, who, asked)
        if door.writes and not database.writable:
            return await self._remote.ask(door, who, asked)
        if (others := self._others()) and self._goes_out(others) and not (door.writes and database.leading):
            try:
                return await self._remote.ask(door, who, asked)
            except Unavailable:
                if door.writes:
                    raise
        return await door.ask(database, who, asked)

    async def ask_nearest(self, door: Door, who: Principal, asked: Arguments) -> Answer:
        """Ask here if the context is here: what every request waits for must not wait for the bus.

        Raises: Unavailable.
        """
        if self._database is None:
            return await self._remote.ask(door, who, asked)
        return await door.ask(self._database, who, asked)

    def _goes_out(self, others: int) -> bool:
        self._turn = (self._turn + 1) % (others + 1)
        return self._turn != 0
