"""Nobody takes the last administrator away, himself included; everybody may look after their own account."""

import asyncio

import pytest
from tests.gateway.client import Reply
from tests.user.people import Person, colleague, id_of
from tests.user.test_journey import problem, soon

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
    ada: Person, how: str
) -> None:
    bob = await colleague(ada, ["administrator"])
    ids = id_of(ada), id_of(bob)

    def take(who: Person, id: str) -> Reply:
        if how == "roles":
            return who.me.ask("PATCH", f"/api/users/{id}", {"roles": ["auditor"]})
        return who.me.ask("DELETE", f"/api/users/{id}")

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(asyncio.to_thread(take, who, id)) for who, id in ((ada, ids[1]), (bob, ids[0]))
        ]
    done = [task.result().status for task in tasks]
    assert sorted(done)[0] in (200, 204) and sorted(done)[1] >= 400, done
    left = ada if done[0] < 300 else bob
    administrators = [
        each for each in left.me.get("/api/users").json()["items"] if "administrator" in each["roles"]
    ]
    assert [each["id"] for each in administrators] == [id_of(left)]


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
