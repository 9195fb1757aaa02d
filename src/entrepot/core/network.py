"""Network addresses of callers, in the one form in which they are counted."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network

_SUBSCRIBER_BITS = 64  # whoever has one IPv6 address has 2**64 of them (RFC 6177, RFC 7421)
# Behind these prefixes are IPv4 addresses (RFC 6052 §2.1): a /64 of them would be the whole old internet.
_TRANSLATED = IPv6Network("64:ff9b::/96")


def counted_as(address: str) -> str:
    """Return what stands for a caller where addresses are counted: the IPv4 address itself, of IPv6 the /64.
    What is no address stands for itself.
    """
    return _subscriber(address) if ":" in address else address


@lru_cache(4096)
def _subscriber(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError:
        return text
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    if address in _TRANSLATED:
        return str(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.is_link_local or address.is_loopback:
        return text
    network = int(address) >> _SUBSCRIBER_BITS << _SUBSCRIBER_BITS
    return f"{IPv6Address(network)}/{_SUBSCRIBER_BITS}"
