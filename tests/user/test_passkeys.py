"""Passkeys as first and second factor, over real HTTP, with an authenticator in software."""

import time

import pytest
from tests.gateway.client import Node, Reply
from tests.user.authenticator import BE, BS, UV, Authenticator
from tests.user.people import Person, letter
from tests.user.test_journey import problem

from entrepot.user.model import relying_party, totp


def add_passkey(who: Person, passkey: Authenticator, *, name: str = "Laptop") -> Reply:
    options = who.me.post("/api/passkeys/options")
    assert options.status == 200, options
    return who.me.post("/api/passkeys", passkey.create(options.json(), name=name))


def enter(who: Person, passkey: Authenticator, **changed: str) -> Reply:
    options = who.nobody.post("/api/tokens/options").json()
    return who.nobody.post("/api/tokens/passkey", {"passkey": passkey.get(options, **changed)})


@pytest.fixture
async def passkey(ada: Person) -> Authenticator:
    made = Authenticator()
    assert add_passkey(ada, made).status == 201
    return made


async def test_passkey_opens_the_account_alone_without_an_address(
    ada: Person, passkey: Authenticator
) -> None:
    reply = enter(ada, passkey)
    assert reply.status == 200, reply
    ada.tokens = reply.json()
    assert ada.me.get("/api/users/me").json()["email"] == ada.email
    [shown] = ada.me.get("/api/passkeys").json()["items"]
    assert shown["name"] == "Laptop" and shown["verifies"] and shown["used_at"]


async def test_new_and_removed_passkeys_are_told_by_letter(ada: Person, passkey: Authenticator) -> None:
    assert await letter(ada.node, ada.email, subject="A passkey was added")
    [shown] = ada.me.get("/api/passkeys").json()["items"]
    assert ada.me.ask("DELETE", f"/api/passkeys/{shown['id']}").status == 204
    assert await letter(ada.node, ada.email, subject="A passkey was removed")
    assert problem(enter(ada, passkey)) == "wrong-passkey"


async def test_passkey_is_renamed(ada: Person, passkey: Authenticator) -> None:
    [shown] = ada.me.get("/api/passkeys").json()["items"]
    told = ada.me.ask("PATCH", f"/api/passkeys/{shown['id']}", {"name": "Blue key"})
    assert told.json()["name"] == "Blue key"


async def test_a_challenge_counts_once(ada: Person, passkey: Authenticator) -> None:
    options = ada.nobody.post("/api/tokens/options").json()
    said = {"passkey": passkey.get(options)}
    assert ada.nobody.post("/api/tokens/passkey", said).status == 200
    assert problem(ada.nobody.post("/api/tokens/passkey", said)) == "wrong-passkey"
    again = {"passkey": passkey.get(options)}
    assert problem(ada.nobody.post("/api/tokens/passkey", again)) == "wrong-passkey"


async def test_a_challenge_is_spent_by_a_wrong_answer_too(ada: Person, passkey: Authenticator) -> None:
    options = ada.nobody.post("/api/tokens/options").json()
    wrong = {"passkey": passkey.get(options, origin="https://evil.example")}
    assert problem(ada.nobody.post("/api/tokens/passkey", wrong)) == "wrong-passkey"
    assert (
        problem(ada.nobody.post("/api/tokens/passkey", {"passkey": passkey.get(options)})) == "wrong-passkey"
    )


@pytest.mark.parametrize(
    "changed",
    [{"origin": "http://localhost:1"}, {"origin": "https://localhost"}, {"type": "webauthn.create"},
     {"handle": "AAAAAAAAAAAAAAAAAAAAAA"}],
)  # fmt: skip
async def test_answer_from_elsewhere_opens_nothing(
    ada: Person, passkey: Authenticator, changed: dict[str, str]
) -> None:
    assert problem(enter(ada, passkey, **changed)) == "wrong-passkey"


async def test_answer_for_another_relying_party_opens_nothing(ada: Person, passkey: Authenticator) -> None:
    passkey.party = "evil.example"
    assert problem(enter(ada, passkey)) == "wrong-passkey"


