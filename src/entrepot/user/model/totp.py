"""The second factor: time-based one-time codes (RFC 6238), and recovery codes for a lost telephone."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Unproven
from entrepot.core.routes import Input
from entrepot.user.model.passkey import RequestOptions

STEP_S = 30  # RFC 6238 §5.2 recommends it
_DIGITS = 6  # what authenticators show
_TOLERATED_STEPS = (0, -1, 1)  # clocks differ, and people type slowly
_RECOVERY_CODES = 10  # as other services give; they fit on a card

SecondFactorCode = Annotated[str, Meta(min_length=6, max_length=24)]
Method = Literal["code", "passkey"]


class SecondFactorNeeded(Unproven):
    """The first proof is right; a second is needed too. `methods` are `code` and `passkey`; `passkey` is
    what the browser asks one for, and `ticket` goes on where a provider had brought somebody.
    """

    fields = ("error", "methods", "passkey", "ticket")
    error = "mfa_required"  # RFC 6749 has no word for it; this is the one that clients know

    def __init__(
        self, methods: Sequence[Method], *, passkey: RequestOptions | None = None, ticket: str = ""
    ) -> None:
        super().__init__("A second factor is needed too.")
        self.methods, self.passkey, self.ticket = list(methods), passkey, ticket


class WrongCode(Unproven):
    """The code does not fit now, or was used before."""


class NotEnrolled(Conflict):
    """There is no second factor to confirm or disable."""


class AlreadyEnrolled(Conflict):
    """There is a second factor already."""


class CodeInput(Input, frozen=True, kw_only=True):
    """A code from the authenticator, or a recovery code."""

    code: SecondFactorCode


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What an authenticator needs; it counts once a code from it was confirmed."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Each opens once. They are shown this once."""

    recovery_codes: list[str]


def new_secret() -> str:
    """Return 160 bits, as RFC 4226 §4 recommends, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the URI for authenticators: https://github.com/google/google-authenticator/wiki/Key-Uri-Format"""
    query = urlencode({"secret": secret, "issuer": issuer})
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"


def code_at(secret: str, step: int) -> str:
    """Return the code of a step, as RFC 4226 §5.3 computes it."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def fitting_step(secret: str, code: str, *, now_s: float, after: int) -> int | None:
    """Return the step that the code belongs to, if it fits now and comes after the last that was used."""
    now = int(now_s) // STEP_S
    for step in (now + each for each in _TOLERATED_STEPS):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return recovery codes of 80 bits each, which need no slow hash."""
    texts = (base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(_RECOVERY_CODES))
    return ["-".join(text[at : at + 4] for at in range(0, 16, 4)) for text in texts]


def recovery_digest(code: str) -> str:
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode()).hexdigest()
