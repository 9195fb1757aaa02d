"""What an outside provider's claims mean here: who somebody is, by which address, with which roles."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from entrepot.core.validation import NotAName, display_name
from entrepot.user.functions.id_token import ProviderClaims
from entrepot.user.model import address
from entrepot.user.model.provider import Provider

_LONGEST_NAME = 120
_NAMELESS = "?"


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a provider brought. `email` is empty where it gave none; `groups` is None where it said
    nothing about them. `person` is who departed, if it was to link an account.
    """

    provider: Provider
    subject: str
    email: str
    verified: bool
    name: str
    groups: tuple[str, ...] | None
    strong: bool
    proved_at: datetime | None
    person: str = ""


def arrived(provider: Provider, claims: ProviderClaims, *, person: str) -> Arrived:
    email = _email(claims)
    return Arrived(
        provider=provider,
        subject=claims["sub"],
        email=email,
        verified=bool(email) and _verified(provider, claims, email),
        name=_name(claims, email),
        groups=_groups(claims, provider.role_claim),
        strong=_strong(provider, claims),
        proved_at=_moment(claims.get("auth_time")),
        person=person,
    )


def lacks(provider: Provider, claims: ProviderClaims) -> bool:
    """Whether something is missing that the provider may say when asked for more."""
    wants_groups = bool(provider.roles) and _found(claims, provider.role_claim) is None
    return not claims.get("email") or not claims.get("name") or wants_groups


def too_many_groups(provider: Provider, claims: ProviderClaims) -> bool:
    """Whether the groups stand elsewhere, because there are too many (OpenID Connect Core 1.0, §5.6.2)."""
    elsewhere = claims.get("_claim_names")
    return bool(provider.roles) and isinstance(elsewhere, dict) and provider.role_claim in elsewhere


def is_authority(provider: Provider, email: str) -> bool:
    return email.rpartition("@")[2] in provider.domains


def roles_of(provider: Provider, groups: Iterable[str]) -> frozenset[str]:
    """Return the roles that the provider's groups stand for."""
    mapped = (provider.roles.get(each, []) for each in groups)
    return frozenset(provider.everybody).union(*mapped)


def _email(claims: ProviderClaims) -> str:
    """Return the address as it is stored, "" for none. One with other letters before the @ is none: what the
    provider verified would not be what those letters become here, the address of somebody else perhaps.
    """
    given = claims.get("email")
    if not isinstance(given, str) or not given.rpartition("@")[0].isascii():
        return ""
    try:
        return address.normalised(given)
    except address.NotAnAddress:
        return ""


def _verified(provider: Provider, claims: ProviderClaims, email: str) -> bool:
    """Some say it as a text. Whoever says nothing may be vouched for by the operator; a no stays a no."""
    said = claims.get("email_verified")
    if said is None:
        return provider.vouches and is_authority(provider, email)
    return said is True or (isinstance(said, str) and said.lower() == "true")


def _name(claims: ProviderClaims, email: str) -> str:
    """Return what somebody is called, in a form that a name may have here."""
    for said in (claims.get("name"), claims.get("preferred_username"), email.partition("@")[0]):
        if not isinstance(said, str):
            continue
        try:
            return display_name(display_name(said)[:_LONGEST_NAME])
        except NotAName:
            continue  # what nobody may be called by is no reason to keep somebody out
    return _NAMELESS


def _groups(claims: ProviderClaims, claim: str) -> tuple[str, ...] | None:
    found = _found(claims, claim)
    if isinstance(found, str):
        return (found,)
    if isinstance(found, dict):
        return tuple(found)  # as Zitadel says roles: by name, each with where it was given
    if isinstance(found, list):
        return tuple(each for each in found if isinstance(each, str))
    return None


def _found(claims: ProviderClaims, claim: str) -> object:
    """Return the claim of this very name, or what dots lead to: names that are URLs have dots themselves."""
    if claim in claims:
        return claims[claim]
    found: object = claims
    for part in claim.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _strong(provider: Provider, claims: ProviderClaims) -> bool:
    if provider.second_factor != "claims":
        return provider.second_factor == "always"
    methods = claims.get("amr")
    by_method = isinstance(methods, list) and any(each in provider.amr for each in methods)
    return by_method or claims.get("acr") in provider.acr


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
