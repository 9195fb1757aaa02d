"""Exchange rates that the operator loads or sets, so that one value answers every threshold."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import Invalid, NotFound
from entrepot.core.routes import Cursor, Input
from entrepot.rule.model.rule import Currency, RuleDate
from entrepot.trade.exchange import LASTS, ExchangeRate

RateSource = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MOST_RATES = 200_000
MAX_FILE_CHARS = 16 * 1024 * 1024
_Positive = Annotated[float, Meta(gt=0, le=1e12)]


class BadRates(Invalid):
    """Rates that cannot be taken; none of them was."""


class NoRates(NotFound):
    """No such source of rates."""


class RateRow(Input, frozen=True, kw_only=True):
    """`per` units of `base` are `value` units of `quote`, from the first day through the last. Without a last
    day it counts for 31 days, or until a newer one of the same source.
    """

    base: Currency
    quote: Currency
    per: _Positive = 1.0
    value: _Positive
    since: RuleDate
    until: RuleDate | None = None

    def of(self, source: str) -> ExchangeRate:
        return ExchangeRate(
            source, self.base, self.quote, self.per, self.value, self.since, self.until or self.since + LASTS
        )


class NewRates(Input, frozen=True, kw_only=True):
    """Rates of a source, as `rates` or as the text of a publisher's `file`. One of the same pair and first
    day takes the place of the one before.
    """

    rates: Annotated[tuple[RateRow, ...], Meta(max_length=10_000)] = ()
    file: Annotated[str, Meta(max_length=MAX_FILE_CHARS)] = ""


class RatesReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken."""

    source: str
    rates: int
    since: date
    until: date


class RateQuery(Cursor, frozen=True, kw_only=True):
    """The rates that hold on a day; today by default."""

    day: RuleDate | None = None


class RateView(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    base: str
    quote: str
    per: float
    value: float
    since: date
    until: date


def view(rate: ExchangeRate) -> RateView:
    return RateView(**rate._asdict())
