"""What somebody gave ends, or is bounded, when they lose the right: invitations, keys, keys of keys."""

import asyncio

from tests.user.people import Person, accept, colleague, id_of, invited, key
from tests.user.test_journey import problem, soon

from entrepot.core.ids import new_id

# ---- invitations ------------------------------------------------------------------------------------


async def test_removed_administrator_does_not_come_back_by_an_invitation_of_his_own(ada: Person) -> None:
    mallory = await colleague(ada, ["administrator"])
    other = f"mallory-{new_id()}@example.org"
    _, secret = await invited(mallory.me, ada.node, roles=["administrator"], email=other)
    _, own = await invited(mallory.me, ada.node, roles=["administrator"], email=mallory.email)
    assert ada.me.ask("DELETE", f"/api/users/{id_of(mallory)}").status == 204
    assert [problem(accept(ada.node, each)) for each in (secret, own)] == ["ticket-spent"] * 2
    assert ada.me.get("/api/invitations").json()["items"] == []


async def test_invitation_that_another_sent_somebody_does_not_outlive_their_removal(ada: Person) -> None:
    mallory = await colleague(ada, ["auditor"])
    _, secret = await invited(ada.me, ada.node, roles=["administrator"], email=mallory.email)
    ada.me.ask("DELETE", f"/api/users/{id_of(mallory)}")
    assert problem(accept(ada.node, secret)) == "ticket-spent"


async def test_demoted_administrator_s_invitations_end_and_a_colleague_s_stay(ada: Person) -> None:
    mallory = await colleague(ada, ["administrator"])
    _, hers = await invited(ada.me, ada.node, roles=["auditor"])
    _, his = await invited(mallory.me, ada.node, roles=["auditor"])
    assert ada.me.ask("PATCH", f"/api/users/{id_of(mallory)}", {"roles": ["auditor"]}).status == 200
    assert problem(accept(ada.node, his)) == "ticket-spent"
    assert accept(ada.node, hers).status == 204


async def test_narrowed_role_bounds_what_was_invited_under_it(ada: Person) -> None:
    wide = {"name": "lead", "scopes": ["user:read", "user:write", "key:read"]}
    assert ada.me.post("/api/roles", wide).status == 200
    assert ada.me.post("/api/roles", {"name": "reader", "scopes": ["key:read"]}).status == 200
    lead = await colleague(ada, ["lead"])
    _, secret = await invited(lead.me, ada.node, roles=["reader"])
    narrow = wide | {"scopes": ["user:read", "user:write"]}
    assert ada.me.post("/api/roles", narrow).status == 200
    assert problem(accept(ada.node, secret)) == "ticket-spent"


async def test_erased_inviter_s_invitations_end(ada: Person) -> None:
    mallory = await colleague(ada, ["administrator"])
    _, secret = await invited(mallory.me, ada.node, roles=["administrator"])
    assert mallory.me.ask("DELETE", "/api/users/me").status == 200
    assert problem(accept(ada.node, secret)) == "ticket-spent"


async def test_invitation_by_a_key_ends_with_the_key(ada: Person) -> None:
    id, program = key(ada.me, ada.node, "user:write", "user:read", "key:read")
    assert ada.me.post("/api/roles", {"name": "clerk", "scopes": ["key:read"]}).status == 200
    _, secret = await invited(program, ada.node, roles=["clerk"])
    _, fine = await invited(program, ada.node, roles=["clerk"])
    assert accept(ada.node, fine).status == 204
    assert ada.me.ask("DELETE", f"/api/keys/{id}").status == 204
    assert problem(accept(ada.node, secret)) == "ticket-spent"


async def test_invitation_of_the_house_itself_stays(ada: Person) -> None:
    organisation = ada.me.get("/api/organisation").json()["id"]
    house = await asyncio.to_thread(ada.node.caller, "*", org=organisation)
    _, secret = await invited(house, ada.node, roles=["auditor"])
    assert accept(ada.node, secret).status == 204


async def test_invitation_takes_nothing_from_whoever_belongs_already(ada: Person) -> None:
    """Else the last administrator could be made an auditor by accepting."""
    _, secret = await invited(ada.me, ada.node, roles=["auditor"], email=ada.email)
    assert accept(ada.node, secret).status == 204
    assert ada.sign_in().me.get("/api/users/me").json()["roles"] == ["administrator", "auditor", "customer"]


# ---- keys -------------------------------------------------------------------------------------------


async def test_key_made_with_a_key_ends_with_it_and_so_do_its_own(ada: Person) -> None:
    id, first = key(ada.me, ada.node, "key:write", "key:read")
    _, second = key(first, ada.node, "key:write", "key:read")
    _, third = key(second, ada.node, "key:read")
    _, other = key(ada.me, ada.node, "key:read")
    assert [each.get("/api/keys").status for each in (first, second, third)] == [200] * 3
    assert ada.me.ask("DELETE", f"/api/keys/{id}").status == 204
    await soon(lambda: {each.get("/api/keys").status for each in (first, second, third)} == {401})
    assert other.get("/api/keys").status == 200
    assert first.post("/api/keys", {"name": "late", "scopes": ["key:read"]}).status == 401


async def test_key_made_with_a_key_ends_no_later_than_that(ada: Person) -> None:
    _, short = key(ada.me, ada.node, "key:write", "key:read", expires_in_days=2)
    key(short, ada.node, "key:read")
    key(short, ada.node, "key:read", expires_in_days=30)
    key(short, ada.node, "key:read", expires_in_days=1)
    ends = [each["expires_at"] for each in ada.me.get("/api/keys").json()["items"]]
    assert ends[1:3] == [ends[0]] * 2 and ends[3] < ends[0]


async def test_keys_of_a_removed_member_end_for_good(ada: Person) -> None:
    mallory = await colleague(ada, ["administrator"])
    _, his = key(mallory.me, ada.node, "key:read")
    assert his.get("/api/keys").status == 200
    assert ada.me.ask("DELETE", f"/api/users/{id_of(mallory)}").status == 204
    await soon(lambda: his.get("/api/keys").status == 401)
    _, again = await invited(ada.me, ada.node, roles=["administrator"], email=mallory.email)
    assert accept(ada.node, again).status == 204
    assert his.get("/api/keys").status == 401
