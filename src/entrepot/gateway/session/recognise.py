"""Asks the context that knows all credentials whether one is still valid."""

from collections.abc import Mapping

import msgspec

from entrepot.core.credentials import RECOGNISE, Credential, Recognised
from entrepot.core.errors import Unavailable
from entrepot.core.routes import Principal
from entrepot.core.tokens import Claims
from entrepot.gateway.remote.upstream import Upstream
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.rows.door import Door
from entrepot.gateway.session.auth import Recognise

_HOUSE = Principal("house", "", frozenset(), "operator")


def recognise(upstreams: Mapping[str, Upstream], doors: Mapping[str, Mapping[str, Door]]) -> Recognise:
    """Ask the internal row at `RECOGNISE`. Raises: LookupError when no context has it."""
    [(upstream, door)] = [
        (upstreams[context], door)
        for context, of_context in doors.items()
        for door in of_context.values()
        if door.row.internal and door.row.path == RECOGNISE
    ]

    async def ask(found: Claims | str) -> Principal | None:
        credential = (
            Credential(key_digest=found) if isinstance(found, str) else Credential(token_id=found.jti)
        )
        asked = Arguments({}, b"", msgspec.json.encode(credential))
        answer = await upstream.ask(door, _HOUSE, asked)
        if answer.status != 200:
            raise Unavailable("Credentials cannot be checked now.")
        recognised = msgspec.json.decode(answer.body, type=Recognised)
        if not recognised.known:
            return None
        return recognised.principal if isinstance(found, str) else _bearer(found)

    return ask


def _bearer(claims: Claims) -> Principal:
    return Principal(claims.sub, claims.org, frozenset(claims.scope.split()), claims.kind, claims.jti)
