"""Takes the README's pictures of the console: a node of its own, people who use it, and a real Chromium.
They land in docs/screenshots; look at them before you commit them.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.console.conftest import CHROMIUM, FLAGS  # noqa: E402  # the path above
from tests.console.station import Person, Station, running  # noqa: E402
from tests.console.walk import go, sign_in  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1180, "height": 740}, {"width": 390, "height": 780}

NODE_KEEPER = Person("Olga Marin", "olga@harbour.example")
ADA = Person("Ada Verhoeven", "ada@harbour.example")
COLLEAGUES = (Person("Joan Clarke", "joan@harbour.example"), Person("Emil Brandt", "emil@harbour.example"))


def open_page(browser: Browser, station: Station, person: Person | None, *, dark: bool = False) -> Page:
    context = browser.new_context(
        base_url=station.url, viewport=WIDE, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    page = context.new_page()
    if person is not None:
        sign_in(page, person)
    return page


def shoot(page: Page, name: str) -> None:
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")


def entering(browser: Browser, station: Station) -> None:
    page = open_page(browser, station, None)
    page.goto("/sign-up")
    page.get_by_label("Your name").fill(ADA.name)
    page.get_by_label("E-mail address").fill(ADA.email)
    page.get_by_label("Password", exact=True).fill(ADA.password)
    shoot(page, "sign-up")
    page.get_by_role("button", name="Sign up").click()
    page.goto(station.link("Confirm your address", to=ADA.email))
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()


def organisation(page: Page, browser: Browser, station: Station) -> None:
    go(page, "Profile")
    page.get_by_label("Name of the organisation").fill("Harbour & Sons")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status")).to_be_visible()
    go(page, "Invitations")
    for colleague in COLLEAGUES:
        page.get_by_role("button", name="Invite somebody").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("E-mail address").fill(colleague.email)
        expect(dialog.get_by_role("checkbox", name="Auditor")).to_be_visible()
        if colleague is COLLEAGUES[0]:
            shoot(page, "invite")
        dialog.get_by_role("button", name="Send the invitation").click()
        expect(dialog).to_have_count(0)
    join(browser, station, COLLEAGUES[0])
    go(page, "People")
    page.reload()
    shoot(page, "people")


def join(browser: Browser, station: Station, colleague: Person) -> None:
    page = open_page(browser, station, None)
    page.goto(station.link("You are invited", to=colleague.email))
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_label("Your name").fill(colleague.name)
    page.get_by_label("Password", exact=True).fill(colleague.password)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def security(page: Page, browser: Browser, station: Station) -> None:
    phone = browser.new_context(base_url=station.url, user_agent="Mozilla/5.0 (iPhone) Safari/604.1")
    sign_in(phone.new_page(), ADA)
    go(page, "Security")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    shoot(page, "second-factor")
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_role("button", name="Sign out of Safari on iOS").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    shoot(page, "sessions")


def keys(page: Page) -> None:
    go(page, "API keys")
    for name, scope in (("Nightly report", "See activity"), ("Till 4, Rotterdam", "See API keys")):
        page.get_by_role("button", name="Create a key").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("What is it for?").fill(name)
        dialog.get_by_role("checkbox", name=scope).check()
        dialog.get_by_role("button", name="Create a key").click()
        expect(dialog.get_by_label("The key", exact=True)).to_be_visible()
        if name.startswith("Till"):
            shoot(page, "api-key")
        dialog.get_by_role("button", name="Done").click()


def node(browser: Browser, station: Station) -> None:
    page = open_page(browser, station, NODE_KEEPER)
    go(page, "Letters")
    page.get_by_role("button", name="Confirm your address").click()
    shoot(page, "letter")
    page = open_page(browser, station, NODE_KEEPER, dark=True)
    go(page, "Health")
    expect(page.get_by_text("Every part answers")).to_be_visible()
    shoot(page, "health")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as station, sync_playwright() as all_:
        station.make_operator(NODE_KEEPER)
        browser = all_.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        entering(browser, station)
        page = open_page(browser, station, ADA)
        shoot(page, "start")
        organisation(page, browser, station)
        security(page, browser, station)
        keys(page)
        go(page, "Privacy")
        shoot(page, "privacy")
        node(browser, station)
        page.set_viewport_size(PHONE)
        page.goto("/")
        shoot(page, "phone")
        browser.close()


if __name__ == "__main__":
    main()
