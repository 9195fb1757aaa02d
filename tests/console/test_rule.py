"""Compliance in a real browser: what a toy needs in two markets, and how a rule is changed by two people."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.axe import violations
from tests.console.conftest import ADA, OPERATOR, page_of
from tests.console.station import Person, Station
from tests.console.walk import go, sign_in, step

SECOND = Person("Petra Operator", "petra@example.org")


@pytest.fixture(scope="module")
def second(station: Station) -> Person:
    station.make_operator(SECOND)
    return SECOND


@pytest.fixture
def other_page(browser: Browser, station: Station, second: Person) -> Iterator[Page]:
    yield from page_of(second, browser, station)


def describe(page: Page, description: str, code: str) -> None:
    page.get_by_label("Describe it in a few words").fill(description)
    page.get_by_role("button", name="Find its code").click()
    page.get_by_role("button", name=f"Take {code}").first.click()


def send(page: Page, *, origin: str, destination: str, mode: str) -> None:
    page.get_by_label("From", exact=True).select_option(origin)
    page.get_by_label("To", exact=True).select_option(destination)
    page.get_by_label("Arrives on").fill("2026-12-01")
    page.get_by_label("Travels").select_option(mode)
    page.get_by_label("Value of the goods").fill("5000")
    page.get_by_role("button", name="Show what it needs").click()
    expect(page.get_by_role("heading", name="It depends on a few answers")).to_be_focused()


def answer(page: Page, question: str, said: str) -> None:
    """The last click waits until the list was asked for anew."""
    group = page.get_by_role("radiogroup", name=question)
    expect(page.locator(".questions > li").first).to_be_visible()
    if not group.count():
        page.get_by_role("button", name=re.compile("^Show [0-9]+ more$")).click()
    group.get_by_text(said, exact=True).click()
    expect(group.get_by_role("radio", name=said, exact=True)).to_be_checked()
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")


def requirement(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=3, name=title)).to_be_visible()


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep this list").click()
    expect(page).to_have_url(re.compile("/checks/[0-9a-f-]+$"))


def test_customer_learns_what_a_battery_toy_needs_in_the_eu_and_the_us(page: Page) -> None:
    sign_in(page, ADA)
    go(page, "Check a product")
    assert violations(page) == []
    describe(page, "battery-powered toy car for children", "9503")
    # What the description says was shown, could be taken off, and is asked no more.
    send(page, origin="CN", destination="DE", mode="sea")
    assert violations(page) == []
    expect(page.get_by_role("heading", name="What your answers may add")).to_be_visible()
    # Nobody denies what they have not seen.
    expect(page.get_by_role("button", name=re.compile("^Show [0-9]+ more$"))).to_be_visible()
    expect(page.get_by_role("button", name="None of the others is true")).to_have_count(0)
    expect(page.get_by_role("radiogroup", name="Is it a battery, or does it contain one")).to_have_count(0)
    answer(page, "Does it send or receive radio", "No")
    page.get_by_role("button", name=re.compile("^Show [0-9]+ more$")).click()
    page.get_by_role("button", name="None of the others is true").click()
    expect(page.get_by_text("You said that none of the others is true.")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Is it, or does it hold, a lithium battery")).to_have_count(0)
    expect(page.get_by_role("heading", name=re.compile("things to do, as far as we know"))).to_be_visible()
    requirement(page, "Toys are tested and carry the CE mark")
    requirement(page, "Electrical equipment keeps the limits for lead")
    requirement(page, "Producers of electrical equipment are registered")
    requirement(page, "Import VAT in Germany is 19 %")
    expect(page.get_by_text("EU declaration of conformity").first).to_be_visible()
    expect(page.get_by_text("This is information, not legal advice").first).to_be_visible()
    page.get_by_text("Why it applies, and the law").first.click()
    expect(page.get_by_role("link", name=re.compile("Directive|Regulation")).first).to_be_visible()
    keep(page)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("checkbox", name="Toys are tested and carry the CE mark").click()
    page.get_by_role("button", name="Same answer again?").click()
    expect(page.get_by_text("Yes: the rules of then give the same answer")).to_be_visible()
    page.reload()
    expect(page.get_by_role("checkbox", name="Toys are tested and carry the CE mark")).to_be_checked()
    expect(page.get_by_text(re.compile("^Done by Ada Lovelace, "))).to_be_visible()
    expect(page.get_by_text(re.compile("^1 of [1-9][0-9]* done$"))).to_be_visible()
    assert violations(page) == []

    page.get_by_role("link", name="The same product to United States").click()
    requirement(page, "Toys meet ASTM F963")
    requirement(page, "Goods are marked with their country of origin")
    keep(page)
    go(page, "Earlier checks")
    expect(page.get_by_role("link", name=re.compile("United States"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Germany"))).to_be_visible()
    assert violations(page) == []


TOY = "/check?facts=" + json.dumps(
    {
        "description": "Toy car", "hs_code": "9503", "origin": "CN", "destination": "DE", "mode": "sea",
        "value": 5000, "currency": "EUR", "traits": ["battery"], "not_traits": ["radio"],
    }
)  # fmt: skip


def test_colleague_sees_what_is_done_and_takes_it_back(page: Page, other_page: Page) -> None:
    sign_in(page, OPERATOR)
    page.goto(TOY)
    keep(page)
    box = "Toys are tested and carry the CE mark"
    page.get_by_role("checkbox", name=box).click()
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    other_page.goto("/checks")
    expect(
        other_page.get_by_role("listitem").filter(has_text=re.compile("1 of [0-9]+ done")).first
    ).to_be_visible()
    other_page.goto(page.url)
    expect(other_page.get_by_text(f"Done by {OPERATOR.name}")).to_be_visible()
    with other_page.expect_response(lambda answer: answer.request.method == "DELETE"):
        other_page.get_by_role("checkbox", name=box).click()
    page.reload()
    expect(page.get_by_role("checkbox", name=box)).not_to_be_checked()


def test_tick_that_the_node_refuses_goes_again_and_says_why(page: Page) -> None:
    sign_in(page, ADA)
    page.goto(TOY)
    keep(page)
    page.route("**/ticks/*", lambda route: route.fulfill(status=503, body="{}"))
    box = page.get_by_role("checkbox", name="Toys are tested and carry the CE mark")
    box.click()
    expect(page.locator(".verdict").get_by_role("alert")).to_be_visible()
    expect(box).not_to_be_checked()


def test_list_on_paper_stands_by_itself(page: Page) -> None:
    sign_in(page, ADA)
    page.goto(TOY)
    keep(page)
    expect(page.get_by_text("Is it a battery, or does it contain one")).to_be_visible()
    page.emulate_media(media="print")
    for told in (
        page.url, re.compile(r"checked on \w+ \d+, \d{4}.* by Ada Lovelace"), "HS 9503 Toys", "5000 EUR",
        "Does it send or receive radio", re.compile("questions are open"), "Destination: EU (here: Germany)",
        "Of what you said", re.compile("^[0-9a-f]{64}$"), "This is information, not legal advice",
    ):  # fmt: skip
        expect(page.get_by_text(told).first).to_be_visible()
    expect(page.get_by_text("just now")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    proof = page.get_by_role("listitem").filter(has_text=re.compile("^EU declaration of conformity$")).first
    assert "☐" in proof.evaluate("element => getComputedStyle(element, '::before').content")


def test_description_is_heard_and_never_taken_as_given(page: Page) -> None:
    sign_in(page, ADA)
    page.goto("/check")
    page.get_by_label("Describe it in a few words").fill("wireless toy car without a battery")
    page.get_by_role("button", name="Find its code").click()
    heard = page.get_by_role("group", name="You said, is that right?")
    expect(heard.get_by_role("checkbox", name="no battery")).to_be_checked()
    heard.get_by_role("checkbox", name="radio").uncheck()
    assert violations(page) == []
    page.get_by_role("button", name="Take 9503").first.click()
    expect(page).to_have_url(re.compile("facts="))
    facts = json.loads(parse_qs(urlsplit(page.url).query)["facts"][0])
    assert (facts["traits"], facts["not_traits"]) == (["toy"], ["battery"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("7701", "Chapter 77 is not in use."),
        ("95", "Give at least four digits, such as 9503."),
        ("95030", "A code has 4, 6, 8 or 10 digits; this one has 5."),
        ("95030075123", "A code has 4, 6, 8 or 10 digits; this one has 11."),
    ],
)
def test_code_that_cannot_be_is_refused_at_the_field(page: Page, typed: str, said: str) -> None:
    sign_in(page, ADA)
    page.goto("/check")
    page.get_by_role("button", name="I know its HS code").click()
    field = page.get_by_label("HS code", exact=True)
    field.fill(typed)
    page.get_by_role("button", name="Go on").click()
    expect(field).to_have_accessible_description(re.compile(re.escape(said)))
    expect(field).to_be_focused()
    field.fill("9503")
    expect(page.get_by_text(said)).to_have_count(0)
    expect(page.get_by_role("group", name="Suggested codes")).to_contain_text("9503 Toys")


def test_short_code_leads_to_more_exact_ones(page: Page) -> None:
    sign_in(page, ADA)
    page.goto("/check")
    page.get_by_role("button", name="I know its HS code").click()
    page.get_by_label("HS code", exact=True).fill("8507")
    page.get_by_role("button", name=re.compile("^Take 850760 ")).click()
    expect(page.get_by_text(re.compile("^HS 850760 "))).to_be_visible()


def test_code_deeper_than_the_table_goes_by_the_name_of_its_heading(page: Page) -> None:
    sign_in(page, ADA)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 404 else None)
    page.goto("/check")
    page.get_by_role("button", name="I know its HS code").click()
    page.get_by_label("HS code", exact=True).fill("3004.90")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("HS 300490 Medicines in doses")).to_be_visible()
    assert refused == []


def test_answers_move_nothing_and_the_last_word_counts(page: Page) -> None:
    sign_in(page, ADA)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(TOY.replace(', "traits": ["battery"], "not_traits": ["radio"]', ""))
    battery = page.get_by_role("radiogroup", name="Is it a battery, or does it contain one")
    answer(page, "Is it a battery, or does it contain one", "Yes")
    lithium = page.get_by_role("radiogroup", name="Is it, or does it hold, a lithium battery")
    answer(page, "Is it, or does it hold, a lithium battery", "Yes")
    rows = page.locator(".questions > li")
    battery.scroll_into_view_if_needed()
    before, top = rows.all_inner_texts(), battery.bounding_box()
    battery.get_by_text("No", exact=True).click()
    expect(lithium.get_by_role("radio", name="Yes")).to_be_disabled()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert [each.split("\n")[0] for each in rows.all_inner_texts()][: len(before)] == [
        each.split("\n")[0] for each in before
    ]
    assert battery.bounding_box() == top
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_text(re.compile(r"^Your answers \([0-9]+\)$")).click()
    page.get_by_role("button", name="Take back: Is it a battery").click()
    expect(battery.get_by_role("radio", name=re.compile("^Don.t know$"))).to_be_checked()


def test_number_can_be_left_open_again(page: Page) -> None:
    sign_in(page, ADA)
    steel = {"description": "Screws", "hs_code": "731815", "origin": "TR", "destination": "DE", "mode": "sea"}
    page.goto("/check?facts=" + json.dumps(steel))
    weight = page.get_by_role("listitem").filter(has_text="How much of it do you bring in per year").first
    page.get_by_role("button", name=re.compile("^Show [0-9]+ more$")).click()
    weight.get_by_role("spinbutton").fill("90")
    weight.get_by_role("button", name="Answer").click()
    unknown = weight.get_by_role("button", name=re.compile("^Don.t know$"))
    expect(unknown).to_have_attribute("aria-pressed", "false")
    unknown.click()
    expect(unknown).to_have_attribute("aria-pressed", "true")
    expect(weight.get_by_role("spinbutton")).to_have_value("")


def test_country_without_rules_is_not_covered_and_never_clear(page: Page) -> None:
    sign_in(page, ADA)
    page.goto("/check")
    page.get_by_role("button", name="I know its HS code").click()
    page.get_by_label("HS code", exact=True).fill("9503.00")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("From", exact=True).select_option("CN")
    page.get_by_label("To", exact=True).select_option("PY")
    page.get_by_role("button", name="Show what it needs").click()
    expect(page.get_by_role("heading", name="We cannot say")).to_be_visible()
    # What the market does not know is not asked for at length.
    expect(page.get_by_role("radiogroup")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Show the")).click()
    expect(page.get_by_role("radiogroup").first).to_be_visible()
    notebook = {"description": "Notebook", "hs_code": "482010", "origin": "CN", "destination": "DE",
                "mode": "sea", "traits": ["consumer"], "no_other_traits": True}  # fmt: skip
    page.goto("/check?facts=" + json.dumps(notebook))
    expect(page.get_by_role("heading", name="We know only a part of what it needs")).to_be_visible()
    wine = {"description": "Wine", "hs_code": "220421", "origin": "ZA", "destination": "GB"}
    page.goto("/check?facts=" + json.dumps(wine))
    expect(page.get_by_role("heading", name="We know only a part of what it needs")).to_be_visible()


def test_rule_is_changed_by_one_and_approved_by_another(page: Page, other_page: Page) -> None:
    sign_in(page, OPERATOR)
    page.goto("/check?facts=" + '{"description":"Doll","hs_code":"9503","origin":"CN","destination":"DE"}')
    keep(page)
    go(page, "Rule packs")
    assert violations(page) == []
    page.get_by_role("button", name="Draft a change of European Union").click()
    page.get_by_label("Find a rule").fill("toys")
    page.get_by_role("link", name="Toys are tested and carry the CE mark").click()
    expect(page.get_by_label("Kind of demand")).to_be_visible()
    address = page.url
    page.get_by_label("Kind of demand").select_option("document")
    told = page.get_by_text(re.compile("^[1-9][0-9]* of the last"))
    expect(told).to_be_visible()
    number, of = map(int, re.findall("[0-9]+", told.inner_text()))
    assert number <= of
    page.get_by_text("Which ones?").click()
    says = "Says otherwise: Toys are tested and carry the CE mark (Kind of demand)"
    expect(page.get_by_text(says).first).to_be_visible()
    page.get_by_label("Kind of demand").select_option("prohibited")
    expect(page.get_by_text("becomes “Prohibited”").first).to_be_visible()
    assert violations(page) == []

    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    other_page.goto(address)
    expect(other_page.get_by_label("Kind of demand")).to_have_value("prohibited")

    page.get_by_role("main").get_by_role("link", name="European Union").click()
    expect(page.get_by_text("Nothing is wrong, and")).to_be_visible()
    assert violations(page) == []
    step(page, "Submit for approval", "Toys are stopped for now")
    expect(page.get_by_text("Waits for approval")).to_be_visible()
    expect(page.get_by_text("other than its editors must approve it")).to_be_visible()
    expect(page.get_by_text("Olga Operator (you)")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    other_page.goto("/notifications")
    other_page.get_by_role(
        "link", name=re.compile("^Pack eu, version [0-9]+, waits for approval$")
    ).first.click()
    expect(other_page).to_have_url(page.url)
    expect(other_page.get_by_role("insertion").filter(has_text="prohibited")).to_be_visible()
    step(other_page, "Approve", "Read with the ministry's letter")
    step(other_page, "Activate", "It begins today")
    expect(other_page.get_by_text("checks are answered with it").first).to_be_visible()

    page.goto("/check?facts=" + '{"description":"Doll","hs_code":"9503","origin":"CN","destination":"DE"}')
    expect(page.get_by_role("heading", name="It must not go there")).to_be_visible()
    roll_back(other_page)


def roll_back(page: Page) -> None:
    go(page, "Rule packs")
    retired = page.get_by_role("listitem").filter(has_text="Retired").filter(has_text="European Union")
    retired.get_by_role("link").click()
    changed = (
        page.get_by_role("listitem").filter(has_text="Toys are tested").filter(has_text="Kind of demand")
    )
    expect(changed.get_by_role("insertion")).to_have_text("Test")
    expect(page.get_by_text(re.compile("^[1-9][0-9]* of the last"))).to_be_visible()
    checked = page.get_by_role("listitem").filter(has_text="“Prohibited” becomes")
    expect(checked.get_by_role("link", name="Doll").first).to_have_attribute("href", re.compile("/checks/"))
    step(page, "Go back to this version", "The ministry took it back")
    expect(page.get_by_text("checks are answered with it").first).to_be_visible()


PAGES = ("/check", "/checks", "/rules?market=EU&code=95", "/coverage", "/hs", "/hs?code=9503", "/hs?q=toy",
         "/screenings", "/packs", "/exchange-rates")  # fmt: skip


@pytest.fixture(scope="module")
def keeper(browser: Browser, station: Station) -> Iterator[Page]:
    """Of somebody who may see every one of these pages."""
    yield from page_of(OPERATOR, browser, station)


@pytest.mark.parametrize("path", PAGES)
def test_compliance_page_is_for_everybody(keeper: Page, path: str) -> None:
    keeper.set_viewport_size({"width": 360, "height": 740})
    keeper.goto(path)
    expect(keeper.get_by_role("heading", level=1)).to_be_visible()
    expect(keeper.get_by_role("status", name="Loading")).to_have_count(0)
    assert keeper.evaluate("document.documentElement.scrollWidth") <= 360
    keeper.set_viewport_size({"width": 1280, "height": 720})
    assert violations(keeper) == []


def test_coverage_shows_holes_and_leads_to_the_rules(keeper: Page) -> None:
    keeper.goto("/coverage")
    keeper.get_by_role("link", name=re.compile("rules? for European Union, chapter 95")).click()
    expect(keeper.get_by_role("heading", level=1, name="Requirements")).to_be_visible()
    expect(keeper.get_by_label("Product (chapter)")).to_have_value("95")
    expect(keeper.get_by_role("heading", name="Toys are tested and carry the CE mark")).to_be_visible()
    keeper.goto("/coverage")
    row = keeper.get_by_role("row", name=re.compile("^93 "))
    expect(row.get_by_text("none").first).to_be_attached()


def test_requirements_begin_with_the_gravest_and_tell_the_world_s_apart(keeper: Page) -> None:
    keeper.goto("/rules")
    groups = keeper.get_by_label("Market", exact=True).locator("optgroup")
    expect(groups.first).to_have_attribute("label", "With rules of their own")
    expect(groups.first.locator("option").first).to_have_text("European Union")
    keeper.get_by_label("Market", exact=True).select_option("US")
    entries = keeper.locator("li.requirement")
    expect(entries.first).to_contain_text("Prohibited")
    expect(entries.filter(has_text="Entering any country.").first).to_contain_text("World-wide")
    expect(entries.filter(has_text="Entering United States.").first).not_to_contain_text("World-wide")


def test_word_of_the_trade_is_explained_where_it_stands(page: Page) -> None:
    sign_in(page, ADA)
    page.goto(TOY)
    keep(page)
    box = page.get_by_role("checkbox", name="Toys are tested and carry the CE mark")
    heading = page.locator("h3").filter(has_text="Toys are tested and carry")
    about = heading.locator("[popover]")
    expect(about).to_be_hidden()
    heading.get_by_role("button", name="CE", exact=True).click()
    expect(about).to_contain_text("the maker declares")
    expect(box).not_to_be_checked()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    heading.get_by_text("Toys are tested and carry the").click()
    expect(box).to_be_checked()


def test_coverage_says_what_its_numbers_mean(keeper: Page) -> None:
    keeper.goto("/coverage")
    expect(keeper.get_by_role("columnheader", name=re.compile("US.*United States"))).to_be_visible()
    legend = keeper.get_by_text("A dot is a hole")
    table = keeper.get_by_role("table")
    above, below = legend.bounding_box(), table.bounding_box()
    assert above is not None and below is not None
    assert 0 < below["y"] - (above["y"] + above["height"]) < 60


def test_code_is_found_by_words_and_leads_to_a_check(keeper: Page) -> None:
    keeper.goto("/hs")
    keeper.get_by_label("Words or a code").fill("toy")
    keeper.get_by_role("link", name=re.compile("^9503")).click()
    expect(keeper.get_by_text("Section XX")).to_be_visible()
    keeper.get_by_role("link", name="Check it").click()
    expect(keeper.get_by_text("HS 9503")).to_be_visible()


def test_file_with_a_fault_says_where(keeper: Page) -> None:
    keeper.goto("/packs")
    keeper.get_by_role("button", name="Import a file").click()
    dialog = keeper.get_by_role("dialog")
    bad = b"name: mine\ntitle: Mine\nrules:\n  - id: one\n    title: One\n    severity: grave\n"
    dialog.get_by_label("File").set_input_files({"name": "mine.yaml", "mimeType": "text/yaml", "buffer": bad})
    dialog.get_by_role("button", name="Try it").click()
    expect(dialog.get_by_role("alert")).to_contain_text(re.compile("mine.yaml, line [0-9]+"))
    assert violations(keeper) == []
    keeper.keyboard.press("Escape")
