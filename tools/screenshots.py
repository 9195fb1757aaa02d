"""Takes the README's pictures of the console: a node of its own, people who use it, and a real Chromium.
They land in docs/screenshots; look at them before you commit them.
"""

import base64
import math
import re
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.console.conftest import CHROMIUM, DRAWS  # noqa: E402  # the path above
from tests.console.station import Person, Station, running  # noqa: E402
from tests.console.walk import go, sign_in  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1180, "height": 740}, {"width": 390, "height": 780}

NODE_KEEPER = Person("Olga Marin", "olga@harbour.example")
ADA = Person("Ada Verhoeven", "ada@harbour.example")
FLEET = (("Van 12", "vehicle"), ("Barge Wilhelmina", "vessel"), ("Van 14", "vehicle"))
FENCES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Depot", {"geometry": {"type": "Point", "coordinates": [4.42, 51.9]}, "radius_m": 900}),
    (
        "Quay 7",
        {"geometry": {"type": "Polygon", "coordinates": [[[4.44, 51.905], [4.462, 51.907], [4.46, 51.917],
         [4.438, 51.915], [4.44, 51.905]]]}, "colour": "#3457a6", "speed_limit_mps": 8.4},
    ),
    (
        "Ring road",
        {"geometry": {"type": "LineString", "coordinates": [[4.4, 51.93], [4.46, 51.935], [4.52, 51.925]]},
         "width_m": 400, "colour": "#b4541a", "alerts": []},
    ),
)  # fmt: skip
DRAWN_MS = 6_000
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
    page.get_by_label("Password", exact=True).fill(ADA.password)
    page.get_by_role("button", name="Confirm the address").click()
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


def fleet(page: Page, browser: Browser, station: Station) -> None:
    """A day of a van, a barge and a phone; what is seen of it, set up and shared."""
    vans = {name: enrolled(page, name, kind) for name, kind in FLEET}
    picture_of_set_up(page)
    for name, shape in FENCES:
        asked(page, "POST", "/api/geofences", {"name": name, **shape})
    for number, device in enumerate(vans.values()):
        drive(station, device, seed=number)
    page.goto(f"/map?device={vans['Van 12']['id']}")
    expect(page.get_by_role("button", name=re.compile("Trip")).first).to_be_visible()
    page.get_by_role("button", name=re.compile("Trip")).nth(1).click()
    page.get_by_role("button", name="Show everything").click()
    painted(page, "map")
    page.goto("/geofences")
    page.get_by_role("button", name=re.compile("^Quay 7")).click()
    painted(page, "geofences")
    page.goto("/alerts")
    shoot(page, "alerts")
    begun, ends = ((datetime.now(UTC) + timedelta(hours=hours)).isoformat() for hours in (-8, 8))
    body = {"name": "Your delivery", "devices": [vans["Van 12"]["id"]], "from": begun, "expires_at": ends}
    link = asked(page, "POST", "/api/shares", body)["link"]
    guest = open_page(browser, station, None)
    guest.set_viewport_size(PHONE)
    guest.goto(link)
    painted(guest, "share")
    dark = open_page(browser, station, ADA, dark=True)
    dark.goto("/map")
    painted(dark, "map-dark")


def enrolled(page: Page, name: str, kind: str) -> Any:
    return asked(page, "POST", "/api/devices", {"name": name, "kind": kind, "simulated": True})


def picture_of_set_up(page: Page) -> None:
    go(page, "Devices")
    page.get_by_role("button", name="Enrol a device").first.click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Anna's phone")
    page.get_by_role("dialog").get_by_role("button", name="Enrol it").click()
    expect(page.get_by_role("img", name="Code that sets up OwnTracks")).to_be_visible()
    shoot(page, "set-up")
    page.get_by_role("button", name="Done").click()


def painted(page: Page, name: str) -> None:
    """A map is there before it is drawn."""
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    page.wait_for_timeout(DRAWN_MS)
    shoot(page, name)


def asked(page: Page, method: str, path: str, body: Any) -> Any:
    return page.evaluate(
        """async ([method, path, body]) => (await (await fetch(path, {method, body: JSON.stringify(body),
            headers: {"X-Console": "1", "Content-Type": "application/json"}})).json())""",
        [method, path, body],
    )


def drive(station: Station, device: Any, *, seed: int) -> None:
    """Stops, and ways between them, that end now."""
    token = base64.b64encode(f"{device['username']}:{device['password']}".encode()).decode()
    fixes, at_s = list[dict[str, Any]](), 0
    latitude, longitude, heading = 51.9 + seed * 0.012, 4.42 + seed * 0.03, 2.1 * seed + 0.6
    for _ in range(4):
        for _ in range(6):
            fixes.append(fix(latitude, longitude, at_s, 0, heading))
            at_s += 200
        for _ in range(70):
            heading += 0.16 * math.sin(at_s / 190 + seed)
            latitude += math.cos(heading) * 0.0014
            longitude += math.sin(heading) * 0.0022
            at_s += 15
            fixes.append(fix(latitude, longitude, at_s, 36, heading))
    for each in fixes:
        each["tst"] += int(time.time()) - at_s
        said = station.ask("POST", "/owntracks", each, headers={"Authorization": f"Basic {token}"})
        assert said[0] == 200, said


def fix(latitude: float, longitude: float, at_s: int, kmh: int, heading: float) -> dict[str, Any]:
    return {
        "_type": "location", "lat": round(latitude, 6), "lon": round(longitude, 6), "tst": at_s, "acc": 9,
        "vel": kmh, "cog": int(math.degrees(heading)) % 360, "batt": 64,
    }  # fmt: skip


def compliance(page: Page, browser: Browser, station: Station) -> None:
    """A toy on its way to two markets, and a rule about toys that is about to change."""
    toy = "battery-powered toy car for children"
    go(page, "Check a product")
    page.get_by_label("Describe it in a few words").fill(toy)
    page.get_by_role("button", name="Find its code").click()
    page.get_by_role("button", name="Take 9503").first.click()
    page.get_by_label("From", exact=True).select_option("CN")
    page.get_by_label("To", exact=True).select_option("DE")
    page.get_by_label("Travels").select_option("sea")
    page.get_by_role("button", name="Show what it needs").click()
    expect(page.get_by_role("heading", name="It depends on a few answers")).to_be_visible()
    shoot(page, "check")
    page.get_by_role("button", name="Keep this list").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    shoot(page, "checked")
    go(page, "Coverage")
    shoot(page, "coverage")
    keeper = open_page(browser, station, NODE_KEEPER)
    go(keeper, "Rule packs")
    keeper.get_by_role("button", name="Draft a change of European Union").click()
    keeper.get_by_label("Find a rule").fill("toys")
    keeper.get_by_role("link", name="Toys are tested and carry the CE mark").click()
    keeper.get_by_label("Kind of demand").select_option("prohibited")
    expect(keeper.get_by_text(re.compile("^1 of the last"))).to_be_visible()
    keeper.get_by_text("Which ones?").click()
    shoot(keeper, "rule-change")


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
        browser = all_.chromium.launch(executable_path=CHROMIUM, args=DRAWS)
        entering(browser, station)
        page = open_page(browser, station, ADA)
        shoot(page, "start")
        organisation(page, browser, station)
        security(page, browser, station)
        keys(page)
        go(page, "Privacy")
        shoot(page, "privacy")
        fleet(page, browser, station)
        compliance(page, browser, station)
        node(browser, station)
        page.set_viewport_size(PHONE)
        page.goto("/")
        shoot(page, "phone")
        browser.close()


if __name__ == "__main__":
    main()
