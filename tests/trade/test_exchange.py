"""Converting by dated rates: directly, the other way round, over a third currency, never by two sources."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.trade.exchange import ExchangeRate, Rates

DAY = date(2026, 11, 20)


def rate(
    base: str, quote: str, value: float, *, source: str = "ecb", per: float = 1, **days: date
) -> ExchangeRate:
    days = {"since": date(2026, 11, 19), "until": date(2026, 12, 20)} | days
    return ExchangeRate(source, base, quote, per, value, days["since"], days["until"])


EURO = (rate("EUR", "USD", 1.25), rate("EUR", "GBP", 0.8), rate("EUR", "JPY", 160.0))


@pytest.mark.parametrize(
    ("amount", "currency", "to", "expected"),
    [
        (100, "EUR", "USD", 125),
        (125, "USD", "EUR", 100),
        (125, "USD", "GBP", 80),
        (16_000, "JPY", "GBP", 80),
        (7, "USD", "USD", 7),
    ],
)
def test_amount_is_converted_exactly(amount: int, currency: str, to: str, expected: int) -> None:
    found = Rates(EURO, DAY).convert(Fraction(amount), currency, to)
    assert found is not None and found.amount == expected


def test_rate_of_a_hundred_units_is_one_of_a_hundred() -> None:
    found = Rates((rate("JPY", "CHF", 0.6, per=100),), DAY).convert(Fraction(1000), "JPY", "CHF")
    assert found is not None and found.amount == 6


def test_only_rates_of_the_day_count_and_the_newest_of_them() -> None:
    old = rate("EUR", "USD", 2.0, since=date(2026, 10, 1), until=date(2026, 11, 19))
    older = rate("EUR", "USD", 3.0, since=date(2026, 11, 1))
    to_come = rate("EUR", "USD", 4.0, since=date(2026, 11, 21))
    found = Rates((old, to_come, *EURO, older), DAY).convert(Fraction(1), "EUR", "USD")
    assert found is not None and (found.amount, found.by[0].value) == (Fraction(5, 4), 1.25)
    assert Rates((old, to_come), DAY).convert(Fraction(1), "EUR", "USD") is None


def test_two_sources_are_never_mixed() -> None:
    mixed = (rate("EUR", "USD", 1.25), rate("EUR", "GBP", 0.8, source="hmrc"))
    assert Rates(mixed, DAY).convert(Fraction(1), "USD", "GBP") is None


def test_newer_source_counts() -> None:
    newer = rate("GBP", "USD", 1.5, source="hmrc", since=DAY)
    found = Rates((*EURO, newer), DAY).convert(Fraction(2), "GBP", "USD")
    assert found is not None and (found.amount, [each.source for each in found.by]) == (3, ["hmrc"])


values = st.decimals("0.0001", "99999", places=4).map(float)


@given(one=values, two=values, amount=st.fractions(0, 10**6))
def test_there_and_back_is_the_same(one: float, two: float, amount: Fraction) -> None:
    rates = Rates((rate("EUR", "USD", one), rate("EUR", "GBP", two)), DAY)
    there = rates.convert(amount, "USD", "GBP")
    back = rates.convert(there.amount if there else Fraction(0), "GBP", "USD")
    assert back is not None and back.amount == amount
