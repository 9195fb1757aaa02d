"""The proxies whose word about their callers is taken."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_Address = IPv4Address | IPv6Address


class TrustedProxies:
    """Networks of proxies. Without any, nobody's word is taken."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """Raises: ValueError."""
        self.trust(networks)

    def trust(self, networks: Iterable[str]) -> None:
        """Trust these from now on, and no others. Raises: ValueError, and then nothing has changed."""
        found = tuple(ip_network(each) for each in networks)

        @lru_cache(4096)  # proxies are few, and ask often
        def trusts(text: str) -> bool:
            address = address_of(text)
            return address is not None and any(address in each for each in found)

        self._any, self._trusts = bool(found), trusts

    def __bool__(self) -> bool:
        return self._any

    def __contains__(self, address: str) -> bool:
        return self._any and self._trusts(address)


def address_of(text: str) -> _Address | None:
    """Return the address that is written here, an IPv4 address also where it is mapped into IPv6."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
