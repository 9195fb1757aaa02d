"""Access tokens: JWTs signed with Ed25519, in one strict form (RFC 8725, RFC 9068). `verify` refuses whatever
differs from what `issue` writes, however reasonable it looks.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.ports import Keys

LONGEST_S = 24 * 60 * 60  # no token lives longer, and so no revocation need be remembered longer
MAX_LENGTH = 4096
_TRIES = 3


class BadToken(Exception):
    """Not a token that opens anything. The message is a short public reason, such as "it has expired"."""


class UnknownKey(BadToken):
    """The signing key is not known here. Whoever has old keys may fetch them once more."""


class Claims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The claims of a token. Moments are whole seconds since 1970; `scope` is a list separated by spaces."""

    iss: str
    aud: str
    sub: str
    org: str
    scope: str
    kind: Literal["person", "program", "device", "operator"]
    jti: str
    iat: int
    nbf: int | None = None
    exp: int


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members that name a key elsewhere (`jku`, `jwk`, `x5u`) or change the rules (`crit`) are refused."""

    alg: Literal["EdDSA"]  # RFC 9864 prefers "Ed25519", which common libraries still refuse
    kid: str
    typ: Literal["at+jwt"]


_encode = msgspec.json.Encoder().encode
_decode_header = msgspec.json.Decoder(_Header).decode
_decode_claims = msgspec.json.Decoder(Claims).decode


async def issue(keys: Keys, claims: Claims) -> str:
    """Return a token for `claims`. Raises: Invalid when it would live too long, or be too large;
    Unavailable.
    """
    if not 0 < claims.exp - claims.iat <= LONGEST_S:
        raise Invalid("An access token lives longer than nothing, and at most 24 hours.")
    body = _to_base64url(_encode(claims))
    kid = next(reversed(list(await keys.verifying_keys())), "")
    for _ in range(_TRIES):  # the header names the key that signs; a rotation may come in between
        text = _to_base64url(_encode(_Header("EdDSA", kid, "at+jwt"))) + b"." + body
        signer, signature = await keys.sign(text)
        if signer == kid:
            return _fitting(text + b"." + _to_base64url(signature))
        kid = signer
    raise Unavailable("The signing keys change too fast.")


def verify(
    token: str,
    verifying_keys: Mapping[str, bytes],
    *,
    issuer: str,
    audience: str,
    now_s: float,
    leeway_s: float = 5,
) -> Claims:
    """Return the claims of a token that is valid now. `verifying_keys` are those of `Keys`. Raises:
    BadToken.
    """
    head, body, signature = _parts(token)
    public = verifying_keys.get(_kid(head))
    if public is None:
        raise UnknownKey("it is signed with an unknown key")
    try:
        _public_key(public).verify(_from_base64url(signature), f"{head}.{body}".encode("ascii"))
    except InvalidSignature:
        raise BadToken("its signature does not fit") from None
    claims = _claims(body)
    _check_parties(claims, issuer=issuer, audience=audience)
    _check_moments(claims, now_s=now_s, leeway_s=leeway_s)
    return claims


def jwks(verifying_keys: Mapping[str, bytes]) -> bytes:
    """Return the public keys as a JWK Set (RFC 7517, RFC 8037), for those who verify our tokens elsewhere."""
    keys = [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": kid,
            "x": _to_base64url(public).decode(),
        }
        for kid, public in verifying_keys.items()
    ]
    return msgspec.json.encode({"keys": keys})


def _parts(token: str) -> tuple[str, str, str]:
    if len(token) > MAX_LENGTH:
        raise BadToken("it is too long")
    match token.split("."):
        case [head, body, signature] if token.isascii():
            return head, body, signature
    raise BadToken("it does not have the form of a token")


@lru_cache(maxsize=64)  # a key's tokens all begin with the same header
def _kid(head: str) -> str:
    try:
        return _decode_header(_from_base64url(head)).kid
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadToken("its header is not that of an access token of this house") from None


@lru_cache(maxsize=64)
def _public_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def _claims(body: str) -> Claims:
    try:
        return _decode_claims(_from_base64url(body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadToken("its claims are not those of an access token of this house") from None


def _check_parties(claims: Claims, *, issuer: str, audience: str) -> None:
    if claims.iss != issuer:
        raise BadToken("it was issued by somebody else")
    if claims.aud != audience:
        raise BadToken("it is meant for somebody else")


def _check_moments(claims: Claims, *, now_s: float, leeway_s: float) -> None:
    if claims.exp <= now_s - leeway_s:
        raise BadToken("it has expired")
    if max(claims.iat, claims.nbf or 0) > now_s + leeway_s:
        raise BadToken("it is not valid yet")
    if not 0 < claims.exp - claims.iat <= LONGEST_S:
        raise BadToken("it lives too long")


def _fitting(token: bytes) -> str:
    if len(token) > MAX_LENGTH:
        raise Invalid("This access token would be too large: give it fewer scopes.")
    return token.decode("ascii")


def _to_base64url(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _from_base64url(part: str) -> bytes:
    """Accept only the canonical spelling: the decoder alone would skip odd characters and spare bits."""
    text = part.encode("ascii")
    try:
        data = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        data = b""
    if not data or _to_base64url(data) != text:
        raise BadToken("it does not have the form of a token")
    return data
