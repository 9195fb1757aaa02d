"""Exchange rates that the operator loads: one value answers every threshold, and the answer says by which."""

from pathlib import Path
from typing import Any

import pytest
from tests.gateway.client import Caller, Node

from entrepot.rule.functions import rate_files
from entrepot.rule.model.exchange import BadRates

TARIFF = Path(__file__).parents[3] / "shared" / "data" / "tariff"
there = pytest.mark.skipif(
    not TARIFF.exists(), reason="the third-party tariffs (shared/data/tariff) are not here"
)
OWN = "base,quote,per,value,since,until\nEUR,USD,1,1.25,2026-11-01,2026-11-30\nJPY,EUR,100,0.6,2026-11-01,\n"
WAY = {"hs_code": "6109", "origin": "CN", "destination": "DE", "date": "2026-11-20", "keep": False}


def put(ada: Caller, source: str, **said: Any) -> Any:
    return ada.ask("PUT", f"/api/exchange-rates/{source}", said)


def values(ada: Caller, **said: Any) -> dict[str, float]:
    return dict(ada.post("/api/checks", WAY | said).json()["facts"].get("values", {}))


def test_one_value_answers_every_threshold_and_the_answer_says_by_which_rate(node: Node, ada: Caller) -> None:
    asked = ada.post("/api/checks", WAY | {"value": 125, "currency": "USD"}).json()
    assert "value:EUR" in [each["id"] for each in asked["questions"]]
    assert put(ada, "house", file=OWN).json() == {
        "source": "house", "rates": 2, "since": "2026-11-01", "until": "2026-12-02",
    }  # fmt: skip
    told = ada.post("/api/checks", WAY | {"value": 125, "currency": "USD", "keep": True}).json()
    assert "value:EUR" not in [each["id"] for each in told["questions"]]
    assert told["facts"]["values"] == {"EUR": 100.0}
    assert told["facts"]["rates"] == [
        {"source": "house", "base": "EUR", "quote": "USD", "per": 1.0, "value": 1.25, "since": "2026-11-01"}
    ]
    assert values(ada, value=125, currency="USD", values={"EUR": 110}) == {"EUR": 110}, "what was said stays"
    assert values(ada, value=10_000, currency="JPY") == {"EUR": 60.0}
    assert values(ada, value=10, currency="CHF") == {}
    assert values(ada, value=125, currency="USD", date="2027-01-20") == {}
    page = ada.get("/api/exchange-rates?day=2026-11-20&limit=1").json()
    assert [(each["base"], each["quote"]) for each in page["items"]] == [("EUR", "USD")]
    rest = ada.get(f"/api/exchange-rates?day=2026-11-20&cursor={page['next']}").json()
    assert [each["per"] for each in rest["items"]] == [100.0]
    assert ada.ask("DELETE", "/api/exchange-rates/house").status == 204
    assert ada.ask("DELETE", "/api/exchange-rates/house").status == 404
    again = ada.get(f"/api/checks/{told['id']}/replay").json()
    assert again["identical"], "a kept answer holds its rates"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"file": OWN, "rates": [{"base": "EUR", "quote": "USD", "value": 1, "since": "2026-11-01"}]},
        {"rates": [{"base": "EUR", "quote": "XXX", "value": 1, "since": "2026-11-01"}]},
        {"rates": [{"base": "EUR", "quote": "EUR", "value": 1, "since": "2026-11-01"}]},
        {"rates": [{"base": "EUR", "quote": "USD", "value": 0, "since": "2026-11-01"}]},
        {
            "rates": [
                {"base": "EUR", "quote": "USD", "value": 1, "since": "2026-11-02", "until": "2026-11-01"}
            ]
        },
    ],
)
def test_rates_that_cannot_be_are_refused_whole(node: Node, ada: Caller, said: dict[str, Any]) -> None:
    assert put(ada, "wrong", **said).status == 422
    assert "wrong" not in [each["source"] for each in ada.get("/api/exchange-rates").json()["items"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "neither"),
        ("<html>", "neither"),
        ("Date,USD,GBP\n", "no rate"),
        ("Date,USD,GBP\nyesterday,1,1\n", "Line 2: 'yesterday' is no day"),
        ("Date,USD,GBP\n2026-11-01,1,-1\n", "Line 2: a rate is above zero"),
        ("Date,USD,GBP\n2026-11-01,1,one\n", "Line 2: 'one' is no rate"),
        ("base,quote,value,since\nEUR,ECU,1,2026-11-01\n", "Line 2: there is no currency ECU"),
        ("{", "no JSON"),
        ("{}", "no rate"),
    ],
)
def test_file_that_holds_no_rates_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadRates, match=reason):
        rate_files.read(text)


@there
def test_files_of_the_publishers_are_read_as_they_are() -> None:
    daily = rate_files.read((TARIFF / "ecb" / "eurofxref.csv").read_text())
    assert len(daily) == 29 and {each.since.isoformat() for each in daily} == {"2026-04-13"}
    history = rate_files.read((TARIFF / "ecb" / "eurofxref-hist-2026-extract.csv").read_text())
    assert len(history) >= 29 * 70
    monthly = rate_files.read((TARIFF / "uk" / "exchange-rates-2023-09.json").read_text())
    assert ("GBP", "AUD", 1.9677) in [(each.base, each.quote, each.value) for each in monthly]
