"""What operators do to accounts: it takes effect at once, is an event, and its person gets a letter."""

import asyncio
import time
from typing import Any

import pytest
from tests.gateway.client import Caller, Node, Reply
from tests.user.people import Person, accept, colleague, id_of, invited, key, letter, letters, secret_in
from tests.user.test_administrators import kind
from tests.user.test_journey import OTHER_PASSWORD, problem, soon

from entrepot.core.ids import new_id
from entrepot.user.model import totp


@pytest.fixture(scope="module")
def console(node: Node) -> Caller:
    """The operator's command line."""
    return node.caller("node:operate activity:read")


def do(console: Caller, who: str, what: str, body: Any = None) -> Reply:
    return console.post(f"/api/accounts/{who}/{what}", body)


async def acts(console: Caller, person: str, type: str) -> list[Any]:
    """What the monitor kept, once it is there."""

    def found() -> list[Any]:
        items = console.get("/api/account-acts?limit=200").json()["items"]
        return [each for each in items if each["person"] == person and each["type"] == type]

    return list(await soon(found))


async def test_account_is_found_by_its_address_and_shown(ada: Person, console: Caller) -> None:
    [found] = console.get(f"/api/accounts?email={ada.email.upper()}").json()["items"]
    assert found["id"] == id_of(ada) and found["name"] == ada.name
    assert (found["sessions"], found["keys"], found["suspended_at"]) == (1, 0, None)
    assert console.get(f"/api/accounts/{found['id']}").json() == found
    assert console.get("/api/accounts?email=nobody@example.org").json()["items"] == []
    assert kind(console.get(f"/api/accounts/{new_id()}")) == (404, "account-not-found")


async def test_only_the_command_line_may(ada: Person, node: Node) -> None:
    """Not even a person who runs the node: with these an account is taken over."""
    person = await asyncio.to_thread(node.caller, "*", kind="person")
    program = await asyncio.to_thread(node.caller, "*", kind="program")
    id = id_of(ada)
    for who in (person, program):
        tried = [
            who.get("/api/accounts"), who.get(f"/api/accounts/{id}"), do(who, id, "suspend"),
            do(who, id, "resume"), do(who, id, "reset-second-factor"),
            do(who, id, "change-address", {"email": "x@example.org"}), do(who, id, "make-administrator", {}),
        ]  # fmt: skip
        assert {kind(each) for each in tried} == {(403, "command-line-needed")}
    assert ada.me.get("/api/accounts").status == 403


# ---- suspension -------------------------------------------------------------------------------------


async def test_suspended_account_is_out_at_once_and_comes_back_with_its_keys(
    ada: Person, console: Caller
) -> None:
    id, (_, till) = id_of(ada), key(ada.me, ada.node, "key:read")
    assert till.get("/api/keys").status == 200
    assert do(console, id, "suspend").json()["suspended_at"]
    await soon(lambda: ada.me.get("/api/users/me").status == 401 and till.get("/api/keys").status == 401)
    assert problem(ada.refresh()) == "session-over"
    assert kind(ada.ask_in()) == (403, "suspended")
    assert problem(ada.ask_in(password="wrong")) == "wrong-credentials"  # nobody else learns it
    assert kind(do(console, id, "suspend")) == (409, "already-so")
    assert [each["id"] for each in console.get("/api/accounts?suspended=true").json()["items"]].count(id) == 1
    assert do(console, id, "resume").json()["suspended_at"] is None
    assert ada.sign_in().me.get("/api/users/me").status == 200
    assert till.get("/api/keys").status == 200
    assert (await letter(ada.node, ada.email, subject="Your account is suspended")).text
    assert (await letter(ada.node, ada.email, subject="Your account works again")).text
    [act] = await acts(console, id, "user.account_suspended")
    assert act["actor"].startswith("ann-")
    assert await acts(console, id, "user.account_resumed")


async def test_suspended_person_gives_nobody_anything(ada: Person, console: Caller) -> None:
    bob = await colleague(ada, ["administrator", "customer"])
    _, secret = await invited(bob.me, ada.node, roles=["auditor"])
    van = bob.me.post("/api/devices", {"name": "Van", "kind": "vehicle"}).json()
    ends = {"devices": [van["id"]], "expires_at": "2026-12-31T00:00:00Z"}
    shared = bob.me.post("/api/shares", ends)
    assert shared.status == 201, shared
    token = shared.json()["token"]
    stranger = ada.node.stranger()
    assert stranger.get(f"/api/shares/{token}").status == 200
    assert do(console, id_of(bob), "suspend").status == 200
    assert problem(accept(ada.node, secret)) == "ticket-spent"
    await soon(lambda: stranger.get(f"/api/shares/{token}").status == 404)
    seen = {each["email"]: each["suspended"] for each in ada.me.get("/api/users").json()["items"]}
    assert seen == {ada.email: False, bob.email: True}


async def test_password_link_of_a_suspended_account_opens_nothing(ada: Person, console: Caller) -> None:
    ada.nobody.post("/api/passwords/forgot", {"email": ada.email})
    secret = secret_in(await letter(ada.node, ada.email, subject="Choose a new password"))
    do(console, id_of(ada), "suspend")
    told = {"token": secret, "password": OTHER_PASSWORD}
    assert problem(ada.nobody.post("/api/passwords/reset", told)) == "ticket-spent"


