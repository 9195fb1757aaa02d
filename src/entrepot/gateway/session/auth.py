"""Authenticates callers by bearer tokens (EdDSA JWT) and API keys, verified once and then remembered.

A verified credential is remembered until it expires, at most `REMEMBER_S`; a revocation heard on the
bus makes the gateway forget it at once, so `REMEMBER_S` only bounds what a lost message can cost.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from entrepot.core import api_keys, tokens
from entrepot.core.ports import Keys
from entrepot.core.routes import Principal
from entrepot.http.problem import Refusal

REMEMBER_S = 60.0  # how long a lost revocation may go unnoticed
_MAX_REMEMBERED = 20_000  # about 10 MB
_CHALLENGE = (("www-authenticate", "Bearer"),)

# Asks the context that keeps credentials: (kind, reference) → the caller, or None when it is unknown
# or revoked. For a key the reference is its digest; for a token its id, and the caller is a formality.
Recognise = Callable[[tokens.Claims | str], Awaitable[Principal | None]]


class Authenticator:
    """Turns an `Authorization` header into a principal."""

    def __init__(
        self,
        keys: Keys,
        recognise: Recognise,
        *,
        issuer: str,
        audience: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys, self._recognise = keys, recognise
        self._issuer, self._audience = issuer, audience
        self._known: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()
        self._clock = clock
        self._forgotten = 0

    def remembered(self, header: bytes) -> Principal | None:
        """Return who holds a remembered credential, without checking a signature or asking a database."""
        if (known := self._known.get(header)) is None:
            return None
        if known[1] > self._clock():
            return known[0]
        del self._known[header]
        return None

    async def authenticate(self, header: bytes) -> Principal:
        """Raises: Refusal 401."""
        scheme, _, credential = header.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not credential:
            raise _no("The Authorization header must be: Bearer, a space, and a token or an API key.")
        forgotten = self._forgotten
        if api_keys.looks_like_one(credential):
            who, until = await self._recognise(api_keys.digest(credential)), float("inf")
        else:
            claims = await self._verify(credential)
            who, until = await self._recognise(claims), float(claims.exp)
        if who is None:
            raise _no("This credential is not valid, or no longer.")
        if forgotten == self._forgotten:  # else it may be this one that was revoked since it was recognised
            self._remember(header, who, min(until, self._clock() + REMEMBER_S))
        return who

    def forget(self, credential: str) -> None:
        """Forget a key or token that was revoked."""
        self._forgotten += 1
        for header in [h for h, (who, _) in self._known.items() if who.credential == credential]:
            del self._known[header]

    def forget_all(self) -> None:
        """Forget everybody, when revocations may have been missed."""
        self._forgotten += 1
        self._known.clear()

    async def _verify(self, token: str) -> tokens.Claims:
        try:
            return tokens.verify(
                token,
                await self._keys.verifying_keys(),
                issuer=self._issuer,
                audience=self._audience,
                now_s=self._clock(),
            )
        except tokens.BadToken as error:
            raise _no(f"This token is not valid: {error}.") from error

    def _remember(self, header: bytes, who: Principal, until: float) -> None:
        self._known[header] = (who, until)
        if len(self._known) > _MAX_REMEMBERED:
            self._known.popitem(last=False)


def _no(detail: str) -> Refusal:
    return Refusal(401, "unauthenticated", detail, headers=_CHALLENGE)
