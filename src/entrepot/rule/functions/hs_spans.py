"""Codes of the Harmonized System against prefixes and ranges. A code shorter than a prefix leaves it open."""

from collections.abc import Iterator

from entrepot.rule.model import truth
from entrepot.rule.model.truth import Truth

COMMON_DIGITS = 6  # to here, every nomenclature built on the HS means the same


def ends(span: str) -> tuple[str, str]:
    """Return the first and the last prefix of a span; they are equally long."""
    first, _, last = span.partition("-")
    return first, last or first


def matches(code: str, span: str) -> Truth:
    """Whether a code lies in a span; unknown when further digits of the code decide it."""
    first, last = ends(span)
    missing = len(first) - len(code)
    if missing <= 0:
        return truth.of(first <= code[: len(first)] <= last)
    lowest, highest = code + "0" * missing, code + "9" * missing
    if highest < first or lowest > last:
        return truth.FALSE
    return truth.of(True if first <= lowest and highest <= last else None)


def comparable(code: str, span: str, *, same_nomenclature: bool) -> str:
    """Return as much of the code as a span may be compared with: national digits mean nothing elsewhere."""
    national = len(ends(span)[0]) > COMMON_DIGITS
    return code[:COMMON_DIGITS] if national and not same_nomenclature else code


def keys(span: str, most: int = 4) -> Iterator[str]:
    """Yield the chapters, headings or, with six digits at `most`, subheadings under which a span is filed."""
    first, last = ends(span)
    depth = min(len(first) // 2 * 2, most)
    for number in range(int(first[:depth]), int(last[:depth]) + 1):
        yield f"{number:0{depth}}"
