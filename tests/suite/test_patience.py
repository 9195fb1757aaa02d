"""What the tests themselves lean on: waiting, lengths, free ports, who takes which tests."""

import socket
import time

import pytest
from tests.suite.order import DEALT_ONE_BY_ONE, LONGEST_FIRST, module_of
from tests.suite.parts import Tally, part_of
from tests.suite.patience import quickest
from tests.suite.ports import free_port
from tests.suite.test_running import ROOT


def test_one_quick_try_is_enough_and_none_is_a_failure() -> None:
    waits_s = iter([0.05, 0.05, 0.0])
    assert quickest(lambda: time.sleep(next(waits_s)), within_s=0.04) < 0.04
    with pytest.raises(AssertionError, match=r"never within 0.001 s: the quickest of 3 tries took 0\.0"):
        quickest(lambda: time.sleep(0.005), within_s=0.001, tries=3)


def test_free_ports_are_free_and_given_to_nobody_who_connects() -> None:
    ports = {free_port() for _ in range(20)}
    assert len(ports) > 15
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()
    with socket.create_server(("127.0.0.1", 0)) as given:
        assert max(ports) < given.getsockname()[1]


def test_a_part_is_the_folder_of_a_test() -> None:
    assert part_of("tests/rule/test_check.py::test_it[a/b]") == "rule"
    assert part_of("tests/infra/mailbox/test_laws.py::test_it") == "infra"
    assert part_of("tests/test_settings.py::test_it") == "top"


def test_tests_are_counted_by_part_whatever_their_order() -> None:
    tally = Tally()
    tally.expect(["tests/a/test_a.py::x", "tests/b/test_b.py::y", "tests/a/test_a.py::z"])
    for test_id, outcome in (("tests/a/test_a.py::x", "passed"), ("tests/b/test_b.py::y", "failed")):
        report = {"nodeid": test_id, "location": (test_id, 0, test_id), "keywords": {}, "longrepr": None}
        tally.take(pytest.TestReport(**report, outcome=outcome, when="call", duration=1.5))
    assert {name: (part.done, part.tests) for name, part in tally.parts.items()} == {"a": (1, 2), "b": (1, 1)}
    assert (tally.total.said, tally.total.seconds) == ("1 passed, 1 failed", 3.0)


def test_modules_that_are_named_for_their_length_are_there() -> None:
    named = [*LONGEST_FIRST, *DEALT_ONE_BY_ONE]
    assert [name for name in named if not (ROOT / module_of(name)).is_file()] == []
