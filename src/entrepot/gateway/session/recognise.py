"""Asks the context that knows all credentials whether they are still valid."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from entrepot.core.credentials import RECOGNISE, AllRecognised, Credential, Credentials, Recognised
from entrepot.core.errors import Unavailable
from entrepot.core.routes import Principal
from entrepot.core.tokens import Claims
from entrepot.gateway.remote.upstream import Upstream
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.rows.door import Door
from entrepot.gateway.session.auth import FoundCredential, Recognise

_PATIENCE_S = 2.0  # twice what a call waits for one process before it asks another; less than half a lease
_CANNOT = "Credentials cannot be checked now."
_HOUSE = Principal("house", "", frozenset(), "operator")


def recognise(upstreams: Mapping[str, Upstream], doors: Mapping[str, Mapping[str, Door]]) -> Recognise:
    """Ask the internal row at `RECOGNISE`. Raises: LookupError when no context has it."""
    [(upstream, door)] = [
        (upstreams[context], door)
        for context, of_context in doors.items()
        for door in of_context.values()
        if door.row.internal and door.row.path == RECOGNISE
    ]

    async def ask(found: Sequence[FoundCredential]) -> Sequence[Principal | None]:
        asked = Credentials(asked=[_credential(each) for each in found])
        try:
            async with asyncio.timeout(_PATIENCE_S):
                arguments = Arguments({}, b"", msgspec.json.encode(asked))
                answer = await upstream.ask_nearest(door, _HOUSE, arguments)
        except TimeoutError:
            raise Unavailable(_CANNOT) from None
        if answer.status != 200:
            raise Unavailable(_CANNOT)
        recognised = msgspec.json.decode(answer.body, type=AllRecognised).found
        return [_principal(*each) for each in zip(found, recognised, strict=True)]

    return ask


def _credential(found: FoundCredential) -> Credential:
    return Credential(key_digest=found) if isinstance(found, str) else Credential(token_id=found.jti)


def _principal(found: FoundCredential, recognised: Recognised) -> Principal | None:
    if not recognised.known:
        return None
    return recognised.principal if isinstance(found, str) else _bearer(found)


def _bearer(claims: Claims) -> Principal:
    return Principal(claims.sub, claims.org, frozenset(claims.scope.split()), claims.kind, claims.jti)
