"""Food, animals, plants and the safety of products: what each market asks of such goods."""

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
    ("code", "way", "said", "rule"),
    [
        ("010290", ("AU", "DE"), {}, "eu-live-animals"),
        ("230910", ("CN", "DE"), {}, "eu-animal-by-products"),
        ("160414", ("TH", "DE"), {"traits": ["wild_fish"]}, "eu-catch-certificate"),
        ("190590", ("TR", "DE"), {"traits": ["composite_food"]}, "eu-composite-food"),
        ("080212", ("US", "DE"), {}, "eu-food-increased-checks"),
        ("392410", ("CN", "DE"), {}, "eu-melamine-kitchenware"),
        ("030462", ("VN", "US"), {}, "us-catfish"),
        ("230910", ("CN", "US"), {}, "us-animal-food"),
        ("030617", ("EC", "US"), {}, "us-simp"),
        ("040610", ("FR", "GB"), {}, "gb-animal-products"),
        ("440710", ("BR", "AU"), {}, "au-biosecurity"),
        ("711719", ("CN", "DE"), {}, "eu-jewellery-metals"),
        ("640399", ("IN", "DE"), {}, "eu-leather-chromium"),
        ("610910", ("BD", "DE"), {}, "eu-textile-chemicals"),
        ("940360", ("VN", "DE"), {"dates": {"placed_on_market": "2026-11-30"}}, "eu-formaldehyde"),
        ("970510", ("EG", "DE"), {"traits": ["over_200_years"]}, "eu-antiquities"),
        ("940161", ("CN", "GB"), {}, "gb-furniture-fire"),
        ("610910", ("BD", "US"), {}, "us-clothing-flammability"),
        ("871200", ("TW", "US"), {}, "us-consumer-standards"),
        ("950300", ("CN", "IN"), {}, "in-bis-goods"),
        ("330499", ("KR", "JP"), {}, "jp-cosmetics"),
        ("870323", ("JP", "DE"), {}, "eu-vehicle-approval"),
    ],
)  # fmt: skip
def test_law_of_these_goods_is_named(
    code: str, way: tuple[str, str], said: dict[str, Any], rule: str
) -> None:
    assert rule in ids(asked(code, *way, **said).requirements)


@pytest.mark.parametrize(
    ("code", "way", "said", "rule"),
    [
        ("160414", ("TH", "DE"), {"not_traits": ["wild_fish"]}, "eu-catch-certificate"),
        ("010290", ("CH", "DE"), {}, "eu-live-animals"),
        ("030481", ("NO", "US"), {}, "us-catfish"),
        ("030462", ("VN", "US"), {"not_traits": ["wild_fish"]}, "us-marine-mammals"),  # farmed
        ("392410", ("TR", "DE"), {}, "eu-melamine-kitchenware"),
        ("871160", ("CN", "DE"), {"traits": ["lithium_ion"]}, "eu-vehicle-approval"),
        ("640411", ("VN", "DE"), {"not_traits": ["leather"]}, "eu-leather-chromium"),
    ],
)
def test_law_keeps_to_its_goods(code: str, way: tuple[str, str], said: dict[str, Any], rule: str) -> None:
    assert rule not in ids(asked(code, *way, **said).requirements)


@pytest.mark.parametrize(
    ("code", "way"),
    [("681099", ("CN", "AU")), ("880621", ("CN", "US")), ("821193", ("CN", "US")), ("853931", ("CN", "DE"))],
)
def test_ban_of_part_of_a_code_is_possible_and_never_said(code: str, way: tuple[str, str]) -> None:
    answer = asked(code, *way)
    assert answer.verdict != "prohibited"
    assert "prohibited" in {each.rule.severity for each in answer.possible}


@pytest.mark.parametrize("to", ["MX", "SA", "AE", "TR", "SG", "ZA"])
def test_market_with_few_rules_is_not_covered(to: str) -> None:
    assert asked("851660", "CN", to).verdict in ("not_covered", "unknown")


@pytest.mark.parametrize(
    ("way", "rule", "held"),
    [
        (("CN", "NO"), "eu-toy-safety", True), (("CN", "IS"), "eu-toy-safety", True),
        (("CN", "LI"), "eu-toy-safety", True), (("CN", "MC"), "eu-toy-safety", True),
        (("CN", "GP"), "eu-toy-safety", True), (("CN", "XI"), "eu-toy-safety", True),
        (("CN", "CH"), "eu-toy-safety", False), (("CN", "JE"), "eu-toy-safety", False),
        (("CN", "NO"), "eu-low-value-duty", False), (("CN", "MC"), "vat-fr", True),
        (("CN", "IM"), "vat-gb", True), (("CN", "JE"), "vat-gb", False), (("AX", "FI"), "vat-fi", True),
        (("IC", "ES"), "vat-es", True), (("FR", "DE"), "vat-de", False), (("MC", "DE"), "vat-de", False),
        (("CN", "IC"), "eu-low-value-duty", True), (("AX", "FI"), "eu-low-value-duty", False),
    ],
)  # fmt: skip
def test_territory_has_the_law_of_its_customs_union_and_of_its_vat_area(
    way: tuple[str, str], rule: str, held: bool
) -> None:
    answer = asked("950300", *way, value=100, currency="EUR", values={"GBP": 200})
    assert (rule in ids(answer.requirements)) is held
