"""Authenticates callers by bearer tokens (EdDSA JWT) and API keys, verified once and remembered on a lease.

    asked ──────────── half a lease ──────────── a lease
      remembered         remembered, and asked      asked again before anything is answered
                         again in the background

Three things end a credential here. What this process revoked, or passed on to the process that did, is
forgotten before the answer to the revocation goes out. What others revoked is heard on the bus. And the lease
bounds what the bus may lose: `LEASE_S` after a revocation nobody is served by it, whatever else happens. When
the context that keeps credentials cannot be asked for longer than a lease, callers get 503: closed, not open.

A lease begins when the question was asked, not when the answer came, and runs by a clock that nobody sets.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog

from entrepot.core import api_keys, tokens
from entrepot.core.credentials import MOST_AT_ONCE
from entrepot.core.errors import Error
from entrepot.core.ports import Keys
from entrepot.core.routes import Principal
from entrepot.http.problem import Refusal

log = structlog.get_logger()

LEASE_S = 5.0  # how long a revocation may go unnoticed elsewhere; below what a person takes to check it
RENEW_S = LEASE_S / 2  # credentials in use are asked for again this early, so that nobody waits for it
_GATHER_S = 0.05  # what becomes due together is asked for together
_AGAIN_S = 0.5  # after nobody answered
_MAX_REMEMBERED = 20_000  # about 10 MB
_CHALLENGE = (("www-authenticate", "Bearer"),)

# What was found in a request: the claims of a verified token, or the digest of a key.
FoundCredential = tokens.Claims | str
# Asks the context that keeps credentials: for each the caller, or None when it is unknown or revoked. The
# caller of a token is a formality: the token says it.
Recognise = Callable[[Sequence[FoundCredential]], Awaitable[Sequence[Principal | None]]]


class _Known:
    """A credential on its lease; the moments are those of the steady clock."""

    __slots__ = ("ends", "found", "renew_at", "until", "who")

    def __init__(self, who: Principal, found: FoundCredential, *, ends: float) -> None:
        self.who, self.found, self.ends = who, found, ends
        self.renew_at = self.until = 0.0

    def lease(self, asked_at: float) -> None:
        self.until = min(self.ends, asked_at + LEASE_S)
        self.renew_at = min(self.ends, asked_at + RENEW_S)


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
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` says when tokens expire, `steady` when leases end."""
        self._keys, self._recognise = keys, recognise
        self._issuer, self._audience = issuer, audience
        self._clock, self._steady = clock, steady
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._due: dict[bytes, _Known] = {}
        self._renewing: asyncio.Task[None] | None = None
        self._doubts: list[set[str | None]] = []  # what was forgotten while each question was under way
        self._watched: dict[str, set[asyncio.Event]] = {}

    def remembered(self, header: bytes) -> Principal | None:
        """Return who holds a remembered credential, without checking a signature or asking a database."""
        if (known := self._known.get(header)) is None:
            return None
        now = self._steady()
        return known.who if now < known.renew_at else self._aged(header, known, now)

    async def authenticate(self, header: bytes) -> Principal:
        """Raises: Refusal 401; Unavailable while credentials cannot be checked."""
        found, ends = await self._found(header)
        asked_at = self._steady()
        with self._asking() as doubted:
            [who] = await self._recognise([found])
        if who is None:
            raise _no("This credential is not valid, or no longer.")
        if not _is_among(doubted, who):  # else it may be this one that was revoked since it was recognised
            self._remember(header, _Known(who, found, ends=ends), asked_at)
        return who

    async def over(self, header: bytes, who: Principal, *, expires: bool = True) -> None:
        """Return once this credential no longer opens what it opened for `who`: it was revoked, narrowed, has
        expired (if that counts), or could not be checked for longer than a lease. What lasts (a stream, a
        download) ends then.
        """
        doubt = asyncio.Event()
        self._watched.setdefault(who.credential, set()).add(doubt)
        try:
            found, _ = await self._found(header)
            while await self._holds(header, who, found=None if expires else found):
                doubt.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(RENEW_S):
                        await doubt.wait()
        except (Refusal, Error):
            return
        finally:
            self._watched[who.credential].discard(doubt)
            if not self._watched[who.credential]:
                del self._watched[who.credential]

    def forget(self, credentials: Collection[str]) -> None:
        """Forget keys and tokens that were revoked."""
        gone = frozenset(credentials)
        for doubted in self._doubts:
            doubted |= gone
        for header in [header for header, known in self._known.items() if known.who.credential in gone]:
            del self._known[header]
        for credential in gone & self._watched.keys():
            self._wake(credential)

    def forget_all(self) -> None:
        """Forget everybody, when revocations may have been missed."""
        for doubted in self._doubts:
            doubted.add(None)
        self._known.clear()
        for credential in self._watched:
            self._wake(credential)

    def _aged(self, header: bytes, known: _Known, now: float) -> Principal | None:
        """Renew a lease that is in use, before it ends."""
        if now >= known.until:
            del self._known[header]
            return None
        known.renew_at = known.until  # asked for once
        self._due[header] = known
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(), name="leases")
        return known.who

    async def _renew(self) -> None:
        try:
            while self._due:
                await asyncio.sleep(_GATHER_S)
                batch = [(header, self._due.pop(header)) for header in list(self._due)[:MOST_AT_ONCE]]
                await self._renew_these([each for each in batch if self._known.get(each[0]) is each[1]])
        finally:
            self._renewing = None

    async def _renew_these(self, batch: Sequence[tuple[bytes, _Known]]) -> None:
        asked_at = self._steady()
        try:
            with self._asking() as doubted:
                answers = await self._recognise([known.found for _, known in batch])
        except Error as error:
            log.info("gateway.leases_not_renewed", credentials=len(batch), reason=str(error))
            for _, known in batch:
                known.renew_at = min(known.until, self._steady() + _AGAIN_S)
            return
        for (header, known), who in zip(batch, answers, strict=True):
            if self._known.get(header) is not known or _is_among(doubted, known.who):
                continue
            if who is None:
                del self._known[header]
            else:
                known.lease(asked_at)
            if who != known.who:
                self._wake(known.who.credential)
            known.who = who or known.who

    async def _holds(self, header: bytes, who: Principal, *, found: FoundCredential | None) -> bool:
        if found is None:
            return (self.remembered(header) or await self.authenticate(header)) == who
        return (await self._recognise([found]))[0] == who

    async def _found(self, header: bytes) -> tuple[FoundCredential, float]:
        """Return what the header holds, and until when. Raises: Refusal 401."""
        scheme, _, credential = header.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not credential:
            raise _no("The Authorization header must be: Bearer, a space, and a token or an API key.")
        if api_keys.looks_like_one(credential):
            return api_keys.digest(credential), float("inf")
        claims = await self._verify(credential)
        return claims, self._steady() + claims.exp - self._clock()

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

    @contextmanager
    def _asking(self) -> Iterator[set[str | None]]:
        """Collect what is forgotten while a question is under way: its answer may be older."""
        doubted: set[str | None] = set()
        self._doubts.append(doubted)
        try:
            yield doubted
        finally:
            self._doubts = [each for each in self._doubts if each is not doubted]

    def _remember(self, header: bytes, known: _Known, asked_at: float) -> None:
        known.lease(asked_at)
        self._known[header] = known
        if len(self._known) > _MAX_REMEMBERED:
            self._known.popitem(last=False)

    def _wake(self, credential: str) -> None:
        for doubt in self._watched.get(credential, ()):
            doubt.set()


def _is_among(doubted: Collection[str | None], who: Principal) -> bool:
    return None in doubted or who.credential in doubted


def _no(detail: str) -> Refusal:
    return Refusal(401, "unauthenticated", detail, headers=_CHALLENGE)
