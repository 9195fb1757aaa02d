"""The table of the device context."""

from entrepot.core.context import Context, Mount
from entrepot.core.inheritance import Inherits
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import Scope
from entrepot.device.api import ROUTES
from entrepot.device.door import listening
from entrepot.device.door.admission import Admission
from entrepot.device.door.http import Doors
from entrepot.device.door.listening import stand
from entrepot.device.events import DeviceCommanded
from entrepot.device.families import PATHS
from entrepot.device.service import intake, privacy, recordings
from entrepot.device.service.commands import Commands, on_device_commanded
from entrepot.device.service.enrolment import rewrap_device_keys
from entrepot.device.service.intake import Intake
from entrepot.device.service.intake_reports import tidy
from entrepot.device.service.recordings import Desk
from entrepot.device.service.roster import Roster
from entrepot.tracking.events import RecordingPlaced
from entrepot.user.events import MembershipChanged

_TRACKERS = ("customer", "administrator")

# Until step 8 of `tracking`, devices were its own; it keeps a copy.
_FROM_TRACKING = Inherits(source="tracking", tables=("device", "device_consent", "member"), before=8, at=3)

CONTEXT = Context(
    name="device",
    formerly="edge",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/devices/{id}": "device",
        "/api/quarantine/{id}": "message",
        "/api/intake/unused/{id}": "unused",
        "/api/recordings/{id}": "recording",
    },
    hears=(
        (DeviceCommanded, on_device_commanded),
        (MembershipChanged, privacy.on_membership_changed),
        (RecordingPlaced, recordings.on_recording_placed),
    ),
    tidies=(tidy, recordings.tidy),
    stands=(stand, recordings.stand),
    makes=(Roster, Intake, Commands, Admission, Doors, Desk),
    scopes=(
        Scope("device:read", "See devices", _TRACKERS),
        Scope("device:write", "Enrol devices, change and revoke them", _TRACKERS),
        Scope("intake:read", "See what devices sent in vain", ("operator", "administrator")),
        Scope("intake:write", "Try or discard what devices sent in vain", ("operator", "administrator")),
    ),
    mounts=(Mount(Doors, PATHS),),
    measures=(intake.MEASURES, listening.MEASURES),
    personal=Personal(export=privacy.export, erase=privacy.erase),
    rewraps=(Rewrap("device-keys", rewrap_device_keys, table="device", column="wrapped_key"),),
    inherits=(_FROM_TRACKING,),
    runs_at=("hub", "site"),
)
