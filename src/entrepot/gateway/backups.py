"""Scheduled backups: takes them by the calendar of the settings, records what became of each, and tells
operators of one that failed.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Protocol

import msgspec
import structlog

from entrepot.core.errors import Error, Unavailable
from entrepot.core.ids import new_id
from entrepot.core.metrics import Measures, Metric, Sample
from entrepot.core.paging import cursor_of_moment, moment_in, page_of
from entrepot.core.ports import Database, Reading, Row, Transaction
from entrepot.core.routes import Cursor, Limit, Page, Principal, Route
from entrepot.core.time import from_us, now, to_us
from entrepot.gateway.events import BackupFailed

log = structlog.get_logger()

# Before another try: a full disk or a share that is away may be mended soon, and then nobody need be told.
PAUSES_S = (60.0, 600.0)
_KEPT_US = 400 * 86_400_000_000  # a year and the month in which somebody asks about it
_COLUMNS = "id, ended_at_us, took_ms, name, bytes, encrypted, error"
_LAST_GOOD = "SELECT ended_at_us, bytes FROM backup WHERE error = '' ORDER BY ended_at_us DESC LIMIT 1"
_LAST_GOOD_END = "SELECT max(ended_at_us) FROM backup WHERE error = ''"


class BackupSchedule(msgspec.Struct, frozen=True):
    """When scheduled backups are due; without `cron`, never."""

    cron: str = ""
    zone: str = "UTC"


class MadeBackup(msgspec.Struct, frozen=True):
    """An archive that was written, read back, and put where the settings want it."""

    name: str
    bytes: int
    encrypted: bool


class BackupKeeper(Protocol):
    """Makes backups as the settings say."""

    async def keep(self) -> MadeBackup:
        """Make one, verify it by reading it back, and only then remove older ones. Raises: Error."""


class BackupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a backup; `error` says why it failed and is empty for a good one."""

    id: str
    ended_at: datetime
    took_ms: int
    name: str
    bytes: int
    encrypted: bool
    error: str


class BackupStatus:
    """What the process that leads the node knows of its backups, for /metrics."""

    def __init__(self) -> None:
        self.leads = False
        self.good_at: datetime | None = None
        self.good_bytes = 0
        self.failures = 0
        self.done: datetime | None = None  # the moment of the calendar that was seen to last


# ---- by the calendar -----------------------------------------------------------------------------


async def remember(database: Database, *, status: BackupStatus, schedule: BackupSchedule) -> None:
    """Know of the last good backup for as long as this process leads."""
    if (last := await database.read(lambda tx: tx.fetch_one(_LAST_GOOD))) is not None:
        status.good_at, status.good_bytes = from_us(last[0]), last[1]
    status.leads = bool(schedule.cron)
    try:
        await asyncio.Event().wait()
    finally:
        status.leads = False


async def back_up(
    database: Database, due: datetime, *, keeper: BackupKeeper, status: BackupStatus,
    pauses_s: Sequence[float] = PAUSES_S,
) -> None:  # fmt: skip
    """Make the backup that is due, with some patience. One for each moment, also where the calendar asks
    again because it could not note that it was made: on a full disk that would be a backup a minute.
    """
    if status.done == due:
        return
    made = None
    for pause_s in (*pauses_s, None):
        made = await _attempt(database, keeper=keeper, status=status, is_last=pause_s is None)
        if made.error == "" or pause_s is None:
            break
        await asyncio.sleep(pause_s)
    status.done = due


async def take_now(
    database: Database, who: Principal, *, keeper: BackupKeeper, status: BackupStatus
) -> BackupRecord:
    """Make one as the settings say, whatever the calendar says."""
    return await _attempt(database, keeper=keeper, status=status, is_last=True)


