"""The gateway's own journal and the node itself, as the house must know them."""

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
