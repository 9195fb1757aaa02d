"""Verifies what a passkey signed. The library checks signature, origin, relying party and flags; what a
counter means, and whose passkey it may be, is decided here.
"""

from functools import cache
from importlib import import_module
from types import ModuleType

import msgspec

from entrepot.user.model.passkey import (
    ALGORITHMS,
    Assertion,
    NewPasskey,
    Passkey,
    PasskeyCopied,
    PasskeyUnreadable,
    WrongPasskey,
    from_base64url,
    user_handle,
)
from entrepot.user.model.relying_party import RelyingParty

# What the library raises beyond its own errors for bytes that are no CBOR, no JSON, or no key.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What a new passkey is."""

    public_key: bytes
    sign_count: int
    verified: bool
    synced: bool
    backed_up: bool


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """What a passkey proved; `verified`: with a PIN, a face or a fingerprint."""

    sign_count: int
    verified: bool
    backed_up: bool


class _ClientData(msgspec.Struct, frozen=True, rename="camel"):
    challenge: str
    cross_origin: bool = False


def challenge_of(client_data: str) -> bytes:
    """Return the challenge that was signed. Raises: PasskeyUnreadable, also for what was signed in a frame of
    another site's page.
    """
    try:
        found = msgspec.json.decode(from_base64url(client_data), type=_ClientData)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PasskeyUnreadable("This is nothing that a passkey signs.") from None
    if found.cross_origin:
        raise PasskeyUnreadable("Another site asked for this.")
    return from_base64url(found.challenge)


def registered(new: NewPasskey, challenge: bytes, *, party: RelyingParty) -> Registered:
    """Raises: PasskeyUnreadable."""
    credential = {
        "id": new.id,
        "rawId": new.id,
        "type": "public-key",
        "response": {"clientDataJSON": new.client_data, "attestationObject": new.attestation},
    }
    try:
        found = _library().verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            supported_pub_key_algs=[
                _library().helpers.cose.COSEAlgorithmIdentifier(each) for each in ALGORITHMS
            ],
        )
    except (_library().helpers.exceptions.WebAuthnException, *_UNREADABLE):
        raise PasskeyUnreadable("This passkey does not fit this node, or took too long.") from None
    if found.credential_id != from_base64url(new.id):
        raise PasskeyUnreadable("This passkey has another id.")
    return Registered(
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        verified=found.user_verified,
        synced=found.credential_device_type == "multi_device",
        backed_up=found.credential_backed_up,
    )


def proved(
    said: Assertion, challenge: bytes, known: Passkey, *, party: RelyingParty, alone: bool
) -> Proved | WrongPasskey | PasskeyCopied:
    """`alone`: it is the only proof, so it must have verified its person."""
    if said.user_handle and said.user_handle != user_handle(known.person):
        return WrongPasskey("This passkey does not open this account.")
    credential = {
        "id": said.id,
        "rawId": said.id,
        "type": "public-key",
        "response": {
            "clientDataJSON": said.client_data,
            "authenticatorData": said.authenticator_data,
            "signature": said.signature,
        },
    }
    try:
        found = _library().verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=0,  # judged below, after the signature
            require_user_verification=alone,
        )
    except (_library().helpers.exceptions.WebAuthnException, *_UNREADABLE):
        return WrongPasskey("This passkey does not open this account.")
    if _went_back(found.new_sign_count, known):
        return PasskeyCopied("This passkey was used elsewhere since: there may be a copy of it.")
    return Proved(
        sign_count=max(found.new_sign_count, known.sign_count),
        verified=found.user_verified,
        backed_up=found.credential_backed_up,
    )


@cache
def _library() -> ModuleType:
    """Return `webauthn`. At the module's top it would add a seventh to the start of every process of a node,
    for certificates of makers that nobody is asked for.
    """
    return import_module("webauthn")


def _went_back(count: int, known: Passkey) -> bool:
    """Whether the counter says that there is a copy. A synced passkey is on several devices, whose counters
    know nothing of each other, and many count nothing at all: WebAuthn Level 3, §6.1.1.
    """
    return not known.synced and (count > 0 or known.sign_count > 0) and count <= known.sign_count
