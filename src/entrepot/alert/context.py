"""The table of the alert context."""

from entrepot.alert.api import ROUTES
from entrepot.alert.events import AlertRaised, AlertWithdrawn
from entrepot.alert.notices import NOTICES, alert_raised, alert_withdrawn
from entrepot.alert.repository.inherited import TRACKING_S_ALERTS
from entrepot.alert.service import considering, privacy, subjects
from entrepot.alert.service.retention import keep_retention, tidy
from entrepot.core.context import Context, Every
from entrepot.core.inheritance import Inherits
from entrepot.core.roles import Scope
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked
from entrepot.tracking.events import DeviceDataWanted
from entrepot.user.events import PersonErased

_TRACKERS = ("customer", "administrator")

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
    inherits=(Inherits(source="tracking", tables=(TRACKING_S_ALERTS, "subject"), before=7),),
)
