"""Sign-in by an outside provider, and what attackers try with it."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.gateway.client import Caller, Node, Reply, fresh_address
from tests.user.authenticator import Authenticator
from tests.user.conftest import ACME
from tests.user.people import Person, letter
from tests.user.provider import CLIENT, SECRET, Provider
from tests.user.test_demanded_factor import DEMAND, code_of, enrol_app
from tests.user.test_journey import problem
from tests.user.test_passkeys import add_passkey, enter

from entrepot.core.ids import new_id
from entrepot.user.model import provider as model

pytestmark = pytest.mark.usefixtures("providers_in_order")


@pytest.fixture(scope="module")
def node(provided_node: Node) -> Node:
    return provided_node


@dataclass
class Comer:
    """Somebody with an account at a provider, in a browser of their own."""

    node: Node
    provider: Provider
    name: str = "acme"
    claims: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    address: str = field(default_factory=fresh_address)

    def __post_init__(self) -> None:
        sub = new_id()
        domain = "acme.example" if self.name == "acme" else "example.org"
        self.claims = {
            "sub": sub, "email": f"joan-{sub}@{domain}", "email_verified": True, "name": "Joan Clarke",
        } | self.claims  # fmt: skip

    @property
    def nobody(self) -> Caller:
        return Caller(self.node.url, address=self.address)

    @property
    def me(self) -> Caller:
        return Caller(self.node.url, self.tokens["access_token"], address=self.address)

    def depart(self) -> dict[str, str]:
        reply = self.nobody.post("/api/providers/departures", {"provider": self.name})
        assert reply.status == 200, reply
        return dict(reply.json())

    def at_provider(self, departure: dict[str, str]) -> dict[str, str]:
        """What the browser comes back with."""
        self.provider.comes = self.claims
        return followed(departure["url"]) | {"provider": self.name, "binding": departure["binding"]}

    def come(self, **changed: Any) -> Reply:
        back = self.at_provider(self.depart()) | changed
        reply = self.nobody.post("/api/tokens/provider", {k: v for k, v in back.items() if v is not None})
        if reply.status == 200:
            self.tokens = reply.json()
        return reply

    def roles(self) -> list[str]:
        return list(self.me.get("/api/users/me").json()["roles"])

    def in_groups(self, *groups: str) -> "Comer":
        self.claims["realm_access"] = {"roles": list(groups)}
        return self


def followed(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 302, answer.read()
    back = urlsplit(answer.headers["Location"])
    assert back.path.startswith("/sign-in/")
    connection.close()
    return {key: each[0] for key, each in parse_qs(back.query).items()}


@pytest.fixture
def joan(node: Node, provider: Provider) -> Comer:
    return Comer(node, provider)


# ---- the way there and back -----------------------------------------------------------------------------


async def test_somebody_comes_and_has_an_account(joan: Comer) -> None:
    assert joan.come().status == 200
    me = joan.me.get("/api/users/me").json()
    assert (me["email"], me["name"], me["roles"]) == (joan.claims["email"], "Joan Clarke", ["customer"])
    assert me["organisation"]["id"] == ACME and not me["password"]
    [linked] = joan.me.get("/api/identities").json()["items"]
    assert (linked["title"], linked["account"]) == ("Acme Works", joan.claims["email"])


async def test_the_same_person_comes_back_to_the_same_account(joan: Comer) -> None:
    joan.come()
    before = joan.me.get("/api/users/me").json()["id"]
    joan.claims |= {"email": "somebody-else@acme.example", "name": "Another Name"}
    assert joan.come().status == 200
    assert joan.me.get("/api/users/me").json()["id"] == before


async def test_providers_are_offered_without_their_secrets(joan: Comer) -> None:
    reply = joan.nobody.get("/api/providers")
    assert [each["name"] for each in reply.json()["items"]] == ["acme", "open"]
    assert SECRET.encode() not in reply.body and b"issuer" not in reply.body


async def test_a_state_counts_once(joan: Comer) -> None:
    back = joan.at_provider(joan.depart())
    assert joan.nobody.post("/api/tokens/provider", back).status == 200
    assert problem(joan.nobody.post("/api/tokens/provider", back)) == "return-spent"


async def test_of_two_that_come_with_one_state_one_is_let_in(joan: Comer) -> None:
    back = joan.at_provider(joan.depart())
    replies = await asyncio.gather(
        *(asyncio.to_thread(joan.nobody.post, "/api/tokens/provider", back) for _ in range(4))
    )
    assert sorted(each.status for each in replies) == [200, 400, 400, 400]


@pytest.mark.parametrize("changed", [{"state": "x"}, {"binding": "x"}, {"binding": None}])
async def test_another_browser_or_state_is_refused(joan: Comer, changed: dict[str, Any]) -> None:
    assert problem(joan.come(**changed)) == "return-spent"


async def test_nobody_signs_a_victim_in_as_the_attacker(node: Node, joan: Comer) -> None:
    """Login CSRF: the attacker's code and state in the victim's browser, which never departed."""
    mallory = Comer(node, joan.provider)
    theirs = mallory.at_provider(mallory.depart())
    victims = joan.depart()["binding"]
    assert problem(joan.nobody.post("/api/tokens/provider", theirs | {"binding": victims})) == "return-spent"


async def test_a_code_of_another_sign_in_is_refused(joan: Comer) -> None:
    """Its PKCE verifier is another."""
    stolen = joan.at_provider(joan.depart())["code"]
    assert problem(joan.come(code=stolen)) == "provider-unfit"


@pytest.mark.parametrize("iss", ["https://evil.example", None])
async def test_answer_of_another_issuer_is_refused(joan: Comer, iss: str | None) -> None:
    """RFC 9207: the provider says that it names itself, so an answer without is not its own either."""
    assert problem(joan.come(iss=iss)) == "provider-unfit"


async def test_provider_that_never_names_itself_is_taken_without(joan: Comer) -> None:
    joan.provider.says_iss = False
    with_other_metadata = Comer(joan.node, joan.provider, name="acme")
    # What the provider says of itself is remembered; its own promise holds until it is asked again.
    assert problem(with_other_metadata.come()) == "provider-unfit"


async def test_answers_of_two_providers_are_not_mixed_up(node: Node, joan: Comer, other: Provider) -> None:
    """RFC 9700 §4.4: a state of one provider with the other's name."""
    assert problem(joan.come(provider="open")) == "return-spent"
    departure = joan.depart()
    assert "redirect_uri=" in departure["url"] and "%2Fsign-in%2Facme" in departure["url"]


