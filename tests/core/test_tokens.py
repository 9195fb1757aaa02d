"""A token either is exactly what `issue` wrote, or opens nothing."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.ports import Keys
from entrepot.core.tokens import LONGEST_S, MAX_LENGTH, BadToken, Claims, UnknownKey, issue, verify

NOW = 1_800_000_000
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SIGNER.public_key().public_bytes_raw()
HEADER = {"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"}
CLAIMS = {
    "iss": "entrepot", "aud": "entrepot", "sub": "ann", "org": "acme", "scope": "device:read",
    "kind": "person", "jti": "t1", "iat": NOW, "exp": NOW + 900,
}  # fmt: skip


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign_ed25519(text: bytes) -> bytes:
    return SIGNER.sign(text)


def forge(
    header: Mapping[str, Any] = HEADER,
    claims: Mapping[str, Any] = CLAIMS,
    sign: Callable[[bytes], bytes] = sign_ed25519,
) -> str:
    """A token with a signature that fits, whatever else is wrong with it."""
    text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{text}.{b64(sign(text.encode()))}"


def check(token: str, *, now_s: float = NOW, leeway_s: float = 5) -> Claims:
    return verify(
        token, {"k1": PUBLIC}, issuer="entrepot", audience="entrepot", now_s=now_s, leeway_s=leeway_s
    )


class OneKey(Keys):
    """What the outside's key service does, with keys that change while a token is made."""

    def __init__(self, *signers: str) -> None:
        self.signers = list(signers)

    async def sign(self, message: bytes) -> tuple[str, bytes]:
        kid = self.signers.pop(0) if len(self.signers) > 1 else self.signers[0]
        return kid, SIGNER.sign(message)

    async def verifying_keys(self) -> Mapping[str, bytes]:
        return {"k0": bytes(32), "k1": PUBLIC}


def claims(**changes: Any) -> Claims:
    return msgspec.convert(CLAIMS | changes, Claims)


# ---- what holds ----------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(sub=texts, org=texts, scope=texts, life_s=st.integers(1, LONGEST_S), nbf=st.none() | st.just(NOW))
async def test_what_is_issued_verifies(sub: str, org: str, scope: str, life_s: int, nbf: int | None) -> None:
    given = claims(sub=sub, org=org, scope=scope, exp=NOW + life_s, nbf=nbf)
    assert check(await issue(OneKey("k1"), given)) == given


async def test_other_libraries_read_what_is_issued() -> None:
    token = await issue(OneKey("k1"), claims())
    options = {"verify_exp": False, "verify_iat": False}
    read = jwt.decode(
        token,
        SIGNER.public_key(),
        algorithms=["EdDSA"],
        audience="entrepot",
        issuer="entrepot",
        options=options,
    )
    assert read == CLAIMS
    assert jwt.get_unverified_header(token) == HEADER


def test_what_other_libraries_issue_verifies() -> None:
    token = jwt.encode(CLAIMS, SIGNER, algorithm="EdDSA", headers={"kid": "k1", "typ": "at+jwt"})
    assert check(token) == claims()


async def test_a_rotation_while_signing_is_followed() -> None:
    assert check(await issue(OneKey("k9", "k1"), claims(jti="after"))).jti == "after"


async def test_the_header_names_the_key_that_signed() -> None:
    assert jwt.get_unverified_header(await issue(OneKey("k9"), claims()))["kid"] == "k9"


async def test_keys_that_never_stand_still_are_given_up() -> None:
    with pytest.raises(Unavailable):
        await issue(OneKey("a", "b", "c", "d"), claims())


@pytest.mark.parametrize("exp", [NOW - 1, NOW, NOW + LONGEST_S + 1])
async def test_a_token_that_lives_too_long_or_not_at_all_is_not_issued(exp: int) -> None:
    with pytest.raises(Invalid):
        await issue(OneKey("k1"), claims(exp=exp))


async def test_a_token_too_large_to_verify_is_not_issued() -> None:
    with pytest.raises(Invalid):
        await issue(OneKey("k1"), claims(scope="a:b " * MAX_LENGTH))


# ---- what does not -------------------------------------------------------------------------------

TOKEN = forge()


@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_refused(place: int, bit: int) -> None:
    flipped = TOKEN[:place] + chr(ord(TOKEN[place]) ^ 1 << bit) + TOKEN[place + 1 :]
    with pytest.raises(BadToken):
        check(flipped)


