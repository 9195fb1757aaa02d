"""Outside providers of sign-in (OpenID Connect), as the operator describes them in a TOML file."""

import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from entrepot.core.errors import Invalid, NotFound, Unavailable, Unproven
from entrepot.user.model import address
from entrepot.user.model.role import RoleName

ProviderName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class BadProviders(Invalid):
    """The file of providers cannot be used; the node does not start with it."""


class ProviderNotFound(NotFound):
    """The operator knows no such provider."""


class ProviderAway(Unavailable):
    """The provider does not answer, or not as it should."""


class ProviderUnfit(Unproven):
    """What the provider says cannot be trusted, or is not enough; the log says why."""


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider, and what the operator lets it say.

    title          what its button is called
    organisation   where its people belong; empty: each has an organisation of their own
    domains        of the addresses for which it is the authority. Only these may come, and an account that
                   has one of them already becomes theirs. Empty: whoever it verified may come, but only as
                   somebody new
    vouches        addresses of `domains` count as verified although it does not say whether they are
    creates        whether it makes accounts
    role_claim     where the groups or roles of a person stand; dots lead into objects (`realm_access.roles`)
    roles          from these to roles here; they come and go with each sign-in
    everybody      roles that everybody from there has
    second_factor  `claims`: when `amr` or `acr` say so; `always`: it demands one itself; `never`
    """

    name: ProviderName
    title: Annotated[str, Meta(min_length=1, max_length=60)]
    issuer: Annotated[str, Meta(max_length=500)]
    client_id: Annotated[str, Meta(min_length=1, max_length=500)]
    client_secret: str = ""
    client_secret_file: str = ""
    scopes: list[str] = msgspec.field(default_factory=lambda: ["openid", "email", "profile"])
    organisation: Annotated[str, Meta(max_length=64)] = ""
    domains: list[str] = []
    vouches: bool = False
    creates: bool = True
    role_claim: str = "groups"
    roles: dict[str, list[RoleName]] = {}
    everybody: list[RoleName] = []
    second_factor: Literal["claims", "always", "never"] = "claims"
    amr: list[str] = msgspec.field(default_factory=lambda: ["mfa"])  # RFC 8176
    acr: list[str] = []

    @property
    def managed(self) -> frozenset[str]:
        """Return the roles that come and go with what the provider says."""
        return frozenset(self.everybody).union(*self.roles.values())


class ProviderView(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as the sign-in page offers it."""

    name: str
    title: str


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0, §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class ProviderCaller(Protocol):
    """Asks providers, with a bound to time and size."""

    async def ask(
        self,
        url: str,
        *,
        issuer: str,
        form: Mapping[str, str] | None = None,
        authorization: str = "",
    ) -> tuple[int, bytes]:
        """GET, or POST a form. Return the status and the body. Raises: ProviderAway's kind, Unavailable."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    provider: list[Provider] = []


def read(file: Path) -> list[Provider]:
    """Raises: BadProviders, with a sentence that names what is wrong; it never shows a secret."""
    try:
        found = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).provider
    except OSError as error:
        raise BadProviders(f"{file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadProviders(f"{file} cannot be used: {error}.") from error
    for each in found:
        _check(each, file)
    if len({each.name for each in found}) < len(found) or len({each.issuer for each in found}) < len(found):
        raise BadProviders(f"{file} names a provider twice.")
    return [_with_secret(_with_domains(each, file), file) for each in found]


def _check(provider: Provider, file: Path) -> None:
    """Raises: BadProviders."""
    issuer = urlsplit(provider.issuer)
    if not is_sealed(provider.issuer) or issuer.query or issuer.fragment or issuer.username:
        raise BadProviders(
            f"{file}: the issuer of {provider.name} is an https URL without query and fragment."
        )
    if "openid" not in provider.scopes:
        raise BadProviders(f"{file}: the scopes of {provider.name} hold openid.")
    if provider.vouches and not provider.domains:
        raise BadProviders(f"{file}: {provider.name} can vouch only for addresses of its domains.")
    if (provider.roles or provider.everybody) and not provider.organisation:
        raise BadProviders(f"{file}: roles of {provider.name} need an organisation.")


def is_sealed(url: str) -> bool:
    """Whether nobody can listen: https, or a provider on this machine."""
    parts = urlsplit(url)
    try:
        here = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = parts.hostname == "localhost"
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _with_domains(provider: Provider, file: Path) -> Provider:
    """Return it with its domains as addresses are stored."""
    try:
        domains = [address.normalised(f"a@{each}").removeprefix("a@") for each in provider.domains]
    except address.NotAnAddress:
        raise BadProviders(f"{file}: {provider.name} has a domain that can be in no address.") from None
    return msgspec.structs.replace(provider, domains=domains)


def _with_secret(provider: Provider, file: Path) -> Provider:
    if not provider.client_secret_file:
        return provider
    secret = file.parent / provider.client_secret_file
    try:
        text = secret.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadProviders(f"{secret} cannot be read, the client secret of {provider.name}.") from error
    return msgspec.structs.replace(provider, client_secret=text)
