"""Duty rates as the tariffs write them: the published texts, what they come to, and what stays open."""

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.trade import duty
from entrepot.trade.duty import Amount, OpenDuty, read, read_special

TARIFF = Path(__file__).parents[3] / "shared" / "data" / "tariff"
GOODS = {"value": Fraction(1000), "net_kg": Fraction(250), "items": Fraction(500)}
there = pytest.mark.skipif(
    not TARIFF.exists(), reason="the third-party tariffs (shared/data/tariff) are not here"
)


def told(text: str, **more: int) -> str:
    try:
        value, currency = read(text).comes_to(GOODS | {name: Fraction(each) for name, each in more.items()})
    except OpenDuty as reason:
        return str(reason)
    return f"{float(value):.2f} {currency}".strip()


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("Free", "0.00"),
        ("6.5%", "65.00"),
        ("33 1/3%", "333.33"),
        ("4.2¢/kg + 3%", "40.50 USD"),
        ("$1.34/1000", "0.67 USD"),
        ("$1.50/doz.", "62.50 USD"),
        ("9.00 % MIN 1.30 EUR / 100 kg MAX 30.00 EUR / 100 kg", "75.00 EUR"),
        ("5 % but not less than 30¢/kg", "75.00 USD"),
        ("3 % minus 1 %", "20.00"),
        ("1 % less $1 each", "0.00 USD"),  # never below nothing
        ("1 EUR / 100 kg + 1 GBP / 100 kg", "It adds EUR and GBP."),
        ("1 EUR / kg MAX 1 GBP / kg", "It compares EUR with GBP."),
        ("12.5¢/kg on drained weight", "It depends on the drained weight, which is not known."),
        ("$1.50 each + 6.4% on the case", "It depends on the value of the case, which is not known here."),
        ("See additional U.S. note 5", "The tariff refers to something else: See additional U.S. note 5."),
        ("", "The tariff says: nothing."),
        ("6.5% and more", "The tariff says: 6.5% and more."),
        ("3 EUR", "The tariff says: 3 EUR."),
        ("\N{NO-BREAK SPACE}12.00 %\n+ 1 EUR /  t", "120.25 EUR"),
    ],
)
def test_rate_comes_to(text: str, comes_to: str) -> None:
    assert told(text) == comes_to


def test_missing_fact_leaves_it_open_only_where_it_counts() -> None:
    assert told("0 % + 4 EUR / hl") == "It depends on the volume, which is not known."
    assert told("0 EUR / hl") == "0.00 EUR"


@there
def test_published_expressions_come_to_what_was_worked_out_by_hand() -> None:
    told = json.loads((TARIFF / "duty-expressions.json").read_text())
    measured = {name: Fraction(str(each)) for name, each in told["quantities"].items()}
    wrong = [each["text"] for each in told["expressions"] if not _as_expected(each, measured)]
    assert wrong == [] and len(told["expressions"]) == 27


def _as_expected(case: dict[str, Any], measured: dict[str, Fraction]) -> bool:
    expected = case["amount_or_reading"]
    if "preferences" in expected:
        found = [(each.duty.free, each.programmes) for each in read_special(case["text"])]
        return found == [(True, ("A+", "AU", "BH", "CL")), (False, ("KR",)), (False, ("AU",))]
    try:
        amount = read(case["text"]).comes_to(measured)
    except OpenDuty:
        return bool(expected.startswith("open"))
    return bool(f"{float(amount.value):.2f}" == expected)


@there
def test_nearly_every_rate_of_the_american_tariff_is_read() -> None:
    with (TARIFF / "us-hts" / "htsdata-2024-extract.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {
        row[column].strip()
        for row in rows
        for column in ("General Rate of Duty", "Column 2 Rate of Duty")
        if row[column].strip() and row["HTS Number"][:2] < "98"
    }
    unread = {each for each in texts if read(each).terms[0].open.startswith("The tariff says")}
    assert len(unread) <= len(texts) // 50, unread


percents = st.decimals("0", "99", places=2).map(lambda each: f"{each} %")
money = st.builds(
    lambda amount, unit: f"{amount} EUR / {unit}",
    st.decimals("0", "99", places=2),
    st.sampled_from(("kg", "100 kg", "p/st", "1,000 p/st", "t")),
)
sums = st.lists(percents | money, min_size=1, max_size=3).map(" + ".join)


@given(one=sums, other=sums)
def test_limits_bound_and_sums_add(one: str, other: str) -> None:
    def value(text: str) -> Fraction:
        return read(text).comes_to(GOODS).value

    assert value(f"{one} + {other}") == value(one) + value(other)
    assert value(f"{one} MIN {other}") == max(value(one), value(other))
    assert value(f"{one} MAX {other}") == min(value(one), value(other))


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_nothing_unread_is_free(text: str) -> None:
    found = duty.read(text)
    if found.terms[0].open:
        assert not found.free
        with pytest.raises(OpenDuty):
            found.comes_to(GOODS)
    else:
        assert isinstance(found.terms[0].rate, Fraction) and Amount._fields
