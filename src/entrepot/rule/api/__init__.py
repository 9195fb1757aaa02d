"""The rule context's HTTP, one table per noun."""

from entrepot.core.routes import Route
from entrepot.rule.api import checks, hs, packs, rules, screenings

ROUTES: tuple[Route, ...] = (*checks.ROUTES, *rules.ROUTES, *packs.ROUTES, *hs.ROUTES, *screenings.ROUTES)
