"""When a provider's keys are fetched again, by a clock of the test's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.user.provider import CLIENT, SECRET, Provider

from entrepot.user.model import provider as model
from entrepot.user.model.identity import new_luggage
from entrepot.user.model.provider import ProviderUnfit
from entrepot.user.service.providers import KEPT_S, KEYS_AGAIN_S, Providers

BACK = "http://localhost/sign-in/acme"


class Wire:
    """The way to a provider, without a network."""

    def __init__(self, there: Provider) -> None:
        self.there = there

    async def ask(
        self, url: str, *, issuer: str, form: Mapping[str, str] | None = None, authorization: str = ""
    ) -> tuple[int, bytes]:
        path = urlsplit(url).path
        self.there.asked.append(path)
        if path == "/token":
            [decoded] = [{k: v[0] for k, v in parse_qs(urlencode(form or {})).items()}]
            status, content = self.there.token(decoded, authorization)
            return status, json.dumps(content).encode()
        if path == "/jwks":
            return 200, json.dumps({"keys": [self.there.public(each) for each in self.there.keys]}).encode()
        return 200, json.dumps(self.there.configuration()).encode()


class Coming:
    """Somebody comes again and again, and the clock is ours."""

    def __init__(self) -> None:
        self.there, self.now_s = Provider(port=1), 0.0
        self.there.comes = {"sub": "joan", "email": "joan@acme.example", "name": "Joan"}
        self.there.rotate()
        self.acme = model.Provider(
            name="acme", title="Acme", issuer=self.there.issuer, client_id=CLIENT, client_secret=SECRET
        )
        self.providers = Providers([self.acme], Wire(self.there), clock=lambda: self.now_s)

    async def come(self) -> str:
        luggage = new_luggage()
        url = await self.providers.way_to(self.acme, luggage, back_to=BACK, again=False)
        query = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        code = parse_qs(urlsplit(self.there.authorize(query)).query)["code"][0]
        claims = await self.providers.claims_for(self.acme, code, luggage, back_to=BACK)
        return str(claims["sub"])

    def fetched(self) -> int:
        return self.there.asked.count("/jwks")


async def test_keys_are_fetched_once_and_again_after_an_hour() -> None:
    joan = Coming()
    assert [await joan.come() for _ in range(3)] == ["joan"] * 3
    assert joan.fetched() == 1
    joan.now_s += KEPT_S
    await joan.come()
    assert joan.fetched() == 2


async def test_key_of_a_new_name_is_taken_at_once() -> None:
    joan = Coming()
    await joan.come()
    joan.there.rotate()
    joan.now_s += KEYS_AGAIN_S
    assert await joan.come() == "joan"


async def test_another_key_under_the_old_name_is_taken_too() -> None:
    """Some providers name no key, or make a new one with each start and keep its name."""
    joan = Coming()
    await joan.come()
    joan.there.keys[joan.there.newest] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    joan.now_s += KEYS_AGAIN_S
    assert await joan.come() == "joan"


async def test_nobody_makes_us_ask_for_keys_all_the_time() -> None:
    joan = Coming()
    await joan.come()
    own = Provider(port=1)
    own.rotate()
    joan.there.forge = lambda claims: own.sign(claims, kid=joan.there.newest)
    for _ in range(5):
        with pytest.raises(ProviderUnfit):
            await joan.come()
    assert joan.fetched() == 1
    joan.now_s += KEYS_AGAIN_S
    for _ in range(5):
        with pytest.raises(ProviderUnfit):
            await joan.come()
    assert joan.fetched() == 2


@pytest.mark.filterwarnings("ignore:The RSA key")
async def test_weak_key_signs_nothing() -> None:
    """RFC 7518 §3.3: 2,048 bits at least."""
    joan = Coming()
    joan.there.keys[joan.there.newest] = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(ProviderUnfit):
        await joan.come()


def test_domains_are_compared_as_addresses_are_stored(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    text = "[[provider]]\nname='a'\ntitle='A'\nissuer='https://id.example'\nclient_id='x'\ndomains=[{}]"
    file.write_text(text.format("'München.example', 'ACME.example'"))
    assert model.read(file)[0].domains == ["xn--mnchen-3ya.example", "acme.example"]
    file.write_text(text.format("'acme example'"))
    with pytest.raises(model.BadProviders, match="domain"):
        model.read(file)
