"""A database from before passkeys and outside services: `schema/0007.sql` leaves what was there as it was."""

from datetime import timedelta

from entrepot.core.ports import Database, Transaction
from entrepot.core.time import from_us, now, to_us
from entrepot.user.repository import organisation, person, session


async def test_sessions_people_and_organisations_from_before_go_on(database: Database) -> None:
    made_us = to_us(now() - timedelta(days=3))

    async def as_before(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO person (id, email, name, password_hash, totp_step, created_at_us, email_index)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)", "ada", b"", b"", "x", 0, made_us, "i",
        )  # fmt: skip
        await tx.execute("INSERT INTO organisation (id, created_at_us) VALUES (?, ?)", "harbour", made_us)
        await tx.execute(
            "INSERT INTO session (id, person, organisation, agent, family, newest, previous, created_at_us,"
            " rotated_at_us, expires_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "s", "ada", "harbour", b"", "f", "n", "", made_us, made_us, made_us * 2,
        )  # fmt: skip

    await database.write(as_before)
    ada = await database.read(lambda tx: person.by_id(tx, "ada"))
    opened = await database.read(lambda tx: session.find(tx, "s"))
    demanded = await database.read(lambda tx: organisation.demands_second_factor(tx, "harbour"))
    assert ada is not None and not ada.wants_passkey and not demanded
    assert opened is not None and (opened.factors, opened.proved_at) == (1, from_us(made_us))
