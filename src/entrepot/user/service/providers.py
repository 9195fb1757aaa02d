"""Asks outside providers: what they say of themselves, their keys, and who came back with a code. What they
said is remembered for a while; nothing of it is stored.
"""

import asyncio
import base64
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec
import structlog

from entrepot.user.functions import arrival, id_token
from entrepot.user.functions.id_token import BadIdToken, Jwk, ProviderClaims, UnknownProviderKey
from entrepot.user.model.identity import Luggage
from entrepot.user.model.provider import (
    Metadata,
    Provider,
    ProviderAway,
    ProviderCaller,
    ProviderNotFound,
    ProviderUnfit,
    is_sealed,
)

log = structlog.get_logger()
T = TypeVar("T")

KEPT_S = 3600.0  # a provider that moves says so long before
KEYS_AGAIN_S = (
    60.0  # between two looks for a key that is not known, so that nobody can make us ask all the time
)


class Providers:
    """The providers that the operator named."""

    def __init__(
        self,
        configured: Sequence[Provider],
        caller: ProviderCaller,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known = {each.name: each for each in configured}
        self._caller, self._clock = caller, clock
        self._metadata: dict[str, tuple[Metadata, float]] = {}
        self._keys: dict[str, tuple[Sequence[Jwk], float]] = {}
        # One at a time for each, so that one that is slow holds up nobody else's.
        self._locks = {name: asyncio.Lock() for name in self._known}

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._known.values())

    def named(self, name: str) -> Provider:
        """Raises: ProviderNotFound."""
        if name not in self._known:
            raise ProviderNotFound("There is no such sign-in service.")
        return self._known[name]

    def title_of(self, name: str) -> str:
        return self._known[name].title if name in self._known else name

    async def way_to(self, provider: Provider, luggage: Luggage, *, back_to: str, again: bool) -> str:
        """Return the URL to which the browser goes. Raises: ProviderAway."""
        metadata = await self._metadata_of(provider)
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": back_to,
            "scope": " ".join(provider.scopes),
            "state": luggage.state,
            "nonce": luggage.nonce,
            "code_challenge": luggage.challenge,
            "code_challenge_method": "S256",
        }
        if again:
            query |= {"prompt": "login", "max_age": "0"}
        if provider.acr:
            query["acr_values"] = " ".join(provider.acr)
        parts = urlsplit(metadata.authorization_endpoint)
        whole = "&".join(part for part in (parts.query, urlencode(query)) if part)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, whole, ""))

    async def check_issuer(self, provider: Provider, said: str | None) -> None:
        """Raises: ProviderUnfit, if the answer came from another provider (RFC 9207, §2.4)."""
        must = (await self._metadata_of(provider)).authorization_response_iss_parameter_supported
        if (said is None and must) or (said is not None and said != provider.issuer):
            raise _unfit(provider, "the answer came from another issuer")

    async def claims_for(
        self, provider: Provider, code: str, luggage: Luggage, *, back_to: str
    ) -> ProviderClaims:
        """Change the code for what the provider says of the person. Raises: ProviderAway, ProviderUnfit."""
        metadata = await self._metadata_of(provider)
        given = await self._tokens(provider, metadata, code, luggage, back_to=back_to)
        claims = await self._verified(provider, metadata, given.id_token, nonce=luggage.nonce)
        if metadata.userinfo_endpoint and given.access_token and arrival.lacks(provider, claims):
            claims = await self._with_more(provider, metadata, claims, given.access_token)
        if arrival.too_many_groups(provider, claims):
            raise _unfit(provider, "the groups are too many to be in the token")
        return claims

    async def _tokens(
        self, provider: Provider, metadata: Metadata, code: str, luggage: Luggage, *, back_to: str
    ) -> "_Given":
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": luggage.verifier,
        }
        authorization = ""
        if not provider.client_secret:
            form["client_id"] = provider.client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            authorization = _basic(provider)
        else:
            form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        status, body = await self._caller.ask(
            metadata.token_endpoint, issuer=provider.issuer, form=form, authorization=authorization
        )
        if status != 200:
            raise _unfit(provider, f"the code was refused with {status} {_error_in(body)}")
        return _read(provider, body, _Given)

    async def _verified(
        self, provider: Provider, metadata: Metadata, token: str, *, nonce: str
    ) -> ProviderClaims:
        keys = await self._keys_of(provider, metadata, older_than_s=KEPT_S)
        for last in (False, True):
            try:
                return id_token.verify(
                    token,
                    keys,
                    issuer=provider.issuer,
                    client_id=provider.client_id,
                    nonce=nonce,
                    now_s=time.time(),
                )
            except UnknownProviderKey as error:
                if last:
                    raise _unfit(provider, f"the ID token: {error}") from None
                keys = await self._keys_of(provider, metadata, older_than_s=KEYS_AGAIN_S)
            except BadIdToken as error:
                raise _unfit(provider, f"the ID token: {error}") from None
        raise AssertionError("it returns or raises before")

    async def _with_more(
        self, provider: Provider, metadata: Metadata, claims: ProviderClaims, access_token: str
    ) -> ProviderClaims:
        """Add what stands only here: groups, with some. It must be about the same person (§5.3.2)."""
        status, body = await self._caller.ask(
            metadata.userinfo_endpoint, issuer=provider.issuer, authorization=f"Bearer {access_token}"
        )
        if status != 200:
            raise ProviderAway("The sign-in service does not say who you are now. Try again.")
        more: dict[str, Any] = _read(provider, body, dict[str, Any])
        if more.get("sub") != claims["sub"]:
            raise _unfit(provider, "userinfo is about somebody else")
        return {**more, **claims}

    async def _metadata_of(self, provider: Provider) -> Metadata:
        async with self._locks[provider.name]:
            known = self._metadata.get(provider.name)
            if known is not None and self._clock() - known[1] < KEPT_S:
                return known[0]
            url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._read(provider, url, Metadata)
            _check(provider, found)
            self._metadata[provider.name] = (found, self._clock())
            return found

    async def _keys_of(self, provider: Provider, metadata: Metadata, *, older_than_s: float) -> Sequence[Jwk]:
        async with self._locks[provider.name]:
            known = self._keys.get(provider.name)
            if known is not None and self._clock() - known[1] < older_than_s:
                return known[0]
            found = (await self._read(provider, metadata.jwks_uri, _KeySet)).keys
            self._keys[provider.name] = (found, self._clock())
            return found

    async def _read(self, provider: Provider, url: str, shape: type[T]) -> T:
        status, body = await self._caller.ask(url, issuer=provider.issuer)
        if status != 200:
            log.warning("provider.away", provider=provider.name, status=status)
            raise ProviderAway("The sign-in service does not answer now.")
        return _read(provider, body, shape)


