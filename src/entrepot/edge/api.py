"""The edge context's HTTP, for people; that for devices is in `web`."""

from entrepot.core.routes import Page, Route
from entrepot.edge import books
from entrepot.edge.books import (
    OfDevice,
    Quarantined,
    QuarantinedMessage,
    RejectedFix,
    Retried,
    Summary,
    SummaryQuery,
)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/api/quarantine", books.quarantine, takes=OfDevice, gives=Page[Quarantined],
        scope="intake:read",
    ),
    Route(
        "GET", "/api/quarantine/{id}", books.quarantined, gives=QuarantinedMessage, scope="intake:read",
        writes=True, secret=True,
    ),
    Route(
        "POST", "/api/quarantine/{id}/retry", books.retry, gives=Retried, before=books.try_again,
        scope="intake:write",
    ),
    Route("DELETE", "/api/quarantine/{id}", books.discard, scope="intake:write"),
    Route(
        "GET", "/api/intake/rejected", books.rejected, takes=OfDevice, gives=Page[RejectedFix],
        scope="intake:read",
    ),
    Route(
        "GET", "/api/intake/summary", books.summary, takes=SummaryQuery, gives=Summary, scope="intake:read"
    ),
)  # fmt: skip
