"""Looking through the rules that are active."""

from typing import Any

from tests.gateway.client import Caller

from entrepot.rule.model.rule import SEVERITIES


def test_rules_are_listed_by_gravity_page_after_page(ada: Caller) -> None:
    listed = "/api/rules?market=DE&order=gravity"
    whole = ada.get(f"{listed}&limit=200").json()["items"]
    places = [_place(each["rule"]) for each in whole]
    assert places == sorted(places)
    assert len(set(places)) > 3
    paged, cursor = [], ""
    while len(paged) < len(whole):
        page = ada.get(f"{listed}&limit=7{cursor}").json()
        paged += page["items"]
        cursor = f"&cursor={page['next']}"
    assert [each["rule"]["id"] for each in paged[: len(whole)]] == [each["rule"]["id"] for each in whole]


def _place(rule: dict[str, Any]) -> tuple[int, bool]:
    """How grave it is, and whether it is for anywhere."""
    named = "origins" if rule.get("direction") == "export" else "destinations"
    return SEVERITIES[rule["severity"]], "INT" in rule.get(named, ["INT"])


def test_rules_are_listed_by_id_unless_asked_otherwise(ada: Caller) -> None:
    ids = [each["rule"]["id"] for each in ada.get("/api/rules?market=DE&limit=200").json()["items"]]
    assert ids == sorted(ids)
