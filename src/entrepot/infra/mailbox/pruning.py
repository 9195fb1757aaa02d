"""Stores what readers confirmed, and deletes the part of a log that none of them needs any more."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from entrepot.core.ports import Transaction
from entrepot.infra.mailbox import readers as rows_of
from entrepot.infra.mailbox.outbox import extent
from entrepot.infra.mailbox.readers import Reader

_PRUNED_AT_ONCE = 5_000

# Through which event the log may forget, with these readers and this head.
Floor = Callable[[Sequence[Reader], int], int]


class ReaderReport(msgspec.Struct, frozen=True):
    """What a reader said since the last time; it counts for the enrolment in which it was said."""

    enrolled_at_us: int
    watermark: int
    heard_at_us: int | None
    silent_from_us: int


class Pruned(msgspec.Struct, frozen=True):
    """How far the log is pruned now, whether there is more to prune, all readers, and those whose state
    changed.
    """

    pruned: int
    more: bool
    readers: Sequence[Reader]
    left_behind: Sequence[Reader]
    caught_up: Sequence[Reader]


async def keep(tx: Transaction, news: Mapping[str, ReaderReport], *, floor: Floor, now_us: int) -> Pruned:
    """Store what readers said, and prune a bounded part of what none needs. The rows decide, not what
    somebody remembers: a reader may just have been added.
    """
    await tx.execute_many(
        "UPDATE outbox_reader SET watermark = ?, heard_at_us = ?, silent_from_us = ?"
        " WHERE reader = ? AND enrolled_at_us = ? AND removed_at_us IS NULL",
        [
            (each.watermark, each.heard_at_us, each.silent_from_us, name, each.enrolled_at_us)
            for name, each in news.items()
        ],
    )
    readers = await rows_of.enrolled(tx)
    log = await extent(tx)
    wanted = max(log.pruned, min(floor(readers, log.head), log.head))
    pruned = min(wanted, log.pruned + _PRUNED_AT_ONCE)
    if pruned > log.pruned:
        await tx.execute("DELETE FROM outbox WHERE sequence <= ?", pruned)
        await tx.execute("UPDATE outbox_pruned SET through = ?", pruned)
    left_behind, caught_up = await _mark(tx, readers, pruned=pruned, now_us=now_us)
    if left_behind or caught_up:
        readers = await rows_of.enrolled(tx)
    return Pruned(pruned, pruned < wanted, readers, left_behind, caught_up)


async def _mark(
    tx: Transaction, readers: Sequence[Reader], *, pruned: int, now_us: int
) -> tuple[Sequence[Reader], Sequence[Reader]]:
    """Note who lacks a part of the log that is gone, and who does not any more."""
    left_behind = [each for each in readers if each.watermark < pruned and each.left_behind_at_us is None]
    caught_up = [each for each in readers if each.watermark >= pruned and each.left_behind_at_us is not None]
    changes = [(now_us, each.name) for each in left_behind] + [(None, each.name) for each in caught_up]
    await tx.execute_many("UPDATE outbox_reader SET left_behind_at_us = ? WHERE reader = ?", changes)
    return left_behind, caught_up
