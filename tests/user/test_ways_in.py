"""Rules of an account that hold whatever somebody signs in with: password, passkey, outside service."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.gateway.client import Caller as Client
from tests.gateway.client import Node, Reply, fresh_address
from tests.user.authenticator import Authenticator
from tests.user.people import PASSWORD, Person, accept, id_of, invited, key, letter, letters
from tests.user.provider import Provider
from tests.user.test_accounts import do
from tests.user.test_demanded_factor import code_of, enrol_app
from tests.user.test_journey import problem, soon
from tests.user.test_passkeys import add_passkey, enter
from tests.user.test_providers import Comer

from entrepot.user.model.guessing import FREE

NEW_DEVICE = "Your account was opened on a new device"


pytestmark = pytest.mark.usefixtures("providers_in_order")


@pytest.fixture(scope="module")
def node(provided_node: Node) -> Node:
    return provided_node


@pytest.fixture
def console(node: Node) -> Client:
    return node.caller("node:operate activity:read")


@dataclass
class Everywhere:
    """Somebody with a password, a passkey and a linked account, and codes of an app."""

    person: Person
    comer: Comer
    passkey: Authenticator
    secret: str = ""

    def by_password(self) -> Reply:
        return self.person.ask_in()

    def by_passkey(self) -> Reply:
        return enter(self.person, self.passkey)

    def by_provider(self) -> Reply:
        return self.comer.come()


@pytest.fixture
async def eva(node: Node, provider: Provider) -> Everywhere:
    comer = Comer(node, provider)
    ada = (await Person(node, email=comer.claims["email"]).register()).sign_in()
    assert comer.come().status == 200
    passkey = Authenticator()
    assert add_passkey(ada, passkey).status == 201
    return Everywhere(ada, comer, passkey)


# ---- suspension --------------------------------------------------------------------------------------


async def test_suspended_account_opens_in_no_way(eva: Everywhere, console: Client) -> None:
    ways: list[Callable[[], Reply]] = [eva.by_password, eva.by_passkey, eva.by_provider]
    assert [way().status for way in ways] == [200, 200, 200]
    assert do(console, id_of(eva.person), "suspend").status == 200
    assert [(way().status, problem(way())) for way in ways] == [(403, "suspended")] * 3


async def test_half_opened_sign_in_of_a_suspended_account_does_not_go_on(
    eva: Everywhere, console: Client
) -> None:
    secret, id = enrol_app(eva.person), id_of(eva.person)
    ticket = eva.by_provider().json()["ticket"]
    do(console, id, "suspend")
    told = {"ticket": ticket, "code": code_of(secret, later=1)}
    assert problem(eva.comer.nobody.post("/api/tokens/second-factor", told)) == "return-spent"
    do(console, id, "resume")
    assert problem(eva.comer.nobody.post("/api/tokens/second-factor", told)) == "return-spent"


async def test_suspended_newcomer_keeps_what_the_service_said_before(
    node: Node,
    provider: Provider,
    console: Client,
) -> None:
    """Nothing about a suspended account changes by knocking."""
    Comer(node, provider).in_groups("chiefs").come()
    joan = Comer(node, provider).in_groups("checkers")
    joan.come()
    id = str(joan.me.get("/api/users/me").json()["id"])
    do(console, id, "suspend")
    assert problem(joan.in_groups().come()) == "suspended"
    [found] = console.get(f"/api/accounts?email={joan.claims['email']}").json()["items"]
    [member] = found["memberships"]
    assert member["roles"] == ["auditor", "customer"]


# ---- a lost factor -----------------------------------------------------------------------------------


async def test_reset_drops_every_kind_of_factor(eva: Everywhere, console: Client) -> None:
    secret = enrol_app(eva.person)
    needed = eva.by_password()
    assert set(needed.json()["methods"]) == {"code", "passkey"}
    id = id_of(eva.person)
    assert do(console, id, "reset-second-factor").json()["second_factor"] is False
    assert eva.person.me.get("/api/users/me").status == 401, "sessions end"
    assert problem(eva.by_passkey()) == "wrong-passkey"
    assert eva.by_password().status == 200
    eva.person.sign_in()
    me = eva.person.me.get("/api/users/me").json()
    assert (me["second_factor"], me["passkeys"], me["recovery_codes"]) == (False, 0, 0)
    assert problem(do(console, id, "reset-second-factor")) == "already-so"
    assert secret


async def test_reset_takes_a_passkey_alone_too(eva: Everywhere, console: Client) -> None:
    """Whoever took an account over may have added one for convenience."""
    id = id_of(eva.person)
    assert do(console, id, "reset-second-factor").status == 200
    assert problem(eva.by_passkey()) == "wrong-passkey"


# ---- sessions from before ----------------------------------------------------------------------------


async def test_session_from_before_a_second_factor_adds_none_of_its_own(eva: Everywhere) -> None:
    """Whoever knew the password before may still have a session, and would open the account for ever."""
    thief = Person(eva.person.node, eva.person.email).sign_in()
    offered = thief.me.post("/api/users/me/second-factor")
    assert offered.status == 200
    eva.person.me.post("/api/users/me/second-factor/passkeys")
    code = {"code": code_of(offered.json()["secret"])}
    tried = [
        thief.me.post("/api/passkeys/options"),
        thief.me.post("/api/users/me/second-factor"),
        thief.me.post("/api/users/me/second-factor/confirm", code),
        thief.me.post("/api/identities/departures", {"provider": "acme"}),
        thief.me.ask("DELETE", "/api/users/me/second-factor"),
        thief.me.ask("DELETE", "/api/users/me"),
    ]
    assert [problem(each) for each in tried] == ["sign-in-again"] * len(tried)
    eva.person.tokens = eva.by_passkey().json()
    assert eva.person.me.post("/api/passkeys/options").status == 200


# ---- guessing ----------------------------------------------------------------------------------------


async def test_wrong_proofs_of_all_factors_count_together_and_from_everywhere(eva: Everywhere) -> None:
    enrol_app(eva.person)
    stranger = Authenticator(credential=eva.passkey.credential, handle=eva.passkey.handle, count=10_000)
    statuses = []
    for turn in range(FREE + 1):
        eva.person.address = eva.comer.address = fresh_address()
        if turn % 3 == 0:
            reply = eva.person.ask_in(code="000000")
        elif turn % 3 == 1:
            reply = eva.person.ask_in(passkey=stranger.get(eva.by_password().json()["passkey"]))
        else:
            told = {"ticket": eva.by_provider().json()["ticket"], "code": "000000"}
            reply = eva.comer.nobody.post("/api/tokens/second-factor", told)
        statuses.append(reply.status)
    assert statuses == [400] * FREE + [429]


async def test_whoever_guesses_behind_a_sign_in_service_is_told_so(eva: Everywhere) -> None:
    enrol_app(eva.person)
    ticket = eva.by_provider().json()["ticket"]
    eva.comer.address = fresh_address()
    for _ in range(5):
        eva.comer.address = fresh_address()
        told = {"ticket": ticket, "code": "000000"}
        assert problem(eva.comer.nobody.post("/api/tokens/second-factor", told)) == "wrong-code"
    mail = await letter(eva.person.node, eva.person.email, subject="Somebody came in your name")
    assert "password" not in mail.text


# ---- letters -----------------------------------------------------------------------------------------


async def test_every_way_in_from_somewhere_new_is_told(eva: Everywhere) -> None:
    for way in (eva.by_passkey, eva.by_provider):
        told = [each.subject for each in await letters(eva.person.node, eva.person.email)]
        eva.person.address = eva.comer.address = fresh_address()
        assert way().status == 200
        await letter(eva.person.node, eva.person.email, subject=NEW_DEVICE, after=len(told))


# ---- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"name": "Joan\u202egro.live"}, "joan"),
        ({"name": "\u200b \u2060"}, "joan"),
        ({"name": "", "preferred_username": "jc\u00ad"}, "jc"),
        ({"name": "Jo\u0308rg  \u200bClarke\n"}, "joan"),
        ({"name": "x" * 119 + "\u00e4\u00e4"}, "x" * 119 + "\u00e4"),
        ({"name": ["Joan"], "preferred_username": None}, "joan"),
    ],
)
async def test_name_from_a_service_is_one_that_people_can_be_shown(
    node: Node,
    provider: Provider,
    said: dict[str, Any],
    shown: str,
) -> None:
    joan = Comer(node, provider, claims=said)
    assert joan.come().status == 200
    name = joan.me.get("/api/users/me").json()["name"]
    assert name == shown or (shown == "joan" and name.startswith("joan-"))


async def test_names_of_passkeys_are_cleaned(eva: Everywhere) -> None:
    [shown] = eva.person.me.get("/api/passkeys").json()["items"]
    path = f"/api/passkeys/{shown['id']}"
    assert eva.person.me.ask("PATCH", path, {"name": " Blue \u200b key "}).json()["name"] == "Blue key"
    assert eva.person.me.ask("PATCH", path, {"name": "\u200b"}).status == 422
    options = eva.person.me.post("/api/passkeys/options").json()
    made = Authenticator().create(options, name="Key\u202e")
    assert eva.person.me.post("/api/passkeys", made).status == 422


# ---- pre-hijacking -----------------------------------------------------------------------------------


async def test_open_sign_up_of_a_stranger_ends_when_its_owner_comes_by_a_service(
    node: Node,
    provider: Provider,
) -> None:
    joan = Comer(node, provider)
    stranger = Person(node, email=joan.claims["email"], password="the stranger chose this 1")
    assert stranger.ask_to_register().status == 202
    mail = await letter(node, stranger.email, subject="Confirm your address")
    assert joan.come().status == 200
    token = mail.text.partition("#token=")[2].split()[0]
    reply = stranger.nobody.post("/api/users/confirm", {"token": token})
    assert problem(reply) == "ticket-spent"
    assert stranger.ask_in().status == 400


async def test_first_sign_ins_at_once_make_one_account(node: Node, provider: Provider) -> None:
    joan = Comer(node, provider)
    backs = [joan.at_provider(joan.depart()) for _ in range(4)]
    replies = await asyncio.gather(
        *(asyncio.to_thread(joan.nobody.post, "/api/tokens/provider", back) for back in backs)
    )
    assert [each.status for each in replies] == [200] * 4
    opened = [Client(node.url, each.json()["access_token"], address=joan.address) for each in replies]
    assert len({each.get("/api/users/me").json()["id"] for each in opened}) == 1
    assert len(opened[0].get("/api/identities").json()["items"]) == 1


async def test_account_of_a_service_has_no_password_that_fits(
    node: Node,
    provider: Provider,
) -> None:
    joan = Comer(node, provider)
    joan.come()
    person = Person(node, email=joan.claims["email"])
    for password in ("", PASSWORD, "$argon2id$"):
        reply = person.nobody.post("/api/tokens", {"email": person.email, "password": password})
        assert reply.status in (400, 422)
    change = {"password": PASSWORD, "new_password": "another 7 seas at dusk"}
    assert problem(joan.me.post("/api/users/me/password", change)) == "wrong-password"


# ---- roles -------------------------------------------------------------------------------------------


async def test_roles_that_go_take_along_what_was_given_with_them(
    node: Node,
    provider: Provider,
) -> None:
    Comer(node, provider).in_groups("chiefs").come()
    mallory = Comer(node, provider).in_groups("chiefs")
    mallory.come()
    _, till = key(mallory.me, node, "user:read", "user:write", "key:read")
    email, secret = await invited(mallory.me, node, roles=["administrator"])
    back = await invited(mallory.me, node, roles=["administrator"], email=mallory.claims["email"])
    assert till.get("/api/users").status == 200
    mallory.in_groups().come()
    assert mallory.roles() == ["customer"]

    # A customer may do nothing of what the key was made for.
    assert await soon(lambda: till.get("/api/users").status == 401)
    assert problem(accept(node, secret)) == "ticket-spent", "and who was invited does not come in"
    assert problem(accept(node, back[1])) in ("ticket-spent", "account-needed")
    assert email


async def test_last_administrator_who_is_not_suspended_stays_one(
    node: Node,
    provider: Provider,
    console: Client,
) -> None:
    """Whoever is suspended does not count."""
    chief = Comer(node, provider).in_groups("chiefs")
    chief.come()
    suspended = []
    for each in chief.me.get("/api/users?limit=200").json()["items"]:
        if "administrator" in each["roles"] and each["email"] != chief.claims["email"]:
            assert do(console, each["id"], "suspend").status == 200
            suspended.append(each["id"])
    chief.in_groups().come()
    assert "administrator" in chief.roles()
    for id in suspended:
        do(console, id, "resume")


# ---- privacy -----------------------------------------------------------------------------------------


async def test_export_holds_passkeys_and_links_and_nothing_secret(eva: Everywhere) -> None:
    mine = await soon(lambda: eva.person.me.get("/api/users/me/export").json()["held"].get("user"))
    assert [each["name"] for each in mine["passkeys"]] == ["Laptop"]
    assert [each["account"] for each in mine["identities"]] == [eva.person.email]
    assert eva.passkey.id not in str(mine)


async def test_erasure_takes_passkeys_and_links_along(eva: Everywhere) -> None:
    before = id_of(eva.person)
    eva.person.sign_in()
    assert eva.person.me.ask("DELETE", "/api/users/me").status == 200
    assert problem(eva.by_passkey()) == "wrong-passkey"
    assert eva.by_provider().status == 200
    assert id_of(Person(eva.person.node, tokens=eva.comer.tokens)) != before, "somebody new"
