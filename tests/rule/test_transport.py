"""Dangerous goods by way of transport: every size of battery, liquids, gases, and what the post refuses."""

from datetime import date
from typing import Any

import pytest
from tests.rule.samples import facts, ids

from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import normalised
from entrepot.rule.model.check import CheckAnswer, PackRef
from entrepot.rule.service.starter import shipped

BOOK = Rulebook([(PackRef(each.name, 1, each.name), each) for each in shipped()])
TODAY = date(2026, 11, 30)


def asked(code: str, mode: str | None, **said: Any) -> CheckAnswer:
    told = {"hs_code": code, "destination": "DE", "mode": mode, "no_other_traits": True} | said
    return BOOK.check(normalised(facts(**told), today=TODAY))


def grave(answer: CheckAnswer) -> dict[str, str]:
    """Of the rules for anywhere, what applies and how grave it is."""
    return {
        each.rule.id: each.rule.severity for each in answer.requirements if each.rule.id.startswith("int-")
    }


def pieces(**numbers: float) -> dict[str, Any]:
    return {name: {"value": number, "unit": "pcs"} for name, number in numbers.items()}


WH = {"battery_energy": {"value": 50, "unit": "Wh"}}
ION_INSIDE = ["lithium_ion", "battery_inside"]


@pytest.mark.parametrize(
    ("code", "mode", "said", "rule", "severity"),
    [
        ("330300", "air", {}, "int-air-perfume", "restricted"),
        ("330300", "post", {}, "int-post-dangerous-goods", "prohibited"),
        ("330300", "road", {}, "int-surface-flammable-liquids", "label"),
        ("330300", "courier", {}, "int-courier-dangerous-goods", "restricted"),
        ("330430", "air", {}, "int-air-flammable-liquids", "restricted"),
        ("330530", "air", {"traits": ["aerosol"]}, "int-air-aerosols", "restricted"),
        ("961310", "air", {}, "int-lighters", "restricted"),
        ("961310", "post", {}, "int-post-matches-lighters", "prohibited"),
        ("850760", "post", {"traits": ["battery_alone"]}, "int-post-lithium-alone", "prohibited"),
        ("850760", "air", {"traits": ["battery_alone"]}, "int-air-lithium-ion-alone", "restricted"),
        ("850650", "air", {"traits": ["battery_alone"]}, "int-air-lithium-metal-alone", "restricted"),
        ("850610", "air", {"traits": ["battery_alone"]}, "int-dry-batteries", "information"),
        (
            "850780", "air", {"traits": ["sodium_ion", "battery_alone"]}, "int-air-sodium-ion-alone",
            "restricted",
        ),
        ("871160", "air", {"traits": ["lithium_ion"], "measures": WH}, "int-battery-vehicle", "restricted"),
        ("871160", "post", {"traits": ["lithium_ion"]}, "int-post-battery-vehicle", "prohibited"),
        (
            "851713", "air",
            {"traits": ION_INSIDE, "measures": pieces(batteries_per_package=7, packages=1)},
            "int-air-lithium-inside", "label",
        ),
        ("851713", "post", {"traits": ION_INSIDE, "measures": pieces(batteries_per_package=1)},
         "int-post-lithium-inside", "restricted"),
        (
            "850760", "air", {"traits": ["battery_alone", "damaged_or_recalled"]},
            "int-air-damaged-batteries", "prohibited",
        ),
        ("282890", "sea", {}, "int-corrosives", "restricted"),
        ("850511", "air", {"traits": ["strong_magnet"]}, "int-air-magnets", "restricted"),
        ("440290", "sea", {}, "int-sea-charcoal", "restricted"),
        ("281121", "air", {}, "int-gases", "restricted"),
        ("854340", "air", {}, "int-e-cigarettes", "restricted"),
    ],
)  # fmt: skip
def test_goods_on_this_way_meet(code: str, mode: str, said: dict[str, Any], rule: str, severity: str) -> None:
    assert grave(asked(code, mode, **said)).get(rule) == severity


def test_few_small_batteries_inside_equipment_fly_without_a_mark() -> None:
    answer = asked("851713", "air", traits=ION_INSIDE, measures=pieces(batteries_per_package=2, packages=1))
    assert "int-air-lithium-inside" not in grave(answer)
    assert "int-air-lithium-inside" in {each.rule.id for each in answer.exempted}


def test_perfume_inside_one_country_may_go_by_post() -> None:
    assert "int-post-dangerous-goods" not in grave(asked("330300", "post", origin="DE"))


def test_perfume_that_does_not_burn_is_free_where_somebody_says_so() -> None:
    assert "int-air-perfume" not in grave(asked("330300", "air", not_traits=["flammable_liquid"]))


@pytest.mark.parametrize("code", ["330300", "850760", "871160", "960810", "330499"])
def test_way_of_transport_is_asked_before_any_battery_or_flash_point(code: str) -> None:
    answer = asked(code, None, no_other_traits=False)
    named = [each.id for each in answer.questions]
    first = named.index("mode") if "mode" in named else 0
    assert not [each for each in named[:first] if "battery" in each or "flammable" in each]


def test_what_only_counts_in_the_air_is_not_asked_of_a_lorry() -> None:
    named = {each.id for each in asked("850511", "road", no_other_traits=False).questions}
    assert "trait:strong_magnet" not in named


def test_e_cigarettes_are_not_mailed_to_the_united_states() -> None:
    assert "us-pact-mail" in ids(asked("854340", "post", destination="US").requirements)


@pytest.mark.parametrize(
    ("code", "way", "rule", "held"),
    [
        ("080430", ("CR", "DE"), "eu-plants", False), ("080390", ("EC", "DE"), "eu-plants", False),
        ("080810", ("CL", "DE"), "eu-plants", True), ("030462", ("VN", "US"), "us-food-prior-notice", False),
        ("030481", ("NO", "US"), "us-food-prior-notice", True),
    ],
)  # fmt: skip
def test_exceptions_of_known_rules(code: str, way: tuple[str, str], rule: str, held: bool) -> None:
    answer = asked(
        code, "sea", origin=way[0], destination=way[1], traits=["plant"] if code[:2] == "08" else []
    )
    assert (rule in ids(answer.requirements)) is held


def test_oil_of_russia_was_stopped_by_great_britain_at_the_end_of_the_year() -> None:
    for day, held in (("2022-12-30", False), ("2022-12-31", True)):
        answer = asked("270900", "sea", origin="RU", destination="GB", date=day)
        assert ("gb-russia-oil" in ids(answer.requirements)) is held
