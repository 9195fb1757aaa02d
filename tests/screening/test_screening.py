"""Screening: lists that change, hits that are explained, and decisions that are remembered."""

import csv
import io
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.at_rest import dump, opened
from tests.gateway.client import Caller, Node, running_node, until
from tests.screening.parties import CSV
from typer.testing import CliRunner

from entrepot import cli
from entrepot.screening.functions import party_list
from entrepot.screening.model.party import BadList

# ---- lists -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("4,vessel", "3,vessel"), 5, "twice"),
        (("4,vessel", "4,spaceship"), 5, "spaceship"),
        (("1970,IQ", "70,IQ"), 3, "birth_dates"),
        ((",,,KP,", ",,,Korea,"), 5, "countries"),
        ((",,,KP,", ",,,ZZ,"), 5, "no country ZZ"),
        (("1970,IQ", "1970-02-30,IQ"), 3, "no day 1970-02-30"),
        (("MV Morning Glory", "'-'"), 5, "nothing to compare"),
        (("id,kind", "number,kind"), 1, "no column 'id'"),
        (("programme", "colour"), 1, "nobody knows"),
        (("EXAMPLE-2\n5", "EXAMPLE-2,more\n5"), 5, "cells"),
    ],
)  # fmt: skip
def test_bad_entry_is_named_and_nothing_is_taken(change: tuple[str, str], line: int, reason: str) -> None:
    with pytest.raises(BadList) as refused:
        party_list.read(CSV.replace(*change), form="csv")
    assert any(each.line == line and reason in each.reason for each in refused.value.problems), (
        refused.value.problems
    )


@pytest.mark.parametrize("sign", [";", "\t"])
def test_list_of_any_spreadsheet_is_the_same_list(sign: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=sign, lineterminator="\r\n").writerows(csv.reader(io.StringIO(CSV)))
    assert (
        party_list.read("\ufeff" + written.getvalue(), form="csv").digest
        == party_list.read(CSV, form="csv").digest
    )


@pytest.mark.parametrize("form", ["csv", "json"])
def test_list_that_is_not_utf8_is_refused_with_how_to_save_it(form: str) -> None:
    lost = "id,name\n1,Jos\ufffd\n" if form == "csv" else '{"entries": [\n{"id": "1", "name": "Jos\ufffd"}]}'
    with pytest.raises(BadList, match=r"Line 2: .*save it as “CSV UTF-8”"):
        party_list.read(lost, form=form)


def test_case_of_kinds_and_countries_means_nothing() -> None:
    shouted = CSV.replace(",person,", ",PERSON,").replace(",RU,", ",ru,")
    assert shouted != CSV
    assert party_list.read(shouted, form="csv").digest == party_list.read(CSV, form="csv").digest


def test_problem_in_json_names_the_entry_and_no_line() -> None:
    text = '{"entries": [{"id": "1", "name": "A B"}, {"id": "2", "name": "C D", "kind": "dog"}, 3]}'
    with pytest.raises(BadList) as refused:
        party_list.read(text, form="json")
    assert [each.line for each in refused.value.problems] == [0, 0]
    assert refused.value.problems[0].reason.startswith("Entry 2: In the column kind, 'dog' does not fit.")
    assert refused.value.problems[1].reason == "Entry 3: this is no entry."


def test_missing_quote_is_said_in_plain_words_where_it_begins() -> None:
    with pytest.raises(BadList, match='Line 3: A cell begins with " here'):
        party_list.read(CSV.replace("Mohammed", '"Mohammed'), form="csv")


def test_csv_and_json_of_the_same_list_are_the_same() -> None:
    packed = party_list.read(CSV, form="csv")
    entries = [
        {name: getattr(party, name) for name in party_list.COLUMNS if getattr(party, name)}
        for party in reversed(packed.parties)
    ]
    assert party_list.read(json.dumps({"entries": entries}), form="json").digest == packed.digest
    assert party_list.unpacked(packed.body) == list(packed.parties)


