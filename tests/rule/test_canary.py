"""What a version would change of past checks, before anybody activates it."""

from datetime import date
from typing import Any

import msgspec
import pytest
from tests.gateway.client import Caller, Node
from tests.rule.pack_life import activated, drafted, fresh
from tests.rule.samples import rule

from entrepot.core.time import now
from entrepot.rule.model.rule import Charge, Citation, Evidence


def test_canary_shows_which_past_checks_would_change(ada: Caller, bob: Caller) -> None:
    name = fresh()
    activated(ada, bob, name, rule(name))
    check = ada.post("/api/checks", {"origin": "CN", "destination": "NZ", "hs_code": "850760"}).json()["id"]
    draft = drafted(ada, name, rule(name, severity="prohibited"))
    shown = ada.post(f"/api/packs/{draft['id']}/canary", {"limit": 50}).json()
    [changed] = [each for each in shown["changed"] if each["id"] == check]
    assert changed["after"] == "prohibited"
    assert (changed["added"], changed["removed"]) == ([], [])
    # An edit that is not saved yet.
    edit = msgspec.to_builtins(rule(name, origins=("AU",), traits_all=()))
    live = ada.post(f"/api/packs/{draft['id']}/canary", {"limit": 50, "rule": edit}).json()
    [changed] = [each for each in live["changed"] if each["id"] == check]
    assert [(each["id"], each["may"]) for each in changed["removed"]] == [(name, False)]
    # One that names what nobody knows.
    strange = edit | {"traits_all": ["haunted"]}
    refused = ada.post(f"/api/packs/{draft['id']}/canary", {"limit": 50, "rule": strange})
    assert (refused.status, refused.json()["flaws"][0]["code"]) == (422, "unknown_trait")


VAT = Charge(kind="vat", title="VAT", rate=20, basis="value")


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        ({"severity": "test"}, ["severity"]),
        ({"summary": "Other words."}, ["summary"]),
        ({"title": "Do it otherwise"}, ["title"]),
        ({"authority": "Another authority"}, ["authority"]),
        ({"confidence": "uncertain"}, ["confidence"]),
        ({"citation": Citation(law="Act 2", checked_on=date(2026, 11, 1))}, ["citation"]),
        ({"roles": ("importer",)}, ["roles"]),
        ({"evidence": (Evidence(all_of=("declaration",)),)}, ["evidence"]),
        ({"charges": (VAT,)}, ["charges"]),
        ({"notes": "For ourselves."}, []),
        ({"exclude_origins": ("AU",)}, []),  # why it applies is not compared
    ],
)  # fmt: skip
def test_canary_shows_what_a_requirement_would_say_otherwise(
    ada: Caller, bob: Caller, edit: dict[str, Any], fields: list[str]
) -> None:
    """The verdict and the list stay; what the answer holds of the rule does not, or nothing differs."""
    name = fresh()
    activated(ada, bob, name, rule(name))
    asked = {"origin": "CN", "destination": "NZ", "hs_code": "850760", "value": 100, "currency": "NZD"}
    check = ada.post("/api/checks", asked).json()["id"]
    draft = drafted(ada, name, rule(name, revision=2, **edit))
    shown = ada.post(f"/api/packs/{draft['id']}/canary", {"limit": 50}).json()
    assert shown["tried"] - shown["same"] == len(shown["changed"])
    found = [each for each in shown["changed"] if each["id"] == check]
    altered = [[field["field"] for field in each["altered"][0]["fields"]] for each in found]
    assert altered == ([fields] if fields else [])


