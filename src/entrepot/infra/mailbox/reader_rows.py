"""Rows for a table of routes: an operator lists the readers of a log, removes one that will not return,
and adds it again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Cursor, Input, Page, Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.infra.mailbox import readers as rows_of
from entrepot.infra.mailbox.outbox import extent
from entrepot.infra.mailbox.readers import Begin, EnrolledBy, Reader
from entrepot.infra.mailbox.waiting import Wait

_Name = Annotated[str, msgspec.Meta(max_length=140)]
_MOST_EVENTS, _MOST_DAYS = 10**12, 36_500


class LogReader(msgspec.Struct, frozen=True, kw_only=True):
    """A reader of a context's log: it has everything through `confirmed`, and `behind` events are kept for
    it. `wait_events` and `wait_days` are bounds of its own. One that was removed is refused.
    """

    reader: str
    confirmed: int
    behind: int
    enrolled_by: EnrolledBy
    enrolled_at: datetime
    heard_at: datetime | None
    wait_events: int | None
    wait_days: int | None
    left_behind_at: datetime | None
    removed_at: datetime | None


class NewReader(Input, frozen=True, kw_only=True):
    """A reader to serve: from the beginning of what is `kept`, or only what follows the log's `head`."""

    reader: _Name
    begin: Begin = "kept"
    wait_events: Annotated[int, msgspec.Meta(ge=1_000, le=_MOST_EVENTS)] | None = None
    wait_days: Annotated[int, msgspec.Meta(ge=1, le=_MOST_DAYS)] | None = None


class GoneReader(Input, frozen=True, kw_only=True):
    """A reader that will not return."""

    reader: _Name


async def list_readers(tx: Reading, who: Principal, *, query: Cursor) -> Page[LogReader]:
    """All readers, by name, those that were removed included."""
    rows = await tx.fetch(
        f"SELECT {rows_of.COLUMNS} FROM outbox_reader WHERE reader > ? ORDER BY reader LIMIT ?",
        query.cursor or "",
        query.limit + 1,
    )
    shown = await _shown(tx, [rows_of.reader_of(row) for row in rows[: query.limit]])
    return Page(shown, shown[-1].reader if len(rows) > query.limit else None)


async def add_reader(tx: Transaction, who: Principal, *, new: NewReader) -> LogReader:
    """Serve a reader from now on, also one that was removed. Raises: Invalid, Conflict."""
    wait = Wait(new.wait_events, new.wait_days)
    reader = await rows_of.add_reader(tx, new.reader, now_us=to_us(now()), begin=new.begin, wait=wait)
    return (await _shown(tx, [reader]))[0]


async def remove_reader(tx: Transaction, who: Principal, *, query: GoneReader) -> None:
    """Keep nothing for this reader any more, and refuse it when it comes back. Raises: NotFound."""
    await rows_of.remove_reader(tx, query.reader, now_us=to_us(now()))


async def _shown(tx: Reading, readers: Sequence[Reader]) -> list[LogReader]:
    log = await extent(tx)
    return [_one(reader, head=log.head) for reader in readers]


def _one(reader: Reader, *, head: int) -> LogReader:
    return LogReader(
        reader=reader.name,
        confirmed=reader.watermark,
        behind=max(0, head - reader.watermark) if reader.enrolled else 0,
        enrolled_by=reader.enrolled_by,
        enrolled_at=from_us(reader.enrolled_at_us),
        heard_at=_moment(reader.heard_at_us),
        wait_events=reader.wait.events,
        wait_days=reader.wait.days,
        left_behind_at=_moment(reader.left_behind_at_us),
        removed_at=_moment(reader.removed_at_us),
    )


def _moment(at_us: int | None) -> datetime | None:
    return None if at_us is None else from_us(at_us)
