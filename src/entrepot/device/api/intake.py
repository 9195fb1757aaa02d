"""What devices sent in vain, and what the filters saved."""

from entrepot.core.routes import Page, Route
from entrepot.device.model.unused import NotUsedExample, NotUsedView
from entrepot.device.service import intake_reports as reports
from entrepot.device.service import unused_reports
from entrepot.device.service.intake_reports import (
    OfDevice,
    Quarantined,
    QuarantinedMessage,
    RejectedFix,
    Retried,
    Summary,
    SummaryQuery,
)

ROUTES = (
    Route(
        "GET", "/api/quarantine", reports.quarantine, takes=OfDevice, gives=Page[Quarantined],
        scope="intake:read",
    ),
    Route(
        "GET", "/api/quarantine/{id}", reports.quarantined, gives=QuarantinedMessage, scope="intake:read",
        writes=True, secret=True,
    ),
    Route(
        "POST", "/api/quarantine/{id}/retry", reports.retry, gives=Retried, before=reports.try_again,
        scope="intake:write",
    ),
    Route("DELETE", "/api/quarantine/{id}", reports.discard, scope="intake:write"),
    Route(
        "GET", "/api/intake/rejected", reports.rejected, takes=OfDevice, gives=Page[RejectedFix],
        scope="intake:read",
    ),
    Route(
        "GET", "/api/intake/unused", unused_reports.not_used, takes=OfDevice, gives=Page[NotUsedView],
        scope="intake:read",
    ),
    Route(
        "GET", "/api/intake/unused/{id}", unused_reports.not_used_example, gives=NotUsedExample,
        scope="intake:read", writes=True, secret=True,
    ),
    Route("DELETE", "/api/intake/unused/{id}", unused_reports.take_note, scope="intake:write"),
    Route(
        "GET", "/api/intake/summary", reports.summary, takes=SummaryQuery, gives=Summary, scope="intake:read"
    ),
)  # fmt: skip
