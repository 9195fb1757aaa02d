"""The tracking context's HTTP."""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.drawing import GeofenceChange, GeofenceQuery, GeofenceView, NewGeofence
from entrepot.tracking.model.enrolment import DeviceChange, DeviceQuery, DeviceView, NewDevice, Removal
from entrepot.tracking.service import devices, geofences
from entrepot.tracking.service.devices import DeviceWithSecret, PayloadKey

_DRAWING = 512 * 1024

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
