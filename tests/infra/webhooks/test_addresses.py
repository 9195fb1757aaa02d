"""No address inside can be reached by calling a webhook, however it is written."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.infra.webhooks.addresses import Networks, meant

PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8")
INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.254", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "fec0::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1",
    "2002:a00:1::", "100::1",
)  # fmt: skip

inside_networks = st.sampled_from(
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
     "224.0.0.0/4", "240.0.0.0/4"]
).map(ipaddress.IPv4Network)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_may_be_called_over_tls_only(address: str) -> None:
    assert Networks().allow(address, sealed=True)
    assert not Networks().allow(address, sealed=False)


@pytest.mark.parametrize("address", INSIDE)
def test_address_inside_may_not_be_called(address: str) -> None:
    assert not Networks().allow(address, sealed=True)
    assert not Networks(["192.0.2.128/25", "2001:db8:1::/48"]).allow(address, sealed=True)


@given(inside_networks, st.integers(0, 2**32 - 1))
def test_no_form_of_an_inside_address_passes(network: ipaddress.IPv4Network, number: int) -> None:
    inside = ipaddress.IPv4Address(int(network.network_address) + number % network.num_addresses)
    forms = (
        str(inside), f"::ffff:{inside}", f"64:ff9b::{inside}",
        str(ipaddress.IPv6Address((0x2002 << 112) | (int(inside) << 80) | 1)),
    )  # fmt: skip
    assert not [form for form in forms if Networks().allow(form, sealed=True)]


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3"])
def test_operator_s_network_may_be_called_with_tls_and_without(address: str) -> None:
    networks = Networks(["10.1.0.0/16"])
    assert networks.allow(address, sealed=False) and networks.allow(address, sealed=True)
    assert not networks.allow("10.2.0.1", sealed=True)


def test_scope_of_a_link_local_address_hides_nothing() -> None:
    assert meant("fe80::1%lo") == ipaddress.ip_address("fe80::1")


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "example.org", "10.0.0.0/33", "*"])
def test_what_is_no_network_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        Networks([wrong])