@pytest.mark.parametrize("text", ["", "[1]", '{"entries": 3}', "{", "[" * 100_000])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(BadList):
        party_list.read(text, form="json")


def test_changes_are_named_by_entry_and_field() -> None:
    old = party_list.read(CSV, form="csv").parties
    new = party_list.read(
        CSV.replace("1970,IQ", "1971,IQ").replace("4,vessel", "7,vessel"), form="csv"
    ).parties
    assert [(each.id, each.change, each.fields) for each in party_list.changes(old, new)] == [
        ("2", "changed", ["birth_dates"]), ("4", "removed", []), ("7", "added", []),
    ]  # fmt: skip


# ---- at a node ---------------------------------------------------------------------------------------------

OWN = "screening:read screening:write"
IVAN = {"name": "PETROVSKIY, Ivan", "birth_date": "1961"}


@pytest.fixture
def caller(node: Node) -> Caller:
    take(node, CSV)
    return node.caller(OWN, org="acme")


def take(node: Node, text: str) -> Any:
    reply = node.caller("rule:write").post(
        "/api/parties/import", {"list": "example", "format": "csv", "text": text}
    )
    assert reply.status == 200, reply.body
    return reply.json()


def decide(caller: Caller, screening: Any, verdict: str, **more: Any) -> Any:
    hit = screening["hits"][0]
    body = {"list": hit["list"], "entry": hit["entry"]["id"], "verdict": verdict, "reason": "passport seen"}
    return caller.post(f"/api/screenings/{screening['id']}/decisions", body | more)


def test_without_a_list_nobody_can_be_screened(tmp_path: Path) -> None:
    with running_node(tmp_path) as empty:
        reply = empty.caller(OWN).post("/api/screenings", IVAN)
        assert (reply.status, reply.json()["type"]) == (409, "urn:entrepot:problem:no-lists")


def test_list_is_imported_whole_counted_and_kept_in_versions(node: Node) -> None:
    first = take(node, CSV)
    again = take(node, CSV)
    assert (again["state"], again["version"]) == ("unchanged", first["version"])
    broken = node.caller("rule:write").post(
        "/api/parties/import",
        {"list": "example", "format": "csv", "text": CSV.replace("4,vessel", "3,vessel")},
    )
    assert broken.status == 422 and broken.json()["problems"][0]["line"] == 5
    smaller = take(node, CSV.rsplit("6,person", 1)[0])
    assert (smaller["removed"], smaller["changes"][0]["id"]) == (1, "6")
    reader = node.caller("screening:read")
    assert [each["version"] for each in reader.get("/api/parties").json()["items"]] == [smaller["version"]]
    versions = reader.get("/api/parties/example?limit=1").json()
    assert versions["items"][0]["entries"] == 5 and versions["next"]
    changes = reader.get("/api/parties/example/changes").json()["items"]
    assert [(each["id"], each["change"]) for each in changes] == [("6", "removed")]
    assert reader.get("/api/parties/nowhere").status == 404
    assert reader.get("/api/parties/example/changes?until=99").status == 404


def test_list_that_loses_more_than_half_is_refused_until_it_is_meant(node: Node) -> None:
    writer = node.caller("rule:write")

    def reply(text: str, **more: Any) -> Any:
        body = {"list": "shrinking", "format": "csv", "text": text}
        return writer.post("/api/parties/import", body | more)

    half, quarter = "".join(CSV.splitlines(True)[:4]), "".join(CSV.splitlines(True)[:2])
    assert reply(CSV).json()["version"] == 1
    assert reply(half).json()["removed"] == 3
    refused = reply(quarter)
    assert (refused.status, refused.json()["type"]) == (409, "urn:entrepot:problem:file-shrinks")
    assert [refused.json()[each] for each in ("had", "has", "removed")] == [3, 1, 2]
    assert reply(half).json()["state"] == "unchanged"
    assert reply(quarter, shrinks=True).json()["version"] == 3
    assert writer.ask("DELETE", "/api/parties/shrinking").status == 204
    assert reply(half).json()["version"] == 4
    assert writer.ask("DELETE", "/api/parties/shrinking").status == 204


