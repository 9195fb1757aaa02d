"""Letters about one's own account: a new device, a factor, a key; and the offer to end other sessions."""

import re
from datetime import UTC, datetime

import pytest
from tests.gateway.client import fresh_address
from tests.user.people import Person, letter, letters
from tests.user.test_console_cookies import Browser

from entrepot.core.routes import Caller
from entrepot.core.time import now
from entrepot.user.model import security_letter, totp

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


async def subjects(ada: Person) -> list[str]:
    return [each.subject for each in await letters(ada.node, ada.email)]


async def test_sign_in_on_a_new_device_is_told_and_on_a_known_one_not(ada: Person) -> None:
    browser = Browser(ada)
    headers = {"User-Agent": FIREFOX}
    told = {"email": ada.email, "password": ada.password}
    assert browser.ask("POST", "/api/tokens", told, **headers).status == 200
    mail = await letter(ada.node, ada.email, subject="Your account was opened on a new device")
    assert re.search(r"from 127[.0-9]+, with Firefox on Linux\.", mail.text)
    browser.ask("POST", "/api/tokens", told, **headers)
    ada.sign_in()
    elsewhere = Person(ada.node, ada.email, address=fresh_address())
    elsewhere.sign_in()
    await letter(ada.node, ada.email, subject="Your account was opened on a new device", after=2)
    assert (await subjects(ada)).count("Your account was opened on a new device") == 2


async def test_factor_that_comes_or_goes_is_told(ada: Person) -> None:
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    code = totp.code_at(secret, int(now().timestamp()) // totp.STEP_S)
    ada.me.post("/api/users/me/second-factor/confirm", {"code": code})
    mail = await letter(ada.node, ada.email, subject="A second factor was added")
    assert "an authenticator app" in mail.text
    ada.me.ask("DELETE", "/api/users/me/second-factor")
    await letter(ada.node, ada.email, subject="A second factor was removed")


async def test_new_key_is_told_to_its_owner_also_if_a_key_made_it(ada: Person) -> None:
    made = ada.me.post("/api/keys", {"name": "buy cheap gold", "scopes": ["key:write", "key:read"]})
    mail = await letter(ada.node, ada.email, subject="A new API key was made")
    assert "  key:write" in mail.text and "gold" not in mail.text
    program = ada.node.stranger(made.json()["secret"])
    assert program.post("/api/keys", {"name": "another", "scopes": ["key:read"]}).status == 201
    await letter(ada.node, ada.email, subject="A new API key was made", after=2)


async def test_a_flood_of_keys_is_no_flood_of_letters(ada: Person) -> None:
    for _ in range(12):
        assert ada.me.post("/api/keys", {"name": "till", "scopes": ["key:read"]}).status == 201
    await letter(ada.node, ada.email, subject="A new API key was made")
    assert (await subjects(ada)).count("A new API key was made") < 12


async def test_other_sessions_can_be_ended_and_this_one_goes_on(ada: Person) -> None:
    elsewhere = Person(ada.node, ada.email).sign_in()
    assert ada.me.ask("DELETE", "/api/sessions?others=true").status == 204
    assert elsewhere.me.get("/api/users/me").status == 401
    assert ada.me.get("/api/users/me").status == 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "with Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "with Safari on iOS"),
        ("Buy cheap gold at gold.example", "UTC, from 192.0.2.1"),
        ("", "UTC, from 192.0.2.1"),
    ],
)
def test_letters_name_devices_in_our_own_words(agent: str, said: str) -> None:
    told = security_letter.new_device("http://x", caller=Caller("192.0.2.1", agent), at=NOON)
    assert said in told.text and "gold" not in told.text
    assert "on 30 November 2026 at 12:00 UTC" in told.text


@pytest.mark.parametrize("factor", security_letter.FACTORS)
def test_every_factor_has_its_letters(factor: str) -> None:
    for write in (security_letter.factor_added, security_letter.factor_removed):
        told = write("http://x", factor, caller=Caller("192.0.2.1"), at=NOON)
        assert security_letter.FACTORS[factor].name in told.subject and "from 192.0.2.1" in told.text
