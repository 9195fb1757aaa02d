"""Behind proxies: limits count the true caller, and nobody makes up another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.client import Caller, Node, fresh_address, running_node

PROXY = "127.9.0.1"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    data: Path = tmp_path_factory.mktemp("proxied")
    with running_node(data, trusted_proxies=("127.9.0.0/16", "2001:db8:f::/48")) as running:
        yield running


def behind(node: Node, credential: str | None = None) -> Caller:
    """Whoever asks through the proxy."""
    return Caller(node.url, credential, address=PROXY)


def came(*hops: str, **more: str) -> dict[str, str]:
    return {
        "X-Forwarded-For": ", ".join(hops),
        **{name.replace("_", "-"): text for name, text in more.items()},
    }


def guess(who: Caller, times: int, *hops: str) -> list[int]:
    return [who.get("/api/who", headers=came(*hops)).status for _ in range(times)]


def test_guesser_behind_a_proxy_slows_down_only_himself(node: Node) -> None:
    """A valid key that is not cached is let in from the same proxy (nextcloud/server#8510)."""
    assert set(guess(behind(node, "wrong"), 30, "203.0.113.1")) == {401}
    assert guess(behind(node, "wrong"), 1, "203.0.113.1") == [429]
    assert guess(behind(node, node.token()), 1, "203.0.113.2") == [200]
    assert guess(behind(node, "wrong"), 1, "203.0.113.2") == [401]


def test_guesser_finds_no_fresh_address_in_what_he_writes_himself(node: Node) -> None:
    who = behind(node, "wrong")
    tried = [guess(who, 1, f"198.51.100.{number}", "203.0.113.3")[0] for number in range(31)]
    assert tried == [401] * 30 + [429]


def test_guesser_who_is_no_proxy_is_counted_by_his_own_address(node: Node) -> None:
    who = Caller(node.url, "wrong", address=fresh_address())
    tried = [guess(who, 1, f"198.51.100.{number}")[0] for number in range(31)]
    assert tried == [401] * 30 + [429]


def test_guesser_with_a_whole_ipv6_network_is_one_caller(node: Node) -> None:
    who = behind(node, "wrong")
    tried = [guess(who, 1, f"2001:db8:7:7::{number:x}")[0] for number in range(31)]
    assert tried == [401] * 30 + [429]
    assert guess(who, 1, "2001:db8:7:8::1") == [401]


def test_sign_ins_behind_a_proxy_are_counted_one_by_one(node: Node) -> None:
    def sign_in(caller: str) -> int:
        body = {"email": "nobody@example.com", "password": "wrong password"}
        return behind(node).post("/api/tokens", body, headers=came(caller)).status

    assert any(sign_in("203.0.113.20") == 429 for _ in range(90))  # 30 at once, and some come back meanwhile
    assert sign_in("203.0.113.21") != 429


def test_cookies_are_secure_where_a_trusted_proxy_speaks_tls(node: Node) -> None:
    def signs_out(who: Caller, headers: dict[str, str]) -> tuple[bool, bool]:
        token = {"Authorization": f"Bearer {node.token('token:self')}", "X-Console": "1"}
        reply = who.ask("DELETE", "/api/tokens/current", headers=headers | token)
        cookies = [text for name, text in reply.headers if name.lower() == "set-cookie"]
        assert len(cookies) == 2, reply
        secure = {"; Secure" in each for each in cookies}
        assert len(secure) == 1
        return secure.pop(), reply.header("strict-transport-security") is not None

    https = came("203.0.113.40") | {"X-Forwarded-Proto": "https"}
    assert signs_out(behind(node), https) == (True, True)
    assert signs_out(behind(node), came("203.0.113.40")) == (False, False)
    assert signs_out(node.stranger(), https) == (False, False)
