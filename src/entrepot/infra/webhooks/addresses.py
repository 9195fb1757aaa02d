"""Which network addresses may be called for somebody else: public ones, and those that the operator allows.
Everything else could reach what stands behind our own firewall (server-side request forgery).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

IPAddress = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291 §2.5.5.1, deprecated: likewise


class Networks:
    """The networks that the operator allows beside the public ones."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        """Raises: ValueError for what is no CIDR network."""
        self._allowed: tuple[Network, ...] = tuple(ip_network(each) for each in allowed)

    def __bool__(self) -> bool:
        return bool(self._allowed)

    def names(self, text: str) -> bool:
        """Whether the operator allowed this very address."""
        address = meant(text)
        return any(address in network for network in self._allowed)

    def allow(self, text: str, *, sealed: bool) -> bool:
        """Whether a call may go to this address; without TLS only where the operator allows it."""
        return self.names(text) or (sealed and is_public(meant(text)))


def meant(text: str) -> IPAddress:
    """Return the address that packets to `text` reach, through whatever carries IPv4 inside IPv6."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if carried is None and (address in _NAT64 or (address in _COMPATIBLE and int(address) > 1)):
        carried = IPv4Address(int(address) & 0xFFFF_FFFF)
    return carried or address


def is_public(address: IPAddress) -> bool:
    """Not private, loopback, link-local, shared (CGNAT), multicast, reserved or unspecified."""
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)
