"""What people do in the console, step by step."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode

from playwright.sync_api import Page, expect
from tests.console.station import Person


def sign_in(page: Page, person: Person) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.name.split()[0])


def sign_up(page: Page, person: Person) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()


def code_now(secret: str, *, steps_later: int = 0) -> str:
    """RFC 6238, written down a second time."""
    step = int(time.time()) // 30 + steps_later
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def enrol(page: Page) -> tuple[str, list[str]]:
    """Set the second factor up; its secret and the recovery codes."""
    go(page, "Security")
    page.get_by_role("button", name="Set it up").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("I cannot scan it").click()
    secret = dialog.get_by_label("Secret for the authenticator app").inner_text()
    dialog.get_by_label("Code from the app").fill(code_now(secret, steps_later=-1))
    dialog.get_by_role("button", name="Turn it on").click()
    codes = dialog.get_by_role("list", name="Your recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    kept = codes.all_inner_texts()
    dialog.get_by_role("button", name="I have kept them").click()
    return secret, kept


def step(page: Page, name: str, reason: str) -> None:
    """One of a pack's life."""
    page.get_by_role("button", name=name, exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill(reason)
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog).to_have_count(0)
