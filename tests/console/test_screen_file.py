"""Many names at once in a real browser: a file is screened, and every hit can be seen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.axe import violations
from tests.console.conftest import OPERATOR, page_of
from tests.console.station import Station
from tests.console.test_rule_lists import choose, import_list, opened

LIST = "id,name,kind,identifiers\nx,MV Morning Glory,vessel,imo:9074729\n" + "".join(
    f"{number},Sample Works Ltd,organisation,registration:10{number}555@CY\n" for number in range(40)
)
FILE = (
    "name,kind,reference\nM/V Morning Glory,vessel,C-1\nNobody At All,,C-2\n"
    "Sample Works GmbH,organisation,C-3\n"
)


@pytest.fixture(scope="module")
def officer(browser: Browser, station: Station) -> Iterator[Page]:
    yield from page_of(OPERATOR, browser, station)


def test_file_is_screened_and_every_hit_can_be_seen(officer: Page) -> None:
    import_list(officer, "Many of one name", LIST).get_by_role("button", name="Done").click()
    dialog = opened(officer, "/screenings", "Screen a file")
    choose(dialog, "name,colour\nSomebody,red\n")
    dialog.get_by_role("button", name="Screen", exact=True).click()
    expect(dialog).to_contain_text("colour")
    choose(dialog, FILE)
    dialog.get_by_role("button", name="Screen", exact=True).click()
    expect(dialog).to_contain_text("3 names screened: 2 to decide, 0 matched, 1 clear.")
    assert violations(officer) == []
    dialog.get_by_role("link", name="Sample Works GmbH").click()
    expect(officer.get_by_text("25 of 40 hits are shown")).to_be_visible()
    officer.get_by_role("button", name="Show the others too").click()
    expect(officer.locator("li.requirement")).to_have_count(40)


def test_number_finds_a_ship_whatever_its_name(officer: Page) -> None:
    officer.goto("/screenings")
    officer.get_by_label("Name", exact=True).fill("Quite Another")
    officer.get_by_label("Kind of number").select_option(label="IMO number")
    officer.get_by_label("Number", exact=True).fill("IMO 9074729")
    officer.get_by_role("button", name="Screen", exact=True).click()
    expect(officer.get_by_role("heading", name="MV Morning Glory")).to_be_visible()
    expect(officer.locator("li.requirement")).to_contain_text("IMO number 9074729")
