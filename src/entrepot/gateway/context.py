"""The gateway and the node itself as a context: what operators may ask, and a journal of what was served."""

from entrepot.core.context import Context
from entrepot.core.roles import Scope
from entrepot.gateway.operators import ROUTES

CONTEXT = Context(
    name="gateway",
    package=__package__,
    routes=ROUTES,
    scopes=(Scope("node:operate", "Run the node: events, dead letters, backups, keys", ("operator",)),),
    runs_at=("hub", "site"),
)
