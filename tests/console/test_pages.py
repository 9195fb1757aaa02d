"""Every page is for everybody: with a screen reader, with a keyboard, on a telephone, in the dark."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.console.axe import violations
from tests.console.conftest import ADA, OPERATOR, page_of
from tests.console.station import Station
from tests.console.walk import go, sign_in

OPEN = ("/sign-in", "/sign-up", "/confirm#token=x", "/forgot", "/reset", "/reset#token=x", "/first#token=x",
        "/invitation#token=x")  # fmt: skip
SIGNED_IN = ("/", "/notifications", "/notifications/preferences", "/webhooks", "/profile", "/security",
             "/keys", "/privacy", "/people", "/invitations", "/roles", "/mail", "/dead-letters", "/health",
             "/nothing/here")  # fmt: skip
DIALOGS = (
    ("/security", "Set it up"), ("/keys", "Create a key"), ("/privacy", "Erase my account"),
    ("/invitations", "Invite somebody"), ("/roles", "Make a role"), ("/people", "Roles of Olga Operator"),
    ("/mail", "Confirm your address"), ("/security", "Sign out everywhere"),
)  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(browser: Browser, station: Station) -> Iterator[Page]:
    """An operator's page, who sees everything there is."""
    yield from page_of(OPERATOR, browser, station)


def settle(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_page_has_no_accessibility_faults(signed_in: Page, path: str) -> None:
    settle(signed_in, path)
    assert violations(signed_in) == []


@pytest.mark.parametrize("path", OPEN)
def test_page_without_session_has_no_accessibility_faults(page: Page, path: str) -> None:
    settle(page, path)
    assert violations(page) == []


@pytest.mark.parametrize(("path", "opener"), DIALOGS)
def test_dialog_has_no_accessibility_faults(signed_in: Page, path: str, opener: str) -> None:
    settle(signed_in, path)
    signed_in.get_by_role("button", name=opener).first.click()
    expect(signed_in.get_by_role("dialog")).to_be_visible()
    assert violations(signed_in) == []
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("path", (*SIGNED_IN, "/sign-in", "/sign-up"))
def test_telephone_needs_no_sideways_scroll(signed_in: Page, path: str) -> None:
    signed_in.set_viewport_size({"width": 360, "height": 740})
    settle(signed_in, path)
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= 360
    signed_in.set_viewport_size({"width": 1280, "height": 720})


def test_telephone_has_a_menu_that_closes_on_its_own(signed_in: Page) -> None:
    signed_in.set_viewport_size({"width": 390, "height": 844})
    settle(signed_in, "/")
    expect(signed_in.get_by_role("navigation")).to_be_hidden()
    signed_in.get_by_role("button", name="Menu").click()
    go(signed_in, "Security")
    expect(signed_in.get_by_role("navigation")).to_be_hidden()
    signed_in.set_viewport_size({"width": 1280, "height": 720})


def test_navigation_holds_only_what_somebody_may_do(page: Page) -> None:
    sign_in(page, ADA)
    expect(page.get_by_role("navigation").get_by_role("link", name="People")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Health")).to_have_count(0)
    page.goto("/health")
    expect(page.get_by_text("You may not see this page")).to_be_visible()


def test_navigation_holds_only_what_this_node_has(page: Page) -> None:
    """As on a site: a node with fewer contexts says so, and what they answer is not offered."""

    def without_tracking(route: Route) -> None:
        told = [each for each in route.fetch().json() if each["name"] not in ("tracking", "alert")]
        route.fulfill(json=told)

    page.route("**/contexts.json", without_tracking)
    sign_in(page, OPERATOR)
    menu = page.get_by_role("navigation")
    expect(menu.get_by_role("link", name="Quarantine")).to_be_visible()
    expect(menu.get_by_role("link", name="Check a product")).to_be_visible()
    for name in ("Map", "Geofences", "Alerts", "Shares"):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.goto("/geofences")
    expect(page.get_by_text("This node does not have this page")).to_be_visible()
    assert violations(page) == []


def test_navigation_stands_when_the_node_does_not_say_what_it_has(page: Page) -> None:
    page.route("**/contexts.json", lambda route: route.fulfill(status=404, body=""))
    sign_in(page, ADA)
    expect(page.get_by_role("navigation").get_by_role("link", name="Devices")).to_be_visible()
    page.goto("/health")
    expect(page.get_by_text("You may not see this page")).to_be_visible()


def test_keyboard_reaches_the_content_first(signed_in: Page) -> None:
    settle(signed_in, "/profile")
    signed_in.keyboard.press("Tab")
    expect(signed_in.get_by_role("link", name="Skip to content")).to_be_focused()
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("main")).to_be_focused()


def test_a_closed_dialog_gives_the_focus_back(signed_in: Page) -> None:
    settle(signed_in, "/keys")
    opener = signed_in.get_by_role("button", name="Create a key").first
    opener.focus()
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_label("What is it for?")).to_be_focused()
    signed_in.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_chosen_theme_stays(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    sign_in(page, ADA)
    page.get_by_role("radio", name="Dark").check(force=True)
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 23)"