class _Given(msgspec.Struct, frozen=True):
    """What the token endpoint gives for a code."""

    id_token: str
    access_token: str = ""


class _KeySet(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Refused(msgspec.Struct, frozen=True):
    error: str


def _check(provider: Provider, metadata: Metadata) -> None:
    """Raises: ProviderUnfit."""
    if metadata.issuer != provider.issuer:
        raise _unfit(provider, f"it calls itself {metadata.issuer!r:.500}, the file {provider.issuer!r}")
    urls = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
    if not all(map(is_sealed, (*urls, *filter(None, (metadata.userinfo_endpoint,))))):
        raise _unfit(provider, "it names an address without TLS")


def _read(provider: Provider, body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("provider.away", provider=provider.name, reason="unreadable")
        raise ProviderAway("The sign-in service does not answer as it should.") from None


def _error_in(body: bytes) -> str:
    """Return the provider's own word, if it is one of RFC 6749: `invalid_grant`, not a sentence."""
    try:
        said = msgspec.json.decode(body, type=_Refused).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return said if said.isascii() and said.replace("_", "").isalpha() and len(said) < 40 else ""


def _basic(provider: Provider) -> str:
    """RFC 6749 §2.3.1: both are form-encoded before."""
    pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _unfit(provider: Provider, reason: str) -> ProviderUnfit:
    log.warning("provider.unfit", provider=provider.name, reason=reason)
    return ProviderUnfit(
        "The sign-in service's answer cannot be used. Start again; the operator's log says more."
    )
