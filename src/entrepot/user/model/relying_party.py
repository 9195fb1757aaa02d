"""Under which name and from which origins passkeys of this deployment may be used. Both follow from the URL
where people reach it.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from entrepot.core.errors import Conflict

_LOCAL = "localhost"
_PORTS = {"http": 80, "https": 443}


class NoPasskeysHere(Conflict):
    """Browsers bind passkeys to a host name over https, or to localhost."""


class RelyingParty(msgspec.Struct, frozen=True):
    """The relying party of WebAuthn: `id` is a host name."""

    id: str
    origin: str


def of_url(url: str) -> RelyingParty:
    """Raises: NoPasskeysHere for an address that no browser takes (WebAuthn Level 3, §5.1.3: an effective
    domain that is a domain, and a secure context).
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if _is_loopback(host):
        # On 127.0.0.1 there are no passkeys, but it is reached under its name too.
        return RelyingParty(_LOCAL, _origin(parts.scheme, _LOCAL, parts.port))
    if _is_address(host) or not host:
        raise NoPasskeysHere("Passkeys need a host name, and this node is reached by a bare IP address.")
    if parts.scheme != "https" and host != _LOCAL and not host.endswith(f".{_LOCAL}"):
        raise NoPasskeysHere("Passkeys need https, and this node is reached without.")
    name = _ascii(host)
    return RelyingParty(name, _origin(parts.scheme, name, parts.port))


def possible(url: str) -> bool:
    try:
        of_url(url)
    except NoPasskeysHere:
        return False
    return True


def _origin(scheme: str, host: str, port: int | None) -> str:
    """Return the origin as browsers write it: without the scheme's own port (RFC 6454)."""
    return f"{scheme}://{host}" if port in (None, _PORTS.get(scheme)) else f"{scheme}://{host}:{port}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NoPasskeysHere("Passkeys need a host name, and this one is none.") from None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_loopback
