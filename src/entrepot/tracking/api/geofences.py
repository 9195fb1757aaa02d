"""Geofences."""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.drawing import GeofenceChange, GeofenceQuery, GeofenceView, NewGeofence
from entrepot.tracking.service import geofences

_DRAWING = 512 * 1024

ROUTES = (
    Route(
        "GET", "/api/geofences", geofences.geofences, takes=GeofenceQuery, gives=Page[GeofenceView],
        scope="geofence:read",
    ),
    Route(
        "POST", "/api/geofences", geofences.draw_geofence, takes=NewGeofence, gives=GeofenceView, status=201,
        scope="geofence:write", max_body_bytes=_DRAWING,
    ),
    Route("GET", "/api/geofences/{id}", geofences.geofence, gives=GeofenceView, scope="geofence:read"),
    Route(
        "PATCH", "/api/geofences/{id}", geofences.change_geofence, takes=GeofenceChange, gives=GeofenceView,
        scope="geofence:write", max_body_bytes=_DRAWING,
    ),
    Route("DELETE", "/api/geofences/{id}", geofences.remove_geofence, scope="geofence:write"),
)  # fmt: skip
