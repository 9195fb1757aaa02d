"""Sanctions on imports and exports, embargoes, and additional duties, rule by rule on their days."""

from datetime import date
from typing import Any

import pytest
from tests.rule.samples import facts, ids

from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import normalised
from entrepot.rule.model.check import CheckAnswer, PackRef
from entrepot.rule.service.starter import shipped

BOOK = Rulebook([(PackRef(each.name, 1, each.name), each) for each in shipped()])


def asked(code: str, origin: str, destination: str, **said: Any) -> CheckAnswer:
    told = {
        "hs_code": code, "origin": origin, "destination": destination, "mode": "sea", "no_other_traits": True,
        "date": "2026-11-30",
    }  # fmt: skip
    return BOOK.check(normalised(facts(**told | said), today=date(2026, 11, 30)))


@pytest.mark.parametrize(
    ("code", "way", "said"),
    [
        ("271111", ("RU", "GB"), {}),
        ("710231", ("RU", "GB"), {}),
        ("271111", ("RU", "DE"), {"date": "2027-01-02"}),
        ("281000", ("RU", "DE"), {}),
        ("401110", ("RU", "DE"), {}),
        ("330300", ("DE", "RU"), {"traits": ["luxury"]}),
        ("330300", ("DE", "BY"), {"traits": ["luxury"]}),
        ("847130", ("US", "CU"), {}),
        ("847130", ("US", "KP"), {}),
        ("847130", ("US", "IR"), {}),
        ("930200", ("DE", "SD"), {}),
        ("930200", ("GB", "SY"), {}),
        ("970121", ("SY", "DE"), {}),
        ("270900", ("BY", "DE"), {}),
        ("710812", ("IR", "DE"), {}),
        ("840710", ("DE", "KP"), {}),
        ("284420", ("RU", "US"), {}),
        ("740311", ("RU", "GB"), {}),
    ],
)
def test_what_sanctions_name_is_prohibited_both_ways(
    code: str, way: tuple[str, str], said: dict[str, Any]
) -> None:
    answer = asked(code, *way, **said)
    assert answer.verdict == "prohibited", ids(answer.requirements)


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("847130", ("DE", "RU")), ("847130", ("DE", "BY")), ("847130", ("GB", "RU")),
        ("853710", ("FR", "IR")),
        ("851762", ("DE", "KG")), ("940360", ("RU", "DE")),
    ],
)  # fmt: skip
def test_what_annexes_may_name_is_possible_and_never_clear(code: str, way: tuple[str, str]) -> None:
    answer = asked(code, *way)
    assert "prohibited" in {each.rule.severity for each in answer.possible}
    assert answer.verdict in ("not_covered", "unknown")
    assert [each.id for each in answer.questions if each.expert]


@pytest.mark.parametrize(
    ("code", "way", "said"),
    [
        ("300490", ("DE", "RU"), {}),
        ("330300", ("DE", "RU"), {"not_traits": ["luxury"]}),
        ("300490", ("US", "CU"), {}),
        ("847130", ("US", "SY"), {}),
        ("847130", ("DE", "KZ"), {}),
    ],
)
def test_what_is_free_is_not_prohibited(code: str, way: tuple[str, str], said: dict[str, Any]) -> None:
    answer = asked(code, *way, **said)
    assert answer.verdict != "prohibited", ids(answer.requirements)
    assert "prohibited" not in {each.rule.severity for each in answer.possible}


@pytest.mark.parametrize(
    ("code", "way", "day", "rule"),
    [
        ("691110", ("CN", "DE"), "2026-11-30", "eu-ceramic-tableware-antidumping"),
        ("691110", ("CN", "DE"), "2026-02-06", "eu-ceramic-tableware-antidumping-early"),
        ("871200", ("KH", "DE"), "2026-11-30", "eu-bicycles-antidumping"),
        ("871160", ("CN", "DE"), "2026-11-30", "eu-e-bikes-antidumping"),
        ("871160", ("CN", "DE"), "2020-06-01", "eu-e-bikes-antidumping-early"),
        ("720851", ("TR", "DE"), "2026-11-30", "eu-steel-quota"),
        ("720851", ("TR", "DE"), "2026-06-30", "eu-steel-safeguard"),
        ("940161", ("VN", "US"), "2026-12-31", "us-upholstered-furniture"),
        ("940161", ("VN", "US"), "2027-01-01", "us-upholstered-furniture-2027"),
        ("440710", ("CA", "US"), "2026-11-30", "us-softwood"),
        ("850760", ("CN", "US"), "2026-11-30", "us-section-301-2026"),
        ("940350", ("CN", "US"), "2026-11-30", "us-antidumping-china"),
        ("401120", ("CN", "GB"), "2026-11-30", "gb-truck-tyres-antidumping"),
        ("720851", ("TR", "CA"), "2026-11-30", "ca-steel-quota"),
    ],
)
def test_additional_duty_is_named_on_its_days(code: str, way: tuple[str, str], day: str, rule: str) -> None:
    assert rule in ids(asked(code, *way, date=day).requirements)


@pytest.mark.parametrize(
    ("code", "way", "day", "rule"),
    [
        ("691110", ("CN", "DE"), "2026-02-06", "eu-ceramic-tableware-antidumping"),
        ("871200", ("TW", "DE"), "2026-11-30", "eu-bicycles-antidumping"),
        ("720851", ("NO", "DE"), "2026-11-30", "eu-steel-quota"),
        ("940161", ("VN", "US"), "2027-01-01", "us-upholstered-furniture"),
        ("720851", ("US", "CA"), "2026-11-30", "ca-steel-quota"),
    ],
)
def test_additional_duty_keeps_to_its_goods(code: str, way: tuple[str, str], day: str, rule: str) -> None:
    assert rule not in ids(asked(code, *way, date=day).requirements)
