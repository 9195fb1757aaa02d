"""Removes alerts when what they are about is kept no longer."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from entrepot.alert.repository import alert as alerts_of
from entrepot.alert.repository import look
from entrepot.alert.repository import subject as subjects
from entrepot.core.ports import Database, Transaction
from entrepot.core.time import now, to_us

_AT_ONCE = 100
# What comes so late of a purged device is dropped; its events have been heard by then.
PURGED_KEPT_FOR = timedelta(days=30)
LOOKS_KEPT_FOR = timedelta(hours=1)


async def keep_retention(database: Database) -> None:
    """Remove what is older than its device keeps it, some devices at a time."""
    after = ""
    while some := await database.read(partial(subjects.limited, after=after, limit=_AT_ONCE)):
        await database.write(partial(_forget, some=some))
        after = some[-1][0]


async def _forget(tx: Transaction, *, some: Sequence[tuple[str, int]]) -> None:
    for id, days in some:
        await alerts_of.forget(tx, id, before_us=to_us(now() - timedelta(days=days)))


async def tidy(tx: Transaction) -> None:
    """Forget the purged, and looks that were said."""
    await subjects.forget_purged(tx, before_us=to_us(now() - PURGED_KEPT_FOR))
    await look.forget(tx, before_us=to_us(now() - LOOKS_KEPT_FOR))
