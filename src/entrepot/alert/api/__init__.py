"""The rows of the alert context, one table per noun."""

from entrepot.alert.api import alerts, rules
from entrepot.core.routes import Route

ROUTES: tuple[Route, ...] = (*alerts.ROUTES, *rules.ROUTES)
