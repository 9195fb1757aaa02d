"""The life of a pack, from a file to answered checks, with two people."""

from typing import Any

import msgspec
import pytest
from tests.gateway.client import Caller, Node
from tests.rule.pack_life import WHY, activated, drafted, file_of, found_by, fresh, problem, step
from tests.rule.samples import rule

from entrepot.core.paging import cursor_at
from entrepot.rule.model.rule import Rule

# ---- four eyes --------------------------------------------------------------------------------------


def test_pack_answers_checks_once_two_people_have_agreed(ada: Caller, bob: Caller) -> None:
    name = fresh()
    made = drafted(ada, name, rule(name))
    assert (made["state"], made["version"], made["hash"]) == ("draft", 1, "")
    submitted = step(ada, made, "submit").json()
    assert submitted["state"] == "submitted"
    assert len(submitted["hash"]) == 64
    assert len(submitted["signature"]) == 128
    approved = step(bob, made, "approve").json()
    assert approved["hash"] == submitted["hash"]
    assert not found_by(ada, name)
    active = step(bob, made, "activate").json()
    assert [each["action"] for each in active["steps"]] == ["created", "submit", "approve", "activate"]
    assert all(each["reason"] and each["actor"] and each["at"] for each in active["steps"])
    assert found_by(ada, name)


def test_nobody_approves_what_they_wrote_edited_or_submitted(node: Node, bob: Caller) -> None:
    name, editor = fresh(), node.caller("rule:read rule:write rule:approve", kind="person")
    made = drafted(bob, name, rule(name))
    edited = editor.ask("PATCH", f"/api/packs/{made['id']}", {"revision": 1, "title": "Edited"})
    assert edited.status == 200
    submitter = node.caller("rule:read rule:write rule:approve", kind="person")
    assert step(submitter, made, "submit").status == 200
    for hand in (bob, editor, submitter):
        assert problem(step(hand, made, "approve")) == (403, "four-eyes")
    assert step(node.caller("rule:approve", kind="person"), made, "approve").status == 200


def test_version_says_who_may_approve_it_as_the_step_itself_does(
    node: Node, ada: Caller, bob: Caller
) -> None:
    name, editor = fresh(), node.caller("rule:read rule:write rule:approve", kind="person")
    third, program = (node.caller("rule:read rule:approve", kind=kind) for kind in ("person", "program"))
    made = drafted(bob, name, rule(name))
    at = f"/api/packs/{made['id']}"
    assert editor.ask("PATCH", at, {"revision": 1, "title": "Edited"}).status == 200
    assert third.get(at).json()["may_approve"] is False  # a draft
    assert step(bob, made, "submit").status == 200
    may = {who: who.get(at).json()["may_approve"] for who in (bob, editor, ada, program, third)}
    assert [who for who, each in may.items() if each] == [third]
    assert len(third.get(at).json()["hands"]) == 2
    for who in (bob, editor, ada, program):
        assert step(who, made, "approve").status == 403
    assert step(third, made, "approve").status == 200


@pytest.mark.parametrize("kind", ["program", "operator"])
def test_program_or_operators_token_may_draft_but_takes_no_step(node: Node, bob: Caller, kind: str) -> None:
    name, program = fresh(), node.caller("rule:read rule:write rule:approve", kind=kind)
    made = drafted(program, name, rule(name))
    assert problem(step(program, made, "submit")) == (403, "not-for-programs")
    assert step(bob, made, "submit").status == 200
    assert problem(step(program, made, "approve")) == (403, "not-for-programs")
    assert step(node.caller("rule:approve", kind="person"), made, "approve").status == 200
    assert problem(step(program, made, "activate")) == (403, "not-for-programs")
    assert step(bob, made, "activate").status == 200
    newer = activated(bob, node.caller("rule:approve", kind="person"), name, rule(name, severity="label"))
    assert newer["state"] == "active"
    assert problem(step(program, made, "rollback")) == (403, "not-for-programs")


