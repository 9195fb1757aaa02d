"""The table of the common context."""

from entrepot.common.api import ROUTES
from entrepot.common.model.outcome import MEASURES, Outcomes
from entrepot.common.notices import NOTICES
from entrepot.common.service import announcing, people
from entrepot.common.service.delivering import deliver
from entrepot.common.service.digests import send_digests
from entrepot.common.service.letters import on_letter_refused, on_letter_written
from entrepot.common.service.letters import tidy as tidy_letters
from entrepot.common.service.retention import tidy as tidy_notices
from entrepot.common.service.webhooks import rewrap_webhook_keys
from entrepot.core.context import Context, Every
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import EVERYBODY, Scope
from entrepot.device.events import DeviceRevoked
from entrepot.user.events import LetterRefused, LetterWritten, MembershipChanged

_PEOPLE = tuple(role for role in EVERYBODY if role != "auditor")

CONTEXT = Context(
    name="common",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/notifications/{id}": "notification",
        "/api/webhooks/{id}": "webhook",
        "/api/deliveries/{id}": "delivery",
    },
    unowned={
        "/api/notifications/templates/{kind}": "a word of the house",
    },
    hears=(
        (LetterWritten, on_letter_written),
        (LetterRefused, on_letter_refused),
        (MembershipChanged, people.on_membership_changed),
        (DeviceRevoked, announcing.on_device_revoked),
    ),
    tidies=(tidy_letters, tidy_notices),
    duties=(Every(0.5, deliver), Every(10.0, send_digests)),
    scopes=(
        Scope("mail:read", "Read letters that this node keeps in a folder", ("operator",)),
        Scope("notification:read", "Read their own notices", _PEOPLE),
        Scope("notification:write", "Choose which notices they get, and how", _PEOPLE),
        Scope(
            "notification:manage", "Word the organisation's notices, and send them to programs",
            ("administrator",),
        ),
    ),
    notices=NOTICES,
    dispatches=announcing.announce,
    withdraws=announcing.recall,
    personal=Personal(export=people.export, erase=people.erase),
    makes=(Outcomes,),
    measures=(MEASURES,),
    rewraps=(Rewrap("webhook-keys", rewrap_webhook_keys, table="webhook"),),
)  # fmt: skip
