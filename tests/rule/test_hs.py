"""The Harmonized System: its import, its codes, and what is found by words."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node
from tests.house import ASSEMBLY
from tests.rule.samples import pack, rule
from typer.testing import CliRunner

from entrepot import cli
from entrepot.rule.functions import formats, hs_table
from entrepot.rule.functions.classification import HeadingIndex
from entrepot.rule.functions.lint import lint
from entrepot.rule.model.file_forms import FileForms
from entrepot.rule.model.headings import HEADINGS
from entrepot.rule.model.hs import SECTIONS, BadTable, NotACode, normalised, parents
from entrepot.screening.functions import party_list

SMALL = """hscode,description
95,Toys and games
9503,"Tricycles, dolls, other toys"
950300,"Tricycles, dolls, other toys"
9504,Games
950440,Games; playing cards
"""
_FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hs2022" / "harmonized-system.csv"


@pytest.fixture(scope="module")
def whole() -> str:
    if not _FILE.exists():
        pytest.skip("the HS 2022 table for tests (shared/data/hs2022) is not here")
    return _FILE.read_text(encoding="utf-8")


@pytest.fixture
def reader(node: Node) -> Caller:
    return node.caller("rule:read")


@pytest.fixture
def writer(node: Node) -> Caller:
    return node.caller("rule:read rule:write")


def the_table(reader: Caller) -> str:
    return reader.get("/api/hs?q=95").json()["table"]["source"]


# ---- the file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("950440", "95044x"), 6, "is no code"),
        (("9504,Games\n", ""), 0, "950440 is there, but 9504"),
        (("950440", "9503.00"), 6, "twice"),
        (("950440,Games; playing cards", "950440,"), 6, "no description"),
        (("950440,Games; playing cards", "950440"), 6, "1 cells"),
        (("hscode,", "number,"), 1, "no column 'hscode'"),
        (("9504,Games", "0005,Games"), 5, "no chapter"),
        (("playing cards", '"playing cards'), 0, ""),
    ],
)  # fmt: skip
def test_bad_line_is_named_and_nothing_is_taken(change: tuple[str, str], line: int, reason: str) -> None:
    if change[1].startswith('"'):
        text = SMALL.replace("950440,Games; playing cards", '950440,"Games')
    else:
        text = SMALL.replace(*change)
    with pytest.raises(BadTable) as refused:
        hs_table.read_table(text)
    assert any(each.line == line or not reason for each in refused.value.problems if reason in each.reason), (
        refused.value.problems
    )


def test_codes_that_no_nomenclature_has_are_left_out_with_a_reason() -> None:
    read = hs_table.read_table(SMALL + "TOTAL,Total\n9999,Not specified\n")
    assert len(read.rows) == 5
    assert [each.line for each in read.skipped] == [7, 8]


@pytest.mark.parametrize("sign", [";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_spreadsheet_s_csv_is_the_same_table(sign: str, ends: str) -> None:
    written = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(SMALL.replace("Games; playing cards", '"Games;\nplaying cards"')))
    csv.writer(written, delimiter=sign, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(rows)
    assert hs_table.read_table("\ufeff" + written.getvalue()).rows == hs_table.read_table(SMALL).rows


@pytest.mark.parametrize(
    ("data", "encoding", "line"),
    [(SMALL.replace("dolls", "poupées"), "latin-1", 3), (SMALL, "utf-16", 1)],
)  # fmt: skip
def test_file_that_is_not_utf8_is_refused_with_how_to_save_it(data: str, encoding: str, line: int) -> None:
    with pytest.raises(BadTable, match="save it as “CSV UTF-8”") as refused:
        hs_table.read_table(data.encode(encoding).decode("utf-8", errors="replace"))
    assert refused.value.problems[0].line == line


def test_line_of_a_problem_is_where_its_row_begins() -> None:
    with pytest.raises(BadTable) as refused:
        hs_table.read_table(SMALL.replace("Toys and games", '"Toys\nand\ngames"').replace("950440", "9504x"))
    assert refused.value.problems[0].line == 8


def test_sample_of_each_kind_of_file_can_be_imported_and_names_the_columns(reader: Caller) -> None:
    forms = reader.get("/api/file-forms").json()
    assert hs_table.read_table(forms["hs"]["sample"]).rows.keys() == {"95", "9503", "950300"}
    listed = party_list.read(forms["parties"]["sample"], form="csv").parties
    assert [each.aliases for each in listed] == [("Иван Байшпиль", "I. Beispiel"), ()]
    draft = formats.read(forms["pack"]["sample"], file="sample.csv")
    assert lint(draft) == []
    assert [forms[each]["most_bytes"] for each in ("hs", "parties", "pack")] == [8 << 20, 48 << 20, 16 << 20]


def test_every_file_that_a_context_imports_is_described() -> None:
    assert set(ASSEMBLY.files.forms) == set(FileForms.__struct_fields__)


@pytest.mark.parametrize(("kind", "page"), [("hs", "harmonized-system"), ("parties", "screening")])
def test_columns_stand_in_the_documents_as_the_reader_knows_them(
    reader: Caller, kind: str, page: str
) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / f"{page}.md").read_text(encoding="utf-8")
    for each in reader.get("/api/file-forms").json()[kind]["columns"]:
        assert f"| `{each['name']}` | {each['about']} |" in text


def test_order_and_dots_of_a_file_mean_nothing() -> None:
    rows = list(csv.reader(io.StringIO(SMALL)))
    turned = io.StringIO()
    csv.writer(turned).writerows(
        [rows[0], *reversed([[f"{r[0][:4]}.{r[0][4:]}" if len(r[0]) == 6 else r[0], r[1]] for r in rows[1:]])]
    )
    assert hs_table.digest(hs_table.read_table(turned.getvalue()).rows) == hs_table.digest(
        hs_table.read_table(SMALL).rows
    )


def test_a_stored_table_is_the_one_that_was_read() -> None:
    rows = hs_table.read_table(SMALL).rows
    assert hs_table.unpacked(hs_table.packed(rows)) == rows


# ---- our own facts ---------------------------------------------------------------------------------------


def test_every_chapter_of_the_system_is_known() -> None:
    chapters = {code for code in hs_table.own().entries if len(code) == 2}
    assert chapters == {f"{number:02}" for number in range(1, 98)} - {"77"}
    assert {hs_table.own().entries[code].section for code in chapters} == SECTIONS.keys()


def test_own_codes_are_codes_of_hs_2022(whole: str) -> None:
    assert hs_table.own().entries.keys() <= hs_table.read_table(whole).rows.keys()


def test_numbers_of_headings_are_those_of_hs_2022(whole: str) -> None:
    assert {code for code in hs_table.read_table(whole).rows if len(code) == 4} == HEADINGS


# ---- codes -----------------------------------------------------------------------------------------------


@given(
    st.from_regex(r"[0-9]{2}([0-9]{2}([0-9]{2})?)?", fullmatch=True), st.lists(st.integers(0, 6), max_size=4)
)
def test_dots_and_spaces_do_not_matter(code: str, places: list[int]) -> None:
    typed = code
    for place in places:
        typed = typed[:place] + ". "[place % 2] + typed[place:]
    assert normalised(typed) == code
    assert all(code.startswith(above) for above in parents(code))


@pytest.mark.parametrize("typed", ["", "9", "950", "95030", "9503001", "95x3", "九五", "9503-00"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(NotACode):
        normalised(typed)


# ---- at a node -------------------------------------------------------------------------------------------


def test_node_knows_what_ships_with_it_and_says_so(reader: Caller) -> None:
    shown = reader.get("/api/hs/9503").json()
    assert shown["title"] == "Toys"
    assert [each["code"] for each in shown["parents"]] == ["95"]
    assert (shown["section"], shown["chapter"]["code"]) == ("XX", "95")
    assert shown["notes"][0].startswith("A toy with a battery")
    assert shown["table"]["source"] == "own"


@pytest.mark.parametrize("code", ["9598", "77", "abc", "95030", "950300000"])
def test_unknown_code_is_not_found(reader: Caller, code: str) -> None:
    reply = reader.get(f"/api/hs/{code}")
    assert (reply.status, reply.json()["type"]) == (404, "urn:entrepot:problem:unknown-code")


def test_search_takes_codes_with_dots_and_mistyped_words(reader: Caller) -> None:
    by_code = reader.get("/api/hs?q=85.07").json()["items"]
    assert by_code[0]["code"] == "8507" and {each["code"][:4] for each in by_code} == {"8507"}
    for typed in ("smartphone", "smart%20phne", "smatphone"):
        assert reader.get(f"/api/hs?q={typed}").json()["items"][0]["code"].startswith("8517")
    national = reader.get("/api/hs?q=8507.60.0090").json()["items"]
    assert national and all("850760".startswith(each["code"][:6]) for each in national)
    assert reader.get("/api/hs?q=xyzzy").json()["items"] == []


@pytest.mark.parametrize(
    ("typed", "beginning", "exists"),
    [
        ("8507-60", "850760", True), ("8507 60 00 90", "850760", True), ("9599", "95", False),
        ("950", "950", True), ("0503.11", "05", False), ("9503.00", "9503", None), ("0305", "03", True),
        ("7700", "", False), ("9", "", None), ("98", "", False),
    ],
)  # fmt: skip
def test_search_says_whether_the_typed_code_exists(
    reader: Caller, typed: str, beginning: str, exists: bool | None
) -> None:
    found = reader.get(f"/api/hs?q={typed.replace(' ', '%20')}").json()
    assert (found["beginning"], found["exists"]) == (beginning, exists)
    assert all(each["code"].startswith(beginning) for each in found["items"])
    assert bool(found["items"]) == bool(beginning)


def test_code_that_is_only_known_by_number_is_not_called_unknown_to_the_system(reader: Caller) -> None:
    assert "only a part of HS2022 comes with the program" in reader.get("/api/hs/0305").json()["detail"]
    assert reader.get("/api/hs/9599").json()["detail"] == "HS2022 has no code 9599."


@pytest.mark.parametrize("words", ["toy", "battery", "cotton%20shirt"])
def test_search_finds_each_code_once(reader: Caller, words: str) -> None:
    found = [each["code"] for each in reader.get(f"/api/hs?q={words}").json()["items"]]
    assert found and len(found) == len(set(found))


def test_suggestion_for_a_plain_product_is_sure_and_says_why(reader: Caller) -> None:
    found = reader.post("/api/hs/suggestions", {"description": "ceramic coffee mug"}).json()
    assert found["headings"][0]["code"] == "6912"
    assert found["sure"] and found["doubt"] == "" and found["question"] is None
    assert "mug" in found["headings"][0]["because"] and found["traits"] == []
    assert 0.9 <= sum(each["score"] for each in found["headings"]) <= 1.001


def test_suggestion_asks_for_what_would_tell_codes_apart(reader: Caller) -> None:
    found = reader.post("/api/hs/suggestions", {"description": "cotton shirt for men"}).json()
    assert not found["sure"]
    assert found["question"]["text"] == "Is it knitted or crocheted, or is it woven?"
    assert {"6105", "6205"} <= {each["code"] for each in found["question"]["options"]}


@pytest.mark.parametrize("description", ["xyzzy plugh", "thing", "jacket"])
def test_too_little_is_not_enough_to_tell(reader: Caller, description: str) -> None:
    found = reader.post("/api/hs/suggestions", {"description": description}).json()
    assert not found["sure"] and found["doubt"]


def test_check_of_a_heading_that_does_not_exist_is_refused_without_any_table(node: Node) -> None:
    who = node.caller("check:write")

    def reply(code: str) -> Any:
        return who.post("/api/checks", {"origin": "CN", "destination": "NZ", "hs_code": code, "keep": False})

    for code in ("9599", "9599.00", "5099.10.00"):
        assert (reply(code).status, reply(code).json()["field"]) == (422, "hs_code")
    assert [reply(code).status for code in ("0305", "0305.10", "9503")] == [201] * 3


def test_who_may_only_read_imports_nothing(reader: Caller) -> None:
    assert reader.post("/api/hs/import", {"text": SMALL}).status == 403


def test_import_is_whole_reported_and_idempotent(writer: Caller, reader: Caller, whole: str) -> None:
    broken = writer.post("/api/hs/import", {"text": SMALL.replace("950440", "95044x")})
    assert broken.status == 422
    assert broken.json()["problems"] == [
        {"line": 6, "reason": "'95044x' is no code of two, four or six digits."}
    ]
    assert the_table(reader) == "own"
    small = writer.post("/api/hs/import", {"text": SMALL})  # of a table that lacks most headings
    assert (small.status, small.json()["type"]) == (409, "urn:entrepot:problem:file-shrinks")
    assert writer.ask("DELETE", "/api/hs/import").status == 409

    first = writer.post("/api/hs/import", {"text": whole, "file": "harmonized-system.csv"}).json()
    assert (first["state"], first["chapters"], first["headings"], first["subheadings"]) == (
        "imported", 96, 1228, 5612,
    )  # fmt: skip
    assert len(first["skipped"]) == 4
    assert writer.post("/api/hs/import", {"text": whole}).json()["state"] == "unchanged"

    shown = reader.get("/api/hs/8506.50").json()
    assert shown["text"].endswith("primary, lithium")
    assert [each["code"] for each in shown["parents"]] == ["85", "8506"]
    assert reader.get("/api/hs/8506").json()["children"][0]["code"] == "850610"

    refused = writer.post("/api/hs/import", {"text": SMALL})
    assert (refused.status, refused.json()["type"]) == (409, "urn:entrepot:problem:file-shrinks")
    assert [refused.json()[each] for each in ("had", "has", "removed")] == [6936, 5, 6931]
    smaller = writer.post("/api/hs/import", {"text": SMALL, "shrinks": True}).json()
    assert (smaller["added"], smaller["removed"]) == (0, 6931) and smaller["changed"] > 0
    assert reader.get("/api/hs/8506").status == 404
    assert reader.ask("DELETE", "/api/hs/import").status == 403
    assert writer.ask("DELETE", "/api/hs/import").status == 204  # the table before answers again
    assert (the_table(reader), reader.get("/api/hs/8506").status) == ("imported", 200)
    assert writer.ask("DELETE", "/api/hs/import").status == 204
    assert the_table(reader) == "own"
    again = writer.post("/api/hs/import", {"text": whole}).json()
    assert (again["state"], again["added"]) == ("imported", 6936)


def test_imported_table_tells_rules_which_codes_there_are(writer: Caller, whole: str) -> None:
    def flaws(code: str) -> str:
        content = formats.write(pack(rule(hs_include=(code,)), name="nz"), kind="yaml")
        return str(writer.post("/api/packs", {"file": "nz.yaml", "content": content, "dry_run": True}).json())

    assert writer.post("/api/hs/import", {"text": whole}).status == 200
    assert "there is no code 950399" in flaws("950399")
    assert "there is no code" not in flaws("950300")


def test_check_of_a_code_that_the_imported_table_lacks_is_refused(node: Node, writer: Caller) -> None:
    who = node.caller("check:write")

    def reply(code: str) -> Any:
        return who.post("/api/checks", {"origin": "CN", "destination": "NZ", "hs_code": code, "keep": False})

    assert writer.post("/api/hs/import", {"text": SMALL, "shrinks": True}).status == 200
    for code in ("950399", "9509", "9503.99.10"):
        assert (reply(code).status, reply(code).json()["field"]) == (422, "hs_code")
    assert [reply(code).status for code in ("95", "9503", "950300", "9503.00.99.10")] == [201] * 4


def test_every_description_of_the_table_finds_its_own_heading(whole: str) -> None:
    table = hs_table.put_together("HS2022", hs_table.read_table(whole).rows)
    index = HeadingIndex(table)
    tried = [code for code in table.codes if len(code) == 6][::37]
    found = [index.rank(table.entries[code].text, limit=5) for code in tried]
    hits = sum(
        code[:4] in {each.code for each in ranking.headings}
        for code, ranking in zip(tried, found, strict=True)
    )
    assert hits / len(tried) > 0.95


def test_command_brings_a_table_in_and_names_bad_lines(node: Node, tmp_path: Path) -> None:
    file, data = tmp_path / "table.csv", ("--data", node.settings.data)
    file.write_text(SMALL.replace("950440", "95044x"))
    refused = CliRunner().invoke(cli.app, ["rules", "import-hs", str(file), *map(str, data)])
    assert refused.exit_code == 1
    assert f"{file}:6: '95044x' is no code of two, four or six digits." in refused.output
    file.write_text(SMALL)
    taken = CliRunner().invoke(cli.app, ["rules", "import-hs", str(file), "--shrinks", *map(str, data)])
    assert taken.exit_code == 0, taken.output
    assert "1 chapters, 2 headings, 2 subheadings" in taken.output
