"""What a description says beside the name of the thing: heard, denied, and never made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rule.samples import TODAY

from entrepot.rule.functions.described import _WORDS, described
from entrepot.rule.functions.facts import normalised
from entrepot.rule.model.rule import ProductFacts
from entrepot.rule.model.vocabulary import TRAITS


def said(text: str) -> tuple[set[str], set[str]]:
    found = described(text)
    return {each.trait for each in found if each.holds}, {each.trait for each in found if not each.holds}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("toy car with a rechargeable battery", {"toy", "battery"}),
        ("battery-powered toy car for children", {"toy", "battery", "electrical", "child_product"}),
        ("Wireless headphones with a lithium-ion battery", {"radio", "lithium_ion"}),
        ("toy car with a rechargeable lithium battery", {"toy", "lithium_ion"}),
        ("watch with a lithium battery", {"lithium"}),
        ("Wi-Fi lamp", {"radio"}),
        ("wooden spoon", {"plant_material", "deforestation_commodity"}),
        ("watch with a CR2032 button cell", {"button_cell"}),
        ("safety boots", {"protective_equipment"}),
        ("Power banks", {"power_bank"}),
        ("steel screws", set()),
        ("coffee mug", set()),
        ("coffee-scented candle", set()),
        ("wood stain", set()),
        ("battery charger", set()),
        ("lipstick case", set()),
        ("coral red dress", set()),
        ("toy box", set()),
        ("toy drill", {"toy"}),
        ("cotton bag", {"textile"}),
        ("ground coffee", {"deforestation_commodity"}),
    ],
)
def test_words_say_traits(text: str, held: set[str]) -> None:
    assert said(text) == (held, set())


@pytest.mark.parametrize(
    ("text", "held", "denied"),
    [
        ("toy car without battery", {"toy"}, {"battery"}),
        ("toy, no batteries, wooden", {"toy", "plant_material", "deforestation_commodity"}, {"battery"}),
        ("battery-free remote", set(), {"battery"}),
        ("lamp without a battery but with bluetooth", {"radio"}, {"battery"}),
        ("Lithium-ion drill, batteries not included", set(), {"battery"}),
        ("non-electric toothbrush", set(), {"electrical"}),
    ],
)
def test_denial_is_heard(text: str, held: set[str], denied: set[str]) -> None:
    assert said(text) == (held, denied)


@pytest.mark.parametrize("text", ["artificial coral", "oil for wood", "faux crocodile bag"])
def test_likeness_and_purpose_say_nothing(text: str) -> None:
    assert described(text) == []


def test_words_are_shown_as_they_were_understood() -> None:
    [toy, battery] = sorted(
        described("Toy with a rechargeable battery"), key=lambda each: each.words != "toy"
    )
    assert (toy.words, battery.words) == ("toy", "rechargeable battery")


def test_every_trait_is_one_that_rules_use() -> None:
    assert set(_WORDS) <= set(TRAITS)


_TELLING = [
    "battery",
    "lithium-ion",
    "wireless",
    "without",
    "no",
    "toy",
    "with",
    "button cell",
    "wooden",
    ",",
    "but",
]


@given(st.lists(st.sampled_from(_TELLING), max_size=9))
def test_what_is_offered_never_contradicts_itself(words: list[str]) -> None:
    held, denied = said(" ".join(words))
    facts = ProductFacts(
        origin="CN", destination="DE", description="x", traits=tuple(held), not_traits=tuple(denied)
    )
    normalised(facts, today=TODAY)
