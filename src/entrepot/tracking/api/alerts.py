"""Alerts."""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.inbox import Acknowledgement, AlertQuery, AlertView
from entrepot.tracking.service import alerts

ROUTES = (
    Route(
        "GET", "/api/alerts", alerts.alerts, takes=AlertQuery, gives=Page[AlertView], scope="alert:read",
        before=alerts.find_alerts, writes=True, secret=True,
    ),
    Route("POST", "/api/alerts/acknowledge", alerts.acknowledge, takes=Acknowledgement, scope="alert:write"),
    Route("POST", "/api/alerts/{id}/acknowledge", alerts.acknowledge_one, scope="alert:write"),
)  # fmt: skip
