"""The cookies of a console's session: what they are called, where they go, what replaced the old ones."""

from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from tests.gateway.client import Caller, Node, Reply, running_node
from tests.user.authenticator import Authenticator
from tests.user.people import Person
from tests.user.provider import CLIENT, SECRET, Provider, providing
from tests.user.test_providers import followed

CONSOLE = {"X-Console": "1"}


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that people reach over TLS."""
    with running_node(tmp_path_factory.mktemp("tls"), public_url="https://ours.example:8443") as running:
        yield running


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("plain")) as running:
        yield running


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node without a `public_url`, which hears by which scheme people came from proxies that it trusts."""
    with running_node(tmp_path_factory.mktemp("behind"), trusted_proxies=("127.0.0.0/8",)) as running:
        yield running


class Browser:
    """Keeps the cookies of a console, as a browser does, whatever their path."""

    def __init__(self, person: Person) -> None:
        self.person, self.kept = person, dict[str, str]()
        self.last: dict[str, Morsel[str]] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        cookie = "; ".join(f"{name}={value}" for name, value in self.kept.items())
        sent = {**CONSOLE, "Cookie": cookie, **headers}
        reply = Caller(self.person.node.url, address=self.person.address).ask(
            method, path, body, headers=sent
        )
        self.last = {}
        for name, text in reply.headers:
            if name.lower() == "set-cookie":
                for key, morsel in SimpleCookie(text).items():
                    self.last[key] = morsel
                    if morsel["max-age"] == "0":
                        self.kept.pop(key, None)
                    else:
                        self.kept[key] = morsel.value
        return reply

    def sign_in(self) -> Reply:
        told = {"email": self.person.email, "password": self.person.password}
        return self.ask("POST", "/api/tokens", told)

    def refresh(self) -> Reply:
        return self.ask("POST", "/api/tokens/refresh", {})


async def browser(node: Node) -> Browser:
    return Browser(await Person(node).register())


async def test_names_begin_with_host_where_tls_is_on(tls: Node) -> None:
    ada = await browser(tls)
    assert ada.sign_in().status == 200
    assert len(ada.last) == 3
    for name, each in ada.last.items():
        assert name.startswith("__Host-entrepot_")
        assert each["path"] == "/" and each["secure"] and each["httponly"] and not each["domain"]
        assert each["samesite"] == "Strict"
    assert ada.ask("GET", "/api/users/me").status == 200
    assert ada.refresh().status == 200
    assert ada.ask("DELETE", "/api/tokens/current").status == 204
    assert [name for name in ada.kept if "device" not in name] == []


async def test_names_begin_with_host_where_a_trusted_proxy_speaks_tls(behind: Node) -> None:
    ada = await browser(behind)
    told = {"email": ada.person.email, "password": ada.person.password}
    over_tls = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https"}
    assert ada.ask("POST", "/api/tokens", told, **over_tls).status == 200
    assert len(ada.last) == 3
    for name, each in ada.last.items():
        assert name.startswith("__Host-entrepot_") and each["path"] == "/" and each["secure"]
    assert ada.ask("GET", "/api/users/me", **over_tls).status == 200
    assert ada.ask("GET", "/api/users/me").status == 401  # without TLS these names are nobody's
    assert ada.ask("POST", "/api/tokens/refresh", {}, **over_tls).status == 200
    assert ada.ask("DELETE", "/api/tokens/current", **over_tls).status == 204
    assert [name for name in ada.kept if "device" not in name] == []


async def test_without_tls_the_refresh_token_goes_only_where_it_is_needed(plain: Node) -> None:
    ada = await browser(plain)
    ada.sign_in()
    paths = {name.split("_")[1]: each["path"] for name, each in ada.last.items()}
    assert paths == {"access": "/", "refresh": "/api/tokens", "device": "/"}
    assert not any(each["secure"] for each in ada.last.values())


def test_two_deployments_on_one_host_have_other_names(plain: Node, tls: Node) -> None:
    suffixes = {node.cookies.access.rpartition("_")[2] for node in (plain, tls)}
    assert len(suffixes) == 2 and all(len(each) == 8 for each in suffixes)


@pytest.mark.parametrize("which", ["plain", "tls"])
async def test_session_from_before_goes_on_under_new_names(which: str, request: Any) -> None:
    node: Node = request.getfixturevalue(which)
    ada = await browser(node)
    ada.person.sign_in()
    ada.kept = {
        "entrepot_access": ada.person.tokens["access_token"],
        "entrepot_refresh": ada.person.tokens["refresh_token"],
        "theme": "dark",
    }
    assert ada.ask("GET", "/api/users/me").status == 401  # an old name opens nothing
    assert ada.refresh().status == 200  # but renews, and is replaced
    assert ada.last["entrepot_refresh"]["path"] == "/api/tokens"
    cookies = node.cookies
    assert set(ada.kept) == {cookies.access, cookies.refresh, cookies.device, "theme"}
    assert ada.ask("GET", "/api/users/me").status == 200


