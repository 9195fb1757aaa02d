"""What the shipped packs say of everyday goods: what somebody who knows the trade would miss at once."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.rule.functions import formats, hs_spans, hs_table
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import BITS, normalised, traits_known
from entrepot.rule.model import truth
from entrepot.rule.model.check import CheckAnswer, PackRef
from entrepot.rule.model.rule import ProductFacts
from entrepot.rule.model.vocabulary import TRAITS
from entrepot.rule.service.starter import shipped

_HS_TABLE = (
    Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hs2022" / "harmonized-system.csv"
)
TODAY = date(2026, 11, 27)
BOOK = Rulebook(
    [(PackRef(pack.name, 1, formats.digest(formats.canonical(pack))), pack) for pack in shipped()]
)


def asked(hs_code: str, origin: str, destination: str, **said: Any) -> CheckAnswer:
    told = {"hs_code": hs_code, "origin": origin, "destination": destination} | said
    return BOOK.check(normalised(msgspec.convert(told, ProductFacts), today=TODAY))


def found(answer: CheckAnswer) -> set[str]:
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
        ("940360", ("VN", "DE"), {"date": "2027-02-01"}, {"eu-deforestation"}),
        ("9503", ("CN", "US"), {}, {"us-toy-standard", "us-childrens-product", "us-cpsc-efiling"}),
        ("8450", ("CN", "DE"), {}, {"eu-rohs", "eu-weee", "eu-emc", "eu-economic-operator"}),
        ("8450", ("CN", "GB"), {}, {"gb-ukca-or-ce"}),
        ("8458", ("CN", "DE"), {"date": "2027-06-01"}, {"eu-machinery", "eu-economic-operator"}),
        (
            "851713", ("CN", "DE"), {},
            {"eu-radio", "eu-radio-internet", "eu-cra-reporting", "eu-usb-c", "eu-battery-conformity",
             "int-lithium-un38-3", "eu-gpsr"},
        ),
        ("7208", ("CN", "DE"), {"measures": {"yearly_weight": {"value": 60, "unit": "t"}}}, {"eu-cbam"}),
        (
            "2814", ("DZ", "DE"), {"measures": {"yearly_weight": {"value": 60, "unit": "t"}}},
            {"eu-cbam-precursors", "eu-reach-registration"},
        ),
        ("3808", ("CN", "US"), {}, {"us-pesticides", "us-chemicals"}),
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
        ("870380", ("CN", "GB"), {}, "gb-ukca-or-ce"),
        ("871130", ("JP", "DE"), {"traits": ["electrical"]}, "eu-weee"),  # so have motorcycles
        ("8506", ("CN", "DE"), {}, "eu-rohs"),  # and bare batteries
        ("0406", ("CH", "DE"), {"traits": ["consumer"]}, "eu-gpsr"),  # and food
        ("9503", ("CN", "US"), {"not_traits": ["child_product"]}, "us-childrens-product"),  # from 13 years on
        (
            "9503",
            ("GB", "GB"),
            {"traits": ["business_to_consumer"], "value": 9, "currency": "GBP"},
            "gb-low-value-vat",
        ),
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
        ("854231", ("DE", "BY"), {"traits": ["dual_use"]}, "prohibited"),
        ("2701", ("RU", "DE"), {}, "prohibited"),
        ("2402", ("CU", "US"), {}, "prohibited"),
        (
            "870323",
            ("JP", "DE"),
            {"value": 9000, "currency": "EUR", "mode": "sea"},
            "requirements",
        ),  # type approval
        ("401110", ("IN", "US"), {"value": 900, "currency": "USD"}, "requirements"),  # a tyre: DOT mark
        ("1006", ("IN", "GB"), {"value": 900, "currency": "GBP"}, "not_covered"),  # rice
        # What only all consumer goods need says nothing of chairs, and future law nothing of today's wood.
        ("9402", ("CN", "DE"), {"traits": ["consumer"], "value": 900, "currency": "EUR"}, "not_covered"),
        ("1801", ("BR", "DE"), {"date": "2020-01-01", "value": 900, "currency": "EUR"}, "not_covered"),
        ("610910", ("KP", "DE"), {}, "prohibited"),
        ("310420", ("BY", "DE"), {}, "prohibited"),
        ("5201", ("TM", "US"), {}, "prohibited"),
        # A list that has only a neighbour of the code says nothing of it.
        ("851714", ("CN", "SG"), {"traits": ["transmitter"]}, "not_covered"),
        # How goods work says nothing of those that have laws of their own.
        ("854340", ("CN", "BR"), {"traits": ["transmitter", "lithium_ion", "battery_inside"]}, "not_covered"),
        (
            "854340",
            ("CN", "AU"),
            {"traits": ["electrical"], "mode": "sea", "value": 2000, "currency": "AUD"},
            "requirements",
        ),  # vaping goods
        (
            "901320",
            ("CN", "AU"),
            {"traits": ["electrical", "laser"], "mode": "sea", "value": 2000, "currency": "AUD"},
            "not_covered",
        ),
        ("902140", ("CN", "AU"), {"traits": ["electrical"]}, "not_covered"),
        ("902150", ("CN", "BR"), {"traits": ["transmitter"]}, "not_covered"),
        ("902150", ("CN", "JP"), {"traits": ["transmitter"]}, "not_covered"),
        ("901813", ("US", "GB"), {"traits": ["mains"]}, "not_covered"),
        ("9503", ("CN", "BR"), {"traits": ["transmitter"]}, "requirements"),  # certified by INMETRO
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


@pytest.mark.parametrize(
    ("code", "said", "at_most"),
    [
        ("0406", {}, 7),
        ("4407", {}, 12),
        ("6109", {}, 11),
        ("2905", {}, 12),
        ("9503", {"traits": ["battery"]}, 16),
        ("850650", {}, 17),
    ],
)
def test_nobody_is_asked_what_cannot_be(code: str, said: dict[str, Any], at_most: int) -> None:
    questions = [each.id for each in asked(code, "CN", "DE", **said).questions]
    assert len(questions) <= at_most, questions
    if code[:2] < "84":
        assert {"trait:battery", "trait:lithium", "trait:electrical", "trait:electronic_waste",
                "trait:asbestos", "trait:machinery"}.isdisjoint(questions)  # fmt: skip
    if code == "0406":
        assert {"trait:consumer", "trait:toy", "trait:protected_species"}.isdisjoint(questions)


def test_every_code_of_the_vocabulary_is_one() -> None:
    if not _HS_TABLE.exists():
        pytest.skip("the HS 2022 table for tests (shared/data/hs2022) is not here")
    known = hs_table.read_table(_HS_TABLE.read_text(encoding="utf-8")).rows
    for name, trait in TRAITS.items():
        for span in (*trait.hs, *trait.only):
            assert known.keys() >= set(hs_spans.ends(span)), (name, span)


def test_no_code_settles_what_another_trait_of_it_rules_out() -> None:
    spans = {first for trait in TRAITS.values() for each in trait.hs for first in hs_spans.ends(each)}
    for code in sorted(spans):
        yes, no = traits_known(ProductFacts(hs_code=code, origin="CN", destination="DE"))
        for name, trait in TRAITS.items():
            settled = truth.any_of(hs_spans.matches(code, span) for span in trait.hs) == truth.TRUE
            assert not settled or (yes & BITS[name] and not no & BITS[name]), (code, name)


def test_nothing_else_does_not_deny_every_way_in_which_a_battery_travels() -> None:
    """A lone lithium battery flies only on cargo aircraft; the question stays until somebody says which."""
    answer = asked("850760", "CN", "DE", mode="air", no_other_traits=True)
    assert answer.verdict == "unknown"
    assert "restricted" in {each.rule.severity for each in answer.possible}
    open_ones = {each.id for each in answer.questions}
    assert {"trait:battery_alone", "trait:battery_packed_with", "trait:battery_inside"} & open_ones


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("2709", ("RU", "DE")), ("271019", ("RU", "FR")), ("7318", ("RU", "DE")), ("7108", ("RU", "IT")),
        ("4407", ("BY", "DE")), ("2523", ("RU", "PL")), ("710239", ("RU", "BE")), ("7208", ("RU", "GB")),
        ("2709", ("RU", "GB")), ("2709", ("RU", "US")), ("0306", ("RU", "US")),
    ],
)  # fmt: skip
def test_what_sanctions_name_is_prohibited(code: str, way: tuple[str, str]) -> None:
    answer = asked(code, *way, no_other_traits=True, mode="sea", value=900, currency="EUR")
    assert answer.verdict == "prohibited", found(answer)


@pytest.mark.parametrize("way", [("RU", "DE"), ("BY", "DE"), ("RU", "GB"), ("RU", "US")])
def test_goods_under_sanctions_are_never_a_matter_of_tax_alone(way: tuple[str, str]) -> None:
    answer = asked("6910", *way, no_other_traits=True, mode="sea", value=900, currency="EUR")
    assert "restricted" in {each.rule.severity for each in answer.requirements}


def test_steel_screws_from_china_pay_dumping_duty_and_prove_where_the_steel_was_melted() -> None:
    screws = asked("731815", "CN", "DE", no_other_traits=True, mode="sea", value=900, currency="EUR")
    assert {"eu-fasteners-antidumping", "eu-steel-inputs"} <= found(screws)
    assert "eu-steel-inputs" not in found(asked("731815", "NO", "DE", no_other_traits=True))


@pytest.mark.parametrize("code", ["610910", "3304", "8517", "9403", "9503", "8418", "6911"])
def test_nobody_is_asked_what_they_came_to_learn(code: str) -> None:
    open_ones = {each.id for each in asked(code, "CN", "DE", mode="air").questions}
    assert "trait:ce_marked" not in open_ones
    assert not {each for each in open_ones if each.startswith("measure:voltage")}


@pytest.mark.parametrize(
    ("code", "way", "needs"),
    [
        ("300490", ("IN", "DE"), "eu-medicines"), ("300490", ("IN", "US"), "us-medicines"),
        ("380891", ("CN", "DE"), "eu-plant-protection"), ("360410", ("CN", "DE"), "eu-fireworks"),
        ("854340", ("CN", "DE"), "eu-tobacco"), ("280540", ("CN", "DE"), "eu-mercury"),
        ("290345", ("CN", "DE"), "eu-f-gases"), ("930330", ("IT", "US"), "us-firearms"),
        ("4407", ("BR", "DE"), "eu-timber"), ("220421", ("CL", "DE"), "eu-wine"),
        ("293972", ("CO", "DE"), "eu-drug-controls"),
        ("020311", ("CN", "US"), "us-meat"), ("020130", ("BR", "US"), "us-animal-health"),
        ("160241", ("ES", "US"), "us-meat"), ("080450", ("IN", "US"), "us-plants"),
        ("841810", ("CN", "DE"), "eu-energy-label"), ("841810", ("CN", "US"), "us-appliance-efficiency"),
        ("852872", ("CN", "DE"), "eu-ecodesign"), ("630110", ("CN", "DE"), "eu-low-voltage"),
        ("880622", ("CN", "DE"), "eu-drones"), ("330499", ("KR", "US"), "us-cosmetic-drugs"),
    ],
)  # fmt: skip
def test_the_law_that_governs_these_goods_is_named(code: str, way: tuple[str, str], needs: str) -> None:
    answer = asked(code, *way, no_other_traits=True, value=900, currency="EUR")
    assert needs in found(answer), found(answer)


def test_a_small_gift_is_free_of_vat_and_nothing_else_is_a_gift() -> None:
    small = {"value": 40, "currency": "EUR", "no_other_traits": True}
    gift = asked("9503", "CN", "DE", traits=["gift"], **small)
    assert "eu-gifts" in {each.rule.id for each in gift.exemptions}
    assert {"vat-de", "eu-low-value-duty"} <= {each.rule.id for each in gift.exempted}
    assert {"vat-de", "eu-low-value-duty"} <= found(asked("9503", "CN", "DE", **small))
    dear = asked("9503", "CN", "DE", traits=["gift"], **small | {"value": 60})
    assert "vat-de" in found(dear)


def test_what_only_receives_radio_needs_no_grant_for_transmitters() -> None:
    radio_set = asked("852719", "CN", "US", no_other_traits=True, mode="sea", value=900, currency="USD")
    assert "us-radio-frequency" in found(radio_set) and "us-radio-transmitter" not in found(radio_set)
    phone = asked("851713", "CN", "US", no_other_traits=True, mode="sea", value=900, currency="USD")
    assert "us-radio-transmitter" in found(phone) and "us-radio-frequency" not in found(phone)


@pytest.mark.parametrize(
    ("code", "way", "said", "not_this"),
    [
        ("020311", ("CN", "US"), {}, "us-food-prior-notice"),
        ("020311", ("CN", "US"), {}, "us-food-facility"),
        (
            "760110", ("NO", "DE"), {"measures": {"yearly_weight": {"value": 100, "unit": "t"}}}, "eu-cbam"
        ),
        ("030214", ("NO", "DE"), {}, "eu-animal-products"), ("080810", ("CH", "DE"), {}, "eu-plants"),
        ("854231", ("DE", "IS"), {}, "eu-no-russia-clause"),
        ("846591", ("CN", "DE"), {"date": "2027-06-01"}, "eu-machinery-directive"),
    ],
)  # fmt: skip
def test_neighbours_and_other_authorities_goods_are_left_alone(
    code: str, way: tuple[str, str], said: dict[str, Any], not_this: str
) -> None:
    assert not_this not in found(asked(code, *way, no_other_traits=True, **said))


def test_machines_of_today_meet_the_law_of_today() -> None:
    for day, needs in (("2026-11-27", "eu-machinery-directive"), ("2027-06-01", "eu-machinery")):
        sold = {"dates": {"placed_on_market": day}, "no_other_traits": True}
        assert needs in found(asked("846591", "CN", "DE", **sold))


def test_small_enterprises_state_due_diligence_for_wood_as_early_as_others() -> None:
    small = {"traits": ["small_enterprise"], "date": "2027-02-01", "no_other_traits": True}
    assert "eu-deforestation-timber-small" in found(asked("440711", "BR", "DE", **small))
    assert "eu-deforestation" not in " ".join(found(asked("180100", "BR", "DE", **small)))


@pytest.mark.parametrize("code", ["630110", "940330", "490300"])
def test_what_may_have_a_plug_or_a_battery_is_asked_for_it(code: str) -> None:
    answer = asked(code, "CN", "DE", mode="air")
    told = {each.id for each in answer.questions} | found(answer)
    assert told & {"trait:electrical", "eu-rohs"}
