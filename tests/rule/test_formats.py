"""Packs as files: both formats hold everything, and nothing dangerous comes in or goes out."""

from typing import Any

import pytest
from hypothesis import given
from tests.rule.samples import pack, rule
from tests.rule.strategies import whole_packs

from entrepot.rule.functions import formats
from entrepot.rule.functions.lint import NOTHING_AROUND
from entrepot.rule.model.flaw import FlawedPack
from entrepot.rule.model.pack import Pack

YAML = """name: nz
title: New Zealand
rules:

  - id: nz-battery
    title: Batteries are declared
    destinations: [NZ]
    traits_all: [battery]
    severity: document
    authority: The authority
    citation: {law: Act 1, checked_on: 2026-11-01}
    confidence: known
"""


def flaw(data: bytes | str, file: str = "nz.yaml") -> Any:
    with pytest.raises(FlawedPack) as refused:
        formats.read(data, file=file)
    return refused.value.flaws[0]


@pytest.mark.parametrize("kind", ["yaml", "csv"])
@given(pack=whole_packs())
def test_what_is_written_reads_back_and_is_written_the_same(kind: str, pack: Pack) -> None:
    text = formats.write(pack, kind=kind)
    again = formats.read(text.encode(), file=f"a.{kind}")
    assert again == formats.ordered(pack)
    assert formats.write(again, kind=kind) == text


@given(pack=whole_packs())
def test_both_formats_hold_the_same(pack: Pack) -> None:
    through_csv = formats.read(formats.write(pack, kind="csv"), file="a.csv")
    through_yaml = formats.read(formats.write(pack, kind="yaml"), file="a.yaml")
    assert formats.canonical(through_csv) == formats.canonical(through_yaml) == formats.canonical(pack)


def test_canonical_file_is_read_and_written_byte_for_byte() -> None:
    opened = formats.opened(YAML, file="nz.yaml")
    assert formats.write(opened.pack, kind="yaml") == YAML
    places = ("", "destinations", "citation.checked_on", "tests")
    assert [opened.line("nz-battery", each) for each in places] == [5, 7, 11, 5]


def test_norway_stays_a_country_and_a_code_keeps_its_zero() -> None:
    text = YAML.replace("[NZ]", "[NO]").replace("    traits_all", "    hs_include: [0402]\n    traits_all")
    [found] = formats.read(text, file="nz.yaml").rules
    assert found.destinations == ("NO",)
    assert found.hs_include == ("0402",)
    assert '["NO"]' in formats.write(formats.read(text, file="nz.yaml"), kind="yaml")


@pytest.mark.parametrize(
    ("bad", "line", "why"),
    [
        (YAML.replace("document", "documents"), 9, "Severity cannot be 'documents'."),
        (YAML.replace("2026-11-01", "2026-13-01"), 11, "Checked on is no day such as"),
        (YAML.replace("    severity", "    severty"), 9, "Severty is not known here."),
        (YAML.replace("    authority: The authority\n", ""), 5, "Authority is missing."),
        (YAML.partition("rules:")[0] + "rules: none\n", 3, "Rules must be a list."),
        (YAML.replace("title: New Zealand\n", ""), 1, "Title is missing."),
        (YAML + "    title: twice\n", 13, "twice"),
        (YAML.replace("known", "&a known"), 12, "aliases"),
        (YAML.replace("known", "!!str known"), 12, "Tags"),
        (YAML.replace("known", "!!python/name:os.system known"), 12, "Tags"),
        (YAML.replace("known", "[" * 13), 12, "deep"),
        (YAML.replace("known", "[" * 100_000), 12, "deep"),
        (YAML + "  bad", 13, "find"),
        (YAML.replace("Act", "Act\x07"), 0, "YAML"),
        ("", 0, "The file is empty."),
        ("- 1", 1, "begin with name, title and rules"),
    ],
)
def test_bad_yaml_is_refused_with_its_line(bad: str, line: int, why: str) -> None:
    found = flaw(bad)
    assert (found.file, found.line) == ("nz.yaml", line), found
    assert why in found.reason


SECOND = YAML.partition("rules:\n")[2].replace("nz-battery", "nz-second")


def test_rule_without_shape_hides_nothing_of_the_others() -> None:
    third = SECOND.replace("nz-second", "nz-third").replace("Batteries are declared", "Third")
    broken = YAML.replace("document", "documents")
    text = broken + SECOND.replace("    severity", "    supersedes: [nz-battery, gone]\n    severity")
    opened = formats.opened(text + third + SECOND.replace("nz-second", "nz-battery"), file="nz.yaml")
    flaws = {(each.code, each.rule, each.line) for each in opened.linted(NOTHING_AROUND)}
    lines = (text + third).splitlines()
    expected = {
        ("shape", "nz-battery", 9),
        ("dangling", "nz-second", lines.index("    supersedes: [nz-battery, gone]") + 1),
        ("untested", "nz-third", lines.index("  - id: nz-third") + 1),
        ("duplicate_rule", "nz-battery", len(lines) + 2),
    }
    assert expected <= flaws
    # What cannot be read is there nevertheless.
    assert sum(code == "dangling" for code, _, _ in flaws) == 1


def test_ids_that_stand_twice_are_told_once_with_the_line_of_the_second() -> None:
    opened = formats.opened(YAML + SECOND.replace("nz-second", "nz-battery"), file="nz.yaml")
    [twice] = [each for each in opened.linted(NOTHING_AROUND) if each.code == "duplicate_rule"]
    assert (twice.line, twice.reason) == (14, "two rules have this id; the other stands in line 5.")


def test_yaml_bomb_is_refused_before_it_swells() -> None:
    layers = "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)
    )
    assert flaw(f"a: &a [lol]\n{layers}").code == "yaml_alias"


