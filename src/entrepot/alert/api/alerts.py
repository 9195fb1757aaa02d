"""Alerts."""

from entrepot.alert.model.inbox import Acknowledgement, AlertQuery, AlertView
from entrepot.alert.service import inbox
from entrepot.core.routes import Page, Route

ROUTES = (
    Route(
        "GET", "/api/alerts", inbox.alerts, takes=AlertQuery, gives=Page[AlertView], scope="alert:read",
        before=inbox.find_alerts, writes=True, secret=True,
    ),
    Route("POST", "/api/alerts/acknowledge", inbox.acknowledge, takes=Acknowledgement, scope="alert:write"),
    Route("POST", "/api/alerts/{id}/acknowledge", inbox.acknowledge_one, scope="alert:write"),
)  # fmt: skip