def test_somebody_signed_out_comes_back_to_where_they_were_going(page: Page) -> None:
    page.goto("/privacy")
    page.get_by_label("E-mail address").fill(ADA.email)
    page.get_by_label("Password", exact=True).fill(ADA.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Privacy")).to_be_visible()


def test_next_page_is_never_another_site(page: Page) -> None:
    sign_in(page, ADA)
    page.goto("/sign-in?next=//example.org")
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()


def test_tokens_are_out_of_reach_of_scripts(page: Page) -> None:
    sign_in(page, ADA)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "ey" not in kept and "er_" not in kept
    cookies = page.context.cookies()
    assert {each["name"].split("_")[1] for each in cookies} == {"access", "refresh", "device"}
    assert all(each["httpOnly"] and each["sameSite"] == "Strict" for each in cookies)


def test_an_ended_access_token_is_renewed_unseen(page: Page) -> None:
    sign_in(page, ADA)
    page.context.clear_cookies(name=ACCESS)
    go(page, "Privacy")
    page.reload()
    expect(page.get_by_role("heading", name="Privacy")).to_be_visible()
    assert any(ACCESS.match(each["name"]) for each in page.context.cookies())


def test_refusal_is_shown_beside_its_field(page: Page) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Weak")
    page.get_by_label("E-mail address").fill("weak@example.org")
    page.get_by_label("Password", exact=True).fill("password1234")
    page.get_by_role("button", name="Sign up").click()
    field = page.get_by_label("Password", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("many people use")


def test_a_node_that_does_not_answer_is_said_plainly(page: Page) -> None:
    page.goto("/sign-in")
    page.context.set_offline(True)
    page.get_by_label("E-mail address").fill(ADA.email)
    page.get_by_label("Password", exact=True).fill(ADA.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    page.context.set_offline(False)


def test_a_dialog_begins_where_it_is_to_be_filled_in(signed_in: Page) -> None:
    settle(signed_in, "/security")
    signed_in.get_by_role("button", name="Set it up").click()
    expect(signed_in.get_by_label("Code from the app")).to_be_focused()
    signed_in.keyboard.press("Escape")


ACCESS = re.compile("entrepot_access_")
SHIFTS = """() => { window.shifted = 0; new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true }); }"""


@pytest.mark.parametrize("path", ["/", "/security", "/keys", "/people", "/privacy", "/health"])
def test_nothing_jumps_while_a_page_loads(signed_in: Page, path: str) -> None:
    """Cumulative layout shift; 0.1 counts as good."""
    settle(signed_in, path)
    signed_in.evaluate(SHIFTS)
    signed_in.wait_for_timeout(100)
    assert signed_in.evaluate("window.shifted") < 0.05


def test_tabs_that_renew_together_all_stay_signed_in(page: Page) -> None:
    sign_in(page, ADA)
    tabs = [page, page.context.new_page(), page.context.new_page()]
    page.context.clear_cookies(name=ACCESS)
    for tab in tabs:
        tab.goto("/privacy", wait_until="commit")
    for tab in tabs:
        expect(tab.get_by_role("heading", name="Privacy")).to_be_visible()
