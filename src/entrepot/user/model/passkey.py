"""Passkeys: keys that a person's device or password manager keeps, and that sign instead of a password
(https://www.w3.org/TR/webauthn-3/). The shapes of options are those of WebAuthn's own JSON.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Invalid, NotFound, Unproven
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.user.model.person import PersonName
from entrepot.user.model.relying_party import RelyingParty

ANSWERED_WITHIN = timedelta(minutes=5)  # WebAuthn Level 3, §15.1: 300 s are recommended
MOST = 30  # of one person; nobody has so many
CHALLENGE_BYTES = 32  # WebAuthn Level 3, §13.4.3: at least 16
# What authenticators sign with: EdDSA, ES256 and RS256, as §5.4 recommends.
ALGORITHMS = (-8, -7, -257)

ChallengePurpose = Literal["register", "sign-in", "second"]
_TIMEOUT_MS = int(ANSWERED_WITHIN.total_seconds() * 1000)

_Base64Url = r"^[A-Za-z0-9_-]+$"
CredentialId = Annotated[str, Meta(min_length=1, max_length=1400, pattern=_Base64Url)]  # 1,023 bytes at most
_ClientData = Annotated[str, Meta(min_length=1, max_length=8_000, pattern=_Base64Url)]
_Attestation = Annotated[str, Meta(min_length=1, max_length=40_000, pattern=_Base64Url)]
_AuthenticatorData = Annotated[str, Meta(min_length=1, max_length=8_000, pattern=_Base64Url)]
_Signature = Annotated[str, Meta(min_length=1, max_length=8_000, pattern=_Base64Url)]
_UserHandle = Annotated[str, Meta(max_length=100, pattern=r"^[A-Za-z0-9_-]*$")]
_Transport = Annotated[str, Meta(max_length=20, pattern=r"^[a-z-]+$")]


class WrongPasskey(Unproven):
    """No such passkey, another person's, or an answer that does not fit: nothing says which."""


class PasskeyCopied(Unproven):
    """A device's counter went back: there may be a copy of the key (WebAuthn Level 3, §6.1.1)."""


class PasskeyNotFound(NotFound):
    """The caller has no such passkey."""


class PasskeyKnown(Conflict):
    """This passkey is registered already."""


class LastPasskey(Conflict):
    """It is the second factor of its person."""


class TooManyPasskeys(Conflict):
    """A person has a bounded number of passkeys."""


class PasskeyUnreadable(Invalid):
    """What came from the authenticator cannot be read, or was not asked for."""


class NewPasskey(Input, frozen=True, kw_only=True):
    """What the browser's `create()` returned, in base64url, and what its person calls it."""

    name: PersonName
    id: CredentialId
    client_data: _ClientData
    attestation: _Attestation
    transports: Annotated[list[_Transport], Meta(max_length=10)] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        clean_names(self, "name")


class Assertion(Input, frozen=True, kw_only=True):
    """What the browser's `get()` returned, in base64url."""

    id: CredentialId
    client_data: _ClientData
    authenticator_data: _AuthenticatorData
    signature: _Signature
    # Safari sends an empty one where there is none (https://bugs.webkit.org/show_bug.cgi?id=239737).
    user_handle: _UserHandle | None = None


class PasskeySignIn(Input, frozen=True, kw_only=True):
    """A passkey's answer, and the organisation that is wanted. `person` is who must be behind it, where
    somebody only proves again who they are: a browser offers the passkeys of other accounts, too.
    """

    passkey: Assertion
    person: Annotated[str, Meta(max_length=64)] | None = None
    organisation: Annotated[str, Meta(max_length=64)] | None = None


class PasskeyName(Input, frozen=True, kw_only=True):
    """What a passkey is called."""

    name: PersonName

    def __post_init__(self) -> None:
        clean_names(self, "name")


class PasskeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as its person sees it. `verifies`: it asks for a PIN, a face or a fingerprint, so that it
    opens the account alone; `synced`: it may be on several devices, and `backed_up` says that it is.
    """

    id: str
    name: str
    verifies: bool
    synced: bool
    backed_up: bool
    created_at: Moment
    used_at: Moment | None


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as it is stored."""

    id: str
    person: str
    credential_index: str
    credential: bytes
    name: bytes
    public_key: bytes
    transports: list[str]
    sign_count: int
    verifies: bool
    synced: bool
    backed_up: bool
    created_at: datetime
    used_at: datetime | None = None


# ---- what a browser is asked for ---------------------------------------------------------------------


class Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    """A passkey that may answer, or that is there already."""

    id: str
    transports: list[str]
    type: Literal["public-key"] = "public-key"


class _PartyEntity(msgspec.Struct, frozen=True):
    id: str
    name: str


class _UserEntity(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str
    display_name: str


class _KeyParameter(msgspec.Struct, frozen=True):
    alg: int
    type: Literal["public-key"] = "public-key"


class _AuthenticatorSelection(msgspec.Struct, frozen=True, rename="camel"):
    # Without a stored key nobody could sign in without saying who they are; some security keys have no room.
    resident_key: Literal["preferred"] = "preferred"
    user_verification: Literal["preferred"] = "preferred"


class CreationOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `navigator.credentials.create()` takes: `PublicKeyCredentialCreationOptionsJSON`."""

    rp: _PartyEntity
    user: _UserEntity
    challenge: str
    pub_key_cred_params: list[_KeyParameter]
    timeout: int = _TIMEOUT_MS
    exclude_credentials: list[Descriptor]
    authenticator_selection: _AuthenticatorSelection = _AuthenticatorSelection()
    attestation: Literal["none"] = "none"  # we decide nothing by the make of a device


class RequestOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `navigator.credentials.get()` takes: `PublicKeyCredentialRequestOptionsJSON`."""

    challenge: str
    rp_id: str
    timeout: int = _TIMEOUT_MS
    allow_credentials: list[Descriptor]
    user_verification: Literal["required", "preferred"]


def creation_options(
    party: RelyingParty,
    challenge: bytes,
    *,
    person: str,
    account: str,
    name: str,
    known: Sequence[Descriptor],
) -> CreationOptions:
    return CreationOptions(
        rp=_PartyEntity(party.id, "Entrepot"),
        user=_UserEntity(user_handle(person), account, name),
        challenge=to_base64url(challenge),
        pub_key_cred_params=[_KeyParameter(each) for each in ALGORITHMS],
        exclude_credentials=list(known),
    )


def sign_in_options(party: RelyingParty, challenge: bytes) -> RequestOptions:
    """Any passkey of this node may answer; alone it must have verified its person."""
    return RequestOptions(
        challenge=to_base64url(challenge), rp_id=party.id, allow_credentials=[], user_verification="required"
    )


def second_options(party: RelyingParty, challenge: bytes, known: Sequence[Descriptor]) -> RequestOptions:
    """One of these is to answer beside a password."""
    return RequestOptions(
        challenge=to_base64url(challenge),
        rp_id=party.id,
        allow_credentials=list(known),
        user_verification="preferred",
    )


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def digest(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def user_handle(person: str) -> str:
    return to_base64url(UUID(person).bytes)


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises: PasskeyUnreadable."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise PasskeyUnreadable("This is no base64url.") from None