@pytest.mark.parametrize("action", ["approve", "activate", "rollback", "return"])
def test_draft_cannot_skip_a_step(bob: Caller, action: str) -> None:
    name = fresh()
    made = drafted(bob, name, rule(name))
    assert problem(step(bob, made, action)) == (409, "wrong-state")
    assert problem(bob.post(f"/api/packs/{made['id']}/{action}", {"reason": ""}))[0] == 422


def test_submitted_version_does_not_change_until_it_is_given_back(ada: Caller, bob: Caller) -> None:
    name = fresh()
    made = drafted(ada, name, rule(name))
    step(ada, made, "submit")
    at = f"/api/packs/{made['id']}"
    assert problem(ada.ask("PATCH", at, {"revision": 2, "title": "x"})) == (409, "wrong-state")
    assert problem(ada.ask("DELETE", at)) == (409, "wrong-state")
    back = step(bob, made, "return").json()
    assert (back["state"], back["hash"]) == ("draft", "")
    assert ada.ask("PATCH", at, {"revision": back["revision"], "title": "x"}).status == 200
    assert ada.ask("DELETE", at).status == 204
    assert ada.get(at).status == 404


# ---- editing ----------------------------------------------------------------------------------------


def test_of_two_editors_the_second_is_told_and_nothing_is_lost(ada: Caller, bob: Caller) -> None:
    name = fresh()
    at = f"/api/packs/{drafted(ada, name, rule(name))['id']}"
    one, other = (msgspec.to_builtins(rule(f"{name}-{n}")) for n in (1, 2))
    assert ada.ask("PUT", f"{at}/rules/{name}-1", {"revision": 1, "rule": one}).json()["rules"] == 2
    late = bob.ask("PUT", f"{at}/rules/{name}-2", {"revision": 1, "rule": other})
    assert problem(late) == (409, "edited-meanwhile")
    again = bob.ask("PUT", f"{at}/rules/{name}-2", {"revision": late.json()["revision"], "rule": other})
    assert again.json()["rules"] == 3
    ids = [each["id"] for each in ada.get(f"{at}/rules").json()["items"]]
    assert ids == [name, f"{name}-1", f"{name}-2"]
    assert ada.ask("DELETE", f"{at}/rules/{name}-1?revision=3").json()["rules"] == 2
    assert ada.get(f"{at}/rules/{name}-1").status == 404


def test_whoever_saves_what_stands_there_already_may_still_approve(ada: Caller, bob: Caller) -> None:
    name = fresh()
    made = drafted(ada, name, rule(name))
    at = f"/api/packs/{made['id']}"
    same = bob.ask("PUT", f"{at}/rules/{name}", {"revision": 1, "rule": msgspec.to_builtins(rule(name))})
    title = bob.ask("PATCH", at, {"revision": 1, "title": made["title"]})
    assert [each.json()["revision"] for each in (same, title)] == [1, 1]
    assert step(ada, made, "submit").status == 200
    assert step(bob, made, "approve").status == 200


def test_two_documents_of_one_id_are_refused_and_its_life_names_what_changed(ada: Caller) -> None:
    name = fresh()
    made = drafted(ada, name, rule(name))
    at, one = f"/api/packs/{made['id']}", {"id": "one", "title": "One"}
    twice = ada.ask("PATCH", at, {"revision": 1, "documents": [one, one]})
    assert (*problem(twice), twice.json()["field"]) == (422, "id-taken", "documents")
    said = {"revision": 1, "title": made["title"], "notice": "Another one.", "stale_after_months": 12}
    assert ada.ask("PATCH", at, said).json()["steps"][-1]["reason"] == "its notice"


def test_edited_draft_of_another_revision_is_not_submitted(ada: Caller) -> None:
    name = fresh()
    made = drafted(ada, name, rule(name))
    assert problem(step(ada, made, "submit", revision=7)) == (409, "edited-meanwhile")
    assert step(ada, made, "submit", revision=1).status == 200


