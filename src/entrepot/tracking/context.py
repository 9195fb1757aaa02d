"""Geo-tracking, as the house must know it."""

from entrepot.core.context import Context, Every
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import Scope
from entrepot.tracking.api import ROUTES
from entrepot.tracking.events import (
    AlertRaised,
    AlertWithdrawn,
    DeviceReported,
    PositionsAccepted,
    QuarantineRead,
)
from entrepot.tracking.notices import NOTICES, alert_raised, alert_withdrawn
from entrepot.tracking.service import privacy
from entrepot.tracking.service.audit import on_quarantine_read
from entrepot.tracking.service.broadcaster import Broadcaster
from entrepot.tracking.service.clock import watch_the_clock
from entrepot.tracking.service.devices import rewrap_device_keys
from entrepot.tracking.service.patterns import watch_patterns
from entrepot.tracking.service.positions import on_device_reported, on_positions_accepted
from entrepot.tracking.service.retention import keep_retention, tidy
from entrepot.user.events import MembershipChanged, PersonExportRequested

_TRACKERS = ("customer", "administrator")

CONTEXT = Context(
    name="tracking",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/devices/{id}": "device",
        "/api/alerts/{id}": "alert",
        "/api/shares/{id}": "share",
        "/api/geofences/{id}": "geofence",
    },
    unowned={
        "/api/shares/{token}": "a secret",
    },
    hears=(
        (PositionsAccepted, on_positions_accepted),
        (DeviceReported, on_device_reported),
        (QuarantineRead, on_quarantine_read),
        (MembershipChanged, privacy.on_membership_changed),
        (PersonExportRequested, privacy.on_person_export_requested),
    ),
    tidies=(tidy,),
    duties=(Every(5.0, watch_the_clock), Every(10.0, watch_patterns), Every(60.0, keep_retention)),
    makes=(Broadcaster,),
    scopes=(
        Scope("device:read", "See devices", _TRACKERS),
        Scope("device:write", "Enrol devices, change and revoke them", _TRACKERS),
        Scope("position:read", "See where devices are and were", _TRACKERS),
        Scope("geofence:read", "See geofences", _TRACKERS),
        Scope("geofence:write", "Draw geofences", _TRACKERS),
        Scope("alert:read", "See alerts", _TRACKERS),
        Scope("alert:write", "Acknowledge alerts", _TRACKERS),
        Scope("share:write", "Share where devices are with guests", _TRACKERS),
    ),
    notices=NOTICES,
    announces=((AlertRaised, alert_raised),),
    recalls=((AlertWithdrawn, alert_withdrawn),),
    personal=Personal(export=privacy.export, erase=privacy.erase),
    rewraps=(Rewrap("device-keys", rewrap_device_keys),),
)
