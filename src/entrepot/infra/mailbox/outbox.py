"""The outbox: it stores events together with the change that caused them, as one numbered log. Every reader
keeps its own watermark, so the bus between them needs no memory.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

import msgspec

from entrepot.core.errors import Invalid
from entrepot.core.events import HUB, UNREADABLE, Event, decode, encode, envelop, placed
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.infra.mailbox import wire

MAX_EVENT_BYTES = 1024 * 1024
_BATCH_ROWS = 500
_BATCH_BYTES = 512 * 1024
_NUMBERED_AT_ONCE = 2_000


class Outbox:
    """A database's `Closing`: it stores what was emitted, and wakes the relay after the commit. `source` is
    the name of the log, which includes its place.
    """

    def __init__(self, context: str, place: str = HUB) -> None:
        self.context = context
        self.source = placed(context, place)
        self.wake = asyncio.Event()

    async def store(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Raises: Invalid for an event that is too large to travel."""
        bodies = [encode(envelop(event, source=self.context)) for event in events]
        for body, event in zip(bodies, events, strict=True):
            if len(body) > MAX_EVENT_BYTES:
                raise Invalid(f"An event {event.TYPE} of {len(body)} bytes is too large.")
        await tx.execute_many("INSERT INTO outbox (body) VALUES (?)", [(body,) for body in bodies])

    def committed(self) -> None:
        self.wake.set()


class Extent(msgspec.Struct, frozen=True):
    """Which rows of the log exist: those after `pruned`, through `head`, in its newest epoch."""

    epoch: str
    pruned: int
    head: int


async def extent(tx: Reading) -> Extent:
    rows = await tx.fetch(
        "SELECT epoch, through, coalesce((SELECT max(sequence) FROM outbox), through)"
        " FROM outbox_epoch, outbox_pruned ORDER BY ordinal DESC LIMIT 1"
    )
    return Extent(*rows[0])


async def rows_after(tx: Reading, after: int) -> list[bytes]:
    """Return the bodies that follow `after` without a hole: as many as travel together.

    Read in growing steps, so that rows of 100 kB are not read by the hundred and thrown away.
    """
    bodies: list[bytes] = []
    size, step = 0, 25
    while len(bodies) < _BATCH_ROWS and size < _BATCH_BYTES:
        rows = await tx.fetch(
            "SELECT sequence, body FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?",
            after + len(bodies),
            min(step, _BATCH_ROWS - len(bodies)),
        )
        whole = _without_hole(rows, after + len(bodies))
        bodies += whole
        size += sum(map(len, whole))
        if len(whole) < step:
            break
        step *= 2
    return _that_fit(bodies) if size > _BATCH_BYTES else bodies


def _without_hole(rows: Sequence[Row], after: int) -> list[bytes]:
    if rows and rows[-1][0] == after + len(rows):
        return [body for _, body in rows]
    return [body for at, (sequence, body) in enumerate(rows, after + 1) if sequence == at]


def _that_fit(bodies: list[bytes]) -> list[bytes]:
    size = 0
    for count, body in enumerate(bodies):
        size += len(body)
        if size > _BATCH_BYTES:
            return bodies[: max(count, 1)]
    return bodies


async def next_batch(tx: Reading, after: int) -> wire.EventBatch | None:
    """Return what follows `after`, or the part of it that is not pruned; None when nothing does."""
    known = await extent(tx)
    base = max(after, known.pruned)
    bodies = await rows_after(tx, base)
    if not bodies:
        return None
    return wire.batch(bodies, epoch=known.epoch, base=base, first=base + 1, head=known.head)


async def said_after(tx: Reading, *, after: int) -> datetime | None:
    """Return when the first event after this number was said; None if there is none, or it cannot be read."""
    row = await tx.fetch_one("SELECT body FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT 1", after)
    try:
        return None if row is None else decode(bytes(row[0])).time
    except UNREADABLE:
        return None


async def number(tx: Transaction) -> int:
    """PostgreSQL: give committed rows their numbers, in the order of their ids; how many got one.

    A transaction that had to wait for another's change stores its events after that one's commit,
    so for one key the order of ids is the order of commits.
    """
    return await tx.execute(
        "UPDATE outbox SET sequence = numbered.sequence FROM ("
        " SELECT id, row_number() OVER (ORDER BY id) + coalesce("
        "  (SELECT max(sequence) FROM outbox), (SELECT through FROM outbox_pruned)) AS sequence"
        " FROM (SELECT id FROM outbox WHERE sequence IS NULL ORDER BY id LIMIT ?) AS waiting"
        ") AS numbered WHERE outbox.id = numbered.id",
        _NUMBERED_AT_ONCE,
    )


async def unnumbered(tx: Reading) -> bool:
    return await tx.fetch_one("SELECT 1 FROM outbox WHERE sequence IS NULL LIMIT 1") is not None


async def new_epoch(tx: Transaction) -> None:
    """Begin a new epoch of the log, after a restore and before the relay runs: events since the backup are
    lost here, and their numbers come again.
    """
    known = await extent(tx)
    await tx.execute(
        "INSERT INTO outbox_epoch (ordinal, epoch, base) SELECT max(ordinal) + 1, ?, ? FROM outbox_epoch",
        token_hex(16),
        known.head,
    )
