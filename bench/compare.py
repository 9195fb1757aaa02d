"""`python -m bench compare BEFORE [PART …] [--rounds N] [--whole] [--keep]`: two checkouts side by side,
where a machine is too noisy to compare two runs. Each round measures a part here and in the checkout
BEFORE, which has a `.venv` of its own, one right after the other: a ratio is of two neighbours.
"""

import re
import resource
import subprocess
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from bench import machine, report
from bench.report import Figure, Section, Table
from bench.server import ROOT

PARTS = ("gateway", "mailbox", "engine", "motion", "tracking", "rules")
_FIXED = ("mailbox",)  # does the same work however long it takes, so that its CPU time says what that costs
_ROUNDS, _LEAST_ROUNDS = 5, 3  # fewer say nothing of the noise
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ABOUT = (
    "The parts that carry the load, measured in a checkout of `{before}` and in this one, "
    "alternately ({form}). *Before* and *after* are medians, with the least and the most; *ratio* is "
    "the median of after over before of neighbouring rounds, with its middle half. *Slower* says yes where "
    "the whole middle half is on the slow side of 1: else the difference is less than the noise of this "
    "machine. CPU time is steadier than time on a machine that others use too."
)


class Said(NamedTuple):
    """One figure of one run, as the part printed it."""

    measured: str
    aim: str

    @property
    def number(self) -> float | None:
        found = _NUMBER.search(self.measured)
        return float(found[0].replace(",", "")) if found else None


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench compare", description="Measure two checkouts alternately.")
    parser.add_argument("before", type=Path, help="a checkout with a .venv of its own")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all by default")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--whole", action="store_true", help="whole runs of each part instead of quick ones")
    parser.add_argument("--keep", action="store_true", help="write the table to docs/figures.md")
    chosen = parser.parse_args(arguments)
    about = machine.describe()
    tables = {}
    for part in chosen.parts or PARTS:
        table = compared(part, chosen.before, rounds=chosen.rounds, whole=chosen.whole)
        print(report.table_text(table), flush=True)
        tables[part] = table
    if (earlier := report.kept().get("compare")) is not None:  # parts that were compared alone stay
        tables = {_part_of(table): table for table in earlier.tables} | tables
    slower = sum(row[-1] == "yes" for table in tables.values() for row in table.rows)
    section = Section(
        part="compare",
        title="Before and after",
        about=_ABOUT.format(
            before=_commit(chosen.before),
            form="whole runs" if chosen.whole else "quick runs of a second or so",
        ),
        figures=[Figure("figures slower than their noise", str(slower), "0", slower == 0)],
        tables=[tables[part] for part in PARTS if part in tables],
        machine=about,
        measured_at=datetime.now(UTC),
    )
    if chosen.keep:
        report.keep([section])
    return 0


def compared(part: str, before: Path, *, rounds: int, whole: bool) -> Table:
    seen: dict[str, list[tuple[Said | None, Said]]] = {}
    for number in range(rounds):
        trees = (before, ROOT) if number % 2 == 0 else (ROOT, before)
        found = {tree: _figures(tree, part, whole=whole) for tree in trees}
        for name, said in found[ROOT].items():
            seen.setdefault(name, []).append((found[before].get(name), said))
        print(f"{part}: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    rows = [row for name, pairs in seen.items() if (row := _row(name, pairs)) is not None]
    return Table([f"{part}, {rounds} rounds", "before", "after", "ratio", "aim", "slower"], rows)


def _figures(tree: Path, part: str, *, whole: bool) -> dict[str, Said]:
    """What the part prints in its first table. Raises: RuntimeError."""
    command = [str(tree / ".venv" / "bin" / "python"), "-m", "bench", part, *([] if whole else ["--quick"])]
    before_s = _cpu_s()
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{part} in {tree} failed:\n{done.stderr[-2000:]}")
    lines = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("|")]
    found = {name: Said(measured, aim) for name, measured, aim, *_ in _first_table(lines)}
    if part in _FIXED:
        found["CPU of everything, s"] = Said(f"{_cpu_s() - before_s:.2f}", "≤ before")
    return found


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _first_table(lines: list[list[str]]) -> list[list[str]]:
    """The figures: four cells each, after the header and its rule."""
    start = lines.index(["figure", "measured", "aim", "met"]) + 2
    end = next((at for at in range(start, len(lines)) if lines[at][-1] not in ("yes", "**no**")), len(lines))
    return lines[start:end]


def _row(name: str, pairs: list[tuple[Said | None, Said]]) -> list[str] | None:
    """None for what is 0, as it should be. What only this checkout measures has no ratio."""
    numbers = [(old.number, new.number) for old, new in pairs if old and old.number and new.number]
    if not numbers:
        alone = [new.number for _, new in pairs if new.number]
        return [name, "", _spread(alone), "", pairs[0][1].aim, ""] if alone else None
    old, new = ([float(pair[side] or 0) for pair in numbers] for side in (0, 1))
    ratios = [after / before for before, after in zip(old, new, strict=True)]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    aim = pairs[0][1].aim
    slower = low > 1 if aim.startswith("≤") else high < 1
    return [
        name, _spread(old), _spread(new), f"{median(ratios):.2f} ({low:.2f} to {high:.2f})", aim,
        "" if len(ratios) < _LEAST_ROUNDS else "yes" if slower else "no",
    ]  # fmt: skip


def _part_of(table: Table) -> str:
    return table.header[0].partition(",")[0]


def _spread(numbers: list[float]) -> str:
    form = "{:,.0f}" if max(numbers) >= 10 else "{:.3f}"
    middle, least, most = (form.format(each) for each in (median(numbers), min(numbers), max(numbers)))
    return f"{middle} ({least} to {most})"


def _commit(tree: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=tree, capture_output=True, text=True)
    return done.stdout.strip() or "another commit"