async def test_old_names_of_another_node_on_this_host_stay(plain: Node) -> None:
    ada = await browser(plain)
    ada.kept = {"entrepot_access": "theirs", "entrepot_refresh": "theirs"}
    ada.sign_in()
    assert ada.refresh().status == 200
    assert ada.ask("DELETE", "/api/tokens/current").status == 204
    assert ada.kept["entrepot_refresh"] == ada.kept["entrepot_access"] == "theirs"


async def test_two_tabs_that_refresh_at_once_both_stay_signed_in(plain: Node) -> None:
    ada = await browser(plain)
    ada.sign_in()
    tab = Browser(ada.person)
    tab.kept = dict(ada.kept)
    assert (ada.refresh().status, tab.refresh().status) == (200, 200)
    assert ada.kept[plain.cookies.refresh] == tab.kept[plain.cookies.refresh]
    assert ada.ask("GET", "/api/users/me").status == tab.ask("GET", "/api/users/me").status == 200


async def test_repetition_without_the_browsers_cookie_is_a_theft(plain: Node) -> None:
    ada = await browser(plain)
    ada.sign_in()
    stolen = ada.kept[plain.cookies.refresh]
    ada.refresh()
    assert ada.person.refresh(stolen).status == 400
    assert ada.refresh().status == 400


async def test_refused_renewal_leaves_the_cookies_of_a_newer_session(plain: Node) -> None:
    """A slow tab must not sign out the one that was faster."""
    ada = await browser(plain)
    ada.sign_in()
    slow = Browser(ada.person)
    slow.kept = dict(ada.kept)
    ada.refresh()
    ada.refresh()
    assert slow.refresh().status == 400
    assert slow.last == {}


# ---- on the way to an outside service -------------------------------------------------------------------


@pytest.fixture(scope="module")
def acme() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def away(acme: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node over TLS whose people may come by an outside service."""
    folder = tmp_path_factory.mktemp("away")
    file = folder / "providers.toml"
    file.write_text(
        f"[[provider]]\nname = 'acme'\ntitle = 'Acme'\nissuer = '{acme.issuer}'\n"
        f"client_id = '{CLIENT}'\nclient_secret = '{SECRET}'\n"
    )
    url = "https://ours.example"
    with running_node(folder / "data", public_url=url, sign_in_providers=str(file)) as running:
        yield running


async def test_what_a_browser_departs_with_is_a_cookie_that_no_other_host_can_set(away: Node) -> None:
    joan = Browser(Person(away))
    reply = joan.ask("POST", "/api/providers/departures", {"provider": "acme"})
    [(name, morsel)] = joan.last.items()
    assert name == away.cookies.departure and name.startswith("__Host-entrepot_departure_")
    assert morsel["path"] == "/" and morsel["secure"] and morsel["httponly"] and not morsel["domain"]
    assert (morsel["samesite"], morsel["max-age"]) == ("Strict", "900")
    assert set(reply.json()) == {"url"} and morsel.value not in reply.json()["url"]


async def test_browser_comes_back_with_its_cookie_and_no_other_does(away: Node, acme: Provider) -> None:
    joan, eve = Browser(Person(away)), Browser(Person(away))
    url = joan.ask("POST", "/api/providers/departures", {"provider": "acme"}).json()["url"]
    acme.comes = {
        "sub": "joan", "email": "joan@example.org", "email_verified": True, "name": "Joan",
    }  # fmt: skip
    back = followed(url) | {"provider": "acme"}
    stolen = eve.ask("POST", "/api/tokens/provider", back | {"binding": joan.kept[away.cookies.departure]})
    assert stolen.status == 400 and eve.kept == {}, "what the page says is not taken for the cookie"
    reply = joan.ask("POST", "/api/tokens/provider", back)  # nor is it spent by that
    assert reply.status == 200 and set(reply.json()) == {"token_type", "expires_in"}
    assert {away.cookies.access, away.cookies.refresh, away.cookies.device} <= set(joan.kept)
    assert joan.ask("GET", "/api/users/me").json()["email"] == "joan@example.org"
    assert joan.refresh().status == 200


async def test_without_tls_every_way_in_puts_the_refresh_token_where_renewals_go(plain: Node) -> None:
    ada = await browser(plain)
    ada.sign_in()
    passkey = Authenticator()
    options = ada.ask("POST", "/api/passkeys/options").json()
    assert ada.ask("POST", "/api/passkeys", passkey.create(options)).status == 201
    ada.kept.clear()
    options = ada.ask("POST", "/api/tokens/options").json()
    assert ada.ask("POST", "/api/tokens/passkey", {"passkey": passkey.get(options)}).status == 200
    assert ada.last[plain.cookies.refresh]["path"] == "/api/tokens"
    assert ada.refresh().status == 200
