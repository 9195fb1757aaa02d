"""One node, one browser, and pages that are watched: nothing may go wrong unseen, or leave the node."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.console.station import Person, Station, bury_an_event, running
from tests.console.walk import sign_in
from tests.suite.patience import PATIENCE_S

from entrepot.gateway.pages.console import Console

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
# WebGL in software, as a process of its own: without it every frame of a map is read back.
DRAWS = [*(flag for flag in FLAGS if flag != "--disable-gpu"), "--use-angle=swiftshader",
         "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]  # fmt: skip
# The browser itself logs every refusal (whether one is right, the tests say), and how software draws a map.
NOT_OURS = ("Failed to load resource", "GL Driver Message")
expect.set_options(timeout=PATIENCE_S * 1_000)
OPERATOR = Person("Olga Operator", "olga@example.org")
ADA = Person("Ada Lovelace", "ada@example.org")


@pytest.fixture(scope="session")
def station() -> Iterator[Station]:
    if Console.built() is None:
        pytest.skip("the console is not built: make console")
    folder = tempfile.mkdtemp(prefix="console-", dir="/tmp")
    bury_an_event(Path(folder))
    with running(Path(folder)) as found:
        found.make_operator(OPERATOR)
        found.make_person(ADA)
        yield found
    shutil.rmtree(folder, ignore_errors=True)


def about_noon() -> str:
    """A time zone in which it is between twelve and one, so that nothing happens on two days. POSIX counts
    what lies west of Greenwich as more.
    """
    return f"Etc/GMT{time.gmtime().tm_hour - 12:+d}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a module: while Playwright's synchronous half is open, no other loop can run."""
    if CHROMIUM is None:
        pytest.skip("the console is tested in a real Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "TZ": about_noon()}
        )
        yield browser
        browser.close()


def watched(context: BrowserContext, station: Station) -> Page:
    """A page whose `wrong` list gathers errors and requests to other hosts."""
    page, wrong = context.new_page(), list[str]()
    page.set_default_timeout(PATIENCE_S * 1_000)
    page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    page.on(
        "console",
        lambda line: (
            wrong.append(line.text)
            if line.type in ("error", "warning") and not any(each in line.text for each in NOT_OURS)
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((station.url, "blob:", "data:"))
            else wrong.append(f"foreign request: {request.url}")
        ),
    )
    page.wrong = wrong  # type: ignore[attr-defined]
    return page


def page_of(person: Person, browser: Browser, station: Station) -> Iterator[Page]:
    """Signed in; watched until it closes."""
    context = browser.new_context(
        base_url=station.url, viewport={"width": 1280, "height": 860}, reduced_motion="reduce"
    )
    page = watched(context, station)
    sign_in(page, person)
    yield page
    context.close()
    assert page.wrong == []  # type: ignore[attr-defined]


@pytest.fixture
def context(browser: Browser, station: Station) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=station.url, viewport={"width": 1280, "height": 860}, reduced_motion="reduce"
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, station: Station) -> Iterator[Page]:
    page = watched(context, station)
    yield page
    assert page.wrong == []  # type: ignore[attr-defined]