def test_flaws_are_shown_while_editing_and_keep_a_draft_from_being_submitted(ada: Caller) -> None:
    name = fresh()
    made = drafted(ada, name, rule(name))
    bad = msgspec.to_builtins(rule(name, tests=(), supersedes=("gone",)))
    at = f"/api/packs/{made['id']}"
    assert ada.ask("PUT", f"{at}/rules/{name}", {"revision": 1, "rule": bad}).status == 200
    shown = ada.get(f"{at}/flaws").json()
    assert {each["code"] for each in shown["flaws"]} == {"untested", "dangling"}
    refused = step(ada, made, "submit")
    assert problem(refused) == (422, "flawed-pack")
    assert refused.json()["flaws"] == shown["flaws"]


@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_import_with_a_flaw_is_refused_with_file_and_line(ada: Caller, kind: str) -> None:
    name = fresh()
    sent = file_of(name, rule(f"{name}-a"), rule(f"{name}-b", destinations=("ZZ",)), kind=kind)
    refused = ada.post("/api/packs", sent)
    assert problem(refused) == (422, "flawed-pack")
    flaw = refused.json()["flaws"][0]
    line = next(n for n, text in enumerate(sent["content"].split("\n"), 1) if "ZZ" in text)
    assert (flaw["file"], flaw["line"], flaw["rule"]) == (f"{name}.{kind}", line, f"{name}-b")
    assert flaw["field"] == "destinations[0]"
    assert ada.get(f"/api/packs?name={name}").json()["items"] == []


def test_dry_run_reports_flaws_and_changes_and_keeps_nothing(ada: Caller, bob: Caller) -> None:
    name = fresh()
    activated(ada, bob, name, rule(name))
    sent = file_of(name, rule(name, severity="label"), rule(f"{name}-new", tests=()))
    report = ada.post("/api/packs", sent | {"dry_run": True}).json()
    assert report["pack"] is None
    assert {each["code"] for each in report["flaws"]} == {"untested"}
    assert [each["id"] for each in report["changes"]["added"]] == [f"{name}-new"]
    assert [each["field"] for each in report["changes"]["changed"][0]["fields"]] == ["severity"]
    assert len(ada.get(f"/api/packs?name={name}").json()["items"]) == 1


@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_pack_comes_back_as_the_file_that_it_was(ada: Caller, kind: str) -> None:
    name = fresh()
    sent = file_of(name, rule(f"{name}-b"), rule(f"{name}-a", severity="label", notes="=1+1"), kind=kind)
    made = ada.post("/api/packs", sent).json()["pack"]
    file = ada.get(f"/api/packs/{made['id']}/file?kind={kind}")
    assert file.body == sent["content"].encode()
    assert file.header("content-disposition") == f'attachment; filename="{name}-1.{kind}"'


def test_pack_may_begin_empty_or_as_a_copy(ada: Caller) -> None:
    name = fresh()
    empty = ada.post("/api/packs", {"name": name, "title": "Mine"}).json()["pack"]
    assert (empty["version"], empty["rules"]) == (1, 0)
    copy = ada.post("/api/packs", {"based_on": empty["id"]}).json()["pack"]
    assert (copy["version"], copy["based_on"], copy["title"]) == (2, empty["id"], "Mine")
    assert ada.post("/api/packs", {}).status == 422
    assert ada.post("/api/packs", {"based_on": "gone"}).status == 404


def test_huge_file_is_refused(ada: Caller) -> None:
    sent = {"file": "a.yaml", "content": "#" * (17 * 1024 * 1024)}
    assert ada.post("/api/packs", sent).status == 422
    assert ada.post("/api/packs", sent | {"content": "#" * (21 * 1024 * 1024)}).status == 413


# ---- changing what is active ------------------------------------------------------------------------


