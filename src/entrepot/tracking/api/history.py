"""Where devices were and are. It is shown only after it is noted who looks: these rows write, and their
answers are never kept.
"""

from entrepot.core.routes import File, Limit, Page, Route, Stream
from entrepot.tracking.functions import export
from entrepot.tracking.model.history import (
    Day,
    DaysQuery,
    ExportQuery,
    FrequentPlace,
    PlacesQuery,
    Position,
    PositionsQuery,
    Stop,
    TimelineQuery,
    Trip,
)
from entrepot.tracking.model.latest import LatestQuery, LiveNews, LiveQuery, Whereabouts
from entrepot.tracking.service import history, latest, live, timeline

_OF_A_DEVICE = "/api/devices/{id}"

ROUTES = (
    Route(
        "GET", f"{_OF_A_DEVICE}/positions", history.positions, takes=PositionsQuery, gives=Page[Position],
        scope="position:read", before=history.find_positions, writes=True, secret=True,
    ),
    *(
        Route(
            "GET", f"{_OF_A_DEVICE}/positions.{form.suffix}", written, takes=ExportQuery, gives=File,
            scope="position:read", before=history.open_track, writes=True, limit=Limit(requests=60),
            media=(form.media_type,),
        )
        for form, written in (
            (export.GPX, history.gpx), (export.GEOJSON, history.geojson), (export.CSV, history.csv)
        )
    ),
    Route(
        "GET", f"{_OF_A_DEVICE}/trips", timeline.trips, takes=TimelineQuery, gives=Page[Trip],
        scope="position:read", before=timeline.find_trips, writes=True, secret=True,
    ),
    Route(
        "GET", f"{_OF_A_DEVICE}/stops", timeline.stops, takes=TimelineQuery, gives=Page[Stop],
        scope="position:read", before=timeline.find_stops, writes=True, secret=True,
    ),
    Route(
        "GET", f"{_OF_A_DEVICE}/days", timeline.days, takes=DaysQuery, gives=Page[Day],
        scope="position:read", before=timeline.find_days, writes=True, secret=True,
    ),
    Route(
        "GET", f"{_OF_A_DEVICE}/places", timeline.places, takes=PlacesQuery, gives=Page[FrequentPlace],
        scope="position:read", before=timeline.find_places, writes=True, secret=True,
    ),
    Route(
        "GET", "/api/positions/latest", latest.latest_positions, takes=LatestQuery, gives=Page[Whereabouts],
        scope="position:read", before=latest.find_latest, writes=True, secret=True,
    ),
    Route(
        "GET", "/api/live", live.live, takes=LiveQuery, gives=Stream[LiveNews], scope="position:read",
        before=live.open_line, writes=True,
    ),
)  # fmt: skip
