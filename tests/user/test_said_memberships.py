"""Whoever joined before other contexts were told what roles allow is said once more, and only once."""

from datetime import UTC, datetime

from entrepot.core.ports import Database
from entrepot.infra.database.migrate import Migratable
from entrepot.user.service import membership as standing
from entrepot.user.service import retention


async def said(database: Database) -> int:
    rows = await database.read(lambda tx: tx.fetch("SELECT body FROM outbox"))
    return sum(b"user.membership_changed" in bytes(row[0]) for row in rows)


async def test_old_memberships_are_said_once(database: Migratable) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(3):
        await database.write(
            lambda tx, number=number: standing.join(
                tx, f"p{number}", organisation_id="acme", roles=["customer"], at=at
            )
        )
    before = await said(database)
    await database.write(retention.say_memberships)
    assert await said(database) == before
    await database.write(lambda tx: tx.execute("UPDATE membership SET said = 0 WHERE person <> 'p0'"))
    for _ in range(2):
        await database.write(retention.say_memberships)
    assert await said(database) == before + 2