async def test_passkey_with_another_key_opens_nothing(ada: Person, passkey: Authenticator) -> None:
    other = Authenticator(credential=passkey.credential, handle=passkey.handle, count=10)
    assert problem(enter(ada, other)) == "wrong-passkey"


async def test_alone_it_must_have_verified_its_person(ada: Person, passkey: Authenticator) -> None:
    passkey.flags = 0
    assert problem(enter(ada, passkey)) == "wrong-passkey"


async def test_key_without_a_pin_that_somebody_gave_one_does_not_open_the_account_alone(ada: Person) -> None:
    """A thief of an old security key sets a PIN of their own. With the password, its person may raise it."""
    touched = Authenticator(flags=0)
    assert add_passkey(ada, touched).status == 201
    touched.flags = UV
    assert problem(enter(ada, touched)) == "wrong-passkey"
    ada.me.post("/api/users/me/second-factor/passkeys")
    ada.sign_in(passkey=touched.get(ada.ask_in().json()["passkey"]))
    assert enter(ada, touched).status == 200


async def test_passkey_of_another_account_does_not_stand_in_where_one_is_named(
    ada: Person, passkey: Authenticator
) -> None:
    """A browser offers all its passkeys; whoever proves again who they are may choose a wrong one."""
    eve = (await Person(ada.node).register()).sign_in()
    for who, wanted in ((ada, 200), (eve, 400)):
        options = ada.nobody.post("/api/tokens/options").json()
        id = who.me.get("/api/users/me").json()["id"]
        told = {"passkey": passkey.get(options), "person": id}
        assert ada.nobody.post("/api/tokens/passkey", told).status == wanted


async def test_empty_user_handle_is_taken_for_none(ada: Person, passkey: Authenticator) -> None:
    """Safari sends "" where others send null."""
    assert enter(ada, passkey, handle="").status == 200


async def test_counter_that_goes_back_betrays_a_copy(ada: Person, passkey: Authenticator) -> None:
    passkey.count = 40
    assert enter(ada, passkey).status == 200
    passkey.count = 20
    assert problem(enter(ada, passkey)) == "passkey-copied"
    assert await letter(ada.node, ada.email, subject="There may be a copy of your passkey")
    passkey.count = 41
    assert enter(ada, passkey).status == 200


async def test_counter_that_never_counts_is_fine(ada: Person) -> None:
    still = Authenticator(counts=0)
    assert add_passkey(ada, still).status == 201
    assert [enter(ada, still).status for _ in range(2)] == [200, 200]


async def test_zero_after_a_count_betrays_a_copy(ada: Person, passkey: Authenticator) -> None:
    passkey.counts, passkey.count = 0, 0
    assert problem(enter(ada, passkey)) == "passkey-copied"


async def test_synced_passkey_may_come_from_a_device_that_counted_less(ada: Person) -> None:
    synced = Authenticator(flags=UV | BE | BS, count=100)
    assert add_passkey(ada, synced).status == 201
    synced.count = 3
    assert enter(ada, synced).status == 200
    [shown] = ada.me.get("/api/passkeys").json()["items"]
    assert shown["synced"] and shown["backed_up"]


async def test_passkey_is_registered_once_and_by_who_was_asked(ada: Person, passkey: Authenticator) -> None:
    assert problem(add_passkey(ada, passkey)) == "passkey-known"
    eve = (await Person(ada.node).register()).sign_in()
    assert problem(add_passkey(eve, passkey)) == "passkey-known"
    options = ada.me.post("/api/passkeys/options").json()
    stolen = Authenticator().create(options)
    assert problem(eve.me.post("/api/passkeys", stolen)) == "passkey-unreadable"


@pytest.mark.parametrize("member", ["client_data", "attestation", "id"])
async def test_garbage_is_no_passkey(ada: Person, member: str) -> None:
    options = ada.me.post("/api/passkeys/options").json()
    made = Authenticator().create(options) | {member: "AAAA"}
    assert problem(ada.me.post("/api/passkeys", made)) == "passkey-unreadable"


@pytest.mark.parametrize("member", ["client_data", "authenticator_data", "signature", "id"])
async def test_garbage_opens_nothing(ada: Person, passkey: Authenticator, member: str) -> None:
    options = ada.nobody.post("/api/tokens/options").json()
    said = passkey.get(options) | {member: "AAAA"}
    reply = ada.nobody.post("/api/tokens/passkey", {"passkey": said})
    assert reply.status in (400, 422), reply