def test_new_version_replaces_and_rollback_brings_back(ada: Caller, bob: Caller) -> None:
    name = fresh()
    first = activated(ada, bob, name, rule(name))
    second = activated(ada, bob, name, rule(f"{name}-new"))
    assert (found_by(ada, name), found_by(ada, f"{name}-new")) == (False, True)
    assert ada.get(f"/api/packs/{first['id']}").json()["state"] == "retired"
    assert problem(bob.post(f"/api/packs/{second['id']}/rollback", WHY)) == (409, "wrong-state")
    back = bob.post(f"/api/packs/{first['id']}/rollback", {"reason": "the new one is wrong"}).json()
    assert (back["state"], back["steps"][-1]["reason"]) == ("active", "the new one is wrong")
    assert (found_by(ada, name), found_by(ada, f"{name}-new")) == (True, False)
    assert ada.get(f"/api/packs/{second['id']}").json()["state"] == "retired"


def test_versions_are_listed_by_name_the_active_one_first_whatever_the_page(ada: Caller, bob: Caller) -> None:
    name = fresh()
    for each in (f"{name}-b", f"{name}-a"):
        activated(ada, bob, each, rule(each))
        drafted(ada, each, rule(each))
        drafted(ada, each, rule(each))
    whole = [(each["name"], each["version"]) for each in _all(ada, 200) if each["name"].startswith(name)]
    assert whole == [(f"{name}-{each}", version) for each in "ab" for version in (1, 3, 2)]
    for limit in (1, 2, 5):
        paged = [(each["name"], each["version"]) for each in _all(ada, limit)]
        assert [each for each in paged if each[0].startswith(name)] == whole
    assert problem(ada.get("/api/packs?cursor=gone")) == (422, "bad-cursor")
    made_up = cursor_at(("a", 0, 99999999999999999999))
    assert problem(ada.get(f"/api/packs?cursor={made_up}")) == (422, "bad-cursor")


