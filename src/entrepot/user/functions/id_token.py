"""Verifies a provider's ID token (OpenID Connect Core 1.0, §3.1.3.7). The library checks the signature; whose
token it is, for whom and from when, is checked here.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

# Only what needs a key pair: with a shared secret the public key would serve as one (RFC 8725 §2.1).
ALGORITHMS = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC", "EdDSA": "OKP", "Ed25519": "OKP",
}  # fmt: skip
LEEWAY_S = 60  # of two machines' clocks
_IMPORTS: dict[str, Callable[[Any], RSAKey | ECKey | OKPKey]] = {
    "RSA": RSAKey.import_key, "EC": ECKey.import_key, "OKP": OKPKey.import_key
}  # fmt: skip
_LEAST_RSA_BITS = 2048  # RFC 7518 §3.3; the library only warns
_MOST_CHARS = 50_000  # a token with hundreds of groups; more is no token

ProviderClaims = Mapping[str, Any]
Jwk = Mapping[str, Any]


class BadIdToken(Exception):
    """Not a token to trust. The message is for the operator's log, and holds no personal data."""


class UnknownProviderKey(BadIdToken):
    """The provider may sign with a key that is not known yet."""


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str | None = None


def verify(
    token: str, keys: Sequence[Jwk], *, issuer: str, client_id: str, nonce: str, now_s: float
) -> ProviderClaims:
    """Return the claims. Raises: BadIdToken; UnknownProviderKey, after which the keys may be fetched once
    more.
    """
    claims = _signed(token, keys)
    if claims.get("iss") != issuer:
        raise BadIdToken("it was issued by somebody else")
    _check_audience(claims, client_id)
    _check_moments(claims, now_s)
    if claims.get("nonce") != nonce:
        raise BadIdToken("it answers another sign-in")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise BadIdToken("it names nobody")
    return claims


def _signed(token: str, keys: Sequence[Jwk]) -> ProviderClaims:
    header = _header(token)
    kind = ALGORITHMS.get(header.alg)
    if kind is None:
        raise BadIdToken("it is not signed, or in a way that is not accepted")
    fitting = [each for each in keys if _fits(each, header, kind)]
    if not fitting:
        raise UnknownProviderKey("it is signed with an unknown key")
    for each in fitting:
        try:
            key = _IMPORTS[kind](dict(each))
            found = jws.deserialize_compact(token, key, algorithms=[header.alg])
            return _object(found.payload)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    # Some make a new key and keep its name, or name none at all (https://github.com/kellnr/kellnr/issues/1265).
    raise UnknownProviderKey("its signature does not fit")


def _header(token: str) -> _Header:
    if len(token) > _MOST_CHARS or token.count(".") != 2 or not token.isascii():
        raise BadIdToken("it does not have the form of a token")
    text = token.partition(".")[0]
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=_Header)
    except (ValueError, msgspec.DecodeError):
        raise BadIdToken("its header cannot be read") from None


def _fits(key: Jwk, header: _Header, kind: str) -> bool:
    if key.get("kty") != kind or key.get("use", "sig") != "sig":
        return False
    if key.get("alg", header.alg) != header.alg or (kind == "RSA" and _rsa_bits(key) < _LEAST_RSA_BITS):
        return False
    return header.kid is None or key.get("kid") == header.kid


def _rsa_bits(key: Jwk) -> int:
    modulus = key.get("n")
    return len(modulus.rstrip("=")) * 6 // 8 * 8 if isinstance(modulus, str) else 0


def _object(payload: bytes) -> ProviderClaims:
    found = msgspec.json.decode(payload)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _check_audience(claims: ProviderClaims, client_id: str) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        raise BadIdToken("it is meant for somebody else")
    party = claims.get("azp")
    if (len(audiences) > 1 or party is not None) and party != client_id:
        raise BadIdToken("it was given to somebody else")


def _check_moments(claims: ProviderClaims, now_s: float) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    if not _is_number(expires) or not _is_number(issued):
        raise BadIdToken("it does not say when it was issued and when it ends")
    if expires <= now_s - LEEWAY_S:
        raise BadIdToken("it has expired; is a clock wrong?")
    begins = claims.get("nbf", issued)
    if not _is_number(begins) or max(issued, begins) > now_s + LEEWAY_S:
        raise BadIdToken("it is not valid yet; is a clock wrong?")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