def test_spare_bits_of_a_signature_are_refused() -> None:
    """86 characters hold 516 bits, 4 more than a signature: a lenient decoder takes 16 spellings."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    taken = []
    for last in alphabet:
        try:
            check(TOKEN[:-1] + last)
        except BadToken:
            continue
        taken.append(last)
    assert taken == [TOKEN[-1]]


@given(st.text(max_size=200) | st.text(alphabet="aA0-_.=", max_size=60))
def test_noise_is_refused(noise: str) -> None:
    with pytest.raises(BadToken):
        check(noise)


def hs256(key: bytes) -> Callable[[bytes], bytes]:
    return lambda text: hmac.digest(key, text, hashlib.sha256)


def other_key(text: bytes) -> bytes:
    return Ed25519PrivateKey.generate().sign(text)


FORGERIES = {
    "alg none": forge(HEADER | {"alg": "none"}, sign=lambda text: b""),
    "alg none with a signature": forge(HEADER | {"alg": "none"}),
    "HS256 with the public key": forge(HEADER | {"alg": "HS256"}, sign=hs256(PUBLIC)),
    "HS256 under the name EdDSA": forge(sign=hs256(PUBLIC)),
    "alg in other letters": forge(HEADER | {"alg": "eddsa"}),
    "alg a list": forge(HEADER | {"alg": ["EdDSA"]}),
    "alg missing": forge({"kid": "k1", "typ": "at+jwt"}),
    "kid missing": forge({"alg": "EdDSA", "typ": "at+jwt"}),
    "kid not text": forge(HEADER | {"kid": 1}),
    "typ missing": forge({"alg": "EdDSA", "kid": "k1"}),
    "typ JWT": forge(HEADER | {"typ": "JWT"}),
    "another key": forge(sign=other_key),
    "no signature": TOKEN.rpartition(".")[0] + ".",
    **{
        f"header with {name}": forge(HEADER | {name: value})
        for name, value in {
            "jku": "https://example.org/keys", "jwk": {"kty": "OKP"}, "x5u": "https://example.org/c",
            "x5c": ["AA"], "crit": ["exp"], "b64": False, "zip": "DEF", "cty": "JWT",
        }.items()
    },
    "expired": forge(claims=CLAIMS | {"iat": NOW - 900, "exp": NOW - 5}),
    "not yet": forge(claims=CLAIMS | {"nbf": NOW + 6}),
    "issued in the future": forge(claims=CLAIMS | {"iat": NOW + 6}),
    "ends before it begins": forge(claims=CLAIMS | {"iat": NOW + 4, "exp": NOW + 4}),
    "lives too long": forge(claims=CLAIMS | {"exp": NOW + LONGEST_S + 1}),
    "another issuer": forge(claims=CLAIMS | {"iss": "Entrepot"}),
    "another audience": forge(claims=CLAIMS | {"aud": "entrepot2"}),
    "several audiences": forge(claims=CLAIMS | {"aud": ["entrepot", "other"]}),
    "an unknown kind": forge(claims=CLAIMS | {"kind": "anonymous"}),
    "exp as text": forge(claims=CLAIMS | {"exp": str(NOW + 900)}),
    "exp with a fraction": forge(claims=CLAIMS | {"exp": NOW + 900.5}),
    **{
        f"{name} missing": forge(claims={key: value for key, value in CLAIMS.items() if key != name})
        for name in CLAIMS
    },
    "claims a list": forge(claims=[]),  # type: ignore[arg-type]
    "a header that is no text": b64(b'{"kid":"\x8c"}') + ".AA.AA",
    "a header of deep lists": b64(b'{"kid":' + b"[" * 2500) + ".AA.AA",
    "a header of unknown deep lists": b64(b'{"x":' + b"[" * 2500) + ".AA.AA",
    "two parts": TOKEN.rpartition(".")[0],
    "four parts": TOKEN + ".AA",
    "five parts, as of an encrypted one": TOKEN + ".AA.AA",
    "padded": TOKEN + "==",
    "space before": " " + TOKEN,
    "line after": TOKEN + "\n",
    "a character that a decoder skips": TOKEN.replace(".", ".!", 1),
    "too long": forge(claims=CLAIMS | {"scope": "a" * MAX_LENGTH}),
}  # fmt: skip


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        check(token)


def test_an_unknown_key_is_told_apart() -> None:
    with pytest.raises(UnknownKey):
        check(forge(HEADER | {"kid": "k2"}))


def test_a_token_holds_until_its_end_and_the_leeway() -> None:
    assert check(TOKEN, now_s=NOW + 904.9)
    assert check(TOKEN, now_s=NOW - 5)
    for now_s in (NOW + 905.0, NOW - 5.1):
        with pytest.raises(BadToken):
            check(TOKEN, now_s=now_s)


def test_the_reason_is_short_and_repeats_nothing_of_the_token() -> None:
    for token in FORGERIES.values():
        with pytest.raises(BadToken) as refused:
            check(token)
        assert len(str(refused.value)) < 80
        assert "example.org" not in str(refused.value)
