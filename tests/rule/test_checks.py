"""Checks over HTTP: kept, listed, replayed, and nobody else's."""

from datetime import date, datetime
from typing import Any

import pytest
from tests.gateway.client import Caller, Node
from tests.rule.pack_life import activated, fresh
from tests.rule.samples import rule

from entrepot.core.time import now
from entrepot.rule.model.rule import Charge

TOY = {"origin": "CN", "destination": "NZ", "hs_code": "9503.00", "traits": ["lithium_ion"]}


def asked(who: Caller, **said: Any) -> dict[str, Any]:
    reply = who.post("/api/checks", TOY | said)
    assert reply.status == 201, reply
    answer: dict[str, Any] = reply.json()
    return answer


def test_check_is_kept_and_shown_as_it_was_answered(ada: Caller) -> None:
    answer = asked(ada, description="A car with a battery")
    assert ada.get(f"/api/checks/{answer['id']}").json() == answer
    newest = ada.get("/api/checks?limit=1").json()["items"][0]
    assert (newest["id"], newest["hs_code"], newest["description"]) == (
        answer["id"], "950300", "A car with a battery",
    )  # fmt: skip
    assert ada.get(f"/api/checks?verdict={answer['verdict']}&destination=NZ").json()["items"]
    assert ada.get("/api/checks?destination=AQ").json()["items"] == []


def test_check_that_is_only_tried_is_not_kept(ada: Caller) -> None:
    assert asked(ada, keep=False)["id"] is None


def test_another_organisation_sees_nothing_of_it(node: Node, ada: Caller) -> None:
    id = asked(ada)["id"]
    neighbour = node.caller("check:read", org="other")
    assert neighbour.get("/api/checks").json()["items"] == []
    assert neighbour.get(f"/api/checks/{id}").status == 404
    assert neighbour.get(f"/api/checks/{id}/replay").status == 404


def test_check_replays_identically_after_its_pack_was_replaced(ada: Caller, bob: Caller) -> None:
    name = fresh()
    activated(ada, bob, name, rule(name))
    answer = asked(ada)
    activated(ada, bob, name, rule(name, severity="prohibited"))
    after = asked(ada)
    assert after["verdict"] == "prohibited"
    assert after["pack"] != answer["pack"]
    assert after["input_hash"] == answer["input_hash"]
    replay = ada.get(f"/api/checks/{answer['id']}/replay").json()
    assert replay["identical"]
    assert replay["then"] == replay["now"]
    assert replay["pack"] == answer["pack"]


def test_what_was_known_then_can_be_asked_now(ada: Caller, bob: Caller) -> None:
    """The law's time is `date`; that of our knowledge is `known_at`."""
    name = fresh()
    before = now().isoformat()
    activated(ada, bob, name, rule(name))
    after = now().isoformat()
    activated(ada, bob, name, rule(f"{name}-new"))

    def shows(id: str, **said: Any) -> bool:
        return any(each["rule"]["id"] == id for each in asked(ada, **said)["requirements"])

    assert not shows(name, known_at=before)
    assert shows(name, known_at=after)
    assert not shows(name)
    assert shows(f"{name}-new")
    assert asked(ada, known_at="2001-01-01T00:00:00Z")["verdict"] == "not_covered"


def test_rules_of_a_past_day_are_those_that_were_in_force(ada: Caller, bob: Caller) -> None:
    name = fresh()
    activated(ada, bob, name, rule(name, valid_from=date(2026, 7, 1)))

    def shows(day: str) -> bool:
        return any(each["rule"]["id"] == name for each in asked(ada, date=day)["requirements"])

    assert (shows("2026-06-30"), shows("2026-07-01")) == (False, True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hs_code": "770000"}, "hs_code"),
        ({"origin": "ZZ"}, "origin"),
        ({"measures": {"battery_energy": {"value": 1, "unit": "kg"}}}, "measures.battery_energy"),
        ({"measures": {"battery_energy": {"value": -1, "unit": "Wh"}}}, "measures.battery_energy"),
        ({"measures": {"battery_charge": {"value": 500, "unit": "%"}}}, "measures.battery_charge"),
        ({"answers": {"nobody-asked": True}}, "answers.nobody-asked"),
        ({"date": "1492-01-01"}, "date"),
        ({"known_at": "2999-01-01T00:00:00Z"}, "known_at"),
    ],
)
def test_impossible_fact_is_422_and_names_the_field(ada: Caller, said: dict[str, Any], field: str) -> None:
    reply = ada.post("/api/checks", TOY | said)
    assert (reply.status, reply.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    "said",
    [
        {"hs_code": "eight"},
        {"date": "2026-02-30"},
        {"mode": "mule"},
        {"value": -1},
        {"value": "NaN"},
        {"colour": "red"},
    ],
)
def test_misshapen_fact_is_422_and_names_the_field(ada: Caller, said: dict[str, Any]) -> None:
    reply = ada.post("/api/checks", TOY | said)
    assert (reply.status, reply.json()["field"]) == (422, next(iter(said)))
    assert next(iter(said)) in reply.json()["field"]