async def test_unknown_provider_is_not_there(joan: Comer) -> None:
    reply = joan.nobody.post("/api/providers/departures", {"provider": "nobody"})
    assert problem(reply) == "provider-not-found"


# ---- forged tokens --------------------------------------------------------------------------------------


def unsigned(provider: Provider) -> Callable[[dict[str, Any]], Any]:
    return lambda claims: jwt.encode(claims, "", algorithm="none")


def by_public_key(provider: Provider) -> Callable[[dict[str, Any]], Any]:
    """HS256 with what everybody can read as the secret."""

    def forge(claims: dict[str, Any]) -> str:
        def part(text: bytes) -> str:
            return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

        head = part(json.dumps({"alg": "HS256", "kid": provider.newest}).encode())
        signed = f"{head}.{part(json.dumps(claims).encode())}"
        key = json.dumps(provider.public(provider.newest)).encode()
        return f"{signed}.{part(hmac.digest(key, signed.encode(), 'sha256'))}"

    return forge


def by_own_key(provider: Provider) -> Callable[[dict[str, Any]], Any]:
    """A key that the token brings itself, under the kid of a real one."""
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key()))
    return lambda claims: jwt.encode(
        claims, own, algorithm="RS256", headers={"kid": provider.newest, "jwk": jwk}
    )


def altered(**changed: Any) -> Callable[[Provider], Callable[[dict[str, Any]], Any]]:
    return lambda _: lambda claims: {k: v for k, v in (claims | changed).items() if v is not None}


