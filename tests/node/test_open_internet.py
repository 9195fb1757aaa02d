"""A whole node that speaks TLS, behind proxies that announce, and with a port for its operators."""

import asyncio
import http.client
import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.gateway.client import Caller, Node, Reply, running_node, until
from tests.suite.certificates import Authority

from entrepot.core.errors import Invalid
from entrepot.node.arrivals import Arrivals
from entrepot.settings import BadSetting, Settings

PHONE = b"POST /?lat=52&lon=5 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ASK = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
V1 = b"PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n"
LOCAL = bytes.fromhex("0d0a0d0a000d0a515549540a") + b"\x20\x00\x00\x00"
PROXIED = bytes.fromhex("0d0a0d0a000d0a515549540a 2111000c cb007109 01020304 0100 01bb")


class Secure:
    """A node with a certificate, and where its ports are."""

    def __init__(self, node: Node, authority: Authority, files: tuple[Path, Path]) -> None:
        self.node, self.authority, self.files = node, authority, files
        self.note: dict[str, Any] = json.loads((node.settings.data / "node.json").read_bytes())
        self.client = authority.client()

    @property
    def port(self) -> int:
        return urlsplit(self.note["url"]).port or 0

    def get(self, path: str, *, port: int = 0, method: str = "GET") -> Reply:
        connection = self.connection(port or self.port)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return Reply(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def connection(self, port: int) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", port, context=self.client, timeout=20)

    def serial(self, port: int) -> int:
        raw = ssl.create_default_context(cadata=self.authority.pem())
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            with raw.wrap_socket(plain, server_hostname="localhost") as shaken:
                found = shaken.getpeercert() or {}
                return int(str(found["serialNumber"]), 16)


class MqttOverTls:
    """A connection that lasts."""

    def __init__(self, secure: Secure) -> None:
        plain = socket.create_connection(("127.0.0.1", secure.note["mqtts_port"]), timeout=20)
        self._connection = secure.client.wrap_socket(plain, server_hostname="localhost")

    def ping(self) -> None:
        """Nobody is admitted without an account, so the connection is only held open."""
        self._connection.settimeout(0.2)
        with suppress(TimeoutError):
            assert self._connection.recv(1) != b""

    def close(self) -> None:
        self._connection.close()


def exchange(port: int, *pieces: bytes) -> bytes:
    """Send, and return all that comes until the end."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, suppress(ConnectionError):
        for piece in pieces:
            connection.sendall(piece)
        while part := connection.recv(65_536):
            found += part
    return found


@contextmanager
def secured(folder: Path, **changes: Any) -> Iterator[Secure]:
    authority, files = Authority(), (folder / "tls.crt", folder / "tls.key")
    authority.issue(*files)
    given = {"tls_certificate": str(files[0]), "tls_key": str(files[1]), "mqtts_port": 0, "mqtt_port": 0}
    with running_node(folder / "data", **{**given, "osmand_port": 0, **changes}) as node:
        yield Secure(node, authority, files)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    with secured(tmp_path_factory.mktemp("tls")) as standing:
        yield standing


def test_node_serves_https_with_strict_transport_security(secure: Secure) -> None:
    assert secure.note["url"].startswith("https://")
    answer = secure.get("/healthz")
    assert (answer.status, answer.header("strict-transport-security")) == (200, "max-age=31536000")
    assert secure.get("/api/events").header("strict-transport-security")


def test_plain_http_is_told_that_the_port_speaks_tls(secure: Secure) -> None:
    reply = exchange(secure.port, ASK)
    assert reply.startswith(b"HTTP/1.1 400 ") and b"https://" in reply
    large = b"POST / HTTP/1.1\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000
    assert exchange(secure.port, large).startswith(b"HTTP/1.1 400 ")


def test_handshake_that_does_not_come_is_given_up(secure: Secure) -> None:
    """Before its first byte, and in the middle of it."""
    for beginning in (b"", b"\x16\x03\x01\x02\x00\x01\x00"):
        assert exchange(secure.port, beginning) == b""


def test_certificate_is_changed_without_a_restart(secure: Secure) -> None:
    before = secure.serial(secure.port)
    with closing(MqttOverTls(secure)) as standing:
        standing.ping()
        renewed = secure.authority.issue(*secure.files)
        assert renewed != before
        until(lambda: secure.serial(secure.port) == renewed, within_s=30)  # it looks each 10 s
        standing.ping()  # it goes on
    for port in (secure.note["mqtts_port"], secure.note["osmand_port"]):
        assert secure.serial(port) == renewed


def test_port_of_devices_takes_both(secure: Secure) -> None:
    port = secure.note["osmand_port"]
    assert exchange(port, PHONE).startswith(b"HTTP/1.1 400 ")
    assert secure.get("/?lat=52&lon=5", port=port, method="POST").status == 400


def test_expiry_is_a_metric(secure: Secure) -> None:
    assert b"entrepot_tls_certificate_expires_timestamp_seconds" in secure.get("/metrics").body


def test_commands_on_this_machine_reach_the_node(secure: Secure) -> None:
    from entrepot.cli.running import RunningNode

    node = RunningNode(secure.node.settings)
    try:
        assert "user" in node.contexts()
    finally:
        node.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_and_openssl_are_satisfied(secure: Secure, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(secure.authority.pem())
    url = f"https://localhost:{secure.port}/healthz"
    ran = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "--cacert", str(tmp_path / "ca.pem"), "--resolve",
         f"localhost:{secure.port}:127.0.0.1", url],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stdout == '{"status":"ok"}'


@pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="mosquitto's clients are not installed")
def test_mosquitto_client_speaks_tls(secure: Secure, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(secure.authority.pem())
    said = subprocess.run(
        ["mosquitto_pub", "-h", "localhost", "-p", str(secure.note["mqtts_port"]), "--cafile",
         str(tmp_path / "ca.pem"), "-u", "nobody", "-P", "wrong", "-t", "owntracks/a/b", "-m", "{}"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "not authori" in said.stderr.lower() or "bad user name" in said.stderr.lower(), said


# ---- PROXY protocol ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def announced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    ports = ("http", "osmand", "mqtt", "mqtts")
    proxies = ("127.0.0.1",)
    folder = tmp_path_factory.mktemp("announced")
    with secured(folder, proxy_protocol=ports, trusted_proxies=proxies, operators_port=0) as standing:
        yield standing


@pytest.mark.parametrize("header", [V1, PROXIED, LOCAL])
def test_announced_connections_are_let_in_also_when_the_header_comes_in_pieces(
    announced: Secure, header: bytes
) -> None:
    port = announced.note["osmand_port"]
    assert exchange(port, header + PHONE).startswith(b"HTTP/1.1 4")
    in_pieces = (header[at : at + 1] for at in range(len(header)))
    assert exchange(port, *in_pieces, PHONE).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("header", [V1, PROXIED, LOCAL])
def test_announced_connections_speak_tls_after_the_header(announced: Secure, header: bytes) -> None:
    for port in (announced.port, announced.note["osmand_port"], announced.note["mqtts_port"]):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            plain.sendall(header)
            with announced.client.wrap_socket(plain, server_hostname="localhost") as shaken:
                shaken.sendall(ASK)
                if port == announced.port:
                    assert shaken.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("beginning", [ASK, b"\x16\x03\x01", b"PROXY TCP4 x\r\n", b"\x10\x10\x00\x04MQTT"])
def test_connection_that_nobody_announced_is_refused(announced: Secure, beginning: bytes) -> None:
    for port in ("osmand_port", "mqtt_port", "mqtts_port"):
        assert exchange(announced.note[port], beginning) == b""
    assert exchange(announced.port, beginning) == b""


def test_connection_of_a_stranger_is_refused_whatever_it_announces(announced: Secure) -> None:
    with socket.create_connection(
        ("127.0.0.1", announced.note["mqtt_port"]), timeout=20, source_address=("127.0.0.9", 0)
    ) as connection:
        connection.sendall(V1)
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""


def test_header_that_never_ends_is_given_up(announced: Secure) -> None:
    assert exchange(announced.note["mqtt_port"], V1[:20]) == b""


def test_port_that_expects_no_header_never_reads_one(secure: Secure) -> None:
    assert exchange(secure.note["osmand_port"], V1 + ASK).startswith(b"HTTP/1.1 400")


def test_devices_are_counted_by_the_announced_address(announced: Secure) -> None:
    """A guesser uses up what one address may try; another behind the same proxy does not notice."""

    async def statuses(source: str, times: int) -> list[int]:
        async def once() -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", announced.note["osmand_port"])
            writer.write(f"PROXY TCP4 {source} 192.0.2.1 1 2\r\n".encode())
            writer.write(PHONE.replace(b"/?", b"/?id=x&token=wrong&"))
            head = await reader.readline()
            writer.close()
            await writer.wait_closed()
            return int(head.split()[1])

        return await asyncio.gather(*(once() for _ in range(times)))

    async def all_of_it() -> None:
        guessed = await statuses("203.0.113.77", 45)
        assert 429 in guessed and set(guessed) <= {401, 404, 429}
        assert 429 not in await statuses("203.0.113.78", 3)

    asyncio.run(all_of_it())


# ---- the operators' port ----------------------------------------------------------------------------

FOR_OPERATORS = ("/metrics", "/readyz", "/docs", "/docs.js", "/openapi.json")


def test_operators_pages_are_only_at_their_port(announced: Secure, tmp_path: Path) -> None:
    with running_node(tmp_path / "data", operators_port=0) as node:
        note = json.loads((node.settings.data / "node.json").read_bytes())
        public, operators = Caller(node.url), Caller(note["operators_url"])
        for path in FOR_OPERATORS:
            assert operators.get(path).status == 200, path
            for headers in ({}, {"Accept": "text/html"}):
                assert public.get(path, headers=headers).status == 404, path
            assert public.post(path, {}).status == 404, path
        for both in (public, operators):
            assert both.get("/healthz").status == 200
            assert both.get("/contexts.json").status == 200
            assert both.get("/api/who").status == 401
        token = node.token()
        assert Caller(note["operators_url"], token).get("/api/who").status == 200


def test_operators_pages_are_public_without_such_a_port(secure: Secure) -> None:
    for path in FOR_OPERATORS:
        assert secure.get(path).status == 200, path


# ---- settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"trusted_proxies": ("10.0.0.1/8",)}, "trusted_proxies"),
        ({"trusted_proxies": ("proxy.example",)}, "trusted_proxies"),
        ({"proxy_protocol": ("mqtt",)}, "needs trusted_proxies"),
        ({"proxy_protocol": ("smtp",), "trusted_proxies": ("10.0.0.0/8",)}, "holds smtp"),
        ({"proxy_protocol": ("http",), "trusted_proxies": ("10.0.0.0/8",)}, "needs an operators_port"),
        ({"device_tls": "required"}, "needs a tls_certificate"),
        ({"tls_key": "key.pem"}, "needs a tls_certificate"),
        ({"tls_certificate": "/nowhere/tls.crt"}, "cannot be read"),
    ],
)
def test_settings_that_do_not_fit_are_told_at_the_start(changes: dict[str, Any], says: str) -> None:
    with pytest.raises((BadSetting, Invalid), match=says):
        Arrivals(Settings(**changes))