async def test_last_administrator_of_colleagues_is_not_suspended_before_there_is_another(
    ada: Person, console: Caller
) -> None:
    bob = await colleague(ada, ["auditor"])
    assert kind(do(console, id_of(ada), "suspend")) == (409, "last-administrator")
    assert do(console, id_of(bob), "make-administrator", {}).status == 200
    assert do(console, id_of(ada), "suspend").status == 200
    bob.sign_in()
    me = f"/api/users/{id_of(bob)}"
    assert kind(bob.me.ask("PATCH", me, {"roles": ["auditor"]})) == (409, "last-administrator")


# ---- what is mended ---------------------------------------------------------------------------------


async def test_lost_second_factor_is_reset(ada: Person, console: Caller) -> None:
    id = id_of(ada)
    assert kind(do(console, id, "reset-second-factor")) == (409, "already-so")
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    code = {"code": totp.code_at(secret, int(time.time()) // totp.STEP_S)}
    assert ada.me.post("/api/users/me/second-factor/confirm", code).status == 200
    assert problem(ada.ask_in()) == "second-factor-needed"
    assert do(console, id, "reset-second-factor").json()["second_factor"] is False
    await soon(lambda: ada.me.get("/api/users/me").status == 401)
    assert ada.ask_in().status == 200
    assert await letter(ada.node, ada.email, subject="Your second factor was removed")
    assert await acts(console, id, "user.second_factor_reset")


async def test_address_is_changed_and_old_letters_open_nothing(ada: Person, console: Caller) -> None:
    """The unexpired e-mail change of "Pre-hijacked accounts": nothing of the old address stays open."""
    id, old, new = id_of(ada), ada.email, f"moved-{new_id()}@example.org"
    planted = Person(ada.node, new, "a password of the stranger's")
    planted.ask_to_register()
    link = secret_in(await letter(ada.node, new, subject="Confirm your address"))
    ada.nobody.post("/api/passwords/forgot", {"email": old})
    secret = secret_in(await letter(ada.node, old, subject="Choose a new password"))
    assert do(console, id, "change-address", {"email": f" {new.upper()}"}).json()["email"] == new
    told = {"token": secret, "password": OTHER_PASSWORD}
    assert problem(ada.nobody.post("/api/passwords/reset", told)) == "ticket-spent"
    assert problem(ada.nobody.post("/api/users/confirm", {"token": link})) == "ticket-spent"
    assert problem(ada.ask_in()) == "wrong-credentials"
    ada.email = new
    assert ada.sign_in().me.get("/api/users/me").json()["email"] == new
    for email in (old, new):
        assert await letter(ada.node, email, subject="The address of your account was changed")
    assert await acts(console, id, "user.address_changed")
    other = await Person(ada.node).register()
    assert kind(do(console, id, "change-address", {"email": other.email})) == (409, "address-taken")
    assert kind(do(console, id, "change-address", {"email": new})) == (409, "already-so")


async def test_organisation_without_administrator_gets_one(ada: Person, console: Caller) -> None:
    bob = await colleague(ada, ["auditor"])
    id, organisation = id_of(bob), ada.me.get("/api/organisation").json()["id"]
    made = do(console, id, "make-administrator", {"organisation": organisation}).json()
    assert made["memberships"] == [{"organisation": organisation, "roles": ["administrator", "auditor"]}]
    assert bob.sign_in().me.get("/api/invitations").status == 200
    assert kind(do(console, id, "make-administrator", {})) == (409, "already-so")
    assert kind(do(console, id, "make-administrator", {"organisation": new_id()})) == (
        409,
        "which-organisation",
    )
    assert [each.subject for each in await letters(ada.node, bob.email)].count(
        "You are an administrator now"
    ) <= 1
    assert await letter(ada.node, bob.email, subject="You are an administrator now")
    [seen] = [
        each
        for each in await soon(lambda: ada.me.get("/api/account-acts").json()["items"])
        if each["person"] == id
    ]
    assert seen["type"] == "user.administrator_named"


async def test_operator_of_the_node_is_made_of_anybody(ada: Person, console: Caller) -> None:
    assert do(console, id_of(ada), "make-administrator", {"organisation": "operators"}).status == 200
    assert "node:operate" in ada.sign_in(organisation="operators").me.get("/api/users/me").json()["scopes"]


async def test_acts_are_exported_and_forgotten_with_the_person(ada: Person, console: Caller) -> None:
    id = id_of(ada)
    do(console, id, "suspend")
    do(console, id, "resume")
    await acts(console, id, "user.account_resumed")
    ada.sign_in()

    def ready() -> Any:
        export = ada.me.get("/api/users/me/export").json()
        return export if export["state"] == "ready" else None

    held = (await soon(ready))["held"]["monitor"]["acts"]
    assert [each["type"] for each in held] == ["user.account_suspended", "user.account_resumed"]
    assert ada.me.ask("DELETE", "/api/users/me").status == 200

    def forgotten() -> bool:
        items = console.get("/api/account-acts?limit=200").json()["items"]
        return not [each for each in items if each["person"] == id]

    await soon(forgotten)
