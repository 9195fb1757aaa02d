"""Nobody takes the last administrator away, himself included; everybody may look after their own account."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.gateway.client import Reply
from tests.house import ROLES
from tests.user.people import Person, colleague, id_of
from tests.user.test_journey import problem, soon

from entrepot.core.ports import Database, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model.person import RoleChange
from entrepot.user.model.role import LastAdministrator
from entrepot.user.repository import person
from entrepot.user.service import membership, people, registration
from entrepot.user.service.registration import Hashed

REFUSED = (409, "last-administrator")


def kind(reply: Reply) -> tuple[int, str]:
    return reply.status, problem(reply)


async def test_last_administrator_keeps_his_role_and_his_place(ada: Person) -> None:
    await colleague(ada, ["auditor"])
    me = f"/api/users/{id_of(ada)}"
    tried = [
        ada.me.ask("PATCH", me, {"roles": []}),
        ada.me.ask("PATCH", me, {"roles": ["auditor"]}),
        ada.me.ask("DELETE", me),
        ada.me.ask("DELETE", "/api/users/me"),
    ]
    assert [kind(each) for each in tried] == [REFUSED] * 4
    assert ada.me.get("/api/users").status == 200


async def test_with_another_administrator_each_of_these_is_fine(ada: Person) -> None:
    await colleague(ada, ["administrator"])
    me = f"/api/users/{id_of(ada)}"
    assert ada.me.ask("PATCH", me, {"roles": ["auditor"]}).status == 200
    assert ada.sign_in().me.ask("DELETE", "/api/users/me").status == 200


async def test_who_is_alone_may_erase_the_account(ada: Person) -> None:
    assert ada.me.ask("DELETE", "/api/users/me").status == 200


async def test_administrator_by_a_role_of_another_name_counts_and_the_role_is_not_narrowed(
    ada: Person,
) -> None:
    chief = {"name": "chief", "scopes": ["user:read", "user:write", "organisation:write"]}
    assert ada.me.post("/api/roles", chief).status == 200
    bob = await colleague(ada, ["chief"])
    assert ada.me.ask("PATCH", f"/api/users/{id_of(ada)}", {"roles": ["customer"]}).status == 200
    narrowed = bob.me.post("/api/roles", chief | {"scopes": ["user:read", "organisation:write"]})
    assert kind(narrowed) == REFUSED
    assert kind(bob.me.ask("PATCH", f"/api/users/{id_of(bob)}", {"roles": []})) == REFUSED
    assert bob.me.get("/api/users").status == 200


@pytest.mark.parametrize("how", ["roles", "removal"])
async def test_of_two_administrators_who_take_each_other_away_at_once_one_stays(
    database: Database, sealing: Sealing, how: str
) -> None:
    """Both were let in as administrators; what counts is what is so when each commits."""
    ids = [await administrator(database, sealing, name) for name in ("ann", "bob")]

    def take(who: int) -> Callable[[Transaction], Awaitable[object]]:
        me = Principal(ids[who], "acme", frozenset("*"), "person")
        other, supplied = ids[1 - who], {"sealing": sealing, "house_roles": ROLES}
        if how == "removal":
            return lambda tx: people.remove_member(tx, me, id=other, **supplied)
        change = RoleChange(roles=["auditor"])
        return lambda tx: people.change_roles(tx, me, id=other, change=change, **supplied)

    both = (database.write(take(who)) for who in (0, 1))
    done = await asyncio.gather(*both, return_exceptions=True)
    assert [isinstance(each, LastAdministrator) for each in done].count(True) == 1, done
    left = await database.read(lambda tx: person.members(tx, "acme", after="", limit=9))
    assert [each.roles for each in left].count(["administrator"]) == 1


async def administrator(database: Database, sealing: Sealing, name: str) -> str:
    async def come(tx: Transaction) -> str:
        id = await registration.add_person(
            tx, sealing, email=f"{name}@example.org", name=name, hashed=Hashed("x")
        )
        await membership.join(
            tx, id, organisation_id="acme", roles=["administrator"], at=now(), house_roles=ROLES
        )
        return id

    return await database.write(come)


async def test_whatever_the_roles_say_everybody_exports_signs_out_and_erases(ada: Person) -> None:
    assert ada.me.post("/api/roles", {"name": "clerk", "scopes": ["key:read"]}).status == 200
    bob = await colleague(ada, ["clerk"])
    nobody = await colleague(ada, ["auditor"])
    assert ada.me.ask("PATCH", f"/api/users/{id_of(nobody)}", {"roles": []}).status == 200
    for who in (bob, nobody.sign_in()):
        assert who.me.get("/api/users/me").status == 200
        assert who.me.get("/api/users/me/export").status == 200
        assert who.me.ask("DELETE", "/api/tokens/current").status == 204
        await soon(lambda who=who: who.me.get("/api/users/me").status == 401)
        assert who.sign_in().me.ask("DELETE", "/api/users/me").status == 200


async def test_key_gets_nothing_that_it_was_not_given(ada: Person) -> None:
    made = ada.me.post("/api/keys", {"name": "till", "scopes": ["key:read"]}).json()
    till = ada.node.stranger(made["secret"])
    assert problem(await asyncio.to_thread(till.get, "/api/users/me")) == "missing-scope"
