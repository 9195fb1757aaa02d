import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from entrepot.core import routes
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Cursor, File, Input, Limit, Principal, Route, Stream
from entrepot.gateway.openapi.document import document
from entrepot.gateway.pages import PAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="the docs page is tested in a real Chromium")

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]

# ---- rows, as contexts would write them ----------------------------------------------------------

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Point(Input):
    """A place on earth, WGS 84."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Degrees


class Circle(Input, tag="circle"):
    """Everything within `radius_m` of a point."""

    centre: Point
    radius_m: Annotated[float, msgspec.Meta(gt=0, le=500_000)]


class Polygon(Input, tag="polygon"):
    """Everything inside a ring of points."""

    ring: Annotated[list[Point], msgspec.Meta(min_length=3, max_length=1000)]


class NewFence(Input):
    """A fence, and what to do when something crosses it."""

    name: Name
    shape: Circle | Polygon
    alert: Literal["enter", "leave", "both"] = "both"
    devices: Annotated[list[Name], msgspec.Meta(max_length=500, description="All devices, if empty.")] = []
    until: Moment | None = None


class Fence(msgspec.Struct, frozen=True):
    id: str
    name: str
    shape: Circle
    created_at: Moment


class Position(msgspec.Struct, frozen=True):
    """Where a device was, and how sure it is."""

    device: str
    fixed_at: Moment
    latitude: float
    longitude: float
    accuracy_m: float | None = None


class Span(Cursor):
    since: Annotated[Moment, msgspec.Meta(description="From when, by the device's own clock.")]
    kind: Literal["trip", "stop"] | None = None


class Credentials(Input):
    email: Annotated[str, msgspec.Meta(max_length=254)]
    password: Annotated[str, msgspec.Meta(min_length=12, max_length=200)]


async def add_fence(tx: Transaction, who: Principal, *, new: NewFence) -> Fence:
    """Draw a fence. From its commit on, every position is held against it; those
    that came earlier are not. A `device` in two fences alerts twice.

    Raises: Conflict.
    """
    raise NotImplementedError


async def fences(tx: Reading, who: Principal, *, cursor: Cursor) -> routes.Page[Fence]:
    """List fences. Newest first."""
    raise NotImplementedError


async def trips(tx: Reading, who: Principal, *, id: str, span: Span) -> routes.Page[Position]:
    """List the trips of a device. Late positions correct trips that were told before."""
    raise NotImplementedError


async def rename(tx: Transaction, who: Principal, *, id: str, new: NewFence) -> Fence:
    """Change a fence."""
    raise NotImplementedError


async def remove_fence(tx: Transaction, who: Principal, *, id: str) -> None:
    """Remove a fence."""


async def live(who: Principal) -> AsyncIterator[Position]:
    """Follow positions as they come."""
    raise NotImplementedError
    yield


async def export(who: Principal, *, id: str) -> File:
    """Download the trips of a device as GPX."""
    raise NotImplementedError


async def upload(tx: Transaction, who: Principal, *, body: bytes) -> None:
    """Replace the border map."""


async def sign_in(tx: Transaction, who: Principal, *, given: Credentials) -> Fence:
    """Sign in. Gives a token that is good for fifteen minutes."""
    raise NotImplementedError


TABLES = {
    "tracking": (
        Route("GET", "/api/fences", fences, takes=Cursor, gives=routes.Page[Fence], scope="fence:read"),
        Route("POST", "/api/fences", add_fence, takes=NewFence, gives=Fence, status=201, scope="fence:write"),
        Route("PUT", "/api/fences/{id}", rename, takes=NewFence, gives=Fence, scope="fence:write"),
        Route("DELETE", "/api/fences/{id}", remove_fence, scope="fence:write"),
        Route(
            "GET",
            "/api/devices/{id}/trips",
            trips,
            takes=Span,
            gives=routes.Page[Position],
            scope="position:read",
        ),
        Route("GET", "/api/devices/{id}/trips.gpx", export, gives=File, scope="position:read"),
        Route("GET", "/api/live", live, gives=Stream[Position], scope="position:read"),
    ),
    "rule": (Route("PUT", "/api/borders", upload, takes=bytes, scope="rule:write"),),
    "user": (
        Route(
            "POST", "/api/tokens", sign_in, takes=Credentials, gives=Fence, public=True, limit=Limit(10, 60.0)
        ),
    ),
}
DESCRIPTIONS = {
    "tracking": "Where things are: devices, positions, trips, stops and fences, corrected by late data.",
    "rule": "What a product needs before it may cross a border: rule packs, HS codes, verdicts with reasons.",
    "user": "People, organisations, their keys and what they may do.",
}
OPENAPI = document(TABLES, title="Entrepot", version="0.1.0", descriptions=DESCRIPTIONS)


# ---- a node that answers, and a browser ----------------------------------------------------------


async def node(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The pages under the strict policy, and a few answers to try."""
    if scope["type"] != "http":
        return
    status, kind, parts = await answer(scope, receive)
    headers = [(b"content-type", kind.encode()), (b"content-security-policy", CSP.encode())]
    if kind.endswith("xml"):
        headers.append((b"content-disposition", b'attachment; filename="trips.gpx"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def answer(scope: dict[str, Any], receive: Any) -> tuple[int, str, list[bytes]]:
    path, headers = scope["path"], dict(scope["headers"])
    if path in PAGES:
        kind, body = PAGES[path]
        return 200, kind, [body]
    if path == "/openapi.json":
        return 200, "application/json", [OPENAPI]
    if b"authorization" not in headers:
        problem = {"type": "urn:entrepot:problem:unauthenticated", "title": "Unauthorized", "status": 401}
        return 401, "application/problem+json", [msgspec.json.encode(problem)]
    if path == "/api/live":
        return (
            200,
            "text/event-stream",
            [b": still here\n\n", b'data: {"device":"a"}\n\ndata: {"dev', b'ice":"b"}\n\n'],
        )
    if path.endswith(".gpx"):
        return 200, "application/gpx+xml", [b"\x00gpx"]
    echo = {
        "asked": f"{scope['method']} {scope['raw_path'].decode()}?{scope['query_string'].decode()}",
        "by": headers[b"authorization"].decode(),
        "key": headers.get(b"idempotency-key", b"").decode(),
        "body": (await receive())["body"].decode(),
    }
    return 201, "application/json", [msgspec.json.encode(echo)]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(node, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_context(viewport={"width": 1440, "height": 900})
        browser.close()


@pytest.fixture
def page(browser: BrowserContext, origin: str) -> Iterator[Page]:
    """A tab on /docs. Whatever a test does, the console stays clean and no other host is asked."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith((origin, "blob:")) or wrong.append(asked.url))
    page.goto(f"{origin}/docs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Entrepot")
    yield page
    page.close()
    assert [text for text in wrong if "401 (Unauthorized)" not in text] == []


def open_row(page: Page, summary: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=summary).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(summary)


def test_every_row_is_listed_under_its_context(page: Page) -> None:
    listed = page.get_by_role("navigation")
    expect(listed.get_by_role("link")).to_have_count(sum(map(len, TABLES.values())))
    assert listed.get_by_role("heading").all_text_contents() == ["rule", "tracking", "user"]


def test_filter_leaves_the_rows_that_hold_every_word(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("fences post")
    links = page.get_by_role("navigation").get_by_role("link")
    expect(links).to_have_count(1)
    expect(links).to_contain_text("Draw a fence")
    expect(page.get_by_role("status").first).to_have_text("1 of 9")


def test_arrows_walk_from_the_filter_to_a_row_and_enter_opens_it(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("draw")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draw a fence")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_address_names_the_row(page: Page, origin: str) -> None:
    page.goto(f"{origin}/docs#tracking_trips")
    expect(page.get_by_role("heading", level=1)).to_have_text("List the trips of a device")
    expect(page.locator("nav [aria-current=page]")).to_contain_text("List the trips of a device")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Entrepot")


def test_row_tells_scope_limit_shape_and_refusals(page: Page) -> None:
    open_row(page, "Draw a fence")
    told = page.locator(".reading")
    for words in ("fence:write", "1,200 a minute", "64 KiB", "WGS 84", "at most 500 items", "413"):
        expect(told).to_contain_text(words)
    told.get_by_text("Circle or Polygon").click()
    for member in ("radius_m", "ring"):
        expect(told.get_by_text(member, exact=True).first).to_be_visible()


def test_try_it_sends_what_was_filled_in_and_shows_the_answer(page: Page) -> None:
    open_row(page, "Change a fence")
    page.get_by_label("Token or API key").fill("secret")
    page.get_by_label("id", exact=True).fill("a/b")
    page.get_by_label("Idempotency-Key").fill("once")
    page.locator("textarea").fill('{"name": "Depot"}')
    page.get_by_role("button", name="Send").click()
    result = page.locator(".result")
    expect(result.locator(".status")).to_contain_text("201 Created")
    for words in ("PUT /api/fences/a%2Fb", "Bearer secret", "once", "Depot"):
        expect(result.locator(".body")).to_contain_text(words)


def test_body_starts_as_an_example_that_fits_the_shape(page: Page) -> None:
    open_row(page, "Draw a fence")
    example = page.locator("textarea").input_value()
    assert msgspec.json.decode(example, type=NewFence).alert == "both"


def test_refusal_is_shown_as_an_answer(page: Page) -> None:
    open_row(page, "List fences")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".result .status")).to_contain_text("401 Unauthorized")


def test_stream_is_shown_event_by_event(page: Page) -> None:
    open_row(page, "Follow positions as they come")
    page.get_by_label("Token or API key").fill("secret")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".events li")).to_have_count(2)
    expect(page.locator(".events li").first).to_contain_text('"b"')
    expect(page.locator(".result")).to_contain_text("the stream ended")


def test_file_can_be_saved_under_its_name(page: Page) -> None:
    open_row(page, "Download the trips of a device as GPX")
    page.get_by_label("Token or API key").fill("secret")
    page.get_by_label("id", exact=True).fill("7")
    page.get_by_role("button", name="Send").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save trips.gpx").click()
    assert download.value.suggested_filename == "trips.gpx"


def test_curl_line_holds_the_request_but_never_the_token(page: Page) -> None:
    open_row(page, "List the trips of a device")
    page.get_by_label("Token or API key").fill("secret")
    page.get_by_label("id", exact=True).fill("it's")
    page.get_by_label("kind").select_option("trip")
    line = page.locator(".curl pre").inner_text()
    assert "/api/devices/it'\\''s/trips?kind=trip'" in line
    assert '"Authorization: Bearer $TOKEN"' in line
    assert "secret" not in line


def test_token_lives_in_memory_only(page: Page) -> None:
    open_row(page, "List fences")
    page.get_by_label("Token or API key").fill("secret")
    open_row(page, "Remove a fence")
    expect(page.get_by_label("Token or API key")).to_have_value("secret")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert kept == '[{},{},""]'
    page.reload()
    expect(page.get_by_label("Token or API key")).to_have_value("")


def test_public_row_asks_for_no_token(page: Page) -> None:
    open_row(page, "Sign in")
    expect(page.get_by_label("Token or API key")).to_have_count(0)
    expect(page.locator(".reading")).to_contain_text("anyone may ask")


def test_phone_has_no_sideways_scroll_and_a_menu(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    expect(page.get_by_role("navigation")).to_be_hidden()
    page.get_by_role("button", name="Browse").click()
    open_row(page, "Draw a fence")
    expect(page.get_by_role("navigation")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_row(page, "Draw a fence")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".result .status")).to_contain_text("401")
    assert page.evaluate(LOW_CONTRAST) == []


# Every element with text of its own, against the nearest painted background (WCAG 2.2, 1.4.3).
LOW_CONTRAST = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3)
    .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
  };
  const owns = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("body *")]
    .filter((element) => owns(element) && element.getClientRects().length)
    .map((element) => {
      const both = [getComputedStyle(element).color, behind(element)].map(light);
      const [low, high] = both.sort((a, b) => a - b);
      return [(high + 0.05) / (low + 0.05), element.outerHTML.slice(0, 80)];
    })
    .filter(([ratio]) => !(ratio >= 4.5));
}"""
