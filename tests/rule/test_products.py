"""What the shipped packs say of everyday goods: what somebody who knows the trade would miss at once."""

from datetime import date
from typing import Any

import msgspec
import pytest

from entrepot.rule.functions import formats
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import normalised
from entrepot.rule.model.check import Answer, PackRef
from entrepot.rule.model.rule import Facts
from entrepot.rule.service.starter import shipped

TODAY = date(2026, 11, 27)
BOOK = Rulebook(
    [(PackRef(pack.name, 1, formats.digest(formats.canonical(pack))), pack) for pack in shipped()]
)


def asked(hs_code: str, origin: str, destination: str, **said: Any) -> Answer:
    told = {"hs_code": hs_code, "origin": origin, "destination": destination} | said
    return BOOK.check(normalised(msgspec.convert(told, Facts), today=TODAY))


def found(answer: Answer) -> set[str]:
    return {each.rule.id for each in answer.requirements}


@pytest.mark.parametrize(
    ("code", "way", "said", "needs"),
    [
        ("4407", ("BR", "DE"), {"date": "2027-02-01"}, {"eu-deforestation"}),
        ("0901", ("BR", "DE"), {"date": "2027-02-01"}, {"eu-deforestation"}),
        ("8703", ("JP", "US"), {}, {"us-vehicles"}),
        ("0406", ("FR", "US"), {}, {"us-food-prior-notice", "us-food-facility"}),
        ("650610", ("CN", "DE"), {}, {"eu-ppe", "eu-economic-operator"}),
        (
            "851762", ("US", "FR"), {"traits": ["radio", "internet_connected"]},
            {"eu-radio", "eu-radio-internet", "eu-rohs", "eu-weee", "eu-economic-operator",
             "eu-cra-reporting"},
        ),
        ("851762", ("US", "GB"), {"traits": ["radio"]}, {"gb-ukca-or-ce"}),
        ("871160", ("CN", "DE"), {"traits": ["lithium_ion"]}, {"eu-rohs", "eu-weee"}),
        ("610910", ("CN", "DE"), {}, {"eu-textile-fibres"}),
    ],
)  # fmt: skip
def test_code_settles_what_it_settles_although_nothing_else_was_said(
    code: str, way: tuple[str, str], said: dict[str, Any], needs: set[str]
) -> None:
    answer = asked(code, *way, no_other_traits=True, **said)
    assert needs <= found(answer), found(answer)


@pytest.mark.parametrize(
    ("code", "way", "said", "not_this"),
    [
        ("6309", ("US", "DE"), {}, "eu-textile-fibres"),  # used clothing
        ("870380", ("CN", "DE"), {}, "eu-rohs"),  # cars have laws of their own
        ("854231", ("DE", "RU"), {"traits": ["dual_use"]}, "eu-no-russia-clause"),
        ("851672", ("CN", "GB"), {"traits": ["consumer", "mains"]}, "gb-mains-plug"),  # wired to the wall
    ],
)
def test_rule_keeps_to_its_goods(
    code: str, way: tuple[str, str], said: dict[str, Any], not_this: str
) -> None:
    assert not_this not in found(asked(code, *way, no_other_traits=True, **said))


@pytest.mark.parametrize(
    ("code", "way", "said", "verdict"),
    [
        ("2524", ("BR", "DE"), {}, "prohibited"),  # asbestos
        ("6812", ("CN", "AU"), {}, "prohibited"),
        ("854231", ("DE", "RU"), {"traits": ["dual_use"]}, "prohibited"),
        ("300490", ("IN", "US"), {"value": 900, "currency": "USD"}, "not_covered"),  # a medicine
        ("930330", ("IT", "US"), {"value": 900, "currency": "USD"}, "not_covered"),  # a rifle
    ],
)
def test_verdict(code: str, way: tuple[str, str], said: dict[str, Any], verdict: str) -> None:
    answer = asked(code, *way, no_other_traits=True, **said)
    assert answer.verdict == verdict, found(answer)


@pytest.mark.parametrize("to", ["business", "consumer"])
def test_small_consignment_to_great_britain_bears_vat_whoever_buys(to: str) -> None:
    side = "traits" if to == "consumer" else "not_traits"
    answer = asked(
        "9503",
        "CN",
        "GB",
        value=100,
        currency="GBP",
        no_other_traits=True,
        **{side: ["business_to_consumer"]},
    )
    assert [(each.kind, each.comes_to) for each in answer.landed_cost.charges] == [("vat", "20.00")]


@pytest.mark.parametrize(
    ("day", "rate"), [("2022-06-01", 17), ("2023-06-01", 16), ("2023-12-31", 16), ("2024-01-01", 17)]
)
def test_vat_of_a_past_day_is_that_day_s(day: str, rate: float) -> None:
    answer = asked("9503", "CN", "LU", date=day, value=100, currency="EUR", no_other_traits=True)
    assert [each.rate for each in answer.landed_cost.charges if each.kind == "vat"] == [rate]


@pytest.mark.parametrize(("code", "at_most"), [("0406", 12), ("4407", 14), ("6109", 18)])
def test_nobody_is_asked_about_batteries_in_cheese(code: str, at_most: int) -> None:
    questions = [each.id for each in asked(code, "FR", "DE").questions]
    if code != "6109":
        assert not {"trait:battery", "trait:lithium", "trait:electronic_waste", "trait:asbestos"} & set(
            questions
        )
    assert len(questions) <= at_most, questions
