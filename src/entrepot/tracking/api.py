"""The tracking context's HTTP."""

from entrepot.core.routes import File, Limit, Page, Route
from entrepot.tracking.model.drawing import GeofenceChange, GeofenceQuery, GeofenceView, NewGeofence
from entrepot.tracking.model.enrolment import DeviceChange, DeviceQuery, DeviceView, NewDevice, Removal
from entrepot.tracking.model.history import ExportQuery, Position, PositionsQuery
from entrepot.tracking.model.look import Look, LookQuery
from entrepot.tracking.service import audit, devices, geofences, history
from entrepot.tracking.service.devices import DeviceWithSecret, PayloadKey

_DRAWING = 512 * 1024
_EXPORTS = Limit(requests=60)

ROUTES: tuple[Route, ...] = (
    # devices
    Route(
        "GET", "/api/devices", devices.devices, takes=DeviceQuery, gives=Page[DeviceView],
        scope="device:read",
    ),
    Route(
        "POST", "/api/devices", devices.enrol, takes=NewDevice, gives=DeviceWithSecret, status=201,
        scope="device:write", secret=True,
    ),
    Route("GET", "/api/devices/{id}", devices.device, gives=DeviceView, scope="device:read"),
    Route(
        "PATCH", "/api/devices/{id}", devices.change_device, takes=DeviceChange, gives=DeviceView,
        scope="device:write",
    ),
    Route("DELETE", "/api/devices/{id}", devices.revoke_device, takes=Removal, scope="device:write"),
    Route(
        "POST", "/api/devices/{id}/password", devices.renew_password, gives=DeviceWithSecret,
        scope="device:write", secret=True,
    ),
    Route(
        "POST", "/api/devices/{id}/payload-key", devices.make_payload_key, gives=PayloadKey,
        scope="device:write", secret=True,
    ),
    Route("DELETE", "/api/devices/{id}/payload-key", devices.drop_payload_key, scope="device:write"),
    Route(
        "GET", "/api/devices/{id}/reads", audit.reads, takes=LookQuery, gives=Page[Look], scope="device:read",
    ),
    # history: every look is noted before it is shown, so these rows write, and are never kept
    Route(
        "GET", "/api/devices/{id}/positions", audit.shown_of, before=history.positions, takes=PositionsQuery,
        gives=Page[Position], scope="position:read", writes=True, secret=True,
        summary="Where a device was, the oldest first, in pages or simplified.",
    ),
    *(
        Route(
            "GET", f"/api/devices/{{id}}/positions.{form.__name__}", form, before=history.open_track,
            takes=ExportQuery, gives=File, scope="position:read", writes=True, limit=_EXPORTS,
        )
        for form in (history.gpx, history.geojson, history.csv)
    ),
    # geofences
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
