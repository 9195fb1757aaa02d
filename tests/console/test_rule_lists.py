"""Codes and lists in a real browser: files that explain themselves, and hits that people decide about."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.console.axe import violations
from tests.console.conftest import OPERATOR, page_of
from tests.console.station import Station

HEAD = "id;kind;name;aliases;birth_dates;countries;programme\n"
VIKTOR = 'A1;person;Viktor Example Petrov;"Виктор Петров; V. Petrov";1970-04-21;RU;EXAMPLE\n'
OTHERS = "".join(f"B{number};organisation;Example Works {number} LLC;;;PA;EXAMPLE\n" for number in range(6))


@pytest.fixture(scope="module")
def officer(browser: Browser, station: Station) -> Iterator[Page]:
    """Somebody who may import lists, screen and decide."""
    yield from page_of(OPERATOR, browser, station)


def opened(page: Page, path: str, button: str) -> Locator:
    page.goto(path)
    page.get_by_role("button", name=button).click()
    return page.get_by_role("dialog")


def choose(dialog: Locator, content: str | bytes, name: str = "list.csv") -> None:
    data = content if isinstance(content, bytes) else content.encode()
    dialog.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )


def import_list(page: Page, title: str, content: str) -> Locator:
    """The dialog, after a list was sent: a new one, or the next version of one of this title."""
    dialog = opened(page, "/screenings", "Import a list")
    expect(dialog.get_by_label("File", exact=True)).to_be_visible()  # counting does not wait
    lists = dialog.get_by_label("Which list")
    if lists.count() and title in lists.locator("option").all_inner_texts():
        lists.select_option(label=title)
    else:
        if lists.count():
            lists.select_option("")
        dialog.get_by_label("What it is called").fill(title)
    choose(dialog, content)
    dialog.get_by_role("button", name="Import a list").click()
    return dialog


def fact(dialog: Locator, term: str) -> Locator:
    return dialog.locator(".fact").filter(has=dialog.page.get_by_text(term, exact=True)).locator("dd")


# ---- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "button", "column"),
    [("/screenings", "Import a list", "birth_dates"), ("/hs", "Import a table", "hscode")],
)
def test_form_says_what_the_file_holds_and_its_sample_is_one(
    officer: Page, path: str, button: str, column: str
) -> None:
    dialog = opened(officer, path, button)
    with officer.expect_download() as waiting:
        dialog.get_by_role("link", name="Download a sample").click()
    sample = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert column in sample.splitlines()[0]
    dialog.get_by_text("What the file holds").click()
    expect(dialog.get_by_text(column, exact=True)).to_be_visible()
    assert violations(officer) == []
    officer.set_viewport_size({"width": 390, "height": 844})
    assert dialog.evaluate("it => it.scrollWidth <= it.clientWidth")
    officer.set_viewport_size({"width": 1280, "height": 720})
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)


def test_unfit_file_is_refused_before_it_is_sent(officer: Page) -> None:
    sent: list[str] = []
    officer.on("request", lambda request: sent.append(request.url))
    dialog = opened(officer, "/hs", "Import a table")
    dialog.get_by_role("button", name="Import a table").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a file first.")
    choose(dialog, b"x" * (9 * 1024 * 1024))
    dialog.get_by_role("button", name="Import a table").click()
    expect(dialog.get_by_role("alert")).to_have_text("This file is 9 MB; at most 8 MB are taken.")
    choose(dialog, "hscode,description\n95,Spielzeug für Kinder\n".encode("latin-1"))
    dialog.get_by_role("button", name="Import a table").click()
    expect(dialog.get_by_role("alert")).to_contain_text("save it as “CSV UTF-8”")
    assert not [url for url in sent if url.endswith("/import")]


def test_lines_that_are_wrong_are_named_and_nothing_is_taken(officer: Page) -> None:
    broken = HEAD + VIKTOR + VIKTOR + "A2;person;Somebody;;1961-02-30;RU;\nA3;person;--;;;;\n"
    dialog = import_list(officer, "Broken list", broken)
    expect(dialog.get_by_role("alert")).to_contain_text("Line 3: The id A1 is there twice.")
    expect(dialog.get_by_role("listitem")).to_have_text([
        "line 3: The id A1 is there twice.",
        "line 4: There is no day 1961-02-30.",
        "line 5: There is nothing to compare in the name '--'.",
    ])  # fmt: skip
    dialog.get_by_role("button", name="Cancel").click()
    expect(officer.get_by_text("Broken list")).to_have_count(0)


def test_list_that_loses_more_than_half_is_asked_about_first(officer: Page) -> None:
    dialog = import_list(officer, "Half of a list", HEAD + VIKTOR + OTHERS)
    expect(fact(dialog, "New")).to_have_text("7")
    dialog = import_list(officer, "Half of a list", HEAD + VIKTOR)
    expect(dialog.get_by_role("alert")).to_contain_text("6 of the 7 entries that are there now")
    dialog.get_by_role("button", name="It is whole: import it").click()
    expect(dialog.get_by_role("status")).to_contain_text("Half of a list is now version 2.")
    expect(fact(dialog, "Gone")).to_have_text("6")
    dialog.get_by_role("button", name="Done").click()
    officer.get_by_role("button", name="What changed in Half of a list").click()
    expect(dialog.get_by_role("listitem")).to_have_count(6)
    expect(dialog.get_by_role("listitem").first).to_have_text("Gone: Example Works 0 LLC (B0)")
    assert violations(officer) == []
    dialog.get_by_role("button", name="Done").click()
    officer.get_by_role("button", name="Retire Half of a list").click()
    dialog.get_by_role("button", name="Retire", exact=True).click()
    expect(officer.get_by_text("Half of a list")).to_have_count(0)


# ---- screening --------------------------------------------------------------------------------------------


def test_hit_is_explained_and_a_decision_stays_in_sight(officer: Page) -> None:
    first = HEAD + VIKTOR.replace("A1", "P1").replace("Viktor", "Wassili").replace("Виктор", "Василий")
    dialog = import_list(officer, "Invented list", first)
    expect(fact(dialog, "Read")).to_have_text("1 entry with 3 names")
    assert violations(officer) == []
    dialog = import_list(officer, "Invented list", first)
    expect(dialog.get_by_role("status")).to_contain_text("This list is unchanged.")

    officer.goto("/screenings")
    officer.get_by_label("Country").select_option("RU")
    officer.get_by_label("Your reference").fill("order 17")
    officer.get_by_label("Name", exact=True).fill("Василий Петров")
    officer.get_by_role("button", name="Screen", exact=True).click()
    hit = officer.get_by_role("listitem").filter(
        has=officer.get_by_role("heading", name="Wassili Example Petrov")
    )
    expect(hit).to_contain_text("The names are 100 % alike")
    expect(hit).to_contain_text("another name of the entry")
    expect(hit).to_contain_text("Compared: vasiliy petrov with vasiliy petrov")
    for told in ("Russia", "order 17", "Invented list (version 1)", "Olga Operator"):
        expect(officer.locator(".facts")).to_contain_text(told)
    decide(hit, "Somebody else", "Our customer was born in 1991")
    expect(hit).to_contain_text("Somebody else: Our customer was born in 1991 · Olga Operator")
    assert violations(officer) == []

    dialog = import_list(officer, "Invented list", first.replace("EXAMPLE", "ANOTHER"))
    expect(dialog.get_by_role("listitem")).to_have_text("Changed: Wassili Example Petrov (P1, programme)")
    officer.goto("/screenings")
    row = officer.get_by_role("listitem").filter(has_text="order 17")
    expect(row).to_contain_text("a list has changed since")
    row.get_by_role("link").click()
    officer.get_by_role("button", name="Screen again").click()
    expect(officer.get_by_text("Invented list (version 2)")).to_be_visible()
    expect(hit).to_contain_text("Somebody else (before it changed)")
    expect(hit).to_contain_text("This no longer counts: the entry has changed since (programme).")
    decide(hit, "It is them", "Same passport after all")
    expect(hit).to_contain_text("It is them: Same passport after all · Olga Operator")
    hit.get_by_text("1 earlier decision").click()
    expect(hit.get_by_text("Our customer was born in 1991")).to_be_visible()
    assert violations(officer) == []
    officer.set_viewport_size({"width": 360, "height": 740})
    assert officer.evaluate("document.documentElement.scrollWidth") <= 360
    officer.set_viewport_size({"width": 1280, "height": 720})


def test_watched_name_is_screened_again_by_itself(officer: Page) -> None:
    lines = HEAD + "W1;person;Grace Example Hopper;;1906;US;EXAMPLE\n"
    expect(fact(import_list(officer, "Watched list", lines), "New")).to_have_text("1")
    officer.goto("/screenings")
    officer.get_by_label("Name", exact=True).fill("Zebulon Quartermaine")
    officer.get_by_role("checkbox", name="Keep watching").check()
    officer.get_by_role("button", name="Screen", exact=True).click()
    expect(officer.get_by_role("heading", level=1, name="Zebulon Quartermaine")).to_be_visible()
    expect(officer.get_by_text("No name on the lists is alike enough.")).to_be_visible()
    screened = officer.url
    grown = lines + "W2;person;Zebulon Example Quartermaine;;;US;EXAMPLE\n"
    expect(fact(import_list(officer, "Watched list", grown), "New")).to_have_text("1")
    officer.goto(screened)
    expect(officer.get_by_role("heading", name="Zebulon Example Quartermaine")).to_be_visible()
    expect(officer.get_by_text("Somebody has to decide")).to_be_visible()
    expect(officer.get_by_role("button", name="Screen again")).to_have_count(0)


def decide(hit: Locator, verdict: str, reason: str) -> None:
    hit.get_by_role("button", name=verdict).click()
    dialog = hit.page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill(reason)
    dialog.get_by_role("button", name=verdict).click()
    expect(dialog).to_have_count(0)


# ---- codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said", "first"),
    [
        ("85.07", "", "8507"), ("8507 60", "", "8507.60"), ("9599", "HS2022 has no code 9599.", "95"),
        ("8507.60.00.90", "The whole world shares its first six digits, 8507.60.", "8507.60"),
        ("0305", "0305 exists, but the table here does not say what it covers.", "03"),
        ("7", "A code has at least two digits", ""), ("xyzzy", "", ""),
    ],
)  # fmt: skip
def test_typed_code_leads_somewhere_or_says_why_not(officer: Page, typed: str, said: str, first: str) -> None:
    officer.goto("/hs")
    officer.get_by_label("Words or a code").fill(typed)
    main = officer.get_by_role("main")
    if first:
        expect(main.get_by_role("listitem").first).to_contain_text(re.compile(f"^{first}"))
    else:
        expect(main.get_by_role("link", name="All chapters")).to_be_visible()
    if said:
        expect(main.get_by_role("status").filter(has_text=said)).to_be_visible()


def test_one_walks_down_and_up_and_on_to_a_check(officer: Page) -> None:
    officer.goto("/hs")
    officer.get_by_role("link", name=re.compile("^85 ")).click()
    officer.get_by_role("link", name=re.compile("^8507 ")).click()
    officer.get_by_role("link", name=re.compile("^8507.60 ")).click()
    expect(officer.get_by_role("main").get_by_role("heading", level=2)).to_contain_text("8507.60")
    officer.get_by_role("navigation", name="Where it stands").get_by_role(
        "link", name=re.compile("^85 ")
    ).click()
    expect(officer.get_by_role("main").get_by_role("heading", level=2)).to_contain_text("85")
    officer.get_by_label("Words or a code").fill("0305")
    officer.get_by_role("link", name="Check 0305").click()
    expect(officer.get_by_text("HS 0305")).to_be_visible()
