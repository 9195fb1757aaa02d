"""How a run of tests looks to a person and to CI, tried on a few small tests in a folder of their own."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALPHA = """
import pytest

@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_passes(database):
    pass

def test_is_skipped():
    pytest.skip("no moon tonight")
"""
BETA = """
import pytest

def test_fails():
    assert 1 == 2

@pytest.fixture
def leaves_badly():
    yield
    raise RuntimeError("left badly")

def test_is_left_badly(leaves_badly):
    pass
"""
CHILD = """
import subprocess, sys

def test_child_hears_ctrl_c():
    asked = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert said == "False\\n"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part, text in (("alpha", ALPHA), ("beta", BETA)):
        (tmp_path / "tests" / part).mkdir(parents=True)
        (tmp_path / "tests" / part / f"test_{part}.py").write_text(text)
    return tmp_path


def run(folder: Path, *options: str, before: str = "", **variables: str) -> list[str]:
    """The lines that a run with our conftest prints."""
    command = [
        sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider",
        "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), *options, str(folder / "tests"),
    ]  # fmt: skip
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST_", "TESTS_"))}
    done = subprocess.run(
        ["sh", "-c", f"{before} exec {shlex.join(command)}"], cwd=ROOT, capture_output=True, text=True,
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_tells_its_parts_its_failures_and_what_it_covered(folder: Path, processes: str) -> None:
    lines = run(folder, "-n", processes)
    told = "\n".join(lines)
    assert re.search(r"^ 0:\d\d  5 tests of 2 parts$", told, re.M)
    assert re.search(r"^ 0:\d\d  alpha +2 passed, 1 skipped, \d s$", told, re.M)
    assert re.search(r"^ 0:\d\d  FAILED tests/beta/test_beta.py::test_fails after 0.\d s$", told, re.M)
    assert re.search(r"^  beta +2 tests +\d s +\d s of CPU   2 failed$", told, re.M)
    assert re.search(r"^  together +5 tests +\d s +\d s of CPU   2 passed, 2 failed, 1 skipped$", told, re.M)
    assert "PostgreSQL                         1 tests" in lines
    assert "Chromium                           NOT USED" in lines
    assert "skipped 1: no moon tonight" in lines
    # What CI reads.
    assert re.fullmatch(r"1 failed, 3 passed, 1 skipped, 1 error in [\d.]+s", lines[-1])


def test_where_nothing_may_be_skipped_a_skipped_test_has_failed(folder: Path) -> None:
    lines = run(folder, "-k", "skipped", TESTS_SKIP_NOTHING="1")
    assert "skipped, though nothing may be" in "\n".join(lines)
    assert lines[-1].startswith("1 failed,")


def test_children_hear_ctrl_c_of_a_run_that_does_not(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_child.py").write_text(CHILD)
    assert run(tmp_path, before="trap '' INT;")[-1].startswith("1 passed")
