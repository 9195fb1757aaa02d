"""`python -m bench [PART …] [--quick]`: measure all parts or some, print and keep them.
`python -m bench compare BEFORE` measures two checkouts alternately.
"""

import gc
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

import msgspec

from bench import compare, machine, report
from bench.report import Section
from bench.server import LOAD_CORE

PARTS = (
    "gateway", "latency", "mailbox", "startup", "crypto", "signin", "guessing", "revocation", "atrest",
    "console", "kill", "engine", "motion", "tracking", "history", "fleet", "mqtt", "rules",
    "classification", "screening", "firms", "drain", "database",
)  # fmt: skip


def main() -> int:
    if sys.argv[1:2] == ["compare"]:
        return compare.main(sys.argv[2:])
    parser = ArgumentParser(
        prog="python -m bench",
        description="Measure what the README quotes.",
        epilog="python -m bench compare BEFORE: measure a checkout of before and this one alternately.",
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all by default")
    parser.add_argument("--quick", action="store_true", help="a smoke run that proves only that it runs")
    chosen = parser.parse_args()
    sections = []
    for part in chosen.parts or PARTS:
        section = _measured(part, quick=chosen.quick)
        print(report.text(section), flush=True)
        sections.append(section)
        if not chosen.quick:
            report.keep([section])
    missed = [figure for section in sections for figure in section.figures if not figure.met]
    print(f"{len(missed)} aims missed." if missed else "All aims met.", file=sys.stderr)
    return 0


def _measured(part: str, *, quick: bool) -> Section:
    about = machine.describe()
    gc.collect()
    gc.freeze()  # what an earlier part left behind does not weigh on this one
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        measure: Callable[..., Section] = import_module(f"bench.{part}").measure
        section = measure(quick=quick)
    finally:
        os.sched_setaffinity(0, everywhere)
    return msgspec.structs.replace(section, machine=about, measured_at=datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main())
