"""An organisation demands a second factor."""

import time

from tests.user.authenticator import Authenticator
from tests.user.people import Person
from tests.user.test_access import colleague_of
from tests.user.test_journey import problem
from tests.user.test_passkeys import add_passkey, enter

from entrepot.user.model import totp

DEMAND = {"demands_second_factor": True}


def enrol_app(who: Person) -> str:
    secret: str = who.me.post("/api/users/me/second-factor").json()["secret"]
    told = who.me.post("/api/users/me/second-factor/confirm", {"code": code_of(secret)})
    assert told.status == 200, told
    return secret


def code_of(secret: str, *, later: int = 0) -> str:
    return totp.code_at(secret, int(time.time()) // totp.STEP_S + later)


def demand(ada: Person) -> Authenticator:
    """Ada, an administrator, has a passkey and demands a second factor of everybody."""
    passkey = Authenticator()
    assert add_passkey(ada, passkey).status == 201
    ada.tokens = enter(ada, passkey).json()
    told = ada.me.ask("PATCH", "/api/organisation", DEMAND)
    assert told.status == 200 and told.json()["demands_second_factor"], told
    return passkey


def renew(who: Person) -> None:
    reply = who.refresh()
    assert reply.status == 200, reply
    who.tokens = reply.json()


async def test_who_demands_it_has_one(ada: Person) -> None:
    assert problem(ada.me.ask("PATCH", "/api/organisation", DEMAND)) == "own-factor-needed"
    demand(ada)
    assert ada.me.get("/api/users").status == 200


async def test_whoever_has_none_can_only_set_one_up(ada: Person) -> None:
    bob = await colleague_of(ada)
    key = ada.me.post("/api/keys", {"name": "Till", "scopes": ["user:read"]}).json()["secret"]
    demand(ada)
    bob.sign_in()
    me = bob.me.get("/api/users/me").json()
    assert me["limited"] and set(me["scopes"]) == {"account:self", "token:self"}
    assert problem(bob.me.get("/api/notifications")) == "missing-scope"
    assert bob.nobody.get("/api/users", headers={"Authorization": f"Bearer {key}"}).status == 200

    secret = enrol_app(bob)
    renew(bob)
    assert not bob.me.get("/api/users/me").json()["limited"]
    assert bob.me.get("/api/notifications").status == 200
    assert problem(bob.ask_in()) == "second-factor-needed"
    assert bob.ask_in(code=code_of(secret, later=1)).status == 200


async def test_a_passkey_lifts_the_limit_and_is_wanted_beside_the_password_then(ada: Person) -> None:
    bob, passkey = await colleague_of(ada), Authenticator()
    demand(ada)
    bob.sign_in()
    assert add_passkey(bob, passkey).status == 201
    renew(bob)
    assert bob.me.get("/api/notifications").status == 200
    needed = bob.ask_in()
    assert problem(needed) == "second-factor-needed" and needed.json()["methods"] == ["passkey"]
    bob.sign_in(passkey=passkey.get(needed.json()["passkey"]))
    assert not bob.me.get("/api/users/me").json()["limited"]


async def test_session_from_before_is_limited_when_it_is_renewed(ada: Person) -> None:
    bob = await colleague_of(ada)
    demand(ada)
    renew(bob)
    assert bob.me.get("/api/users/me").json()["limited"]


async def test_last_second_factor_stays_while_it_is_demanded(ada: Person) -> None:
    bob, passkey = await colleague_of(ada), Authenticator()
    demand(ada)
    bob.sign_in()
    add_passkey(bob, passkey)
    [shown] = bob.me.get("/api/passkeys").json()["items"]
    path = f"/api/passkeys/{shown['id']}"
    assert problem(bob.me.ask("DELETE", path)) == "second-factor-demanded"
    enrol_app(bob)
    assert bob.me.ask("DELETE", path).status == 204
    assert problem(bob.me.ask("DELETE", "/api/users/me/second-factor")) == "second-factor-demanded"


async def test_a_stolen_password_or_key_does_not_lift_the_demand(ada: Person) -> None:
    key = ada.me.post("/api/keys", {"name": "Till", "scopes": ["organisation:write"]}).json()["secret"]
    demand(ada)
    lifted = {"demands_second_factor": False}
    headers = {"Authorization": f"Bearer {key}"}
    reply = ada.nobody.ask("PATCH", "/api/organisation", lifted, headers=headers)
    assert problem(reply) == "person-needed"
    assert ada.me.ask("PATCH", "/api/organisation", {"name": "Harbour"}).json()["demands_second_factor"]
    assert not ada.me.ask("PATCH", "/api/organisation", lifted).json()["demands_second_factor"]