def test_same_key_gives_the_same_check(ada: Caller) -> None:
    first, second = (
        ada.post("/api/checks", TOY, headers={"Idempotency-Key": "once"}).json()["id"] for _ in range(2)
    )
    assert first == second


# ---- ticks ------------------------------------------------------------------------------------------


def demanding(ada: Caller, bob: Caller) -> tuple[dict[str, Any], str]:
    """A check, and a requirement of it that can be done."""
    name = fresh()
    activated(ada, bob, name, rule(name), rule(f"{name}-known", severity="information"))
    return asked(ada), name


def test_tick_is_shared_and_says_who_and_when(node: Node, ada: Caller, bob: Caller) -> None:
    answer, name = demanding(ada, bob)
    path = f"/api/checks/{answer['id']}/ticks"
    assert ada.get(path).json() == {"items": [], "next": None}
    before = now()
    [tick] = ada.ask("PUT", f"{path}/{name}").json()["items"]
    assert (tick["rule"], tick["by"]) == (name, answer["checked_by"])
    assert before <= datetime.fromisoformat(tick["at"]) <= now()
    assert bob.ask("PUT", f"{path}/{name}").json()["items"] == [tick]  # the first stays
    assert bob.get(path).json()["items"] == [tick]
    for _ in range(2):
        assert bob.ask("DELETE", f"{path}/{name}").json()["items"] == []


def test_ticks_change_no_answer_and_no_replay(ada: Caller, bob: Caller) -> None:
    answer, name = demanding(ada, bob)
    ada.ask("PUT", f"/api/checks/{answer['id']}/ticks/{name}")
    assert ada.get(f"/api/checks/{answer['id']}").json() == answer
    assert ada.get(f"/api/checks/{answer['id']}/replay").json()["identical"]


def test_list_says_how_much_is_done(ada: Caller, bob: Caller) -> None:
    answer, name = demanding(ada, bob)
    ada.ask("PUT", f"/api/checks/{answer['id']}/ticks/{name}")
    row = ada.get("/api/checks?limit=1").json()["items"][0]
    severities = [each["rule"]["severity"] for each in answer["requirements"]]
    assert "information" in severities
    assert (row["done"], row["todo"]) == (
        1, sum(each not in ("prohibited", "information") for each in severities),
    )  # fmt: skip


def test_only_what_can_be_done_is_ticked(node: Node, ada: Caller, bob: Caller) -> None:
    answer, name = demanding(ada, bob)
    path = f"/api/checks/{answer['id']}/ticks"
    assert ada.ask("PUT", f"{path}/{name}-known").status == 404
    assert ada.ask("PUT", f"{path}/nobody-asked").status == 404
    assert ada.ask("PUT", f"/api/checks/no-such/ticks/{name}").status == 404
    reader = node.caller("check:read")
    assert reader.get(path).status == 200
    assert reader.ask("PUT", f"{path}/{name}").status == 403


def test_another_organisation_neither_sees_nor_ticks(node: Node, ada: Caller, bob: Caller) -> None:
    answer, name = demanding(ada, bob)
    path = f"/api/checks/{answer['id']}/ticks"
    ada.ask("PUT", f"{path}/{name}")
    neighbour = node.caller("check:read check:write", org="other")
    assert neighbour.get(path).status == 404
    assert neighbour.ask("PUT", f"{path}/{name}").status == 404
    assert neighbour.ask("DELETE", f"{path}/{name}").status == 404
    assert len(ada.get(path).json()["items"]) == 1


@pytest.mark.parametrize(
    ("edit", "changes"),
    [
        ({"summary": "Another one."}, True), ({"notes": "For other editors."}, False),
        ({"charges": (Charge(kind="duty", title="Duty", rate=5.0, basis="value"),)}, True),
    ],
)  # fmt: skip
def test_kept_check_tells_when_the_rules_of_today_answer_otherwise(
    ada: Caller, bob: Caller, edit: dict[str, Any], changes: bool
) -> None:
    name, asked = fresh(), {"origin": "CN", "destination": "NZ", "hs_code": "850760"}
    activated(ada, bob, name, rule(name))
    kept = ada.post("/api/checks", asked).json()["id"]
    assert ada.get(f"/api/checks/{kept}/today").json()["changed"] is False
    activated(ada, bob, name, rule(name, **edit))
    today = ada.get(f"/api/checks/{kept}/today").json()
    assert today["changed"] is changes and today["verdict"] in ("requirements", "unknown", "prohibited")
    assert ada.get(f"/api/checks/{kept}/replay").json()["identical"]
    assert bob.get("/api/checks/none/today").status == 404