def test_huge_file_is_refused() -> None:
    assert flaw("#" * (formats.MAX_BYTES + 1)).code == "size"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_other_programs_are_understood(encoding: str) -> None:
    read = formats.read(
        YAML.replace("New Zealand", "Aotearoa, Nouvelle-Zélande").encode(encoding), file="a.yaml"
    )
    assert read.title == "Aotearoa, Nouvelle-Zélande"


def test_other_encodings_are_refused_with_their_line() -> None:
    found = flaw(YAML.replace("New Zealand", "Zélande").encode("latin-1"))
    assert (found.code, found.line) == ("encoding", 2)


def test_other_kinds_of_file_are_refused() -> None:
    assert flaw(YAML, "nz.xlsx").code == "format"


# ---- CSV --------------------------------------------------------------------------------------------

CSV = """kind,id,title,destinations,numeric,severity,authority,law,checked_on,confidence,notes
pack,nz,New Zealand,,,,,,,,
rule,nz-battery,Batteries,NZ; AU,battery_energy > 100 Wh; value <= 0.5 EUR,document,A,Act 1,2026-11-01,known,
"""


def test_csv_is_read_with_the_separators_of_spreadsheets() -> None:
    commas = formats.read(CSV, file="a.csv")
    tabs = formats.read(CSV.replace(",", "\t"), file="a.csv")
    with_semicolons = CSV.replace("; ", "|").replace(",", ";").replace("NZ|AU", '"NZ; AU"')
    semicolons = formats.read(
        with_semicolons.replace("100 Wh|value", "100 Wh; value").replace(
            "battery_energy > 100 Wh; value <= 0.5 EUR", '"battery_energy > 100 Wh; value <= 0.5 EUR"'
        ),
        file="a.csv",
    )
    assert commas == tabs == semicolons
    assert commas.rules[0].destinations == ("NZ", "AU")
    assert [each.currency for each in commas.rules[0].numeric] == ["", "EUR"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_formula_is_refused_and_written_behind_an_apostrophe(formula: str) -> None:
    found = flaw(CSV.replace("known,", f'known,"{formula}"'), "a.csv")
    assert (found.code, found.line) == ("csv_formula", 3)
    made = pack(rule(notes=formula))
    text = formats.write(made, kind="csv")
    assert f"'{formula}" in text
    assert formats.read(text, file="a.csv").rules[0].notes == formula


def test_cell_that_cannot_be_read_hides_nothing_of_the_other_rows() -> None:
    row = CSV.splitlines()[2].replace("nz-battery", "nz-second").replace("NZ; AU", "ZZ")
    text = CSV.replace("> 100 Wh", "over 100") + row + "\n"
    found = formats.opened(text, file="a.csv").linted(NOTHING_AROUND)
    told = [(each.line, each.rule, each.field) for each in found if each.code != "untested"]
    assert told == [(3, "nz-battery", "numeric"), (4, "nz-second", "destinations[0]")]


def test_everything_that_is_wrong_with_a_file_is_told_at_once() -> None:
    row = "rule,nz-{},{},{},,{},A,Act 1,{},known,{}"
    rows = (
        row.format("a", "Title", "NZ", "papers", "yesterday", "=1+1"), "ruler,nz-b,,,,,,,,,",
        row.format("c", "Title", "NZ", "label", "2026-11-01", "@SUM(A1)") + ",,", "document,d,D,,,label,,,,,",
        row.format("e", "Title", "NZ", "label", "2026-13-01", ""),
    )  # fmt: skip
    found = formats.opened(CSV + "\n".join(rows) + "\n", file="a.csv").linted(NOTHING_AROUND)
    told = [(each.line, each.code, each.rule, each.field) for each in found if each.code != "untested"]
    assert told == [
        (4, "csv_formula", "nz-a", "notes"), (4, "shape", "nz-a", "severity"),
        (4, "shape", "nz-a", "citation.checked_on"), *((line, "csv", "", "") for line in (5, 6, 7)),
        (8, "shape", "nz-e", "citation.checked_on"),
    ]  # fmt: skip


@pytest.mark.parametrize("file", ["a.yaml", "a.csv"])
def test_everything_that_is_wrong_with_one_rule_is_told_at_once(file: str) -> None:
    made = rule(severity="label", authority="Nobody")
    text = formats.write(pack(made), kind=file[2:])
    broken = text.replace("label", "sticker").replace("Nobody", "N" * 400)
    found = formats.opened(broken, file=file).linted(NOTHING_AROUND)
    assert {each.field for each in found} == {"severity", "authority"}


@pytest.mark.parametrize(
    ("bad", "line", "why"),
    [
        (CSV.replace("numeric", "numerical"), 1, "no column"),
        (CSV.replace("kind,id", "id,id"), 1, "once"),
        (CSV.replace("rule,", "ruler,"), 3, "ruler"),
        (CSV.replace("rule,", "pack,nz-2,Two,,,,,,,,\nrule,"), 3, "second"),
        (CSV.replace("pack,nz", "rule,nz"), 2, ""),
        (CSV.replace("> 100 Wh", "over 100"), 3, "condition"),
        (CSV.replace("document", "papers"), 3, "Severity cannot be 'papers'."),
        (CSV.replace("known,", "known,,,"), 3, "cells"),
        (CSV.replace("Batteries", '"Batteries'), 3, "row"),
        (CSV.split("\n")[0], 0, "pack"),
        ("", 1, "first line"),
    ],
)
def test_bad_csv_is_refused_with_its_line(bad: str, line: int, why: str) -> None:
    found = flaw(bad, "a.csv")
    assert why in found.reason
    assert found.line == line or not why, found
