"""The table of the tracking context."""

from entrepot.alert.events import AlertsRead
from entrepot.core.context import Context, Every
from entrepot.core.personal import Personal
from entrepot.core.roles import Scope
from entrepot.device.events import (
    DeviceChanged,
    DeviceEnrolled,
    DeviceReported,
    DeviceRevoked,
    PositionsAccepted,
    QuarantineRead,
)
from entrepot.tracking.api import ROUTES
from entrepot.tracking.events import (
    DeviceFellSilent,
    DeviceMovedUnexpectedly,
    FactWithdrawn,
    FencePassed,
    LimitCrossed,
    ReportFellDue,
    UnusualNoticed,
)
from entrepot.tracking.facts import denial_of, fact_of
from entrepot.tracking.notices import NOTICES, report_due
from entrepot.tracking.service import devices, privacy
from entrepot.tracking.service.audit import on_alerts_read, on_quarantine_read
from entrepot.tracking.service.broadcaster import Broadcaster
from entrepot.tracking.service.clock import watch_the_clock
from entrepot.tracking.service.patterns import watch_patterns
from entrepot.tracking.service.positions import on_device_reported, on_positions_accepted
from entrepot.tracking.service.retention import keep_retention, tidy
from entrepot.tracking.service.schedules import tell_what_is_due
from entrepot.user.events import (
    AccountSuspended,
    KeyNarrowed,
    KeyRevoked,
    MembershipChanged,
    PersonExportRequested,
)

_TRACKERS = ("customer", "administrator")

CONTEXT = Context(
    name="tracking",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/devices/{id}": "device",
        "/api/shares/{id}": "share",
        "/api/geofences/{id}": "geofence",
        "/api/report-schedules/{id}": "report schedule",
    },
    unowned={
        "/api/shares/{token}": "a secret",
    },
    hears=(
        (DeviceEnrolled, devices.on_device_enrolled),
        (DeviceChanged, devices.on_device_changed),
        (DeviceRevoked, devices.on_device_revoked),
        (PositionsAccepted, on_positions_accepted),
        (DeviceReported, on_device_reported),
        (QuarantineRead, on_quarantine_read),
        (AlertsRead, on_alerts_read),
        (MembershipChanged, privacy.on_membership_changed),
        (KeyRevoked, privacy.on_key_revoked),
        (KeyNarrowed, privacy.on_key_narrowed),
        (AccountSuspended, privacy.on_account_suspended),
        (PersonExportRequested, privacy.on_person_export_requested),
    ),
    tidies=(tidy,),
    duties=(
        Every(5.0, watch_the_clock),
        Every(10.0, watch_patterns),
        Every(60.0, keep_retention),
        Every(15.0, tell_what_is_due),
    ),
    makes=(Broadcaster,),
    scopes=(
        Scope("position:read", "See where devices are and were", _TRACKERS),
        Scope("geofence:read", "See geofences", _TRACKERS),
        Scope("geofence:write", "Draw geofences", _TRACKERS),
        Scope("share:write", "Share where devices are with guests", _TRACKERS),
    ),
    notices=NOTICES,
    announces=((ReportFellDue, report_due),),
    observes=(
        (FencePassed, fact_of),
        (LimitCrossed, fact_of),
        (DeviceFellSilent, fact_of),
        (DeviceMovedUnexpectedly, fact_of),
        (UnusualNoticed, fact_of),
    ),
    denies=((FactWithdrawn, denial_of),),
    personal=Personal(export=privacy.export, erase=privacy.erase),
)
