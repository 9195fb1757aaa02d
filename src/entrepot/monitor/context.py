"""The table of the monitor context."""

from entrepot.core.context import Context
from entrepot.core.personal import Personal
from entrepot.core.roles import Scope
from entrepot.monitor import service
from entrepot.monitor.api import ROUTES
from entrepot.monitor.events import RequestsServed

CONTEXT = Context(
    name="monitor",
    package=__package__,
    routes=ROUTES,
    hears=((RequestsServed, service.on_requests_served),),
    tidies=(service.tidy,),
    scopes=(
        Scope(
            "activity:read", "See who used what, how often and how fast",
            ("operator", "administrator", "auditor"),
        ),
    ),
    personal=Personal(export=service.export, erase=service.erase),
)  # fmt: skip
