"""The rows of exchange rates."""

from entrepot.core.routes import Limit, Page, Route
from entrepot.rule.model.exchange import NewRates, RateQuery, RatesReport, RateView
from entrepot.rule.service import exchange

_SOURCE = "/api/exchange-rates/{source}"

ROUTES = (
    Route(
        "GET", "/api/exchange-rates", exchange.list_rates, takes=RateQuery, gives=Page[RateView],
        scope="rule:read",
    ),
    Route(
        "PUT", _SOURCE, exchange.put_rates, takes=NewRates, gives=RatesReport, scope="rule:write",
        before=exchange.read_rates, max_body_bytes=20 * 1024 * 1024, deadline_s=60.0,
        limit=Limit(requests=10),
    ),
    Route("DELETE", _SOURCE, exchange.drop_rates, scope="rule:write"),
)  # fmt: skip
