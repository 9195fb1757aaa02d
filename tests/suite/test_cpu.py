"""What the tests spend, counted over processes that run and that have ended."""

import subprocess
import sys

from tests.suite import cpu

WORKS = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"


def test_child_is_counted_once_while_it_runs_and_when_it_has_ended() -> None:
    before_s = cpu.spent_s()
    with subprocess.Popen(
        [sys.executable, "-c", WORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        while_it_runs_s = cpu.spent_s() - before_s
        child.communicate("\n")
    ended_s = cpu.spent_s() - before_s
    assert while_it_runs_s >= 0.25
    assert while_it_runs_s <= ended_s + 0.05 < while_it_runs_s + 0.5
