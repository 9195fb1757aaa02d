"""The table of the alert context."""

from entrepot.alert.api import ROUTES
from entrepot.alert.events import AlertRaised, AlertWithdrawn
from entrepot.alert.notices import NOTICES, alert_raised, alert_withdrawn
from entrepot.alert.service import considering, privacy, subjects
from entrepot.alert.service.retention import keep_retention, tidy
from entrepot.core.context import Context, Every
from entrepot.core.inheritance import Inherits, Taken
from entrepot.core.roles import Scope
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked
from entrepot.tracking.events import DeviceDataWanted
from entrepot.user.events import PersonErased

_TRACKERS = ("customer", "administrator")

# Until step 7 of `tracking`, alerts were its own.
_ALERTS = Taken(
    "alert",
    "SELECT a.id, a.organisation, d.id AS subject, d.name, a.kind, a.occurred_at_us, a.raised_at_us,"
    " a.geofence_id AS place, a.geofence_name AS place_name, a.latitude_e7, a.longitude_e7, a.value,"
    " CASE a.kind WHEN 'enter' THEN 'exit' WHEN 'exit' THEN 'enter dwell' ELSE '' END AS ends, a.late,"
    " a.simulated, a.corrects, CASE d.private WHEN 1 THEN d.person_id ELSE '' END AS only_for, '' AS rule,"
    " 'told' AS status, CAST(NULL AS BIGINT) AS due_at_us, '' AS counted_in,"
    " CASE WHEN a.withdrawn_at_us IS NULL THEN 0 ELSE 1 END AS denied, a.withdrawn_at_us,"
    " a.acknowledged_at_us, a.acknowledged_by FROM alert a JOIN device d ON d.no = a.device_no"
    " WHERE d.purged_at_us IS NULL",
)
CONTEXT = Context(
    name="alert",
    package=__package__,
    routes=ROUTES,
    owned={"/api/alerts/{id}": "alert"},
    hears=(
        (DeviceEnrolled, subjects.on_device_changed),
        (DeviceChanged, subjects.on_device_changed),
        (DeviceRevoked, subjects.on_device_revoked),
        (DeviceDataWanted, privacy.on_device_data_wanted),
        (PersonErased, privacy.on_person_erased),
    ),
    tidies=(tidy,),
    duties=(Every(1.0, considering.look_at_waiting), Every(60.0, keep_retention)),
    scopes=(
        Scope("alert:read", "See alerts, and the rules for them", _TRACKERS),
        Scope("alert:write", "Acknowledge alerts, and set rules for them", _TRACKERS),
    ),
    notices=NOTICES,
    announces=((AlertRaised, alert_raised),),
    recalls=((AlertWithdrawn, alert_withdrawn),),
    considers=considering.on_fact,
    reconsiders=considering.on_denial,
    tells_personal=True,
    inherits=(Inherits(source="tracking", tables=(_ALERTS, "subject"), before=7),),
)