# ---- beside a password ----------------------------------------------------------------------------------


async def test_passkey_for_convenience_is_no_second_factor(ada: Person, passkey: Authenticator) -> None:
    assert ada.ask_in().status == 200
    assert not ada.me.get("/api/users/me").json()["second_factor"]


async def test_passkey_is_a_second_factor_when_its_person_wants_it(
    ada: Person, passkey: Authenticator
) -> None:
    codes = ada.me.post("/api/users/me/second-factor/passkeys").json()["recovery_codes"]
    needed = ada.ask_in()
    assert problem(needed) == "second-factor-needed"
    assert needed.json()["methods"] == ["code", "passkey"]
    [allowed] = needed.json()["passkey"]["allowCredentials"]
    assert allowed["id"] == passkey.id
    passkey.flags = 0  # it is there; the password is what its person knows
    assert ada.ask_in(passkey=passkey.get(needed.json()["passkey"])).status == 200
    assert ada.ask_in(code=codes[0]).status == 200
    assert problem(ada.ask_in(code=codes[0])) == "wrong-code"


async def test_passkey_proves_beside_an_authenticator_app(ada: Person, passkey: Authenticator) -> None:
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    code = totp.code_at(secret, int(time.time()) // totp.STEP_S)
    assert ada.me.post("/api/users/me/second-factor/confirm", {"code": code}).status == 200
    needed = ada.ask_in()
    assert set(needed.json()["methods"]) == {"code", "passkey"}
    assert ada.ask_in(passkey=passkey.get(needed.json()["passkey"])).status == 200


async def test_answer_of_a_sign_in_alone_is_no_second_factor(ada: Person, passkey: Authenticator) -> None:
    ada.me.post("/api/users/me/second-factor/passkeys")
    alone = ada.nobody.post("/api/tokens/options").json()
    assert problem(ada.ask_in(passkey=passkey.get(alone))) == "wrong-passkey"


async def test_another_persons_passkey_is_no_second_factor(ada: Person, passkey: Authenticator) -> None:
    ada.me.post("/api/users/me/second-factor/passkeys")
    eve, hers = (await Person(ada.node).register()).sign_in(), Authenticator()
    add_passkey(eve, hers)
    needed = ada.ask_in().json()["passkey"]
    assert problem(ada.ask_in(passkey=hers.get(needed))) == "wrong-passkey"


async def test_last_second_factor_is_not_removed(ada: Person, passkey: Authenticator) -> None:
    ada.me.post("/api/users/me/second-factor/passkeys")
    [shown] = ada.me.get("/api/passkeys").json()["items"]
    path = f"/api/passkeys/{shown['id']}"
    assert problem(ada.me.ask("DELETE", path)) == "last-passkey"
    assert ada.me.ask("DELETE", "/api/users/me/second-factor").status == 204
    assert ada.me.ask("DELETE", path).status == 204


# ---- where there can be none ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "id", "origin"),
    [
        ("https://trade.example", "trade.example", "https://trade.example"),
        ("https://Trade.Example:443/", "trade.example", "https://trade.example"),
        ("https://trade.example:8443", "trade.example", "https://trade.example:8443"),
        ("http://localhost:8080", "localhost", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "localhost", "http://localhost:8080"),
        ("http://[::1]:8080", "localhost", "http://localhost:8080"),
        ("https://münchen.example", "xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_relying_party_follows_from_the_address(url: str, id: str, origin: str) -> None:
    assert relying_party.of_url(url) == relying_party.RelyingParty(id, origin)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.7:8080", "https://192.0.2.7", "https://[2001:db8::1]", "http://trade.example"]
)
def test_bare_addresses_and_open_connections_have_no_passkeys(url: str) -> None:
    with pytest.raises(relying_party.NoPasskeysHere):
        relying_party.of_url(url)


def test_a_program_and_an_operators_token_have_no_passkeys(node: Node) -> None:
    assert problem(node.caller("account:self").post("/api/passkeys/options")) == "person-needed"
