"""People's accounts at outside providers, and the way there and back (OpenID Connect Core 1.0, §3.1)."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, NotFound, Unproven
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.user.model.passkey import Assertion
from entrepot.user.model.provider import ProviderName
from entrepot.user.model.ticket import Secret
from entrepot.user.model.totp import SecondFactorCode

BACK_WITHIN = timedelta(minutes=15)  # to find the password of the other house, and its second factor

_SECRET_BYTES = 32
_BINDING = re.compile(r"[A-Za-z0-9_-]{43}")  # such a secret in base64url

DeparturePurpose = Literal["sign-in", "link"]


class ReturnSpent(Unproven):
    """Nobody departed in this browser like this, or it is too long ago, or they came back already."""


class AddressUnverified(Unproven):
    """The provider does not say that the address was verified."""


class NotInvited(Unproven):
    """The provider's people may not come here, or not with this address."""


class LinkFirst(Conflict):
    """Somebody has an account with this address. Whoever it is signs in to it and links the provider
    there.
    """


class IdentityTaken(Conflict):
    """This account of the provider's is linked already."""


class IdentityNotFound(NotFound):
    """The caller has no such link."""


class NewDeparture(Input, frozen=True, kw_only=True):
    """Where to; `again`: the provider is to ask for the password even if it knows who it is. `binding` is
    the secret of an earlier departure of the same browser, so that it may come back from both.
    """

    provider: ProviderName
    again: bool = False
    binding: Annotated[str, Meta(max_length=200)] = ""


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes, and the secret without which nobody comes back. The console's is a cookie."""

    url: str
    binding: str = ""


class Return(Input, frozen=True, kw_only=True):
    """What the provider sent back with the browser (RFC 6749 §4.1.2, RFC 9207)."""

    provider: ProviderName
    code: Annotated[str, Meta(min_length=1, max_length=4_000)]
    state: Annotated[str, Meta(min_length=1, max_length=200)]
    iss: Annotated[str, Meta(max_length=500)] | None = None
    binding: Annotated[str, Meta(max_length=200)] = ""


class SecondProof(Input, frozen=True, kw_only=True):
    """The second factor of somebody whom a provider brought; `ticket` says who."""

    ticket: Secret
    code: SecondFactorCode | None = None
    passkey: Assertion | None = None


class IdentityView(msgspec.Struct, frozen=True, kw_only=True):
    """A link as its person sees it; `account` is what they are called there."""

    id: str
    provider: str
    title: str
    account: str
    linked_at: Moment
    used_at: Moment


class LinkedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is stored."""

    id: str
    subject_index: str
    person: str
    provider: str
    account: bytes
    linked_at: datetime
    used_at: datetime


class Departed(msgspec.Struct, frozen=True):
    """Somebody on the way; state and browser's secret only as digests."""

    state: str
    provider: str
    purpose: DeparturePurpose
    person: str
    binding: str


class Luggage(msgspec.Struct, frozen=True):
    """What a browser takes along. Nonce and PKCE verifier follow from it, so that nothing of it need be
    stored.
    """

    state: str
    binding: str

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """RFC 7636 §4.1: 43 characters at least."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _base64url(hashlib.sha256(self.verifier.encode()).digest())

    def _derived(self, purpose: str) -> str:
        return _base64url(
            hmac.digest(self.binding.encode(), f"{purpose} {self.state}".encode(), hashlib.sha256)
        )


def new_luggage(binding: str = "") -> Luggage:
    """A browser that is away already, in another tab, goes with the same secret: states are new each time."""
    kept = binding if _BINDING.fullmatch(binding) else secrets.token_urlsafe(_SECRET_BYTES)
    return Luggage(secrets.token_urlsafe(_SECRET_BYTES), kept)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
