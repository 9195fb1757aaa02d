"""Reports on a schedule: everybody has their own."""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.schedule import NewReportSchedule, ReportSchedule, ReportScheduleQuery
from entrepot.tracking.service import schedules

ROUTES = (
    Route(
        "GET", "/api/report-schedules", schedules.report_schedules, takes=ReportScheduleQuery,
        gives=Page[ReportSchedule], scope="position:read",
    ),
    Route(
        "POST", "/api/report-schedules", schedules.schedule_report, takes=NewReportSchedule,
        gives=ReportSchedule, status=201, scope="position:read",
    ),
    Route("DELETE", "/api/report-schedules/{id}", schedules.remove_schedule, scope="position:read"),
)  # fmt: skip