FORGED = {
    "unsigned": unsigned,
    "HS256 by the public key": by_public_key,
    "a key of its own": by_own_key,
    "garbage": lambda _: lambda claims: "a.b.c",
    "another nonce": altered(nonce="x"),
    "no nonce": altered(nonce=None),
    "another audience": altered(aud="somebody-else"),
    "many audiences and no party": altered(aud=[CLIENT, "b"]),
    "another party": altered(azp="somebody-else"),
    "another issuer": altered(iss="https://evil.example"),
    "expired": altered(exp=int(time.time()) - 3600),
    "no end": altered(exp=None),
    "from tomorrow": altered(iat=int(time.time()) + 86_400),
    "nobody": altered(sub=None),
    "an empty subject": altered(sub=""),
    "a subject that is a number": altered(sub=7),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_forged_token_opens_nothing(joan: Comer, kind: str) -> None:
    joan.provider.forge = FORGED[kind](joan.provider)
    assert problem(joan.come()) == "provider-unfit"


async def test_two_audiences_with_us_as_party_are_fine(joan: Comer) -> None:
    joan.provider.forge = altered(aud=["b", CLIENT], azp=CLIENT)(joan.provider)
    assert joan.come().status == 200


async def test_a_minute_between_two_clocks_is_borne(joan: Comer) -> None:
    now = int(time.time())
    joan.provider.forge = altered(iat=now + 30, exp=now - 30)(joan.provider)
    assert joan.come().status == 200


async def test_token_that_begins_tomorrow_is_refused(joan: Comer) -> None:
    joan.provider.forge = altered(nbf=int(time.time()) + 86_400)(joan.provider)
    assert problem(joan.come()) == "provider-unfit"


async def test_browser_that_departs_in_two_tabs_comes_back_in_both(joan: Comer) -> None:
    first = joan.depart()
    second = joan.nobody.post(
        "/api/providers/departures", {"provider": "acme", "binding": first["binding"]}
    ).json()
    assert second["binding"] == first["binding"]
    for departure in (first, second):
        assert joan.nobody.post("/api/tokens/provider", joan.at_provider(departure)).status == 200


@pytest.mark.parametrize("binding", ["x", "", "a" * 44, "a" * 42 + "="])
async def test_secret_that_is_none_is_not_taken_along(joan: Comer, binding: str) -> None:
    told = {"provider": "acme", "binding": binding}
    assert joan.nobody.post("/api/providers/departures", told).json()["binding"] != binding


# ---- whose account it becomes ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", [False, None, "false", "yes", 1])
async def test_unverified_address_becomes_nobodys_account(joan: Comer, said: Any) -> None:
    joan.claims["email_verified"] = said
    if said is None:
        del joan.claims["email_verified"]
    assert problem(joan.come()) == "address-unverified"


async def test_true_as_a_text_is_true(joan: Comer) -> None:
    joan.claims["email_verified"] = "true"
    assert joan.come().status == 200


@pytest.mark.parametrize("twin", ["\u1d43da", "\uff41da", "ad\u00aa", "\u212aate"])
async def test_address_in_letters_that_become_others_is_nobodys(joan: Comer, twin: str) -> None:
    """`\u1d43da@` is not `ada@`, though it becomes it when it is normalised."""
    joan.claims["email"] = f"{twin}@acme.example"
    assert problem(joan.come()) == "address-unverified"


async def test_same_subject_at_two_issuers_is_two_people(node: Node, joan: Comer, other: Provider) -> None:
    twin = Comer(node, other, name="open", claims={"sub": joan.claims["sub"]})
    assert (joan.come().status, twin.come().status) == (200, 200)
    assert joan.me.get("/api/users/me").json()["id"] != twin.me.get("/api/users/me").json()["id"]


async def test_nobody_from_another_domain_comes_through_this_door(joan: Comer) -> None:
    joan.claims["email"] = f"joan-{new_id()}@elsewhere.example"
    assert problem(joan.come()) == "not-invited"


async def test_account_of_the_providers_domain_becomes_linked_and_is_told(joan: Comer) -> None:
    ada = (await Person(joan.node, email=joan.claims["email"]).register()).sign_in()
    assert joan.come().status == 200
    assert joan.me.get("/api/users/me").json()["id"] == ada.me.get("/api/users/me").json()["id"]
    assert await letter(joan.node, ada.email, subject="A linked sign-in service was added")


async def test_account_of_a_domain_that_is_not_the_providers_is_never_taken_over(
    node: Node, other: Provider
) -> None:
    """A provider where anybody may have any address, verified or not."""
    ada = (await Person(node).register()).sign_in()
    comer = Comer(node, other, name="open", claims={"email": ada.email})
    assert problem(comer.come()) == "link-first"
    comer.claims["email_verified"] = False
    assert problem(comer.come()) == "address-unverified"


async def test_newcomer_through_an_open_provider_has_an_organisation_of_their_own(
    node: Node, other: Provider
) -> None:
    comer = Comer(node, other, name="open")
    assert comer.come().status == 200
    assert comer.roles() == ["administrator", "customer"]


async def test_account_is_linked_from_a_session_and_unlinked(node: Node, other: Provider) -> None:
    ada = (await Person(node).register()).sign_in()
    comer = Comer(node, other, name="open")
    departure = ada.me.post("/api/identities/departures", {"provider": "open"}).json()
    back = comer.at_provider(departure)
    eve = (await Person(node).register()).sign_in()
    assert problem(comer.nobody.post("/api/tokens/provider", back)) == "return-spent", "another purpose"
    departure = ada.me.post("/api/identities/departures", {"provider": "open"}).json()
    assert problem(eve.me.post("/api/identities", comer.at_provider(departure))) == "return-spent"
    departure = ada.me.post("/api/identities/departures", {"provider": "open"}).json()
    linked = ada.me.post("/api/identities", comer.at_provider(departure))
    assert linked.status == 201, linked
    assert comer.come().status == 200
    assert comer.me.get("/api/users/me").json()["email"] == ada.email

    departure = eve.me.post("/api/identities/departures", {"provider": "open"}).json()
    assert problem(eve.me.post("/api/identities", comer.at_provider(departure))) == "identity-taken"
    assert ada.me.ask("DELETE", f"/api/identities/{linked.json()['id']}").status == 204
    assert comer.come().status == 200
    assert comer.me.get("/api/users/me").json()["email"] != ada.email, "somebody new"


async def test_last_way_in_stays(joan: Comer) -> None:
    joan.come()
    [linked] = joan.me.get("/api/identities").json()["items"]
    path = f"/api/identities/{linked['id']}"
    assert problem(joan.me.ask("DELETE", path)) == "last-way-in"
    passkey, person = Authenticator(), Person(joan.node, tokens=joan.tokens)
    assert add_passkey(person, passkey).status == 201
    assert joan.me.ask("DELETE", path).status == 204
    [shown] = joan.me.get("/api/passkeys").json()["items"]
    assert problem(joan.me.ask("DELETE", f"/api/passkeys/{shown['id']}")) == "last-way-in"


# ---- roles ------------------------------------------------------------------------------------------------


async def test_roles_come_and_go_and_what_an_administrator_gave_stays(joan: Comer) -> None:
    chief = Comer(joan.node, joan.provider).in_groups("chiefs")
    chief.come()
    joan.in_groups("checkers", "pirates", "unknown").come()
    assert joan.roles() == ["auditor", "customer"], "a role that does not exist is left out"
    me = joan.me.get("/api/users/me").json()["id"]
    given = {"roles": ["auditor", "customer", "provider"]}
    assert chief.me.ask("PATCH", f"/api/users/{me}", given).status == 200
    joan.in_groups().come()
    assert joan.roles() == ["customer", "provider"]


async def test_change_of_roles_ends_other_sessions(joan: Comer) -> None:
    Comer(joan.node, joan.provider).in_groups("chiefs").come()
    joan.in_groups("checkers").come()
    before = joan.me
    joan.in_groups().come()
    assert before.get("/api/users/me").status == 401


async def test_roles_that_are_keys_of_an_object_are_found(joan: Comer) -> None:
    joan.claims["realm_access"] = {"roles": {"checkers": {"0198": "acme"}}}
    assert joan.come().status == 200
    assert joan.roles() == ["auditor", "customer"]


async def test_missing_claim_takes_roles_away(joan: Comer) -> None:
    Comer(joan.node, joan.provider).in_groups("chiefs").come()
    joan.in_groups("checkers").come()
    del joan.claims["realm_access"]
    assert joan.come().status == 200
    assert joan.roles() == ["customer"]


async def test_roles_that_stand_in_userinfo_only_are_found(joan: Comer) -> None:
    joan.provider.in_userinfo = ("realm_access", "email", "email_verified", "name")
    assert joan.in_groups("checkers").come().status == 200
    assert joan.roles() == ["auditor", "customer"]


async def test_userinfo_about_somebody_else_is_refused(joan: Comer) -> None:
    joan.provider.in_userinfo = ("realm_access", "email")
    joan.provider.userinfo = lambda claims: claims | {"sub": "victim"}
    assert problem(joan.in_groups("chiefs").come()) == "provider-unfit"


async def test_groups_too_many_for_the_token_are_not_taken_for_none(joan: Comer) -> None:
    joan.claims["_claim_names"] = {"realm_access.roles": "src1"}
    assert problem(joan.come()) == "provider-unfit"


async def test_last_administrator_stays_one(node: Node, provider: Provider) -> None:
    chief = Comer(node, provider).in_groups("chiefs")
    assert chief.come().status == 200
    for each in chief.me.get("/api/users?limit=200").json()["items"]:
        if "administrator" in each["roles"] and each["email"] != chief.claims["email"]:
            assert chief.me.ask("DELETE", f"/api/users/{each['id']}").status == 204
    chief.in_groups().come()
    assert "administrator" in chief.roles()


# ---- the second factor ------------------------------------------------------------------------------------


async def test_second_factor_is_proved_here_unless_the_provider_did(joan: Comer) -> None:
    joan.come()
    secret = enrol_app(Person(joan.node, tokens=joan.tokens))
    needed = joan.come()
    assert problem(needed) == "second-factor-needed" and needed.json()["methods"] == ["code"]
    told = {"ticket": needed.json()["ticket"], "code": "000000"}
    assert problem(joan.nobody.post("/api/tokens/second-factor", told)) == "wrong-code"
    told["code"] = code_of(secret, later=1)
    reply = joan.nobody.post("/api/tokens/second-factor", told)
    assert (
        reply.status == 200 and problem(joan.nobody.post("/api/tokens/second-factor", told)) == "return-spent"
    )
    for strong in ({"amr": ["pwd", "mfa"]}, {"acr": "gold"}):
        joan.claims = {k: v for k, v in joan.claims.items() if k not in ("amr", "acr")} | strong
        assert joan.come().status == 200


async def test_sign_in_by_a_provider_is_strong_only_if_it_says_so(node: Node, provider: Provider) -> None:
    chief = Comer(node, provider, claims={"amr": ["mfa"]}).in_groups("chiefs")
    chief.come()
    assert chief.me.ask("PATCH", "/api/organisation", DEMAND).status == 200
    weak = Comer(node, provider)
    assert weak.come().status == 200
    assert weak.me.get("/api/users/me").json()["limited"]
    passkey, person = Authenticator(), Person(node, tokens=weak.tokens)
    assert add_passkey(person, passkey).status == 201
    needed = weak.come()
    assert problem(needed) == "second-factor-needed"
    said = passkey.get(needed.json()["passkey"])
    told = {"ticket": needed.json()["ticket"], "passkey": said}
    weak.tokens = weak.nobody.post("/api/tokens/second-factor", told).json()
    assert not weak.me.get("/api/users/me").json()["limited"]
    weak.tokens = enter(person, passkey).json()
    assert not weak.me.get("/api/users/me").json()["limited"]
    assert chief.me.ask("PATCH", "/api/organisation", {"demands_second_factor": False}).status == 200


async def test_old_proof_at_the_provider_is_no_fresh_one_here(joan: Comer) -> None:
    joan.claims["auth_time"] = int(time.time()) - 3600
    joan.come()
    assert problem(joan.me.post("/api/passkeys/options")) == "sign-in-again"


# ---- keys, and providers that are away --------------------------------------------------------------------


async def test_new_key_of_the_provider_is_fetched_once_a_minute_at_most(joan: Comer) -> None:
    joan.come()
    before = joan.provider.asked.count("/jwks")
    joan.provider.forge = lambda claims: joan.provider.sign(claims, kid="nobody-knows")
    for _ in range(3):
        assert problem(joan.come()) == "provider-unfit"
    assert joan.provider.asked.count("/jwks") - before <= 1


async def test_erased_person_leaves_no_link(joan: Comer) -> None:
    joan.come()
    first = joan.me.get("/api/users/me").json()["id"]
    assert joan.me.ask("DELETE", "/api/users/me").status == 200
    assert joan.come().status == 200
    assert joan.me.get("/api/users/me").json()["id"] != first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[provider]]\nname = 'a'", "cannot be used"),
        (
            "[[provider]]\nname='a'\ntitle='A'\nissuer='http://id.example'\nclient_id='x'",
            "https URL",
        ),
        (
            "[[provider]]\nname='a'\ntitle='A'\nissuer='https://id.example'\nclient_id='x'\nvouches=true",
            "can vouch only",
        ),
        (
            "[[provider]]\nname='a'\ntitle='A'\nissuer='https://id.example'\nclient_id='x'\neverybody=['auditor']",
            "need an organisation",
        ),
        (
            "[[provider]]\nname='a'\ntitle='A'\nissuer='https://id.example'\nclient_id='x'\nclient_secret_file='no'",
            "cannot be read",
        ),
        ("nonsense", "cannot be used"),
    ],
)
def test_file_that_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(text)
    with pytest.raises(model.BadProviders, match=said):
        model.read(file)
