"""The rows of the tracking context, one table per noun."""

from entrepot.core.routes import Route
from entrepot.tracking.api import devices, fleet, geofences, history, patterns, reports, schedules, shares

ROUTES: tuple[Route, ...] = (
    *devices.ROUTES,
    *history.ROUTES,
    *patterns.ROUTES,
    *fleet.ROUTES,
    *schedules.ROUTES,
    *reports.ROUTES,
    *geofences.ROUTES,
    *shares.ROUTES,
)
