"""The rows of the monitor context."""

from entrepot.core.routes import Page, Route
from entrepot.monitor import service
from entrepot.monitor.model import (
    AccountAct,
    Activity,
    ActivityQuery,
    ActQuery,
    DayOfEvents,
    HappeningQuery,
)

ROUTES = (
    Route(
        "GET", "/api/activity", service.activity, takes=ActivityQuery, gives=Page[Activity],
        scope="activity:read",
    ),
    Route(
        "GET", "/api/happenings", service.happenings, takes=HappeningQuery, gives=Page[DayOfEvents],
        scope="activity:read",
    ),
    Route(
        "GET", "/api/account-acts", service.account_acts, takes=ActQuery, gives=Page[AccountAct],
        scope="activity:read",
    ),
)  # fmt: skip
