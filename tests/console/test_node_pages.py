"""What those who run the node see."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.axe import violations
from tests.console.conftest import ADA, OPERATOR
from tests.console.station import bury_an_event, running
from tests.console.walk import go, sign_in
from tests.suite.ports import free_port


def test_dead_letter_is_shown_and_tried_again(page: Page) -> None:
    sign_in(page, OPERATOR)
    go(page, "Dead letters")
    page.get_by_role("button", name="gateway.requests_served").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("the disk was full")
    assert violations(page) == []
    expect(dialog.get_by_role("region", name="The event")).to_contain_text("till-4")
    page.reload()
    expect(dialog).to_be_visible()  # the address knows which
    dialog.get_by_role("button", name="Try it again").click()
    expect(page.get_by_text("Every event that came has been handled.")).to_be_visible()


def test_letters_can_be_read_and_their_links_followed(page: Page) -> None:
    sign_in(page, OPERATOR)
    go(page, "Letters")
    letters = page.get_by_role("listitem").filter(has_text=ADA.email)
    letters.get_by_role("button", name="Confirm your address").first.click()
    page.get_by_role("dialog").get_by_role("link").click()
    page.get_by_label("Password", exact=True).fill(ADA.password)
    page.get_by_role("button", name="Confirm the address").click()
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()  # used already


def test_health_counts_what_was_asked(page: Page) -> None:
    sign_in(page, OPERATOR)
    go(page, "Health")
    expect(page.get_by_text("Every part answers")).to_be_visible()
    for part in ("common", "gateway", "monitor", "user"):
        expect(page.get_by_role("listitem").filter(has_text=part).filter(has_text="answers")).to_be_visible()


def test_public_port_has_dead_letters_and_says_where_health_is(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_OPERATORS_PORT", str(free_port()))
    bury_an_event(tmp_path)
    with running(tmp_path) as node:
        node.make_operator(OPERATOR)
        page = browser.new_page(base_url=node.url)
        sign_in(page, OPERATOR)
        go(page, "Dead letters")
        expect(page.get_by_role("button", name="gateway.requests_served")).to_be_visible()
        go(page, "Health")
        expect(page.get_by_role("status").filter(has_text="operators_port")).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        page.close()
