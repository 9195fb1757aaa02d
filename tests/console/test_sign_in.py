"""Passkeys in a real browser, with its own virtual authenticator, and sign-in by an outside service."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect
from tests.console.axe import violations
from tests.console.conftest import watched
from tests.console.station import Person, Station
from tests.console.walk import go, sign_in

KATE = Person("Kate Key", "kate@example.org")


@pytest.fixture
def named(browser: Browser, station: Station) -> Iterator[BrowserContext]:
    """Under a name: browsers make no passkeys for a bare address."""
    context = browser.new_context(base_url=station.url.replace("127.0.0.1", "localhost"))
    yield context
    context.close()


def authenticator(page: Page, **more: Any) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    } | more  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def page_at(context: BrowserContext, station: Station) -> Page:
    return watched(context, Station(station.port, station.data, name="localhost"))


def add_passkey(page: Page, name: str) -> None:
    go(page, "Security")
    page.get_by_role("button", name="Add a passkey").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What do you call it?").fill(name)
    dialog.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_somebody_adds_a_passkey_and_signs_in_with_nothing_else(
    named: BrowserContext, station: Station
) -> None:
    station.make_person(KATE)
    page = page_at(named, station)
    session, id = authenticator(page)
    sign_in(page, KATE)
    add_passkey(page, "Work laptop")
    assert violations(page) == []
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": id})["credentials"]) == 1
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Security")).to_be_visible()
    go(page, "Profile")
    expect(page.get_by_label("E-mail address")).to_have_value(KATE.email)

    go(page, "Security")
    page.get_by_role("button", name="Rename Work laptop").click()
    page.get_by_role("dialog").get_by_label("What do you call it?").fill("Old laptop")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Use my passkeys for it").click()
    expect(page.get_by_role("list", name="Your recovery codes").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    sign_out(page)

    page.get_by_label("E-mail address").fill(KATE.email)
    page.get_by_label("Password", exact=True).fill(KATE.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Security")).to_be_visible()

    page.get_by_role("button", name="Turn it off").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn it off").click()
    page.get_by_role("button", name="Remove Old laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("It may have been removed")
    assert page.wrong == []  # type: ignore[attr-defined]


def test_whoever_gives_no_passkey_is_told_and_may_go_on(named: BrowserContext, station: Station) -> None:
    page = page_at(named, station)
    authenticator(page, isUserVerified=False)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert page.wrong == []  # type: ignore[attr-defined]


def test_at_a_bare_address_the_console_says_why_there_are_none(page: Page, station: Station) -> None:
    somebody = Person("Ida Address", "ida@example.org")
    station.make_person(somebody)
    sign_in(page, somebody)
    go(page, "Security")
    expect(page.get_by_text("Passkeys need a host name")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)
    expect(page.get_by_role("link", name="open the console under localhost")).to_be_visible()


def test_organisation_demands_a_second_factor(
    named: BrowserContext, station: Station, browser: Browser
) -> None:
    chief = Person("Cora Chief", "cora@example.org")
    station.make_person(chief)
    page = page_at(named, station)
    authenticator(page)
    sign_in(page, chief)
    add_passkey(page, "Phone")
    go(page, "Profile")
    page.get_by_role("checkbox", name="Everybody needs a second factor").click()
    expect(page.get_by_role("checkbox", name="Everybody needs a second factor")).to_be_checked()
    page.reload()
    expect(page.get_by_role("checkbox", name="Everybody needs a second factor")).to_be_checked()

    colleague = Person("Nora New", "nora@example.org")
    go(page, "Invitations")
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill(colleague.email)
    dialog.get_by_role("button", name="Send the invitation").click()
    token = station.link("You are invited", to=colleague.email).partition("#token=")[2]
    told = {"token": token, "name": colleague.name, "password": colleague.password}
    assert station.ask("POST", "/api/invitations/accept", told)[0] == 204

    elsewhere = browser.new_context(base_url=station.url.replace("127.0.0.1", "localhost"))
    theirs = page_at(elsewhere, station)
    authenticator(theirs)
    theirs.goto("/sign-in")
    theirs.get_by_label("E-mail address").fill(colleague.email)
    theirs.get_by_label("Password", exact=True).fill(colleague.password)
    theirs.get_by_role("button", name="Sign in", exact=True).click()
    expect(theirs.get_by_text("A second factor is needed")).to_be_visible()
    theirs.goto("/profile")
    expect(theirs.get_by_role("heading", level=1, name="Security")).to_be_visible()
    theirs.get_by_role("button", name="Add a passkey").click()
    theirs.get_by_role("dialog").get_by_role("button", name="Add a passkey").click()
    expect(theirs.get_by_text("A second factor is needed")).to_have_count(0)
    theirs.goto("/profile")
    expect(theirs.get_by_role("heading", level=1, name="Profile")).to_be_visible()
    assert theirs.wrong == page.wrong == []  # type: ignore[attr-defined]
    elsewhere.close()
