"""What devices say besides their positions; it may tell a place as well, so that who looks is noted first."""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.drawing import GeofenceView
from entrepot.tracking.model.report import ReportQuery, StoredReport
from entrepot.tracking.service import reports

ROUTES = (
    Route(
        "GET", "/api/devices/{id}/reports", reports.reports, takes=ReportQuery, gives=Page[StoredReport],
        scope="position:read", before=reports.find_reports, writes=True, secret=True,
    ),
    Route(
        "POST", "/api/devices/{id}/reports/{report_id}/geofence", reports.take_over_waypoint,
        gives=GeofenceView, status=201, scope="geofence:write",
    ),
)  # fmt: skip
