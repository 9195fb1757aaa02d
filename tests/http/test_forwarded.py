"""Who asked, as trusted proxies say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.http.forwarded import Forwarding
from entrepot.net.trusted import TrustedProxies

PROXY, OTHER, CALLER = "10.0.0.1", "10.0.0.2", "203.0.113.9"
PROXIES = TrustedProxies(["10.0.0.0/24", "2001:db8:f::/48"])
BY_LIST, BY_RFC = Forwarding(PROXIES), Forwarding(PROXIES, "forwarded")


def listed(*lines: str, peer: str = PROXY, proto: tuple[str, ...] = ()) -> tuple[str, str | None]:
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in lines]
    return BY_LIST.came_from(peer, headers + [(b"x-forwarded-proto", each.encode()) for each in proto])


def said(*lines: str, peer: str = PROXY) -> tuple[str, str | None]:
    return BY_RFC.came_from(peer, [(b"forwarded", line.encode("latin-1")) for line in lines])


def test_word_of_a_peer_that_is_no_proxy_is_ignored() -> None:
    assert listed("1.2.3.4", peer=CALLER, proto=("https",)) == (CALLER, None)
    assert said("for=1.2.3.4;proto=https", peer=CALLER) == (CALLER, None)
    nobody = Forwarding(TrustedProxies())
    assert nobody.came_from(PROXY, [(b"x-forwarded-for", b"1.2.3.4")]) == (PROXY, None)


@pytest.mark.parametrize(
    ("lines", "caller"),
    [
        ((), PROXY),
        ((CALLER,), CALLER),
        ((f"1.2.3.4, {CALLER}",), CALLER),  # the caller wrote the left part
        ((f"1.2.3.4, {CALLER}, {OTHER}",), CALLER),  # two hops of ours
        (("1.2.3.4", CALLER, OTHER), CALLER),  # on lines of their own
        ((f"{CALLER},",), CALLER),
        ((f"{CALLER}:4711",), CALLER),
        ((f"{CALLER}, {OTHER}:8080",), CALLER),
        (("2001:DB8::1",), "2001:db8::1"),
        (("[2001:db8::1]:4711",), "2001:db8::1"),
        (("2001:db8::1, [2001:db8:f::2]:443",), "2001:db8::1"),
        ((f"::ffff:{CALLER}",), CALLER),
        ((f"{CALLER}, ::ffff:{OTHER}",), CALLER),
        (("unknown",), PROXY),
        ((f"{CALLER}, unknown",), PROXY),
        ((f"{CALLER}, nonsense, {OTHER}",), OTHER),  # the last that a trusted hop can vouch for
        (("999.1.1.1",), PROXY),
        (("10.0.0.7",), "10.0.0.7"),  # a caller in our own network
        ((f"10.0.0.7, {OTHER}",), "10.0.0.7"),
    ],
)
def test_list_is_read_from_the_right_as_far_as_trusted_hops_wrote_it(
    lines: tuple[str, ...], caller: str
) -> None:
    assert listed(*lines)[0] == caller


@pytest.mark.parametrize(
    ("lines", "caller"),
    [
        # RFC 7239 §4 and §6
        (('for="_gazonk"',), PROXY),
        (('For="[2001:db8:cafe::17]:4711"',), "2001:db8:cafe::17"),
        (("for=192.0.2.60;proto=http;by=203.0.113.43",), "192.0.2.60"),
        ((f"for=192.0.2.43, for={OTHER}",), "192.0.2.43"),
        (("for=192.0.2.43, for=198.51.100.17;by=203.0.113.60;proto=http;host=example.com",), "198.51.100.17"),
        (("for=192.0.2.43:47011",), "192.0.2.43"),
        (('for="192.0.2.43:_port"',), "192.0.2.43"),
        (("for=unknown",), PROXY),
        # what a caller wrote cannot reach behind what a proxy added
        ((f'for="1.2.3.4, for={CALLER}',), CALLER),
        ((f'for="1.2.3.4\\, for={CALLER}',), CALLER),
        (('for="1.2.3.4', f"for={CALLER}"), CALLER),
        ((f'for="a,b, for="[2001:db8::1]", for={OTHER}',), "2001:db8::1"),
        ((f"for=1.2.3.4;for={CALLER}",), PROXY),  # twice in one element
        ((f"by={OTHER}",), PROXY),
        ((f"{CALLER}",), PROXY),
    ],
)
def test_forwarded_is_read_from_the_right_as_far_as_trusted_hops_wrote_it(
    lines: tuple[str, ...], caller: str
) -> None:
    assert said(*lines)[0] == caller


def test_only_the_header_that_our_proxies_write_is_read() -> None:
    """A proxy that writes the one passes on the other, as its caller wrote it."""
    both = [(b"x-forwarded-for", CALLER.encode()), (b"forwarded", b"for=1.2.3.4"), (b"x-real-ip", b"5.6.7.8")]
    assert BY_LIST.came_from(PROXY, both)[0] == CALLER
    assert BY_RFC.came_from(PROXY, both)[0] == "1.2.3.4"


def test_scheme_is_that_of_the_outermost_trusted_hop() -> None:
    assert listed(CALLER, proto=("https",)) == (CALLER, "https")
    assert listed(f"{CALLER}, {OTHER}", proto=("https",))[1] == "https"
    assert listed(f"{CALLER}, {OTHER}", proto=("https, http",))[1] == "https"
    assert listed(CALLER, proto=("gopher",))[1] is None
    assert said(f"for=1.2.3.4;proto=http, for={CALLER};proto=https, for={OTHER};proto=http")[1] == "https"
    assert said(f"for={CALLER};proto=https, for={OTHER}")[1] == "https"


elements = st.one_of(
    st.text('"\\,;= for.:[]x0123456789_', max_size=30), st.just(f"for={OTHER}"), st.just("for=1.2.3.4")
)


@given(st.lists(elements, max_size=5), st.booleans())
def test_no_caller_changes_what_a_proxy_says_of_it(written: list[str], one_line: bool) -> None:
    lines: Any = [", ".join([*written, f"for={CALLER}"])] if one_line else [*written, f"for={CALLER}"]
    assert said(*lines)[0] == CALLER
    assert listed(*(each.replace("for=", "") for each in lines))[0] == CALLER
