"""Exchange rates: loaded by the operator, and used so that one value answers every threshold of a check."""

import asyncio
from typing import NamedTuple

import msgspec

from entrepot.core.paging import cursor_at, page_of, place_in
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.rule.functions import rate_files
from entrepot.rule.functions.index import RuleIndex
from entrepot.rule.model.exchange import (
    MOST_RATES,
    BadRates,
    NewRates,
    NoRates,
    RateQuery,
    RateRow,
    RatesReport,
    RateView,
    view,
)
from entrepot.rule.model.rule import MOST_VALUES, ProductFacts, UsedRate
from entrepot.rule.repository import exchange as rates_of
from entrepot.trade import units
from entrepot.trade.exchange import ExchangeRate, Rates
from entrepot.trade.money import CURRENCIES


class _Place(NamedTuple):
    source: str
    base: str
    quote: str
    since: str


_DIGITS = 6  # after the point, of what was converted: finer than any currency's smallest coin


async def read_rates(read: Read, who: Principal, *, source: str, new: NewRates) -> list[ExchangeRate]:
    """Raises: BadRates."""
    if bool(new.rates) == bool(new.file):
        raise BadRates("Rates come either as `rates` or as the text of a `file`.")
    rows = await asyncio.to_thread(rate_files.read, new.file) if new.file else new.rates
    return [_checked(each, source) for each in rows]


def _checked(row: RateRow, source: str) -> ExchangeRate:
    if strange := sorted({row.base, row.quote} - CURRENCIES):
        raise BadRates(f"There is no currency {strange[0]} (ISO 4217).")
    if row.base == row.quote:
        raise BadRates(f"A rate is between two currencies, not {row.base} and itself.")
    rate = row.of(source)
    if rate.until < rate.since:
        raise BadRates(f"The rate of {row.base} and {row.quote} ends before {row.since}.")
    return rate


async def put_rates(
    tx: Transaction, who: Principal, *, source: str, new: NewRates, rates: list[ExchangeRate]
) -> RatesReport:
    """Take the rates of a source: all of them, or none. Raises: BadRates."""
    await rates_of.put(tx, rates)
    if await rates_of.count(tx) > MOST_RATES:
        raise BadRates(f"A node keeps {MOST_RATES:,} rates; drop a source that is not needed any more.")
    return RatesReport(
        source=source,
        rates=len(rates),
        since=min(each.since for each in rates),
        until=max(each.until for each in rates),
    )


async def list_rates(tx: Reading, who: Principal, *, query: RateQuery) -> Page[RateView]:
    """The rates that hold on a day, by source and pair."""
    after = place_in(query.cursor, _Place) or _Place("", "", "", "")
    found = await rates_of.page(tx, query.day or now().date(), after=after, limit=query.limit)
    page = page_of(
        found,
        limit=query.limit,
        cursor=lambda each: cursor_at((each.source, each.base, each.quote, str(each.since))),
    )
    return Page([view(each) for each in page.items], page.next)


async def drop_rates(tx: Transaction, who: Principal, *, source: str) -> None:
    """Forget all rates of a source. Raises: NoRates."""
    if not await rates_of.drop(tx, source):
        raise NoRates(f"There are no rates of {source}.")


async def exchanged(read: Read, facts: ProductFacts, index: RuleIndex) -> ProductFacts:
    """Return the facts with their value in every currency that the rules for this way ask about, as far as
    the rates of the day tell it, and with the rates that told it. What was said in a currency stays.
    """
    day = facts.date
    if facts.value is None or facts.currency is None or day is None:
        return facts
    said = {facts.currency, *facts.values}
    if not (wanted := index.currencies(facts) - said):
        return facts
    rates = Rates(await read(lambda tx: rates_of.holding(tx, day)), day)
    found = rates.all_of(units.exact(facts.value), facts.currency, wanted)
    room = MOST_VALUES - len(facts.values)
    told = dict(list(found.items())[:room])
    used = {rate for each in told.values() for rate in each.by}
    values = facts.values | {code: round(float(each.amount), _DIGITS) for code, each in told.items()}
    return msgspec.structs.replace(
        facts, values=dict(sorted(values.items())), rates=tuple(_used(each) for each in sorted(used))
    )


def _used(rate: ExchangeRate) -> UsedRate:
    return UsedRate(
        source=rate.source, base=rate.base, quote=rate.quote, per=rate.per, value=rate.value,
        since=rate.since,
    )  # fmt: skip
