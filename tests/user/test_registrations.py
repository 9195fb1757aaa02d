"""A database from before, when an address could have several open registrations."""

from datetime import timedelta
from importlib.resources import files

from entrepot.core.ports import Database, Transaction
from entrepot.core.time import now, to_us

STEP = files("entrepot.user") / "schema" / "0005.sql"


async def test_the_newest_of_several_registrations_stays_and_the_keys_of_the_others_go(
    database: Database,
) -> None:
    deletes = [each for each in STEP.read_text().split(";") if "DELETE FROM" in each]
    assert len(deletes) == 2

    async def as_before(tx: Transaction) -> None:
        await tx.execute("DROP INDEX registration_by_email")
        for number, (id, email) in enumerate((("a", "x"), ("c", "x"), ("b", "x"), ("d", "y"))):
            at = to_us(now() - timedelta(minutes=9 - min(number, 1)))  # the second and the third at once
            await tx.execute(
                "INSERT INTO registration (id, email_index, email, name, password_hash, ticket, made_at_us)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)", id, email, b"", b"", "", id, at // 1_000_000,
            )  # fmt: skip
            await tx.execute("INSERT INTO data_key (owner, wrapped) VALUES (?, ?)", id, b"")
        for each in deletes:
            await tx.execute(each)

    await database.write(as_before)
    for table, column in (("registration", "id"), ("data_key", "owner")):
        rows = await database.read(
            lambda tx, t=table, c=column: tx.fetch(f"SELECT {c} FROM {t} ORDER BY {c}")
        )
        assert [row[0] for row in rows] == ["c", "d"], table
