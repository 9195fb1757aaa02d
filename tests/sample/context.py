"""The sample context's table."""

from tests.sample.api import READ, ROUTES, WRITE

from entrepot.core.context import Context
from entrepot.core.roles import Scope

CONTEXT = Context(
    name="sample",
    package=__package__,
    routes=ROUTES,
    owned={"/api/notes/{id}": "note"},
    unowned={"/api/files/{id}": "the caller's own word"},
    scopes=(Scope(READ, "Read notes"), Scope(WRITE, "Write notes")),
)