async def _attempt(
    database: Database, *, keeper: BackupKeeper, status: BackupStatus, is_last: bool
) -> BackupRecord:
    """Make one and record it, or what went wrong; `is_last` tells operators of that."""
    began_s, made, error = monotonic(), MadeBackup("", 0, False), ""
    try:
        made = await keeper.keep()
    except Error as refused:
        error = str(refused)
    except Exception:  # this is a door: the next moment tries again
        log.exception("backup.crashed")
        error = "It failed for a reason that the log shows."
    record = BackupRecord(
        id=new_id(), ended_at=now(), took_ms=round((monotonic() - began_s) * 1000), name=made.name,
        bytes=made.bytes, encrypted=made.encrypted, error=error,
    )  # fmt: skip
    if error:
        status.failures += 1
        log.error("backup.failed", reason=error, given_up=is_last)
    else:
        status.good_at, status.good_bytes = record.ended_at, record.bytes
        log.info("backup.made", name=record.name, bytes=record.bytes, took_ms=record.took_ms)
    try:
        await database.write(partial(_record, record=record, tells=is_last))
    except Unavailable as refused:  # the archive is there or not, whether or not the database can say so
        log.warning("backup.not_recorded", reason=str(refused))
    return record


async def _record(tx: Transaction, *, record: BackupRecord, tells: bool) -> None:
    last = await tx.fetch_one(_LAST_GOOD)
    await tx.execute(
        f"INSERT INTO backup ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        record.id, to_us(record.ended_at), record.took_ms, record.name, record.bytes, int(record.encrypted),
        record.error,
    )  # fmt: skip
    if record.error and tells:
        good_at = None if last is None else from_us(last[0])
        tx.emit(
            BackupFailed(
                backup_id=record.id, reason=record.error, failed_at=record.ended_at, last_good_at=good_at
            )
        )


async def forget_old(tx: Transaction) -> None:
    """Forget what became of backups of long ago, but never the last good one."""
    sql = f"DELETE FROM backup WHERE ended_at_us < ? AND ended_at_us <> coalesce(({_LAST_GOOD_END}), 0)"
    await tx.execute(sql, to_us(now()) - _KEPT_US)


_GOOD_AT = Metric(
    "backup_last_success_timestamp_seconds",
    "When the last good scheduled backup ended, in Unix time; 0: never.",
)
_GOOD_BYTES = Metric("backup_last_size_bytes", "Size of the last good scheduled backup.")
_FAILURES = Metric("backup_failures_total", "Tries to make a backup that failed.", kind="counter")


def _measured(*, status: BackupStatus) -> Iterator[Sample]:
    if status.leads:
        yield _GOOD_AT.at(status.good_at.timestamp() if status.good_at else 0.0)
        yield _GOOD_BYTES.at(float(status.good_bytes))
        yield _FAILURES.at(float(status.failures))


MEASURES = Measures((_GOOD_AT, _GOOD_BYTES, _FAILURES), _measured)


# ---- what operators ask --------------------------------------------------------------------------


async def records(tx: Reading, who: Principal, *, query: Cursor) -> Page[BackupRecord]:
    """List what became of scheduled backups, the newest first."""
    before = moment_in(query.cursor)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM backup WHERE ended_at_us < ? OR (ended_at_us = ? AND id < ?)"
        " ORDER BY ended_at_us DESC, id DESC LIMIT ?",
        *((before[0], before[0], before[1]) if before else (to_us(now()) + 1, 0, "")),
        query.limit + 1,
    )
    return page_of(
        [_of(row) for row in rows], limit=query.limit,
        cursor=lambda last: cursor_of_moment(last.ended_at, last.id),
    )  # fmt: skip


async def answer(tx: Transaction, who: Principal, *, made: BackupRecord) -> BackupRecord | Unavailable:
    """Make a backup now, as the settings say: to their folder or command, for their recipients."""
    return made if not made.error else Unavailable(made.error)


def _of(row: Row) -> BackupRecord:
    id, ended_at_us, took_ms, name, size, encrypted, error = row
    return BackupRecord(
        id=id, ended_at=from_us(ended_at_us), took_ms=took_ms, name=name, bytes=size,
        encrypted=bool(encrypted), error=error,
    )  # fmt: skip


ROUTES: tuple[Route, ...] = (
    Route("GET", "/api/backups", records, takes=Cursor, gives=Page[BackupRecord], scope="node:operate"),
    Route(
        "POST", "/api/backups", answer, gives=BackupRecord, status=201, scope="node:operate", before=take_now,
        limit=Limit(requests=10, window_s=60.0), deadline_s=600.0,
    ),
)  # fmt: skip
