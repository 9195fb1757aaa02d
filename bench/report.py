"""Figures on their way to the reader: printed, kept in `bench/results.json`, and written as tables to
`docs/figures.md`. A part that was measured alone replaces its own section and leaves the others.
"""

from datetime import datetime

import msgspec

from bench.server import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "figures.md"


class Figure(msgspec.Struct, frozen=True):
    """One figure beside its aim."""

    name: str
    measured: str
    aim: str
    met: bool


class Table(msgspec.Struct, frozen=True):
    header: list[str]
    rows: list[list[str]]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What one part measured."""

    part: str
    title: str
    about: str
    figures: list[Figure]
    tables: list[Table]
    machine: dict[str, str] = {}
    measured_at: datetime | None = None


def kept() -> dict[str, Section]:
    """What was measured before, by part."""
    if not RESULTS.exists():
        return {}
    return {each.part: each for each in msgspec.json.decode(RESULTS.read_bytes(), type=list[Section])}


def keep(sections: list[Section]) -> None:
    """Replace these sections in the results, and write the page anew."""
    known = kept()
    known.update({each.part: each for each in sections})
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(list(known.values())), indent=1) + b"\n")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(_page(list(known.values())))


def text(section: Section) -> str:
    """The section as markdown, which is also how it is printed."""
    figures = Table(
        ["figure", "measured", "aim", "met"],
        [[each.name, each.measured, each.aim, "yes" if each.met else "**no**"] for each in section.figures],
    )
    blocks = [f"## {section.title}", section.about, *map(table_text, (figures, *section.tables))]
    if section.measured_at is not None:
        blocks.append(f"Measured {section.measured_at:%Y-%m-%d %H:%M} UTC on {_machine(section.machine)}.")
    return "\n\n".join(blocks) + "\n"


def _page(sections: list[Section]) -> str:
    about = (
        "# Figures\n\n"
        "Written by `make bench`; do not edit. Trust the ratios: everything in one table was measured side "
        "by side in one run, and another machine moves all of it together. `load` is the load average when a "
        "part began: near 1 or above, others were at work on the machine, and times, delays and events/s say "
        "little; measure again on a quiet one.\n"
    )
    return "\n".join([about, *map(text, sections)])


def _machine(machine: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in machine.items())


def table_text(table: Table) -> str:
    lines = [table.header, ["---"] * len(table.header), *table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
