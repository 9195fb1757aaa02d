"""Drafts that were begun from a version that is not the active one any more."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from tests.gateway.client import Caller
from tests.rule.pack_life import activated, drafted, fresh, problem, step
from tests.rule.samples import pack, rule
from tests.rule.strategies import whole_packs

from entrepot.rule.functions.formats import ordered
from entrepot.rule.functions.rebase import rebased
from entrepot.rule.model.life import PACK_ITSELF
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.rule import Rule

A, B = rule("nz-a"), rule("nz-b")


def changed(rule: Rule, **said: Any) -> Rule:
    return msgspec.structs.replace(rule, **said)


@given(base=whole_packs(), other=whole_packs())
def test_what_only_one_changed_is_what_comes_out(base: Pack, other: Pack) -> None:
    for theirs, mine in ((other, base), (base, other)):
        found = rebased(base, theirs, mine, {})
        assert found.clashes == []
        assert ordered(found.pack) == ordered(other)


@given(base=whole_packs(), theirs=whole_packs(), mine=whole_packs())
def test_a_choice_settles_every_clash(base: Pack, theirs: Pack, mine: Pack) -> None:
    clashes = rebased(base, theirs, mine, {}).clashes
    for choice in ("mine", "theirs"):
        assert rebased(base, theirs, mine, {each.id: choice for each in clashes}).clashes == []  # type: ignore[misc]


def test_different_members_of_one_rule_are_put_together() -> None:
    theirs = pack(changed(A, title="Theirs", revision=2), B)
    mine = pack(changed(A, severity="label", revision=2), rule("nz-new"))
    found = rebased(pack(A, B), theirs, mine, {})
    assert found.clashes == []
    assert found.pack.rules == (changed(A, title="Theirs", severity="label", revision=2), rule("nz-new"))


def test_one_member_changed_by_both_is_a_clash_until_it_is_chosen() -> None:
    base, theirs, mine = (pack(changed(A, title=title)) for title in ("Old", "Theirs", "Mine"))
    [clash] = rebased(base, theirs, mine, {}).clashes
    assert (clash.id, [each.field for each in clash.fields]) == ("nz-a", ["title"])
    assert (bytes(clash.fields[0].before), bytes(clash.fields[0].after)) == (b'"Theirs"', b'"Mine"')
    for choice, title in (("mine", "Mine"), ("theirs", "Theirs")):
        found = rebased(base, theirs, mine, {"nz-a": choice})  # type: ignore[dict-item]
        assert (found.clashes, found.pack.rules[0].title) == ([], title)


@pytest.mark.parametrize("whose", ["mine", "theirs"])
def test_rule_that_one_took_out_and_the_other_changed_is_a_clash(whose: str) -> None:
    without, other = pack(B), pack(changed(A, title="New"), B)
    mine, theirs = (without, other) if whose == "mine" else (other, without)
    [clash] = rebased(pack(A, B), theirs, mine, {}).clashes
    assert (clash.id, clash.title, clash.fields) == ("nz-a", "New", [])
    gone = rebased(pack(A, B), theirs, mine, {"nz-a": whose})  # type: ignore[dict-item]
    assert [each.id for each in gone.pack.rules] == ["nz-b"]


def test_title_and_documents_of_both_are_kept() -> None:
    one, two = Document(id="one", title="One"), Document(id="two", title="Two")
    base = pack(A)
    theirs = msgspec.structs.replace(base, title="Theirs", documents=(*base.documents, one))
    mine = msgspec.structs.replace(base, notice="Mine.", documents=(two, *base.documents))
    found = rebased(base, theirs, mine, {})
    assert found.clashes == []
    assert (found.pack.title, found.pack.notice) == ("Theirs", "Mine.")
    assert {each.id for each in found.pack.documents} >= {"one", "two"}
    [clash] = rebased(base, theirs, msgspec.structs.replace(base, title="Other"), {}).clashes
    assert clash.id == PACK_ITSELF


# ---- two administrators -----------------------------------------------------------------------------


def edit(who: Caller, made: dict[str, Any], rule: Rule) -> None:
    body = {"revision": made["revision"], "rule": msgspec.to_builtins(rule)}
    assert who.ask("PUT", f"/api/packs/{made['id']}/rules/{rule.id}", body).status == 200


def test_activating_one_draft_never_takes_back_what_another_changed(ada: Caller, bob: Caller) -> None:
    name = fresh()
    one, two = rule(f"{name}-1"), rule(f"{name}-2", severity="label")
    active = activated(ada, bob, name, one, two)
    first, second = (ada.post("/api/packs", {"based_on": active["id"]}).json()["pack"] for _ in range(2))
    edit(ada, first, changed(one, title="First"))
    edit(ada, second, changed(two, title="Second"))
    for made in (first, second):
        assert step(ada, made, "submit").status == 200
        assert step(bob, made, "approve").status == 200
    assert step(bob, first, "activate").status == 200

    refused = step(bob, second, "activate")
    assert problem(refused) == (409, "activated-meanwhile")
    assert refused.json()["active"] == first["id"]
    assert ada.get(f"/api/rules/{name}-1").json()["rule"]["title"] == "First"

    back = step(ada, second, "return").json()
    assert problem(step(ada, second, "submit")) == (409, "activated-meanwhile")
    at = f"/api/packs/{second['id']}/rebase"
    assert problem(ada.post(at, {"revision": back["revision"] + 1})) == (409, "edited-meanwhile")
    together = ada.post(at, {"revision": back["revision"]}).json()
    assert (together["based_on"], together["state"]) == (first["id"], "draft")
    assert ada.post(at, {"revision": together["revision"]}).status == 422  # it has everything
    for who, action in ((ada, "submit"), (bob, "approve"), (bob, "activate")):
        assert step(who, second, action).status == 200
    for number, title in ((1, "First"), (2, "Second")):
        found = ada.get(f"/api/rules/{name}-{number}").json()["rule"]
        assert (found["title"], found["revision"]) == (title, 2)


def test_what_both_changed_is_told_and_chosen(ada: Caller, bob: Caller) -> None:
    name = fresh()
    active = activated(ada, bob, name, rule(name))
    late = bob.post("/api/packs", {"based_on": active["id"]}).json()["pack"]
    edit(bob, late, changed(rule(name), title="Bob's"))
    soon = ada.post("/api/packs", {"based_on": active["id"]}).json()["pack"]
    edit(ada, soon, changed(rule(name), title="Ada's"))
    for who, action in ((ada, "submit"), (bob, "approve"), (bob, "activate")):
        assert step(who, soon, action).status == 200
    refused = bob.post(f"/api/packs/{late['id']}/rebase", {"revision": late["revision"] + 1})
    assert problem(refused) == (409, "clashing")
    [clash] = refused.json()["clashes"]
    assert (clash["id"], clash["fields"]) == (
        name, [{"field": "title", "before": "Ada's", "after": "Bob's"}],
    )  # fmt: skip
    chosen = {"revision": late["revision"] + 1, "choices": {name: "mine"}}
    assert bob.post(f"/api/packs/{late['id']}/rebase", chosen).status == 200
    assert bob.get(f"/api/packs/{late['id']}/rules/{name}").json()["title"] == "Bob's"


def test_draft_of_a_file_is_held_against_what_was_active_when_it_came(ada: Caller, bob: Caller) -> None:
    name = fresh()
    early = drafted(ada, name, rule(name))
    activated(ada, bob, name, rule(name, severity="label"))
    assert problem(step(ada, early, "submit")) == (409, "activated-meanwhile")
