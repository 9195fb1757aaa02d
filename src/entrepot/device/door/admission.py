"""Whether somebody is the device that they say they are."""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Hashable
from math import ceil
from time import monotonic

from entrepot.core.errors import Forbidden, Unavailable
from entrepot.core.network import counted_as
from entrepot.core.routes import Limit
from entrepot.device.service.roster import PATIENCE_S, Roster, SendingDevice
from entrepot.http.rates import Meter

_WRONG = Limit(requests=30, window_s=60.0)
_SENT = Limit(requests=20_000, window_s=100.0)  # a phone sends what it kept for days at once


class NotAdmitted(Forbidden):
    """No device shows this credential."""


class TooOften(Unavailable):
    """This address guessed too often, or this device sends too much."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"Too often; try again in {wait_s} s.")
        self.wait_s = wait_s


class Admission:
    """Asks the roster, with patience for devices that were enrolled a moment ago, and none for guessers."""

    def __init__(self, roster: Roster, *, clock: Callable[[], float] = monotonic) -> None:
        self._roster = roster
        self._wrong, self._sent = Meter(_WRONG, clock), Meter(_SENT, clock)

    async def wait_for(self, find: Callable[[], SendingDevice | None], *, address: str) -> SendingDevice:
        """The device that `find` finds, now or soon. Raises: NotAdmitted, TooOften."""
        caller = counted_as(address)
        _take(self._wrong, caller)
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while await self._roster.changed(within_s=until - loop.time()):
            if (found := find()) is not None:
                self._wrong.give_back(caller)
                return found
        raise NotAdmitted("No device shows this credential.")

    def charge(self, device: SendingDevice) -> None:
        """Raises: TooOften."""
        _take(self._sent, device.id)


def _take(meter: Meter, caller: Hashable) -> None:
    """Raises: TooOften."""
    left, wait_s = meter.take(caller)
    if left < 0:
        raise TooOften(ceil(wait_s))


def basic(header: bytes) -> tuple[str, bytes] | None:
    """Username and password of `Basic …`; None if it is none."""
    try:
        username, colon, password = b64decode(header[6:], validate=True).partition(b":")
        return (username.decode(), password) if colon else None
    except ValueError:
        return None
