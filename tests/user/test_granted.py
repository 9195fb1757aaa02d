"""Roles that a provider gives, where it gives none to everybody."""

import pytest
from tests.house import ROLES

from entrepot.core.ports import Database, Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.functions.arrival import Arrived
from entrepot.user.model.identity import NotInvited
from entrepot.user.model.provider import Provider
from entrepot.user.repository import person
from entrepot.user.service import granted, membership, registration
from entrepot.user.service.registration import Hashed

ACME = Provider(
    name="acme", title="Acme", issuer="https://id.example", client_id="x", organisation="harbour",
    roles={"checkers": ["auditor"], "chiefs": ["administrator"]},
)  # fmt: skip


def arriving(*groups: str) -> Arrived:
    return Arrived(
        provider=ACME, subject="joan", email="joan@example.org", verified=True, name="Joan", groups=groups,
        strong=False, proved_at=None,
    )  # fmt: skip


async def add(tx: Transaction, sealing: Sealing, email: str = "joan@example.org") -> str:
    return await registration.add_person(tx, sealing, email=email, name="Joan", hashed=Hashed(""))


async def take(tx: Transaction, who: str, sealing: Sealing, *groups: str) -> object:
    return await granted.take_roles(tx, who, arriving(*groups), sealing=sealing, house_roles=ROLES)


async def test_whoever_has_no_role_gets_no_account(database: Database, sealing: Sealing) -> None:
    async def come(tx: Transaction) -> None:
        await take(tx, await add(tx, sealing), sealing, "staff")

    with pytest.raises(NotInvited):
        await database.write(come)
    assert not await database.read(person.anybody)


async def test_whoever_has_no_role_any_more_belongs_to_the_organisation_no_more(
    database: Database, sealing: Sealing
) -> None:
    async def come_twice(tx: Transaction) -> tuple[object, object, object]:
        joan = await add(tx, sealing)
        first = await take(tx, joan, sealing, "checkers")
        second = await take(tx, joan, sealing)
        return first, second, await person.membership(tx, joan, organisation="harbour")

    first, second, left = await database.write(come_twice)
    assert first is None and isinstance(second, NotInvited) and left is None


async def test_last_administrator_stays_one_by_whatever_role(database: Database, sealing: Sealing) -> None:
    async def come(tx: Transaction) -> list[list[str]]:
        joan, kim = await add(tx, sealing), await add(tx, sealing, "kim@example.org")
        await take(tx, joan, sealing, "chiefs", "checkers")
        await take(tx, joan, sealing)
        alone = await person.membership(tx, joan, organisation="harbour")
        await membership.join(
            tx, kim, organisation_id="harbour", roles=["administrator"], at=now(), house_roles=ROLES
        )
        await take(tx, joan, sealing, "checkers")
        one_of_two = await person.membership(tx, joan, organisation="harbour")
        assert alone is not None and one_of_two is not None
        return [alone.roles, one_of_two.roles]

    assert await database.write(come) == [["administrator"], ["auditor"]]
