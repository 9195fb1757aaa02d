"""Editing and approving rules in a real browser: two editors, what is folded, what is refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from tests.console.axe import violations
from tests.console.conftest import OPERATOR, page_of
from tests.console.station import Person, Station
from tests.console.walk import step

OTHER = Person("Edda Editor", "edda@example.org")
FAULTY = b"""name: mine
title: Mine
rules:
  - id: one
    title: One
    severity: grave
  - id: two
    title: Two
    destinations: [ZZ]
    severity: label
    authority: A
    confidence: known
    citation: {law: L, checked_on: 2026-01-01}
"""
RULE = "Toys are tested and carry the CE mark"


@pytest.fixture(scope="module")
def one(browser: Browser, station: Station) -> Iterator[Page]:
    yield from page_of(OPERATOR, browser, station)


@pytest.fixture(scope="module")
def other(browser: Browser, station: Station) -> Iterator[Page]:
    station.make_operator(OTHER)
    yield from page_of(OTHER, browser, station)


@pytest.fixture
def draft(one: Page) -> Iterator[str]:
    """The address of a draft that nobody else edits; thrown away in the end."""
    one.goto("/packs")
    one.get_by_role("button", name="Draft a change of European Union").click()
    expect(one.get_by_role("heading", name="What would this change?")).to_be_visible()
    at = one.url
    yield at
    one.goto(at)
    one.get_by_role("button", name="Throw the draft away").click()
    one.get_by_role("dialog").get_by_role("button", name="Throw the draft away").click()
    expect(one.get_by_role("heading", level=1, name="Rule packs")).to_be_visible()


def edited(page: Page, draft: str) -> None:
    page.goto(draft)
    page.get_by_label("Find a rule").fill(RULE)
    page.get_by_role("link", name=RULE).click()
    expect(page.get_by_label("In short")).to_be_visible()


def unfold(page: Page, title: str) -> None:
    page.locator("summary").filter(has=page.get_by_role("heading", name=title, exact=True)).click()


def exclude(page: Page, country: str) -> None:
    unfold(page, "Where")
    page.get_by_role("combobox", name="But not from", exact=True).fill(country)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save in the draft").click()


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def test_two_editors_of_one_rule_both_keep_their_work(one: Page, other: Page, draft: str) -> None:
    edited(one, draft)
    edited(other, draft)
    unfold(one, "Source")
    one.get_by_label("Notes", exact=True).fill("Theirs alone")
    one.get_by_label("Article").fill("Article of the first")
    one.get_by_label("In short").fill("Said by the first.")
    one.get_by_label("Title", exact=True).fill(f"{RULE} now")
    exclude(one, "Norway")
    save(one)
    saved(one)
    expect(one.get_by_role("heading", level=1, name=f"{RULE} now")).to_be_visible()

    unfold(other, "Source")
    other.get_by_label("Verified by").fill("Edda")
    other.get_by_label("In short").fill("Said by the second.")
    exclude(other, "Chile")
    save(other)
    dialog = other.get_by_role("dialog", name="Olga Operator changed this too")
    expect(dialog.get_by_role("heading", name="Olga Operator changed this too")).to_be_focused()
    expect(dialog.get_by_role("group", name="In short")).to_contain_text("Said by the first.")
    expect(dialog.get_by_text(re.compile("^Kept of theirs in any case: .*Citation.*Notes"))).to_be_visible()
    assert violations(other) == []
    expect(dialog.get_by_role("button", name="Save what is chosen")).to_be_disabled()
    dialog.get_by_role("button", name="Go on editing").click()
    save(other)  # and it is asked again, as nothing was decided
    dialog.get_by_role("radio", name="Theirs: Said by the first.").check()
    dialog.get_by_role("radio", name="Both together: Norway, Chile").check()
    dialog.get_by_role("button", name="Save what is chosen").click()
    saved(other)
    one.reload()
    unfold(one, "Source")
    kept = {"In short": "Said by the first.", "Notes": "Theirs alone", "Verified by": "Edda"}
    for label, value in (kept | {"Article": "Article of the first"}).items():
        expect(one.get_by_label(label, exact=True)).to_have_value(value)


def test_edits_of_different_fields_are_joined_without_a_question(one: Page, other: Page, draft: str) -> None:
    edited(one, draft)
    edited(other, draft)
    one.get_by_label("In short").fill("Said by the first.")
    save(one)
    saved(one)
    other.get_by_label("Kind of demand").select_option("label")
    save(other)
    expect(other.get_by_text("What somebody else changed meanwhile is kept: In short.")).to_be_visible()
    expect(other.get_by_label("In short")).to_have_value("Said by the first.")
    expect(other.get_by_label("Kind of demand")).to_have_value("label")


def test_rule_that_somebody_took_out_comes_back_only_if_it_shall(one: Page, other: Page, draft: str) -> None:
    edited(one, draft)
    edited(other, draft)
    one.get_by_role("button", name="Take it out").click()
    one.get_by_role("dialog").get_by_role("button", name="Take it out").click()
    expect(one.get_by_role("heading", name="What would this change?")).to_be_visible()
    other.get_by_label("In short").fill("It shall stay.")
    save(other)
    dialog = other.get_by_role("dialog", name="Olga Operator took this rule out")
    dialog.get_by_role("button", name="Save mine, bring it back").click()
    saved(other)
    edited(one, draft)
    expect(one.get_by_label("In short")).to_have_value("It shall stay.")


def test_rule_is_taken_out_after_others_changed_the_draft_but_not_unseen(
    one: Page, other: Page, draft: str
) -> None:
    edited(one, draft)
    edited(other, draft)
    other.get_by_label("In short").fill("Look at this first.")
    save(other)
    saved(other)
    one.get_by_role("button", name="Take it out").click()
    dialog = one.get_by_role("dialog")
    dialog.get_by_role("button", name="Take it out").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    one.keyboard.press("Escape")
    expect(one.get_by_label("In short")).to_have_value("Look at this first.")
    one.get_by_role("button", name="Take it out").click()
    dialog.get_by_role("button", name="Take it out").click()
    expect(one.get_by_role("heading", name="What would this change?")).to_be_visible()
    one.get_by_label("Find a rule").fill(RULE)
    expect(one.get_by_text("No rule has these words.")).to_be_visible()


def test_documents_of_two_editors_are_joined(one: Page, other: Page, draft: str) -> None:
    for page in (one, other):
        page.goto(draft)
        expect(page.get_by_label("New document")).to_be_visible()
    for page, name in ((one, "first"), (other, "second")):
        page.get_by_label("New document").fill(f"The {name} paper")
        page.get_by_label("Its id").fill(f"paper-{name}")
        page.get_by_label("Notice").fill(f"Notice of the {name}.")
        page.get_by_role("button", name="Save", exact=True).click()
        if page is one:
            saved(page)
    dialog = other.get_by_role("dialog", name="Olga Operator changed this too")
    dialog.get_by_role("radio", name=re.compile("^Yours")).check()
    dialog.get_by_role("button", name="Save what is chosen").click()
    saved(other)
    other.get_by_text(re.compile("^[0-9]+ documents$")).click()
    for name in ("first", "second"):
        expect(other.get_by_role("listitem").filter(has_text=f"The {name} paper").first).to_be_visible()
    expect(other.get_by_label("Notice")).to_have_value("Notice of the second.")


def test_document_is_worded_otherwise_and_taken_out(one: Page, draft: str) -> None:
    one.goto(draft)
    one.get_by_text(re.compile("^[0-9]+ documents$")).click()
    one.get_by_role("button", name="Change: EU declaration of conformity").click()
    dialog = one.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Declaration of the maker")
    dialog.get_by_role("button", name="Save").click()
    expect(one.get_by_text("Declaration of the maker").first).to_be_visible()
    one.get_by_role("button", name="Remove: Declaration of the maker").click()
    expect(one.get_by_role("button", name="Remove: Declaration of the maker")).to_have_count(0)
    expect(one.get_by_text("the pack has no document eu-declaration").first).to_be_visible()
    one.get_by_label("New document").fill("Again")
    one.get_by_label("Its id").fill("eprel-registration")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.get_by_text("A document of this pack has this id already.")).to_be_visible()
    assert violations(one) == []


def test_form_is_folded_to_what_it_holds_and_opens_where_something_is_wrong(one: Page, draft: str) -> None:
    edited(one, draft)
    assert one.evaluate("document.documentElement.scrollHeight") < 2000
    where = one.locator("summary").filter(has_text="Where")
    expect(where).to_contain_text("To: European Economic Area")
    one.set_viewport_size({"width": 360, "height": 740})
    one.get_by_role("button", name="Open every part").click()
    expect(one.get_by_label("Authority")).to_be_visible()
    assert one.evaluate("document.documentElement.scrollWidth") <= 360
    one.get_by_role("button", name="Close every part").click()
    one.set_viewport_size({"width": 1280, "height": 860})
    unfold(one, "What it says")
    expect(one.get_by_label("Authority")).to_be_hidden()
    assert violations(one) == []
    unfold(one, "Source")
    one.get_by_label("Authority").fill("")
    unfold(one, "Source")
    save(one)  # the browser's own check leads there
    expect(one.get_by_label("Authority")).to_be_focused()
    one.get_by_label("Authority").fill("A")
    unfold(one, "Which goods")
    one.get_by_role("combobox", name="Codes", exact=True).fill("9999")
    one.get_by_role("combobox", name="Codes", exact=True).press("Enter")
    save(one)
    expect(one.get_by_text("Some things still have to be mended")).to_be_visible()
    one.reload()
    expect(one.locator(".fold").get_by_text("“Codes”: there is no chapter 99")).to_be_visible()


def test_rule_is_found_among_many(one: Page, draft: str) -> None:
    one.goto(draft)
    one.get_by_label("Find a rule").fill("toys CE")
    expect(one.get_by_role("link", name="Batteries carry the CE mark")).to_have_count(0)
    expect(one.get_by_role("link", name=RULE)).to_be_visible()
    one.get_by_label("Find a rule").fill("unicorns")
    expect(one.get_by_text("No rule has these words.")).to_be_visible()


def test_refusals_are_said_in_the_words_of_the_form(one: Page, draft: str) -> None:
    edited(one, draft)
    unfold(one, "Source")
    one.get_by_label("Authority").fill("x" * 301)
    refused = "“Authority” has more than 300 characters."
    expect(one.get_by_text(f"This cannot be tried yet. {refused}")).to_be_visible()
    save(one)
    expect(one.get_by_role("alert")).to_have_text(refused)


def choose(dialog: Locator, content: bytes) -> None:
    file: FilePayload = {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": content}
    dialog.get_by_label("File").set_input_files(file)


def test_file_says_all_that_is_wrong_in_plain_words(one: Page, tmp_path: Path) -> None:
    one.goto("/packs")
    one.get_by_role("button", name="Import a file").click()
    dialog = one.get_by_role("dialog")
    alert, tried = dialog.get_by_role("alert"), dialog.get_by_role("button", name="Try it")
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as opened:
        opened.truncate(17 * 1024 * 1024)
    dialog.get_by_label("File").set_input_files(huge)
    tried.click()
    expect(alert).to_contain_text("at most 16 MB")
    choose(dialog, b"")
    tried.click()
    expect(alert).to_contain_text("The file is empty.")
    choose(dialog, FAULTY)
    tried.click()
    expect(alert).to_contain_text("mine.yaml, line 6: one: Severity cannot be 'grave'.")
    expect(alert).to_contain_text("mine.yaml, line 9: two: destinations[0]: there is no country or group ZZ.")
    one.keyboard.press("Escape")


def test_new_pack_asks_for_no_difference_from_what_is_not_there(one: Page) -> None:
    refused: list[str] = []
    one.on("response", lambda answer: refused.append(answer.url) if answer.status == 404 else None)
    one.goto("/packs")
    one.get_by_role("button", name="Begin a pack").click()
    dialog = one.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Invented land")
    dialog.get_by_label("Short name").fill("invented-land")
    dialog.get_by_role("button", name="Begin a pack").click()
    expect(one.get_by_text("No version of this pack is active")).to_be_visible()
    expect(one.get_by_role("status", name="Loading")).to_have_count(0)
    assert refused == []


def drafted_of_japan(page: Page, rule: str, summary: str) -> str:
    """The address of a draft with another summary of one rule."""
    page.goto("/packs")
    page.get_by_role("button", name="Draft a change of Japan").click()
    expect(page.get_by_role("heading", name="What would this change?")).to_be_visible()
    at = page.url
    page.get_by_role("link", name=rule).click()
    page.get_by_label("In short").fill(summary)
    save(page)
    saved(page)
    page.goto(at)
    return at


def test_draft_brings_in_what_became_active_meanwhile(one: Page, other: Page) -> None:
    radio, power = "Radio equipment carries the mark", "Electrical appliances carry the PSE mark"
    apart = drafted_of_japan(one, radio, "Said in the first draft.")
    clashing = drafted_of_japan(one, power, "Said in the second draft.")
    soon = drafted_of_japan(one, power, "Said in the third draft.")
    step(one, "Submit for approval", "A better word")
    other.goto(soon)
    step(other, "Approve", "Read")
    step(other, "Activate", "Now")

    one.goto(apart)
    expect(one.get_by_text("it would take back what that one changed")).to_be_visible()
    expect(one.get_by_role("button", name="Submit for approval")).to_have_count(0)
    assert violations(one) == []
    one.get_by_role("button", name="Bring the changes in").click()
    expect(one.get_by_role("button", name="Submit for approval")).to_be_visible()
    changes = one.get_by_role("listitem").filter(has_text="Changed")
    expect(changes).to_have_count(1)
    expect(changes.filter(has_text=radio)).to_be_visible()

    one.goto(clashing)
    one.get_by_role("button", name="Bring the changes in").click()
    dialog = one.get_by_role("dialog", name="Both changed the same")
    expect(dialog.get_by_role("deletion")).to_have_text("Said in the third draft.")
    expect(dialog.get_by_role("button", name="Bring the changes in")).to_be_disabled()
    assert violations(one) == []
    dialog.get_by_label("As this draft says").check()
    dialog.get_by_role("button", name="Bring the changes in").click()
    expect(dialog).to_have_count(0)
    expect(one.get_by_role("insertion").filter(has_text="Said in the second draft.")).to_be_visible()
