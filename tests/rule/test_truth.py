"""Kleene's laws, and the exactness of what predicates compare."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.rule.model import money, places, truth, units
from entrepot.rule.model.truth import FALSE, TRUE, UNKNOWN, both, either, negation

ALL = (FALSE, UNKNOWN, TRUE)


def definite(one: int) -> tuple[int, ...]:
    """What an unknown may turn out to be."""
    return (FALSE, TRUE) if one == UNKNOWN else (one,)


@pytest.mark.parametrize(("one", "other"), list(product(ALL, ALL)))
def test_connectives_are_strong(one: truth.Truth, other: truth.Truth) -> None:
    """The answer is definite exactly when every way to settle the unknowns gives it."""
    for connective, classical in ((both, min), (either, max)):
        possible = {classical(a, b) for a, b in product(definite(one), definite(other))}
        assert connective(one, other) == (possible.pop() if len(possible) == 1 else UNKNOWN)


@pytest.mark.parametrize(("one", "other", "third"), list(product(ALL, ALL, ALL)))
def test_laws_of_the_algebra(one: truth.Truth, other: truth.Truth, third: truth.Truth) -> None:
    assert both(one, other) == both(other, one)
    assert both(one, both(other, third)) == both(both(one, other), third)
    assert both(one, either(other, third)) == either(both(one, other), both(one, third))
    assert negation(both(one, other)) == either(negation(one), negation(other))
    assert negation(negation(one)) == one


@given(st.lists(st.sampled_from(ALL)))
def test_all_and_any_are_the_connectives_repeated(truths: list[truth.Truth]) -> None:
    assert truth.all_of(truths) == negation(truth.any_of(map(negation, truths)))


# ---- units and money --------------------------------------------------------------------------------


@given(st.floats(-1e12, 1e12), st.sampled_from(sorted(units.UNITS)))
def test_units_convert_there_and_back_exactly(value: float, unit: str) -> None:
    for other in units.units_like(unit):
        there = units.convert(value, unit, other)
        assert there * units.UNITS[other][1] / units.UNITS[unit][1] == units.exact(value)


def test_limits_mean_the_same_in_every_unit() -> None:
    assert units.in_first_unit(0.1, "kg") == units.in_first_unit(100, "g") == 100
    assert units.convert(2.7, "Wh", "J") == 9720
    assert units.convert(1, "lb", "g") == Fraction("453.59237")


@pytest.mark.parametrize(("unit", "to"), [("kg", "Wh"), ("kg", "stone"), ("", "kg")])
def test_different_dimensions_do_not_mix(unit: str, to: str) -> None:
    with pytest.raises(units.UnitMismatch):
        units.convert(1, unit, to)


def test_currencies_are_never_combined() -> None:
    assert money.totals([("EUR", Fraction(1)), ("USD", Fraction(2)), ("EUR", Fraction(3))]) == {
        "EUR": Fraction(4), "USD": Fraction(2),
    }  # fmt: skip


def test_amounts_are_rounded_half_up_to_the_currency_s_places() -> None:
    assert money.written(Fraction("0.125"), "EUR") == "0.13"
    assert money.written(Fraction("10.5"), "JPY") == "11"
    assert money.written(Fraction(1, 3), "KWD") == "0.333"


# ---- places -----------------------------------------------------------------------------------------


def test_membership_counts_on_the_day() -> None:
    assert places.within("GB", "EU", date(2020, 12, 31))
    assert not places.within("GB", "EU", date(2021, 1, 1))
    assert not places.within("HR", "EU", date(2013, 6, 30))
    assert places.within("NO", "EEA", date(2020, 1, 1))
    assert not places.within("NO", "EU", date(2020, 1, 1))
    assert places.within("AQ", places.ANYWHERE, date(1900, 1, 1))


def test_groups_have_known_members_and_a_source() -> None:
    for group in places.GROUPS.values():
        assert {each.country for each in group.members} <= places.COUNTRIES
        assert group.source
        assert all(each.since <= each.until for each in group.members)
    assert len([each for each in places.GROUPS["EU"].members if each.until == date.max]) == 28  # 27 and XI
    assert len(places.COUNTRIES) == 249 + 2
