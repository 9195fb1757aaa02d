"""Whoever joined before other contexts were told what roles allow is said once more, and only once."""

from datetime import UTC, datetime
from functools import partial

from tests.house import ROLES

from entrepot.core.ports import Database
from entrepot.infra.database.migrate import Migratable
from entrepot.user.service import membership, retention


async def said(database: Database) -> int:
    rows = await database.read(lambda tx: tx.fetch("SELECT body FROM outbox"))
    return sum(b"user.membership_changed" in bytes(row[0]) for row in rows)


async def test_old_memberships_are_said_once(database: Migratable) -> None:
    say = partial(retention.say_memberships, house_roles=ROLES)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(3):
        await database.write(
            lambda tx, number=number: membership.join(
                tx, f"p{number}", organisation_id="acme", roles=["customer"], at=at, house_roles=ROLES
            )
        )
    before = await said(database)
    await database.write(say)
    assert await said(database) == before
    await database.write(lambda tx: tx.execute("UPDATE membership SET said = 0 WHERE person <> 'p0'"))
    for _ in range(2):
        await database.write(say)
    assert await said(database) == before + 2
