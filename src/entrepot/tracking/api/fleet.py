"""Reports over many devices, as pages and as files. It is shown only after it is noted who looks: these rows
write, and their answers are never kept.
"""

from entrepot.core.routes import File, Limit, Page, Route
from entrepot.tracking.model.fleet import (
    FleetDay,
    FleetDaysQuery,
    FleetFileQuery,
    FleetQuery,
    FleetReportKind,
    FleetSpeeding,
    FleetStop,
    FleetSummary,
    FleetTrip,
    FleetVisit,
    SpeedingFileQuery,
    SpeedingQuery,
)
from entrepot.tracking.service import fleet, fleet_files

_KINDS: tuple[tuple[FleetReportKind, type[FleetFileQuery]], ...] = (
    ("summary", FleetFileQuery),
    ("trips", FleetFileQuery),
    ("stops", FleetFileQuery),
    ("visits", FleetFileQuery),
    ("days", FleetFileQuery),
    ("speeding", SpeedingFileQuery),
)

_FORMS = (("csv", False, fleet_files.CSV_TYPE), ("xlsx", True, fleet_files.XLSX_TYPE))

ROUTES = (
    *(
        Route(
            "GET", f"/api/fleet/{name}", shown, takes=query, gives=Page[row], scope="position:read",  # type: ignore[valid-type]
            before=found, writes=True, secret=True, limit=Limit(requests=240),
        )
        for name, shown, found, query, row in (
            ("summary", fleet.fleet_summary, fleet.find_summary, FleetQuery, FleetSummary),
            ("trips", fleet.fleet_trips, fleet.find_trips, FleetQuery, FleetTrip),
            ("stops", fleet.fleet_stops, fleet.find_stops, FleetQuery, FleetStop),
            ("visits", fleet.fleet_visits, fleet.find_visits, FleetQuery, FleetVisit),
            ("days", fleet.fleet_days, fleet.find_days, FleetDaysQuery, FleetDay),
            ("speeding", fleet.fleet_speeding, fleet.find_speeding, SpeedingQuery, FleetSpeeding),
        )
    ),
    *(
        Route(
            "GET", f"/api/fleet/{name}.{form}", fleet_files.answers(name, sheet=sheet), takes=query,
            gives=File, scope="position:read", before=fleet_files.opens(name, query, sheet=sheet),
            writes=True, limit=Limit(requests=30), media=(media,),
        )
        for name, query in _KINDS
        for form, sheet, media in _FORMS
    ),
)  # fmt: skip
