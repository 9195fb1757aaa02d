"""A context in other processes: found, shared, left alone when it does not keep up, and found again."""

import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from tests.gateway.client import Caller, Node, node_process, running_node, until
from tests.suite.patience import quickest

from entrepot import wiring
from entrepot.core.ids import new_id

# Far below a request's deadline, after which silence would be a problem too.
AT_ONCE_S = 0.2

Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that has every context but the sample."""
    with running_node(
        tmp_path_factory.mktemp("front"),
        hosts=tuple(each.name for each in wiring.CONTEXTS if each.name != "gateway"),
    ) as node:
        yield node


@pytest.fixture
def start(front: Node) -> Iterator[Start]:
    """Starts a process that serves the sample beside the front; all end with the test."""
    with ExitStack() as stack:

        def one() -> subprocess.Popen[str]:
            process, said = stack.enter_context(node_process("serve", Path(front.settings.data)))
            assert said == "ready"
            return process

        yield one


@pytest.fixture
def ann(front: Node) -> Caller:
    return front.caller()


def who_naps(ann: Caller, sleep_s: float = 0.0) -> str:
    reply = ann.get(f"/api/naps?sleep_s={sleep_s}")
    assert reply.status == 200, reply
    return str(reply.json()["name"])


def served(ann: Caller) -> bool:
    return ann.get("/api/naps").status == 200


def test_without_a_process_the_answer_is_a_problem_at_once(ann: Caller) -> None:
    for method, target in (("GET", "/api/naps"), ("POST", "/api/notes"), ("GET", "/api/count")):
        body = {"title": "a"} if method == "POST" else None
        quickest(partial(ann.ask, method, target, body), within_s=AT_ONCE_S)
        reply = ann.ask(method, target, body)
        assert reply.status == 503, reply
        assert reply.header("content-type") == "application/problem+json"
        assert reply.header("retry-after") == "1"
        assert reply.json()["type"] == "urn:entrepot:problem:unavailable"


def test_other_contexts_do_not_mind(front: Node) -> None:
    assert front.caller("key:read").get("/api/keys").status == 200
    assert front.stranger().get("/readyz").json()["missing"] == ["sample", "toy"]


def test_one_process_is_found_and_answers_as_if_it_were_here(ann: Caller, start: Start) -> None:
    process = start()
    until(lambda: served(ann))
    assert who_naps(ann) == str(process.pid)
    key = {"Idempotency-Key": new_id()}
    replies = [ann.post("/api/notes", {"title": "remote"}, headers=key) for _ in range(2)]
    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].body == replies[1].body
    assert replies[1].header("idempotency-replayed") == "true"
    assert ann.get(f"/api/notes/{replies[0].json()['id']}").json()["title"] == "remote"
    assert ann.post("/api/notes", {"title": 5}).status == 422
    assert ann.get("/api/crash").status == 500
    assert ann.get("/api/count?until=3").body.count(b"data: ") == 3
    assert ann.get("/api/files/a").body == b"x" * 4000
    assert ann.ask("PUT", "/api/upload", body=b"x" * 900_000).json() == {"number": 900_000}


def test_two_processes_share_the_reads(ann: Caller, start: Start) -> None:
    pids = {str(start().pid) for _ in range(2)}
    until(lambda: {who_naps(ann) for _ in range(8)} == pids)
    with ThreadPoolExecutor(8) as threads:
        counted = Counter(threads.map(lambda _: who_naps(ann, 0.01), range(200)))
    assert counted.keys() == pids
    assert min(counted.values()) > 40


def test_reads_go_on_when_one_of_two_is_killed(ann: Caller, start: Start) -> None:
    first, second = start(), start()
    until(lambda: len({who_naps(ann) for _ in range(8)}) == 2)
    statuses: list[int] = []
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            statuses.append(ann.get("/api/naps?sleep_s=0.02").status)

    askers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    until(lambda: len(statuses) > 50)
    first.send_signal(signal.SIGKILL)
    first.wait()
    enough = len(statuses) + 200
    until(lambda: len(statuses) > enough)
    stop.set()
    for asker in askers:
        asker.join()
    assert set(statuses) == {200}
    assert who_naps(ann) == str(second.pid)


def test_writes_go_on_at_the_other_when_the_writer_is_killed(ann: Caller, start: Start) -> None:
    first = start()
    start()
    until(lambda: ann.post("/api/notes", {"title": "before"}).status == 201)
    first.send_signal(signal.SIGKILL)
    key = {"Idempotency-Key": new_id()}  # without it, what is asked of the dying waits for its deadline
    until(lambda: ann.post("/api/notes", {"title": "after"}, headers=key).status == 201)


def test_all_killed_is_a_problem_at_once_and_a_new_one_is_found(ann: Caller, start: Start) -> None:
    process = start()
    until(lambda: served(ann))
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: not served(ann))
    quickest(lambda: served(ann), within_s=AT_ONCE_S)
    assert ann.get("/api/naps").status == 503
    start()
    until(lambda: served(ann))


def test_breaker_leaves_a_frozen_process_alone_and_finds_it_again(ann: Caller, start: Start) -> None:
    process = start()
    until(lambda: served(ann))
    process.send_signal(signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(6) as threads:
            waited = list(threads.map(lambda _: ann.get("/api/naps").status, range(6)))
        assert set(waited) <= {503, 504}
        quickest(lambda: served(ann), within_s=AT_ONCE_S)
        until(lambda: "does not keep up" in ann.get("/api/naps").json()["detail"])
    finally:
        process.send_signal(signal.SIGCONT)
    until(lambda: served(ann))
    assert [ann.get("/api/naps").status for _ in range(20)] == [200] * 20
