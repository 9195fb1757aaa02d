"""The rows of the monitor context."""

from entrepot.core.routes import Page, Route
from entrepot.monitor import service
from entrepot.monitor.model import Activity, ActivityQuery, DayOfEvents, HappeningQuery

ROUTES = (
    Route(
        "GET", "/api/activity", service.activity, takes=ActivityQuery, gives=Page[Activity],
        scope="activity:read",
    ),
    Route(
        "GET", "/api/happenings", service.happenings, takes=HappeningQuery, gives=Page[DayOfEvents],
        scope="activity:read",
    ),
)  # fmt: skip
