"""How much a merchant is asked: everyday products into covered markets, answered as they would."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rule.samples import facts

from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import BITS, normalised, with_implied
from entrepot.rule.model.check import CheckAnswer, PackRef
from entrepot.rule.model.rule import ProductFacts
from entrepot.rule.service.starter import shipped

BOOK = Rulebook([(PackRef(each.name, 1, each.name), each) for each in shipped()])
TODAY = date(2026, 11, 30)
_LINES = (Path(__file__).parent / "data" / "everyday_products.csv").read_text(encoding="utf-8").splitlines()
PRODUCTS = list(csv.DictReader(_LINES))
MARKETS = ("DE", "GB", "US", "CA", "AU")
# Of every parcel of a shop.
_ALWAYS = ("packaging", "business_to_consumer", "commercial", "consumer", "prepackaged")
_NUMBERS = {"battery_energy": 10, "yearly_weight": 0.5, "alcohol_strength": 40, "volume": 0.5}


def answered(question: Any, has: int, said: dict[str, Any]) -> None:
    """Answer one question as the merchant would."""
    kind, _, name = question.id.partition(":")
    if kind == "trait":
        said.setdefault("traits" if has & BITS[name] else "not_traits", []).append(name)
    elif kind == "mode":
        said["mode"] = "air"
    elif kind == "measure":
        number = _NUMBERS.get(name, 1)
        said.setdefault("measures", {})[name] = {"value": number, "unit": question.units[0]}
    elif kind == "value":
        said.setdefault("values", {})[name] = 200
    elif kind == "date":
        said.setdefault("dates", {})[name] = str(TODAY)
    else:
        raise AssertionError(question)


def dialogue(product: dict[str, str], market: str) -> tuple[list[str], CheckAnswer]:
    """Return the questions that a merchant answers, one after the other, and the last answer."""
    has = with_implied((*product["traits"].split(), *_ALWAYS))
    said: dict[str, Any] = {"hs_code": product["code"], "origin": "CN", "destination": market}
    asked: list[str] = []
    while True:
        answer = BOOK.check(normalised(msgspec.convert(said, ProductFacts), today=TODAY))
        open = [each for each in answer.questions if not each.expert]
        if not open or answer.verdict == "prohibited":
            return asked, answer
        assert open[0].id not in asked, asked
        asked.append(open[0].id)
        answered(open[0], has, said)


def test_merchant_is_asked_at_most_eight_questions_for_most_everyday_products() -> None:
    assert len(PRODUCTS) >= 200
    asked = [dialogue(product, market)[0] for product in PRODUCTS for market in MARKETS]
    counts = sorted(map(len, asked))
    assert counts[len(counts) // 2] <= 8
    assert counts[int(len(counts) * 0.9)] <= 12
    home = {"DE": "EUR", "GB": "GBP", "US": "USD", "CA": "CAD", "AU": "AUD"}
    for number, names in enumerate(asked):
        money = {each for each in names if each.startswith("value:")}
        assert money <= {f"value:{home[MARKETS[number % len(MARKETS)]]}"}, names


def test_what_only_an_expert_can_say_comes_last() -> None:
    for product in PRODUCTS[::10]:
        for market in MARKETS:
            told = facts(hs_code=product["code"], destination=market)
            experts = [each.expert for each in BOOK.check(normalised(told, today=TODAY)).questions]
            assert experts == sorted(experts)


@pytest.mark.parametrize(("code", "kinds"), [("847960", {"trait:lithium", "trait:button_cell"})])
def test_battery_is_asked_for_before_its_kinds(code: str, kinds: set[str]) -> None:
    told = normalised(facts(hs_code=code, destination="US", mode="sea"), today=TODAY)
    named = {each.id for each in BOOK.check(told).questions}
    assert "trait:battery" in named and kinds.isdisjoint(named)


def test_domain_stays_named_where_only_the_code_speaks_against_it() -> None:
    """Protected feathers are rare in hats, so nobody is asked; the field of law is still named."""
    answer = BOOK.check(normalised(facts(hs_code="650500", destination="DE"), today=TODAY))
    assert "trait:protected_species" not in {each.id for each in answer.questions}
    assert "species" in answer.coverage.domains.partial
