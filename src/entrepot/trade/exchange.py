"""Exchange rates, each of a source and a day. Customs law says which rate counts: of which source, and of
which day; so rates are data that the operator loads, and whatever was converted says by which.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from entrepot.trade import units

# How long a rate without a last day counts: customs authorities publish theirs by the month at the longest.
LASTS = timedelta(days=31)


class ExchangeRate(NamedTuple):
    """`per` units of `base` are `value` units of `quote`, from `since` through `until`."""

    source: str
    base: str
    quote: str
    per: float
    value: float
    since: date
    until: date

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def exact(self) -> Fraction:
        return units.exact(self.value) / units.exact(self.per)


class Exchanged(NamedTuple):
    """An amount in another currency, and the one or two rates that made it."""

    amount: Fraction
    by: tuple[ExchangeRate, ...]


class Rates:
    """What can be converted on one day. Of several sources the one whose rates are the newest counts; one
    amount is never converted by two sources.
    """

    def __init__(self, rates: Iterable[ExchangeRate], day: date) -> None:
        self._by_source: dict[str, dict[tuple[str, str], ExchangeRate]] = {}
        for rate in sorted(rates, key=lambda each: each.since):
            if rate.holds(day):
                self._by_source.setdefault(rate.source, {})[rate.base, rate.quote] = rate

    def convert(self, amount: Fraction, currency: str, to: str) -> Exchanged | None:
        """Return None if no source has rates for both."""
        if currency == to:
            return Exchanged(amount, ())
        found = [each for of_source in self._by_source.values() for each in _ways(of_source, currency, to)]
        if not found:
            return None
        best = max(found, key=lambda way: (min(rate.since for rate, _ in way), -len(way), way[0][0].source))
        for rate, forward in best:
            amount = amount * rate.exact if forward else amount / rate.exact
        return Exchanged(amount, tuple(rate for rate, _ in best))

    def all_of(self, amount: Fraction, currency: str, to: Collection[str]) -> dict[str, Exchanged]:
        """Return what can be told, by currency; its own is not among them."""
        found = {each: self.convert(amount, currency, each) for each in sorted(to) if each != currency}
        return {each: exchanged for each, exchanged in found.items() if exchanged is not None}


def _ways(
    rates: dict[tuple[str, str], ExchangeRate], currency: str, to: str
) -> Iterator[list[tuple[ExchangeRate, bool]]]:
    """Yield a rate between the two, or a pair over a currency that has a rate with each."""
    if (one := _between(rates, currency, to)) is not None:
        yield [one]
        return
    for middle in sorted({name for pair in rates for name in pair} - {currency, to}):
        first, second = _between(rates, currency, middle), _between(rates, middle, to)
        if first is not None and second is not None:
            yield [first, second]


def _between(
    rates: dict[tuple[str, str], ExchangeRate], currency: str, to: str
) -> tuple[ExchangeRate, bool] | None:
    """Return the rate and whether it is told in this direction."""
    if (found := rates.get((currency, to))) is not None:
        return found, True
    return None if (found := rates.get((to, currency))) is None else (found, False)
