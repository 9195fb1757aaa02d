"""Exact amounts: units convert without loss, and currencies are never combined."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.trade import money, units


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
