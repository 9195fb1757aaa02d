"""Whose word is taken, and how callers are counted."""

import pytest

from entrepot.core.network import counted_as
from entrepot.net.trusted import TrustedProxies


def test_without_networks_nobody_is_trusted() -> None:
    assert not TrustedProxies()
    assert "127.0.0.1" not in TrustedProxies()


def test_networks_of_both_kinds_are_trusted_however_their_addresses_are_written() -> None:
    proxies = TrustedProxies(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"])
    assert all(each in proxies for each in ("10.1.2.3", "::ffff:10.1.2.3", "2001:DB8:0::1", "192.0.2.7"))
    assert not any(each in proxies for each in ("11.0.0.1", "192.0.2.8", "::1", "", "10.0.0.1.", "unknown"))


def test_networks_are_replaced_while_a_node_runs_and_bad_ones_are_not() -> None:
    proxies = TrustedProxies(["10.0.0.0/8"])
    assert "10.0.0.1" in proxies
    with pytest.raises(ValueError, match="host bits"):
        proxies.trust(["192.0.2.1/24"])
    assert "10.0.0.1" in proxies
    proxies.trust(["192.0.2.0/24"])
    assert ("10.0.0.1" in proxies, "192.0.2.1" in proxies) == (False, True)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("64:ff9b::192.0.2.7", "192.0.2.7"),  # each a caller of its own, not one /64 (RFC 6052)
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("", ""),
        ("org:acme", "org:acme"),
    ],
)
def test_callers_over_ipv6_are_counted_by_their_network(address: str, counted: str) -> None:
    assert counted_as(address) == counted
