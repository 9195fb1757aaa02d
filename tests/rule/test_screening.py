"""Screening: names that mean the same, lists that change, and decisions that are remembered."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bench.labels import people as made_up
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node, running_node, until
from typer.testing import CliRunner

from entrepot import cli
from entrepot.rule.functions import party_list
from entrepot.rule.functions.names import folded, key
from entrepot.rule.functions.screening import Index, Source, compare
from entrepot.rule.model.party import BadList, Party
from entrepot.rule.model.screening import Subject

CSV = """id,kind,name,aliases,birth_dates,countries,programme
1,person,Ivan Sergeevich Petrovsky,Иван Петровский; I. Petrovsky,1961-04-02,RU,EXAMPLE-1
2,person,Mohammed Al-Tikriti,Muhammad El Takriti,1970,IQ,EXAMPLE-1
3,organisation,Northern Star Shipping LLC,Severnaya Zvezda OOO,,RU,EXAMPLE-2
4,vessel,MV Morning Glory,,,KP,EXAMPLE-2
5,person,Jan van der Berg,,1955-05,NL,EXAMPLE-3
6,person,Zhang Weimin,,1980-01-01,CN,EXAMPLE-3
"""


def index_of(*parties: Party) -> Index:
    return Index([Source("tried", 1, "-", parties)])


def listed() -> Index:
    return index_of(*party_list.read(CSV, form="csv").parties)


def found(name: str, *, threshold: float = 0.85, **more: Any) -> list[str]:
    subject = Subject(name=name, **more)
    index = listed()
    return [
        index.sources[each.source].parties[each.number].id
        for each in index.search(subject, threshold=threshold, limit=9)
    ]


# ---- names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Ivan Sergeevich Petrovsky", "PETROVSKY, Ivan", "Ivan Petrovskiy",
        "Иван Сергеевич Петровский", "Dr. Ivan Petrovsky", "I. Petrovsky", "Ivan Petrovksy",
        "Petrovsky Ivan Sergeyevich", "Iván Petrovsky",
    ],
)  # fmt: skip
def test_name_is_found_however_it_is_written(name: str) -> None:
    assert found(name) == ["1"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Mohamed al Tikriti", "2"), ("Muhammad Altikriti", "2"), ("محمد التكريتي", "2"),
        ("Jan Vanderberg", "5"), ("J. van den Berg", "5"), ("Northern Star Shipping Ltd.", "3"),
        ("Severnaja Zvezda", "3"), ("Morning Glory", "4"), ("Weimin Zhang", "6"), ("Zhang Wei Min", "6"),
    ],
)  # fmt: skip
def test_transliterations_joined_words_and_legal_forms_do_not_hide_anybody(name: str, meant: str) -> None:
    assert meant in found(name, threshold=0.8)


@pytest.mark.parametrize(
    "name",
    [
        "Sergei Petrovsky", "Ivan Petrov", "Ivan Nikolaevich Petrovich", "Petrovsky", "Mohammed Al-Baghdadi",
        "Ahmad Al-Tikriti", "Northern Light Shipping LLC", "Star Trading LLC", "Jan Berger", "Zhang Lei",
        "Ada Lovelace",
    ],
)  # fmt: skip
def test_namesakes_are_not_found(name: str) -> None:
    assert found(name) == []


def test_middle_names_may_be_left_out_but_not_contradict() -> None:
    listed = folded("Ivan Sergeevich Petrov")
    assert compare(folded("Ivan Petrov"), listed, organisation=False) > 0.9
    assert compare(folded("Ivan Nikolaevich Petrov"), listed, organisation=False) < 0.85
    assert compare(folded("Northern Star Shipping"), folded("Northern Star"), organisation=True) < 0.9


def test_another_birth_date_tells_namesakes_apart() -> None:
    assert found("Ivan Sergeevich Petrovsky", birth_date="1961-04-02") == ["1"]
    assert found("Ivan Sergeevich Petrovsky", birth_date="1961") == ["1"]
    assert found("Ivan Sergeevich Petrovsky", birth_date="1961-02-04") == ["1"]  # day and month swapped
    assert found("Ivan Sergeevich Petrovsky", birth_date="1993-04-02") == []


def test_score_is_explained_part_by_part() -> None:
    [hit] = listed().search(
        Subject(name="Ivan Petrovskij", birth_date="1961", country="RU", kind="person"),
        threshold=0.85,
        limit=5,
    )
    assert [each.part for each in hit.parts] == ["name", "birth_date", "country"]
    assert hit.score == pytest.approx(min(1.0, sum(each.effect for each in hit.parts)), abs=1e-3)
    assert hit.matched_name == "Иван Петровский"


_letters = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10)
_names = st.lists(_letters, min_size=1, max_size=4).map(" ".join)


@given(_names, st.randoms())
def test_order_case_and_accents_mean_nothing(name: str, chance: Any) -> None:
    words = name.upper().split()
    chance.shuffle(words)
    assert compare(folded(name), folded(" ".join(words)), organisation=False) == 1.0


@given(_names, _names)
def test_likeness_lies_between_zero_and_one(one: str, other: str) -> None:
    likeness = compare(folded(one), folded(other), organisation=False)
    assert 0.0 <= likeness <= 1.0
    assert (likeness == 1.0) or sorted(folded(one).words) != sorted(folded(other).words)


@given(st.text(max_size=60))
def test_any_text_can_be_folded(text: str) -> None:
    name = folded(text)
    assert all(word.isascii() and word for word in name.words)
    assert len(name.words) == len(name.keys) == len(name.weights)


def test_spellings_of_one_name_share_a_key() -> None:
    for spellings in (
        ("mohammed", "muhammad", "mohamed"), ("sergei", "sergey"), ("petrov", "petroff"),
        ("hussein", "husayn"),
        ("yevgeny", "evgeniy"), ("aleksandr", "alexander"), ("schmidt", "shmidt"), ("yusuf", "youssef"),
    ):  # fmt: skip
        assert len({key(each) for each in spellings}) == 1, spellings


def test_blocking_loses_nobody_that_comparing_all_would_find() -> None:
    persons = made_up.people(1000, seed=3)
    parties = [Party(id=each.id, name=each.name) for each in persons]
    index = index_of(*parties)
    for asked in made_up.matches(persons, 60, seed=5):
        subject = Subject(name=asked.name)
        name = folded(asked.name)
        whole = {
            party.id for party in parties if compare(name, folded(party.name), organisation=False) >= 0.9
        }
        blocked = {parties[each.number].id for each in index.search(subject, threshold=0.9, limit=1000)}
        assert blocked == whole, asked


def test_precision_and_recall_on_made_up_people() -> None:
    persons = made_up.people(20_000, seed=21)
    index = index_of(
        *(
            Party(id=each.id, name=each.name, birth_dates=(each.born,), countries=(each.country,))
            for each in persons
        )
    )

    def hits(asked: made_up.Asked) -> set[str]:
        subject = Subject(name=asked.name, kind="person", birth_date=asked.born, country=asked.country)
        return {persons[each.number].id for each in index.search(subject, threshold=0.85, limit=25)}

    meant = made_up.matches(persons, 250, seed=22)
    recall = sum(asked.meant in hits(asked) for asked in meant) / len(meant)
    false = sum(bool(hits(asked)) for asked in made_up.namesakes(persons, 250, seed=23))
    assert recall >= 0.96
    assert false / 250 <= 0.05


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
    other = caller.post("/api/screenings", {"name": "PETROVSKIY, Ivan", "birth_date": "1961-04-02"}).json()
    assert other["state"] == "open" and other["hits"][0]["decision"] is None

    take(node, CSV.replace("EXAMPLE-1\n2", "EXAMPLE-9\n2"))  # the entry says something new
    later = caller.post("/api/screenings", IVAN).json()
    assert (later["state"], later["hits"][0]["decision"]["current"]) == ("open", False)
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

    until(lambda: state(watched) == "open", within_s=20.0)
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
        file = node.settings.data / "rule.sqlite"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            stored = "\n".join(database.iterdump()).upper()
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
