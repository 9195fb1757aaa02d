"""What the house forgets by itself: the purged, what is older than its device keeps it, old looks, shares."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from entrepot.core.ports import Database, Transaction
from entrepot.core.time import now, to_us
from entrepot.tracking.repository import audit, retention
from entrepot.tracking.repository import share as shares_of

LOOKS_KEPT_FOR = timedelta(days=400)
SHARES_KEPT_FOR = timedelta(days=90)
_REST_S = 0.02  # between two bits, for others who write


async def keep_retention(database: Database) -> None:
    """Remove what is older than its device keeps it, and all of the purged."""
    for no in await database.read(retention.purged):
        await _forget_all(database, partial(retention.forget_positions, device_no=no))
        await database.write(partial(retention.forget_device, device_no=no))
    for no, days in await database.read(retention.limited):
        before_us = to_us(now() - timedelta(days=days))
        await _forget_all(database, partial(retention.forget_positions, device_no=no, before_us=before_us))
        await database.write(partial(retention.forget_conclusions, device_no=no, before_us=before_us))


async def tidy(tx: Transaction) -> None:
    """Looks, and shares that ended."""
    await audit.forget(tx, before_us=to_us(now() - LOOKS_KEPT_FOR))
    await shares_of.forget(tx, before=now() - SHARES_KEPT_FOR)


async def _forget_all(database: Database, bit: Callable[[Transaction], Awaitable[bool]]) -> None:
    more = True
    while more:
        more = await database.write(bit)
        await asyncio.sleep(_REST_S)
