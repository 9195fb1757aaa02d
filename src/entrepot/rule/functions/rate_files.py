"""Exchange rates as their publishers write them: the European Central Bank's reference rates, the monthly
rates of the UK's customs, and a table of one's own.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from entrepot.core import csv_cells
from entrepot.core.csv_cells import BadCells
from entrepot.core.file_form import Column
from entrepot.rule.model.exchange import BadRates, RateRow
from entrepot.trade.money import CURRENCIES

COLUMNS = (
    Column(
        name="base", about="the currency that is told, such as `EUR`", required=True, examples=("EUR", "JPY")
    ),
    Column(name="quote", about="the currency in which it is told", required=True, examples=("USD", "EUR")),
    Column(name="per", about="how many of `base`; 1 if nothing is said", examples=("1", "100")),
    Column(name="value", about="how many of `quote` they are", required=True, examples=("1.1684", "0.5355")),
    Column(
        name="since",
        about="the first day, as 2026-11-30",
        required=True,
        examples=("2026-11-30", "2026-11-30"),
    ),
    Column(
        name="until",
        about="the last day; without one it holds for 31 days",
        examples=("2026-12-31", "2026-12-31"),
    ),
)
_DAYS = ("%Y-%m-%d", "%d %B %Y", "%d/%m/%Y")
_NONE = ("", "N/A")


def read(text: str) -> list[RateRow]:
    """Raises: BadRates, with the line."""
    try:
        found = list(_from_json(text) if text.lstrip().startswith("{") else _from_csv(text))
    except BadCells as error:
        raise BadRates(f"Line {error.line}: {error}") from error
    if not found:
        raise BadRates("There is no rate in this file.")
    return found


def _from_csv(text: str) -> Iterator[RateRow]:
    rows = csv_cells.rows(text)
    _, heading = next(rows, (1, []))
    names = [name.strip() for name in heading]
    if names[:1] == ["Date"] and {"USD", "GBP"} <= set(names):
        yield from _central_bank(names, rows)
    elif {"base", "quote", "value", "since"} <= set(names):
        yield from _own(names, rows)
    else:
        raise BadRates(
            "This is neither the European Central Bank's file (Date, USD, …) nor a table with the columns"
            f" {', '.join(each.name for each in COLUMNS)}."
        )


def _central_bank(names: list[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[RateRow]:
    """Yield what one euro is worth, day by day, but for currencies that are gone (N/A, or not of today)."""
    for line, cells in rows:
        told = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        since = _day(told["Date"], line)
        for name, cell in told.items():
            if name in CURRENCIES and cell not in _NONE:
                yield RateRow(base="EUR", quote=name, value=_number(cell, line), since=since)


def _own(names: list[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[RateRow]:
    for line, cells in rows:
        told = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        for field in ("base", "quote"):
            if told[field] not in CURRENCIES:
                raise BadRates(f"Line {line}: there is no currency {told[field][:20]} (ISO 4217).")
        yield RateRow(
            base=told["base"],
            quote=told["quote"],
            per=_number(told.get("per") or "1", line),
            value=_number(told["value"], line),
            since=_day(told["since"], line),
            until=_day(told["until"], line) if told.get("until") else None,
        )


def _from_json(text: str) -> Iterator[RateRow]:
    """Yield the UK's monthly rates (JSON:API of its trade tariff): units of the currency for one pound."""
    try:
        told = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadRates(f"This is no JSON: {error}.") from error
    for each in told.get("included", ()) if isinstance(told, dict) else ():
        about = each.get("attributes", {}) if isinstance(each, dict) else {}
        if each.get("type") == "exchange_rate" and about.get("currency_code") in CURRENCIES:
            yield _monthly(about)


def _monthly(about: dict[str, Any]) -> RateRow:
    since, until = about.get("validity_start_date", ""), about.get("validity_end_date", "")
    return RateRow(
        base="GBP",
        quote=about["currency_code"],
        value=_number(str(about.get("rate", "")), 0),
        since=_day(str(since)[:10], 0),
        until=_day(str(until)[:10], 0) if until else None,
    )


def _number(text: str, line: int) -> float:
    try:
        found = float(text)
    except ValueError as error:
        raise BadRates(f"Line {line}: {text[:40]!r} is no rate.") from error
    if not 0 < found < 1e12:
        raise BadRates(f"Line {line}: a rate is above zero.")
    return found


def _day(text: str, line: int) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise BadRates(f"Line {line}: {text[:40]!r} is no day.")
