"""The toy context's table: all that the house is told about toys."""

from tests.toy.service import (
    Broken,
    NewToy,
    Toy,
    broken_news,
    erase,
    export,
    keep,
    kept_toys,
    on_broken,
    rewrap_toy_keys,
    throw_away,
    toy,
)

from entrepot.core.context import Context
from entrepot.core.notices import NoticeKind, named
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import Scope
from entrepot.core.routes import Cursor, Page, Route

CONTEXT = Context(
    name="toy",
    package=__package__,
    routes=(
        Route("POST", "/api/toys", keep, takes=NewToy, gives=Toy, status=201, scope="toy:write"),
        Route("GET", "/api/toys", kept_toys, takes=Cursor, gives=Page[Toy], scope="toy:read"),
        Route("GET", "/api/toys/{id}", toy, gives=Toy, scope="toy:read"),
        Route("DELETE", "/api/toys/{id}", throw_away, scope="toy:write"),
    ),
    owned={"/api/toys/{id}": "toy"},
    hears=((Broken, on_broken),),
    scopes=(
        Scope("toy:read", "See toys", ("customer",)),
        Scope("toy:write", "Keep and break toys", ("customer",)),
    ),
    notices=(
        NoticeKind(
            name="toy.broken", about="A toy broke.", scope="toy:read", severity="warning",
            subject="{toy} is broken", text="{toy} broke on {time}.", terms={"toy": named("toy", "A toy")},
            sample={"toy": "Doll"},
        ),
    ),
    announces=((Broken, broken_news),),
    personal=Personal(export=export, erase=erase),
    rewraps=(Rewrap("toy-keys", rewrap_toy_keys, table="toy_key"),),
)  # fmt: skip
