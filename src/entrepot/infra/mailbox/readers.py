"""The readers of a log: one row each in the log's own database, added and removed while it runs. The wiring
enrols the readers that it derives; sites, functions and operators add theirs.
"""

import re
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from entrepot.core.errors import Conflict, Forbidden, Invalid, NotFound
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us
from entrepot.infra.mailbox.outbox import extent
from entrepot.infra.mailbox.waiting import NO_BOUND, Wait

Begin = Literal["kept", "head"]
EnrolledBy = Literal["wiring", "hand"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}@[a-z0-9][a-z0-9_-]{0,62}(/[0-9]{1,5})?")
COLUMNS = (
    "reader, watermark, begins_after, enrolled_by, enrolled_at_us, heard_at_us, silent_from_us, wait_events,"
    " wait_days, left_behind_at_us, removed_at_us, removed_by"
)


class UnknownReader(Forbidden):
    """A stranger, or a reader that was removed, asks for a log."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """One reader, as it is stored: it has everything through `watermark`, and wants nothing through
    `begins_after`. One that was removed keeps its row, so that it is known when it comes back.
    """

    name: str
    watermark: int
    begins_after: int
    enrolled_by: EnrolledBy
    enrolled_at_us: int
    heard_at_us: int | None
    silent_from_us: int
    wait: Wait
    left_behind_at_us: int | None
    removed_at_us: int | None
    removed_by: EnrolledBy | None

    @property
    def enrolled(self) -> bool:
        return self.removed_at_us is None


async def enrolled(tx: Reading) -> Sequence[Reader]:
    """Return the readers that the log serves."""
    sql = f"SELECT {COLUMNS} FROM outbox_reader WHERE removed_at_us IS NULL ORDER BY reader"
    return [reader_of(row) for row in await tx.fetch(sql)]


async def admitted(tx: Reading, name: str) -> Reader:
    """Return the reader that asks. Raises: UnknownReader, with a reason that it may be told."""
    found = await _find(tx, name)
    if found is None:
        raise UnknownReader(f"{ascii(name)[:80]} is no reader of this log")
    if found.removed_at_us is not None:
        when = f"{from_us(found.removed_at_us):%Y-%m-%d %H:%M}Z"
        raise UnknownReader(f"{name} was removed from the readers of this log at {when}")
    return found


async def add_reader(
    tx: Transaction,
    name: str,
    *,
    now_us: int,
    begin: Begin = "kept",
    wait: Wait = NO_BOUND,
    by: EnrolledBy = "hand",
) -> Reader:
    """Serve this reader from now on, from the beginning of what is `kept`, or only what follows the
    log's `head`. `wait` is its own bound; where it says nothing the node's counts.

    Raises: Invalid for a name without a place; Conflict when it reads already.
    """
    if _NAME.fullmatch(name) is None:
        raise Invalid(f"{name[:80]!r} is no reader: a name at a place is, such as monitor@hub.")
    found = await _find(tx, name)
    if found is not None and found.enrolled:
        raise Conflict(f"{name} reads this log already.")
    log = await extent(tx)
    after = log.head if begin == "head" else log.pruned
    await tx.execute("DELETE FROM outbox_reader WHERE reader = ?", name)
    reader = Reader(
        name=name,
        watermark=after,
        begins_after=after,
        enrolled_by=by,
        enrolled_at_us=now_us,
        heard_at_us=None,
        silent_from_us=now_us,
        wait=wait,
        left_behind_at_us=None,
        removed_at_us=None,
        removed_by=None,
    )
    await tx.execute(
        f"INSERT INTO outbox_reader ({COLUMNS}) VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, NULL, NULL, NULL)",
        *(name, after, after, by, now_us, now_us, wait.events, wait.days),
    )
    return reader


async def remove_reader(tx: Transaction, name: str, *, now_us: int, by: EnrolledBy = "hand") -> None:
    """Wait for this reader no longer, and refuse it when it comes back. Raises: NotFound."""
    removed = await tx.execute(
        "UPDATE outbox_reader SET removed_at_us = ?, removed_by = ?"
        " WHERE reader = ? AND removed_at_us IS NULL",
        *(now_us, by, name),
    )
    if not removed:
        raise NotFound(f"{name[:80]} does not read this log.")


async def enrol(tx: Transaction, wired: Collection[str], *, now_us: int) -> Sequence[Reader]:
    """Enrol the readers that the wiring derives, at the start of a relay; all whom the log serves now.

    Whom the wiring enrolled once and derives no more is removed: there is no handler left that could
    take its events. A removal by hand stands until somebody adds the reader by hand.
    """
    await _forgive_own_absence(tx, now_us=now_us)
    known = {reader.name: reader for reader in await _all(tx)}
    for name in sorted(wired):
        found = known.get(name)
        if found is None or found.removed_by == "wiring":
            await add_reader(tx, name, now_us=now_us, by="wiring")
        elif found.enrolled and found.enrolled_by == "hand":
            await tx.execute("UPDATE outbox_reader SET enrolled_by = 'wiring' WHERE reader = ?", name)
    for reader in known.values():
        if reader.enrolled and reader.enrolled_by == "wiring" and reader.name not in wired:
            await remove_reader(tx, reader.name, now_us=now_us, by="wiring")
    return await enrolled(tx)


def reader_of(row: Row) -> Reader:
    """From a row of `COLUMNS`."""
    name, watermark, begins_after, by, enrolled_at_us, heard_at_us, silent_from_us, *rest = row
    events, days, left_behind_at_us, removed_at_us, removed_by = rest
    return Reader(
        name=name,
        watermark=watermark,
        begins_after=begins_after,
        enrolled_by=by,
        enrolled_at_us=enrolled_at_us,
        heard_at_us=heard_at_us,
        silent_from_us=silent_from_us,
        wait=Wait(events, days),
        left_behind_at_us=left_behind_at_us,
        removed_at_us=removed_at_us,
        removed_by=removed_by,
    )


async def _forgive_own_absence(tx: Transaction, *, now_us: int) -> None:
    """Move the start of each reader's silence: the time in which this log did not run counts against
    nobody.
    """
    row = await tx.fetch_one("SELECT max(silent_from_us) FROM outbox_reader WHERE removed_at_us IS NULL")
    if row is not None and row[0] is not None and row[0] < now_us:
        sql = "UPDATE outbox_reader SET silent_from_us = silent_from_us + ? WHERE removed_at_us IS NULL"
        await tx.execute(sql, now_us - row[0])
    else:  # what a clock that was ahead wrote down
        sql = "UPDATE outbox_reader SET silent_from_us = ? WHERE silent_from_us > ?"
        await tx.execute(sql, now_us, now_us)


async def _all(tx: Reading) -> Sequence[Reader]:
    return [reader_of(row) for row in await tx.fetch(f"SELECT {COLUMNS} FROM outbox_reader ORDER BY reader")]


async def _find(tx: Reading, name: str) -> Reader | None:
    row = await tx.fetch_one(f"SELECT {COLUMNS} FROM outbox_reader WHERE reader = ?", name)
    return None if row is None else reader_of(row)
