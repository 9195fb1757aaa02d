"""A revoked credential: at the gateway that revoked it and at others, while the bus is well or hangs."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from tests.context_database import new_database
from tests.gateway.client import Caller, Node, node_process, running_node, until
from tests.suite.patience import PATIENCE_S

from entrepot import wiring
from entrepot.gateway.session.auth import LEASE_S
from entrepot.infra.bus.server import NatsServer

# What a request may take beside on a busy machine: it is sent up to a lease after the revocation.
SLACK_S = 1.5


@contextmanager
def frozen(data: Path) -> Iterator[None]:
    """The NATS child of the node on this folder hangs."""
    pid = int((data / "nats" / "nats.pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def new_key(node: Node, *scopes: str) -> tuple[Caller, str, Caller]:
    """Its maker, its id, and whoever holds it, known to the gateway."""
    maker = node.caller(" ".join(("key:write", "key:read", *scopes)))
    made = maker.post("/api/keys", {"name": "till", "scopes": ["key:read"]}).json()
    till = node.stranger(made["secret"])
    assert till.get("/api/keys").status == 200
    return maker, made["key"]["id"], till


def test_revoked_key_is_refused_at_once_while_the_bus_hangs(node: Node) -> None:
    maker, key_id, till = new_key(node)
    with frozen(node.settings.data):
        assert maker.ask("DELETE", f"/api/keys/{key_id}").status == 204
        assert till.get("/api/keys").status == 401


def test_ended_session_is_refused_at_once_while_the_bus_hangs(node: Node) -> None:
    ann = node.caller("token:self sample:read")
    assert ann.get("/api/who").status == 200
    with frozen(node.settings.data):
        assert ann.ask("DELETE", "/api/tokens/current").status == 204
        assert ann.get("/api/who").status == 401


# ---- credentials are kept by another process ---------------------------------------------------------


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A gateway whose people and keys live in another process."""
    hosts = tuple(each.name for each in wiring.CONTEXTS if each.name not in ("gateway", "user"))
    data = tmp_path_factory.mktemp("front")
    with running_node(data, hosts=hosts) as node, node_process("serve:user", data) as (_, said):
        assert said == "ready"
        until(lambda: node.stranger().get("/readyz").json().get("missing") == ["sample", "toy"])
        yield node


def test_gateway_that_passed_a_revocation_on_forgets_before_it_answers(front: Node) -> None:
    for _ in range(5):
        maker, key_id, till = new_key(front)
        assert maker.ask("DELETE", f"/api/keys/{key_id}").status == 204
        assert till.get("/api/keys").status == 401


def test_known_callers_are_served_for_a_lease_while_nobody_can_be_asked_and_then_refused(front: Node) -> None:
    """Closed, not open: a revocation could not be heard of."""
    ann = front.caller("activity:read")
    assert ann.get("/api/activity").status == 200
    with frozen(Path(front.settings.data)):
        began, served_at = time.monotonic(), 0.0
        while (reply := ann.get("/api/activity")).status == 200:
            served_at = time.monotonic()
            time.sleep(0.02)
        assert reply.status == 503, reply
        assert reply.header("retry-after")
        assert LEASE_S / 3 < served_at - began < LEASE_S
    until(lambda: ann.get("/api/activity").status == 200)


# ---- two gateways, one deployment --------------------------------------------------------------------


@contextmanager
def nats(folder: Path) -> Iterator[tuple[str, int]]:
    """A server of its own: its URL and its pid."""
    loop, server = asyncio.new_event_loop(), NatsServer(folder)
    address = loop.run_until_complete(server.start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    assert server.pid is not None
    try:
        yield f"nats://{address.token}@127.0.0.1:{address.port}", server.pid
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[tuple[Node, Node, int]]:
    """Two nodes on one database and one NATS server, and the server's pid."""
    folder, dsn = tmp_path_factory.mktemp("pair"), new_database(postgres_dsn)
    with nats(folder / "nats") as (url, pid), running_node(folder / "a", dsn=dsn, nats=url) as first:
        copytree(folder / "a" / "keys", folder / "b" / "keys")
        with running_node(folder / "b", dsn=dsn, nats=url) as second:
            yield first, second, pid


def elsewhere(till: Caller, node: Node) -> Caller:
    return Caller(node.url, till.credential, address=till.address)


def refused_after_s(till: Caller, since: float) -> float:
    """Seconds from the revocation to the last request that was served. While the bus hangs, some are asked of
    a process that does not answer.
    """
    served = 0.0
    while (reply := till.get("/api/keys")).status != 401:
        assert reply.status in (200, 503, 504) and time.monotonic() - since < PATIENCE_S
        served = time.monotonic() - since if reply.status == 200 else served
        time.sleep(0.01)
    return served


def test_another_gateway_hears_of_a_revocation_on_the_bus(pair: tuple[Node, Node, int]) -> None:
    first, second, _ = pair
    maker, key_id, till = new_key(first)
    there = elsewhere(till, second)
    assert there.get("/api/keys").status == 200
    assert maker.ask("DELETE", f"/api/keys/{key_id}").status == 204
    assert refused_after_s(there, time.monotonic()) < SLACK_S


def test_another_gateway_serves_no_longer_than_a_lease_while_the_bus_hangs(
    pair: tuple[Node, Node, int],
) -> None:
    first, second, pid = pair
    maker, key_id, till = new_key(first)
    there = elsewhere(till, second)
    assert there.get("/api/keys").status == 200
    os.kill(pid, signal.SIGSTOP)
    try:
        assert maker.ask("DELETE", f"/api/keys/{key_id}").status == 204
        revoked = time.monotonic()
        assert till.get("/api/keys").status == 401
        assert refused_after_s(there, revoked) < LEASE_S
    finally:
        os.kill(pid, signal.SIGCONT)
