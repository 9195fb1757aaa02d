"""Access tokens: JWTs signed with Ed25519, written and read as strictly as RFC 8725 and RFC 9068 ask.

One algorithm, named exactly; nothing in a token's header can name a key that the node does not hold.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from entrepot.core.ports import Keys

LONGEST_S = 24 * 3600
_MAX_CHARS = 4096
_TYPE = "at+jwt"


class BadToken(Exception):
    """A token that opens nothing; the message may be shown to whoever sent it."""


class UnknownKey(BadToken):
    """Signed by a key that is not among ours, or not yet."""


class Claims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a token says. Times are whole seconds since 1970; `scope` is separated by spaces."""

    iss: str
    aud: str
    sub: str
    org: str
    scope: str
    kind: Literal["person", "program", "device", "operator"]
    jti: str
    iat: int
    exp: int
    nbf: int | None = None


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown members (`jku`, `jwk`, `x5u`, `crit`, …) are refused with the header."""

    alg: str
    kid: str
    typ: str


_decode_header = msgspec.json.Decoder(_Header).decode
_decode_claims = msgspec.json.Decoder(Claims).decode
_encode = msgspec.json.Encoder().encode


async def issue(keys: Keys, claims: Claims) -> str:
    """Sign `claims` with the newest key. Raises: ValueError when the token would live too long."""
    if not 0 < claims.exp - claims.iat <= LONGEST_S:
        raise ValueError(f"a token lives between 1 s and {LONGEST_S} s")
    kid, _ = await keys.sign(b"")  # which key is the newest
    unsigned = _b64(_encode(_Header("EdDSA", kid, _TYPE))) + b"." + _b64(_encode(claims))
    signer, signature = await keys.sign(unsigned)
    if signer != kid:
        return await issue(keys, claims)  # rotated in between
    return (unsigned + b"." + _b64(signature)).decode()


def verify(
    token: str,
    verifying_keys: Mapping[str, bytes],
    *,
    issuer: str,
    audience: str,
    now_s: float,
    leeway_s: float = 5.0,
) -> Claims:
    """The claims of a token that is genuine, meant for us and valid now. Raises: BadToken, UnknownKey."""
    if len(token) > _MAX_CHARS or token.count(".") != 2:
        raise BadToken("it is not a signed JWT")
    unsigned, _, signature = token.rpartition(".")
    header_text, _, claims_text = unsigned.partition(".")
    try:
        header = _decode_header(_unb64(header_text))
    except msgspec.MsgspecError as error:
        raise BadToken("its header is not one of ours") from error
    if header.alg != "EdDSA" or header.typ != _TYPE:
        raise BadToken("its algorithm or type is not ours")
    if (key := verifying_keys.get(header.kid)) is None:
        raise UnknownKey("its key is not one of ours")
    try:
        _public(key).verify(_unb64(signature), unsigned.encode("ascii"))
        claims = _decode_claims(_unb64(claims_text))
    except (InvalidSignature, UnicodeEncodeError) as error:
        raise BadToken("its signature is wrong") from error
    except msgspec.MsgspecError as error:
        raise BadToken("its claims are not ours") from error
    _check(claims, issuer=issuer, audience=audience, now_s=now_s, leeway_s=leeway_s)
    return claims


def _check(claims: Claims, *, issuer: str, audience: str, now_s: float, leeway_s: float) -> None:
    if claims.iss != issuer or claims.aud != audience:
        raise BadToken("it was made by or for somebody else")
    if claims.exp - claims.iat > LONGEST_S:
        raise BadToken("it lives too long")
    if now_s >= claims.exp + leeway_s:
        raise BadToken("it has expired")
    if now_s < max(claims.nbf or 0, claims.iat) - leeway_s:
        raise BadToken("it is not valid yet")


@lru_cache(maxsize=64)
def _public(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def _b64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _unb64(text: str) -> bytes:
    """Strict: canonical base64url without padding, so that one token has one spelling."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadToken("it is not base64url") from error
    if _b64(raw) != text.encode("ascii", "replace"):
        raise BadToken("it is not base64url")
    return raw