def _all(who: Caller, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = who.get(f"/api/packs?limit={limit}{more}").json()
        found, cursor = found + page["items"], page["next"]
    return found


def test_version_knows_which_of_its_name_is_active(ada: Caller, bob: Caller) -> None:
    name = fresh()
    assert drafted(ada, name, rule(name))["active"] == ""
    active = activated(ada, bob, name, rule(name))
    assert active["active"] == drafted(ada, name, rule(name))["active"] == active["id"]


def test_diff_tells_rules_and_fields(ada: Caller, bob: Caller) -> None:
    name = fresh()
    active = activated(ada, bob, name, rule(f"{name}-a"), rule(f"{name}-b", severity="test"))
    changed = drafted(ada, name, rule(f"{name}-a", severity="label"), rule(f"{name}-c"))
    diff = ada.get(f"/api/packs/{changed['id']}/diff/active").json()
    assert (diff["before"], diff["after"]) == (active["id"], changed["id"])
    assert [each["id"] for each in diff["added"]] == [f"{name}-c"]
    assert [each["id"] for each in diff["removed"]] == [f"{name}-b"]
    [both] = diff["changed"]
    assert both["fields"] == [{"field": "severity", "before": "document", "after": "label"}]
    other_way = ada.get(f"/api/packs/{changed['id']}/diff/{active['id']}").json()
    assert [each["id"] for each in other_way["added"]] == [f"{name}-b"]


_LESSER = ("document", "label", "information")


def revisions(who: Caller, made: dict[str, Any]) -> dict[str, int]:
    items = who.get(f"/api/packs/{made['id']}/rules").json()["items"]
    return {each["id"].rpartition("-")[2]: each.get("revision", 1) for each in items}


def test_changed_rule_has_the_next_revision_once_submitted(ada: Caller, bob: Caller) -> None:
    name = fresh()
    a, b, c = (rule(f"{name}-{each}", severity=of) for each, of in zip("abc", _LESSER, strict=True))
    activated(ada, bob, name, a, msgspec.structs.replace(b, revision=4))
    draft = drafted(ada, name, msgspec.structs.replace(a, summary="Changed"), b, c)
    assert revisions(ada, draft) == {"a": 1, "b": 1, "c": 1}
    assert step(ada, draft, "submit").status == 200
    assert revisions(ada, draft) == {"a": 2, "b": 4, "c": 1}
    assert step(bob, draft, "return").status == 200
    assert step(ada, draft, "submit").status == 200
    assert revisions(ada, draft) == {"a": 2, "b": 4, "c": 1}
    assert step(bob, draft, "approve").status == 200
    assert step(bob, draft, "activate").status == 200
    answer = ada.post("/api/checks", {"origin": "CN", "destination": "NZ", "hs_code": "8507"}).json()
    faces = {each["rule"]["id"]: each["rule"].get("revision", 1) for each in answer["requirements"]}
    assert faces[f"{name}-a"] == 2


def test_rules_of_another_active_pack_are_not_taken(ada: Caller, bob: Caller) -> None:
    name = fresh()
    activated(ada, bob, name, rule(name))
    refused = ada.post("/api/packs", file_of(f"{name}-b", rule(name)))
    assert refused.json()["flaws"][0]["code"] == "duplicate_rule"


# ---- looking ----------------------------------------------------------------------------------------


def test_rules_are_found_by_market_code_trait_and_words(ada: Caller, bob: Caller) -> None:
    name = fresh()
    activated(
        ada, bob, name,
        rule(f"{name}-a", hs_include=("8507",), tests=_tests("8507"), summary=f"Zebra {name}"),
        rule(f"{name}-b", destinations=("INT",), tests=_tests("8507")),
    )  # fmt: skip

    def found(query: str) -> set[str]:
        items = ada.get(f"/api/rules?pack={name}&{query}").json()["items"]
        return {each["rule"]["id"].rpartition("-")[2] for each in items}

    assert found("market=NZ") == {"a", "b"}
    assert found("market=FR") == {"b"}
    assert found("hs_code=8507.60") == {"a", "b"}
    assert found("hs_code=8506") == {"b"}
    assert found(f"q=zebra%20{name}") == {"a"}
    assert found("trait=battery") == {"a", "b"}
    assert found("severity=label") == set()
    assert found("stale=true") == set()
    assert found("limit=1") == {"a"}
    assert found(f"cursor={name}-a") == {"b"}
    assert ada.get(f"/api/rules/{name}-a").json()["version"] == 1
    assert ada.get("/api/rules/gone").status == 404
    assert problem(ada.get("/api/rules?hs_code=7")) == (422, "bad-fact")


def _tests(code: str) -> Any:
    return tuple(
        msgspec.structs.replace(each, facts=msgspec.structs.replace(each.facts, hs_code=code))
        for each in rule().tests
    )


def test_coverage_counts_rules_by_market_and_chapter(ada: Caller, bob: Caller) -> None:
    name = fresh()
    spans = {"destinations": ("FJ",), "hs_include": ("84-85",), "traits_all": ()}
    tests = (
        {"facts": {"origin": "CN", "destination": "FJ", "hs_code": "8507"}, "expect": "matched"},
        {"facts": {"origin": "CN", "destination": "FJ", "hs_code": "0101"}, "expect": "not_matched"},
    )
    activated(
        ada, bob, name, msgspec.convert(msgspec.to_builtins(rule(name)) | spans | {"tests": tests}, Rule)
    )
    [fiji] = ada.get("/api/rules/coverage?market=FJ").json()["items"]
    assert fiji["chapters"] == [{"chapter": "84", "rules": 1}, {"chapter": "85", "rules": 1}]


def test_vocabulary_has_every_word_with_its_question(ada: Caller) -> None:
    words = ada.get("/api/rules/vocabulary").json()
    assert {"battery", "toy"} <= {each["id"] for each in words["traits"]}
    assert all(each["question"].endswith("?") for each in words["traits"] + words["measures"])
    [union] = [each for each in words["groups"] if each["id"] == "EU"]
    assert {"country": "GB", "since": "1993-11-01", "until": "2020-12-31"} in union["members"]
