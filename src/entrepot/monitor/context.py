"""The table of the monitor context."""

from entrepot.core.context import Context
from entrepot.core.personal import Personal
from entrepot.core.roles import Scope
from entrepot.monitor import service
from entrepot.monitor.api import ROUTES
from entrepot.monitor.events import RequestsServed
from entrepot.rule.events import CheckCompleted, PackActivated
from entrepot.user.events import (
    AccountResumed,
    AccountSuspended,
    AddressChanged,
    AdministratorNamed,
    ConsentChanged,
    KeyCreated,
    SecondFactorReset,
)

CONTEXT = Context(
    name="monitor",
    package=__package__,
    routes=ROUTES,
    hears=(
        (RequestsServed, service.on_requests_served),
        (KeyCreated, service.on_organisation_s_event),
        (CheckCompleted, service.on_organisation_s_event),
        (ConsentChanged, service.on_node_s_event),
        (PackActivated, service.on_node_s_event),
        (AccountSuspended, service.on_account_event),
        (AccountResumed, service.on_account_event),
        (SecondFactorReset, service.on_account_event),
        (AddressChanged, service.on_account_event),
        (AdministratorNamed, service.on_account_event),
    ),
    tidies=(service.tidy,),
    scopes=(
        Scope(
            "activity:read", "See who used what, how often and how fast",
            ("operator", "administrator", "auditor"),
        ),
    ),
    personal=Personal(export=service.export, erase=service.erase),
)  # fmt: skip
