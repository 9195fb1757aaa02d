"""What the house forgets by itself: the purged, what is older than its device keeps it, old looks, shares."""

import asyncio
from datetime import timedelta
from functools import partial

from entrepot.core.ports import Database, Transaction
from entrepot.core.time import now, to_us
from entrepot.tracking.repository import audit, incident, position, report, retention
from entrepot.tracking.repository import share as shares_of
from entrepot.tracking.service import forgetting

LOOKS_KEPT_FOR = timedelta(days=400)
SHARES_KEPT_FOR = timedelta(days=90)
_REST_S = 0.02  # between two bits, for others who write


async def keep_retention(database: Database) -> None:
    """Remove what is older than its device keeps it, and all of the purged."""
    for no in await database.read(retention.purged):
        await _remove(database, no, before_us=retention.EVER_US, goes_on=False)
        await database.write(partial(retention.remove_device, device_no=no))
    for no, days in await database.read(retention.limited):
        await _remove(database, no, before_us=to_us(now() - timedelta(days=days)), goes_on=True)


async def _remove(database: Database, no: int, *, before_us: int, goes_on: bool) -> None:
    """Bit by bit; if it goes on, so that the engine can go on from what stays."""
    until_us = 0

    async def bit(tx: Transaction) -> int:
        bit_us = await retention.bit_of(tx, no, before_us=before_us)
        if goes_on:
            await forgetting.forget(tx, no, before_us=bit_us)
            await incident.forget(tx, no, before_us=bit_us)
            await report.forget(tx, no, before_us=bit_us)
        await position.forget(tx, no, before_us=bit_us)
        return bit_us

    while until_us < before_us:
        until_us = await database.write(bit)
        await asyncio.sleep(_REST_S)


async def tidy(tx: Transaction) -> None:
    """Looks, and shares that ended."""
    await audit.forget(tx, before_us=to_us(now() - LOOKS_KEPT_FOR))
    await shares_of.forget(tx, before=now() - SHARES_KEPT_FOR)
