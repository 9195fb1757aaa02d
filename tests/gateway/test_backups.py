"""Scheduled backups are recorded; what failed is tried again, and then told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from tests.context_database import context_database

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Transaction
from entrepot.core.routes import Cursor, Principal
from entrepot.gateway import backups
from entrepot.gateway.backups import BackupStatus, MadeBackup
from entrepot.gateway.events import BackupFailed
from entrepot.gateway.notices import NOTICES, backup_failed
from entrepot.infra.database.migrate import Migratable

DUE = datetime(2026, 3, 1, 3, tzinfo=UTC)
OPERATOR = Principal("operator", "operators", frozenset({"*"}), "operator")


class Keeper:
    """Fails so often, and then makes one backup after the other."""

    def __init__(self, *, fails: int = 0) -> None:
        self.fails, self.asked = fails, 0

    async def keep(self) -> MadeBackup:
        self.asked += 1
        if self.fails:
            self.fails -= 1
            raise Unavailable("The backup cannot be written to /b: No space left on device.")
        return MadeBackup(f"{self.asked}.tar", 1_000 * self.asked, True)


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("gateway", folder=tmp_path, dsn=dsn) as opened:
        yield opened


async def recorded(database: Migratable, *, limit: int = 50) -> list[str]:
    """What became of each, the newest first, page by page."""
    found, cursor = [], None
    while True:
        query = Cursor(cursor=cursor, limit=limit)
        page = await database.read(lambda tx, query=query: backups.records(tx, OPERATOR, query=query))
        found += [each.error or each.name for each in page.items]
        if (cursor := page.next) is None:
            return found


async def said(database: Migratable) -> list[BackupFailed]:
    async def look(tx: Transaction) -> list[BackupFailed]:
        rows = await tx.fetch("SELECT body FROM outbox")
        return [
            msgspec.json.decode(msgspec.json.decode(bytes(row[0]), type=_Body).data, type=BackupFailed)
            for row in rows
        ]

    return await database.read(look)


class _Body(msgspec.Struct):
    data: msgspec.Raw


async def test_a_backup_that_fails_is_tried_again_and_nobody_is_bothered(database: Migratable) -> None:
    keeper, status = Keeper(fails=2), BackupStatus()
    await backups.back_up(database, DUE, keeper=keeper, status=status, pauses_s=(0.0, 0.0))
    assert (await recorded(database))[0] == "3.tar"
    assert len(await recorded(database, limit=1)) == 3
    assert (status.failures, status.good_bytes) == (2, 3_000)
    assert await said(database) == []


async def test_a_backup_that_fails_every_time_is_told_with_the_last_good_one(database: Migratable) -> None:
    status = BackupStatus()
    await backups.back_up(database, DUE, keeper=Keeper(), status=status, pauses_s=())
    await backups.back_up(
        database, DUE.replace(day=2), keeper=Keeper(fails=9), status=status, pauses_s=(0.0,)
    )
    [event] = await said(database)
    assert event.last_good_at == status.good_at
    news = backup_failed(event)
    assert "No space left" in str(news.facts["reason"])
    [kind] = NOTICES
    assert kind.scope == "node:operate"


async def test_a_moment_counts_once_where_the_database_cannot_note_it(database: Migratable) -> None:
    keeper, status = Keeper(), BackupStatus()
    for _ in range(3):
        await backups.back_up(database, DUE, keeper=keeper, status=status)
    assert keeper.asked == 1
    await backups.back_up(database, DUE.replace(day=2), keeper=keeper, status=status)
    assert keeper.asked == 2


async def test_a_database_that_is_away_keeps_no_backup_from_being_made(database: Migratable) -> None:
    await database.close()
    keeper, status = Keeper(), BackupStatus()
    await backups.back_up(database, DUE, keeper=keeper, status=status)
    assert keeper.asked == 1
    assert status.good_bytes == 1_000


async def test_the_age_of_the_last_good_one_is_known_after_a_restart(database: Migratable) -> None:
    import asyncio

    before = BackupStatus()
    await backups.back_up(database, DUE, keeper=Keeper(), status=before)
    await backups.back_up(database, DUE.replace(day=2), keeper=Keeper(fails=1), status=before, pauses_s=())
    after, schedule = BackupStatus(), backups.BackupSchedule("@every 1d")
    assert list(backups.MEASURES.read(status=after)) == []
    standing = asyncio.create_task(backups.remember(database, status=after, schedule=schedule))
    while not after.leads:
        await asyncio.sleep(0.01)
    shown = {each.metric.name: each.value for each in backups.MEASURES.read(status=after)}
    assert before.good_at is not None
    assert shown["backup_last_success_timestamp_seconds"] == pytest.approx(before.good_at.timestamp())
    standing.cancel()
    await asyncio.wait([standing])
    assert list(backups.MEASURES.read(status=after)) == []


async def test_old_records_go_but_for_the_last_good_one(database: Migratable) -> None:
    async def long_ago(tx: Transaction) -> None:
        for number, error in enumerate(("", "", "full", "full")):
            await tx.execute(
                "INSERT INTO backup (id, ended_at_us, took_ms, name, bytes, encrypted, error)"
                " VALUES (?, ?, 1, ?, 1, 0, ?)",
                str(number), 1_000_000 + number, f"{number}.tar", error,
            )  # fmt: skip

    await database.write(long_ago)
    await database.write(backups.forget_old)
    assert await recorded(database) == ["1.tar"]
