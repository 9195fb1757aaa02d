"""The rows of the rule context, one table per noun."""

from entrepot.core.routes import Route
from entrepot.rule.api import checks, exchange, hs, packs, rules, ticks

ROUTES: tuple[Route, ...] = (
    *checks.ROUTES, *ticks.ROUTES, *rules.ROUTES, *packs.ROUTES, *hs.ROUTES, *exchange.ROUTES,
)  # fmt: skip