def test_title_and_day_of_publication_are_kept_and_can_be_mended(node: Node) -> None:
    def report(text: str, **more: Any) -> Any:
        body = {"list": "titled", "format": "csv", "text": text}
        return node.caller("rule:write").post("/api/parties/import", body | more).json()

    def kept() -> Any:
        every = node.caller("screening:read").get("/api/parties").json()["items"]
        return [(e["version"], e["title"], e["published_on"]) for e in every if e["list"] == "titled"]

    assert report(CSV, title="A list", published_on="2026-11-01")["state"] == "imported"
    again = report(CSV, published_on="2026-11-08")
    assert (again["state"], again["title"], again["published_on"]) == ("unchanged", "A list", "2026-11-08")
    assert kept() == [(1, "A list", "2026-11-08")]
    report(CSV.replace("EXAMPLE-1", "EXAMPLE-9"))
    assert kept() == [(2, "A list", "")]
    assert node.caller("rule:write").ask("DELETE", "/api/parties/titled").status == 204


def test_screening_tells_who_may_be_meant_and_why(caller: Caller) -> None:
    reply = caller.post("/api/screenings", IVAN | {"country": "RU", "reference": "order 17"})
    assert reply.status == 201
    screening = reply.json()
    assert screening["state"] == "open" and screening["reference"] == "order 17"
    [hit] = screening["hits"]
    assert (hit["list"], hit["entry"]["id"], hit["entry"]["programme"]) == ("example", "1", "EXAMPLE-1")
    assert [part["part"] for part in hit["parts"]] == ["name", "birth_date", "country"]
    assert caller.get(f"/api/screenings/{screening['id']}").json() == screening
    assert caller.post("/api/screenings", {"name": "Ada Lovelace"}).json()["state"] == "clear"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "--"}, "name"), ({"name": ""}, "name"), ({"birth_date": "61"}, "birth_date"),
        ({"name": "😀"}, "name"), ({"birth_date": "1961-02-30"}, "birth_date"),
        ({"country": "ZZ"}, "country"),
        ({"country": "Russia"}, "country"), ({"threshold": 0.1}, "threshold"), ({"kind": "dog"}, "kind"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(caller: Caller, wrong: dict[str, Any], field: str) -> None:
    reply = caller.post("/api/screenings", IVAN | wrong)
    assert reply.status == 422
    assert reply.json()["field"] == field


@pytest.mark.parametrize(
    "query", ["state=null", "watch=null", "watch=maybe", "limit=0", "state=any&state=open"]
)
def test_query_that_makes_no_sense_is_refused(caller: Caller, query: str) -> None:
    assert caller.get(f"/api/screenings?{query}").status == 422


def test_decision_is_remembered_for_the_same_subject_and_entry(node: Node) -> None:
    take(node, CSV)
    caller = node.caller(OWN, org="rememberers")
    first = caller.post("/api/screenings", IVAN).json()
    decided = decide(caller, first, "false_positive").json()
    assert decided["state"] == "clear"
    assert decided["hits"][0]["decision"]["reason"] == "passport seen"

    again = caller.post("/api/screenings", IVAN | {"name": "Ivan Petrovskiy"}).json()
    assert again["state"] == "open"  # another order of words is another subject
    same = caller.post("/api/screenings", IVAN | {"name": "petrovskiy  IVAN"}).json()
    assert (same["state"], same["hits"][0]["decision"]["current"]) == ("clear", True)
    assert same["hits"][0]["decision"]["changed"] == []
    other = caller.post("/api/screenings", {"name": "PETROVSKIY, Ivan", "birth_date": "1961-04-02"}).json()
    assert other["state"] == "open" and other["hits"][0]["decision"] is None

    take(node, CSV.replace("EXAMPLE-1\n2", "EXAMPLE-9\n2"))  # the entry says something new
    later = caller.post("/api/screenings", IVAN).json()
    assert (later["state"], later["hits"][0]["decision"]["current"]) == ("open", False)
    assert later["hits"][0]["decision"]["changed"] == ["programme"]
    assert decide(caller, later, "true_match").json()["state"] == "matched"


def test_every_decision_stays_visible_even_when_its_entry_is_gone(node: Node) -> None:
    take(node, CSV)
    caller = node.caller(OWN, org="historians")
    first = caller.post("/api/screenings", IVAN).json()
    decide(caller, first, "true_match", reason="same passport")
    decided = decide(caller, first, "false_positive", reason="it was a copy").json()
    [hit] = decided["hits"]
    assert hit["decision"]["reason"] == "it was a copy" and hit["decision"]["current"]
    assert [(each["verdict"], each["reason"]) for each in hit["earlier"]] == [("true_match", "same passport")]
    assert decided["past"] == []

    take(node, "".join(line for line in CSV.splitlines(True) if not line.startswith("1,")))
    later = caller.post("/api/screenings", IVAN).json()
    assert later["hits"] == [] and later["state"] == "clear"
    assert [(each["list"], each["entry"], each["reason"]) for each in later["past"]] == [
        ("example", "1", "it was a copy"), ("example", "1", "same passport"),
    ]  # fmt: skip
    assert {each["decided_by"] for each in later["past"]} == {hit["decision"]["decided_by"]}


def test_screening_says_what_was_compared_and_whether_a_list_is_newer(node: Node) -> None:
    take(node, CSV)
    caller = node.caller(OWN, org="comparers")
    found = caller.post("/api/screenings", {"name": "Dr. Иван ПЕТРОВСКИЙ"}).json()
    assert found["hits"][0]["compared"] == {"subject": "ivan petrovskiy", "listed": "ivan petrovskiy"}
    assert found["hits"][0]["matched_name"] == "Иван Петровский"
    assert found["lists_now"] == found["lists"]
    take(node, CSV + "9,person,Somebody New,,,,EXAMPLE-5\n")
    stale = caller.get(f"/api/screenings/{found['id']}").json()
    assert stale["lists"] == found["lists"] and stale["lists_now"] != found["lists"]
    assert caller.get("/api/screenings?limit=1").json()["items"][0]["lists_now"] == stale["lists_now"]


def test_watched_subject_is_screened_again_when_a_list_changes(node: Node) -> None:
    take(node, CSV)
    caller = node.caller(OWN, org="watchers")
    watched = caller.post("/api/screenings", {"name": "Grace Hopper", "watch": True}).json()
    left = caller.post("/api/screenings", {"name": "Grace Hopper"}).json()
    assert (watched["state"], watched["watch"]) == ("clear", True)
    take(node, CSV + "8,person,Grace Brewster Hopper,,1906,US,EXAMPLE-4\n")

    def state(screening: Any) -> str:
        return caller.get(f"/api/screenings/{screening['id']}").json()["state"]

    until(lambda: state(watched) == "open")
    assert state(left) == "clear"
    assert caller.get("/api/screenings?watch=true&state=open").json()["items"][0]["id"] == watched["id"]
    assert caller.ask("PATCH", f"/api/screenings/{watched['id']}", {"watch": False}).json()["watch"] is False


def test_neighbours_see_and_change_nothing_of_ours(node: Node, caller: Caller) -> None:
    ours = caller.post("/api/screenings", IVAN).json()
    neighbour = node.caller(OWN, org="other")
    assert neighbour.get(f"/api/screenings/{ours['id']}").status == 404
    assert neighbour.ask("DELETE", f"/api/screenings/{ours['id']}").status == 404
    assert neighbour.ask("PATCH", f"/api/screenings/{ours['id']}", {"watch": True}).status == 404
    assert decide(neighbour, ours, "false_positive").status == 404
    assert ours["id"] not in str(neighbour.get("/api/screenings").json())
    assert decide(caller, ours, "false_positive", entry="4").status == 404


def test_deleting_the_last_screening_of_a_subject_forgets_the_decisions(node: Node) -> None:
    take(node, CSV)
    caller = node.caller(OWN, org="forgetters")
    one = caller.post("/api/screenings", IVAN).json()
    two = caller.post("/api/screenings", IVAN).json()
    decide(caller, one, "false_positive")
    assert caller.ask("DELETE", f"/api/screenings/{one['id']}").status == 204
    assert caller.get(f"/api/screenings/{two['id']}").json()["state"] == "clear"
    assert caller.ask("DELETE", f"/api/screenings/{two['id']}").status == 204
    assert caller.post("/api/screenings", IVAN).json()["state"] == "open"


def test_retired_list_finds_nobody(node: Node) -> None:
    writer, caller = node.caller("rule:write"), node.caller(OWN, org="retirers")
    second = {"list": "second", "format": "csv", "text": "id,name\n1,Rear Admiral Nobody\n"}
    writer.post("/api/parties/import", second)
    assert caller.post("/api/screenings", {"name": "Nobody, Rear"}).json()["hits"]
    assert writer.ask("DELETE", "/api/parties/second").status == 204
    assert caller.post("/api/screenings", {"name": "Nobody, Rear"}).json()["hits"] == []
    assert writer.ask("DELETE", "/api/parties/second").status == 404
    again = writer.post("/api/parties/import", second).json()
    assert (again["state"], again["version"]) == ("imported", 2)
    assert caller.post("/api/screenings", {"name": "Nobody, Rear"}).json()["hits"]
    assert writer.ask("DELETE", "/api/parties/second").status == 204


def test_who_was_screened_lies_nowhere_in_plain(tmp_path: Path) -> None:
    with running_node(tmp_path) as node:
        take(node, CSV)
        caller = node.caller(OWN)
        asked = {"name": "Zebulon Quartermaine", "reference": "file Ypsilon"}
        screening = caller.post("/api/screenings", asked).json()
        decide(caller, caller.post("/api/screenings", IVAN).json(), "true_match", reason="the Quagga told us")
        with closing(opened(node.settings.data, "screening")) as database:
            stored = dump(database).upper()
    assert screening["id"].upper() in stored
    for secret in ("Zebulon", "Quartermaine", "Ypsilon", "Quagga"):
        assert secret.upper() not in stored and secret.encode().hex().upper() not in stored


def test_keys_of_organisations_are_wrapped_again(node: Node) -> None:
    take(node, CSV)
    caller = node.caller(OWN, org="turners")
    before = caller.post("/api/screenings", IVAN).json()
    operator = node.caller("node:operate")
    done = operator.post("/api/screening-keys/rewrap", {"limit": 500}).json()
    assert done["count"] >= 1 and done["next"] is None
    assert caller.get(f"/api/screenings/{before['id']}").json() == before


def test_command_brings_a_list_in_and_tells_what_changed(node: Node, tmp_path: Path) -> None:
    file, data = tmp_path / "from-a-file.csv", ("--data", node.settings.data)

    def entrepot(*words: object) -> Any:
        return CliRunner().invoke(cli.app, ["rules", "import-parties", *map(str, words)])

    file.write_text(CSV.replace("1970,IQ", "70,IQ"))
    assert (
        f"{file}:3: In the column birth_dates, '70' does not fit. It holds `1961-04-02`,"
        in entrepot(file, *data).output
    )
    file.write_text(CSV)
    assert "6 added, 0 changed, 0 removed." in entrepot(file, *data).output
    file.write_text(CSV.replace("1970,IQ", "1971,IQ"))
    done = entrepot(file, "--published-on", "2026-11-01", *data)
    assert done.exit_code == 0, done.output
    assert "changed: 2 Mohammed Al-Tikriti (birth_dates)" in done.output
    assert node.caller("rule:write").ask("DELETE", "/api/parties/from-a-file").status == 204
    assert "neither .csv nor .json" in entrepot(tmp_path / "list.xlsx", *data).output