def test_canary_says_what_was_checked_but_not_in_the_words_of_others(
    node: Node, ada: Caller, bob: Caller
) -> None:
    name, stranger = fresh(), node.caller("check:write rule:read", kind="person", org="elsewhere")
    activated(ada, bob, name, rule(name))
    asked = {"origin": "CN", "destination": "NZ", "hs_code": "8507.60", "mode": "air", "date": "2026-12-01"}
    said = {"description": "Power bank"}
    own, foreign = (who.post("/api/checks", asked | said).json()["id"] for who in (ada, stranger))
    draft = drafted(ada, name, rule(name), rule(f"{name}-new", severity="label"))
    found = ada.post(f"/api/packs/{draft['id']}/canary", {"limit": 50}).json()["changed"]
    by_id = {each["id"]: each for each in found}
    mine, theirs = by_id[own], by_id[foreign]
    assert (mine["own"], mine["description"], theirs["own"], theirs["description"]) == (
        True,
        "Power bank",
        False,
        "",
    )
    assert theirs["hs_title"]
    assert (theirs["mode"], theirs["day"]) == ("air", "2026-12-01")
    added = [each for each in mine["added"] if each["id"] == f"{name}-new"]
    assert added == [{"id": f"{name}-new", "title": f"Do what {name}-new says", "may": False}]


def canary(who: Caller, made: dict[str, Any], *checks: str) -> list[str]:
    """Which of these checks a version would change."""
    shown = who.post(f"/api/packs/{made['id']}/canary", {"limit": 200}).json()
    return [each["id"] for each in shown["changed"] if each["id"] in checks]


def test_copy_of_what_is_active_changes_no_check(ada: Caller, bob: Caller) -> None:
    name, asked = fresh(), {"origin": "CN", "destination": "NZ", "hs_code": "850760"}
    older = ada.post("/api/checks", asked).json()["id"]
    active = activated(ada, bob, name, rule(name))
    copy = ada.post("/api/packs", {"based_on": active["id"]}).json()["pack"]
    shown = ada.post(f"/api/packs/{copy['id']}/canary", {"limit": 200}).json()
    assert shown["tried"] == shown["same"] > 0
    assert shown["changed"] == []
    assert canary(ada, drafted(ada, name, rule(name, severity="prohibited")), older) == [older]


def test_canary_leaves_out_checks_of_what_was_known(ada: Caller, bob: Caller) -> None:
    name, asked = fresh(), {"origin": "CN", "destination": "NZ", "hs_code": "850760"}
    activated(ada, bob, name, rule(name))
    moment = now().isoformat()
    past, today = (ada.post("/api/checks", asked | more).json()["id"] for more in ({"known_at": moment}, {}))
    draft = drafted(ada, name, rule(name, severity="prohibited"))
    assert canary(ada, draft, past, today) == [today]


def test_canary_shows_what_an_exemption_would_say_otherwise(ada: Caller, bob: Caller) -> None:
    name = fresh()
    asks, exempts = rule(name), rule(f"{name}-free", severity="information", exempts=(name,))
    activated(ada, bob, name, asks, exempts)
    asked = {"origin": "CN", "destination": "NZ", "hs_code": "850760"}
    check = ada.post("/api/checks", asked).json()
    assert f"{name}-free" in [each["rule"]["id"] for each in check["exemptions"]]
    other = drafted(
        ada, name, asks, rule(f"{name}-free", severity="information", exempts=(name,), summary="New.")
    )
    shown = ada.post(f"/api/packs/{other['id']}/canary", {"limit": 50}).json()
    [found] = [each for each in shown["changed"] if each["id"] == check["id"]]
    assert [each["id"] for each in found["altered"]] == [f"{name}-free"]


def test_canary_reaches_every_check_part_by_part(ada: Caller, bob: Caller) -> None:
    name, asked = fresh(), {"origin": "CN", "destination": "NZ", "hs_code": "850760"}
    activated(ada, bob, name, rule(name))
    mine = [ada.post("/api/checks", asked).json()["id"] for _ in range(5)]
    draft = drafted(ada, name, rule(name, severity="prohibited"))
    seen: list[str] = []
    before: dict[str, str] = {}
    while (shown := ada.post(f"/api/packs/{draft['id']}/canary", {"limit": 2} | before).json())["tried"]:
        seen += [each["id"] for each in shown["changed"]]
        before = {"before": shown["next"]}
    assert len(set(seen)) == len(seen)
    assert set(mine) <= set(seen)
