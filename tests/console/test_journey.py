"""From nothing to a working account and back to nothing, as somebody does it who only has the README."""

import json

from playwright.sync_api import Browser, Page, expect
from tests.console.conftest import watched
from tests.console.station import Person, Station
from tests.console.walk import code_now, enrol, go, sign_in, sign_up

GRACE = Person("Grace Hopper", "grace@example.org")
COLLEAGUE = Person("Joan Clarke", "joan@example.org")


def test_a_person_lives_a_whole_life_in_the_console(page: Page, browser: Browser, station: Station) -> None:
    sign_up(page, GRACE)
    page.goto(station.link("Confirm your address", to=GRACE.email))
    page.get_by_label("Password", exact=True).fill(GRACE.password)
    page.get_by_role("button", name="Confirm the address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    assert "#" not in page.url, "the secret stays in no history"
    sign_in(page, GRACE)

    secret, recovery = enrol(page)
    assert len(recovery) == 10
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in_with_code(page, code_now(secret))

    invite(page, station)
    accept(browser, station)
    go(page, "People")
    expect(page.get_by_role("listitem").filter(has_text=COLLEAGUE.email)).to_be_visible()

    use_a_key(page, station)
    revoke_a_session(page, browser, station, recovery)
    export(page)
    make_administrator(page)
    erase(page, station)


def sign_in_with_code(page: Page, code: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(GRACE.email)
    page.get_by_label("Password", exact=True).fill(GRACE.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Grace")


def invite(page: Page, station: Station) -> None:
    go(page, "Invitations")
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill(COLLEAGUE.email)
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("listitem").filter(has_text=COLLEAGUE.email)).to_be_visible()


def accept(browser: Browser, station: Station) -> None:
    """In a browser of the colleague's own."""
    context = browser.new_context(base_url=station.url)
    page = watched(context, station)
    page.goto(station.link("You are invited", to=COLLEAGUE.email))
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_label("Your name").fill(COLLEAGUE.name)
    page.get_by_label("Password", exact=True).fill(COLLEAGUE.password)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    sign_in(page, COLLEAGUE)
    assert page.wrong == []  # type: ignore[attr-defined]
    context.close()


def use_a_key(page: Page, station: Station) -> None:
    go(page, "API keys")
    page.get_by_role("button", name="Create a key").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is it for?").fill("Till 4")
    dialog.get_by_role("checkbox", name="See API keys").check()
    dialog.get_by_role("button", name="Create a key").click()
    key = dialog.get_by_label("The key", exact=True).inner_text()
    dialog.get_by_role("button", name="Done").click()
    status, _, body = station.ask("GET", "/api/keys", credential=key)
    assert status == 200 and b"Till 4" in body
    page.get_by_role("button", name="Delete Till 4").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("listitem").filter(has_text="Till 4")).to_contain_text("ended")
    assert station.ask("GET", "/api/keys", credential=key)[0] == 401


def revoke_a_session(page: Page, browser: Browser, station: Station, recovery: list[str]) -> None:
    elsewhere = browser.new_context(base_url=station.url, user_agent="Mozilla/5.0 (iPhone) Safari/604.1")
    phone = watched(elsewhere, station)
    sign_in_with_code(phone, recovery[0])
    go(page, "Security")
    page.get_by_role("button", name="Sign out of Safari on iOS").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out of Safari on iOS")).to_have_count(0)
    phone.goto("/keys")
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()
    elsewhere.close()


def export(page: Page) -> None:
    go(page, "Privacy")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    held = json.loads(download.value.path().read_text())
    assert held["state"] == "ready" and GRACE.email in json.dumps(held)


def make_administrator(page: Page) -> None:
    """Who looks after the organisation hands that over before she goes."""
    go(page, "People")
    page.get_by_role("button", name=f"Roles of {COLLEAGUE.name}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Administrator").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text=COLLEAGUE.email)).to_contain_text("administrator")
    go(page, "Privacy")


def erase(page: Page, station: Station) -> None:
    page.get_by_role("button", name="Erase my account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("to go on").fill("somebody@else.example")
    dialog.get_by_role("button", name="Erase for good").click()
    expect(dialog.get_by_text("This is not your address.")).to_be_visible()
    dialog.get_by_label("to go on").fill(GRACE.email)
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("heading", name="Your account is erased")).to_be_visible()
    expect(page.get_by_text("backups that were made before, until they expire")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail address").fill(GRACE.email)
    page.get_by_label("Password", exact=True).fill(GRACE.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
