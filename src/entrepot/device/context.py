"""The table of the device context."""

from entrepot.core.context import Context, Mount
from entrepot.core.roles import Scope
from entrepot.device.api import ROUTES
from entrepot.device.door.admission import Admission
from entrepot.device.door.http import Doors
from entrepot.device.door.listening import stand
from entrepot.device.families import PATHS
from entrepot.device.service import roster
from entrepot.device.service.commands import Commands, on_device_commanded
from entrepot.device.service.intake import Intake, gauges
from entrepot.device.service.intake_reports import tidy
from entrepot.device.service.privacy import on_device_data_wanted
from entrepot.device.service.roster import Roster
from entrepot.tracking.events import (
    DeviceChanged,
    DeviceCommanded,
    DeviceDataWanted,
    DeviceEnrolled,
    DeviceRevoked,
)

CONTEXT = Context(
    name="device",
    formerly="edge",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/quarantine/{id}": "message",
    },
    hears=(
        (DeviceEnrolled, roster.on_device_enrolled),
        (DeviceChanged, roster.on_device_changed),
        (DeviceRevoked, roster.on_device_revoked),
        (DeviceCommanded, on_device_commanded),
        (DeviceDataWanted, on_device_data_wanted),
    ),
    tidies=(tidy,),
    stands=(stand,),
    makes=(Roster, Intake, Commands, Admission, Doors),
    scopes=(
        Scope("intake:read", "See what devices sent in vain", ("operator", "administrator")),
        Scope("intake:write", "Try or discard what devices sent in vain", ("operator", "administrator")),
    ),
    mounts=(Mount(Doors, PATHS),),
    gauges=(gauges,),
    tells_personal=True,
    runs_at=("hub", "site"),
)
