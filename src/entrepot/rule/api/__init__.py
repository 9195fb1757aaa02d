"""The rows of the rule context, one table per noun."""

from entrepot.core.routes import Route
from entrepot.rule.api import checks, hs, packs, rules, ticks

ROUTES: tuple[Route, ...] = (
    *checks.ROUTES, *ticks.ROUTES, *rules.ROUTES, *packs.ROUTES, *hs.ROUTES,
)  # fmt: skip
