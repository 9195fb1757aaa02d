"""Which names with HS codes train, calibrate and test: split by product, so that nothing leaks.

A name's side is a hash of the set of its stems, so the same words in another order or number fall on the
same side; `Near` finds texts that say nearly the same (Jaccard of stems ≥ 0.75), which training leaves out.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from entrepot.rule.functions.hs_terms import stems

_NAMES = ("uk-search-references", "uk-retail-names", "uk-intercept-terms")
_NEAR = 0.75


class Named(NamedTuple):
    """A name from trade and its code, of four or six digits."""

    source: str
    code: str
    text: str


def named(data: Path) -> Iterator[Named]:
    """Yield the British names that lead to one code."""
    for source in _NAMES:
        with (data / "hs-text" / f"{source}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("kind", "one") == "one":
                    yield Named(source, row.get("code") or row["codes"], row["text"])


class Split(NamedTuple):
    """Names that train, that calibrate, and that test."""

    train: list[Named]
    calibrate: list[Named]
    test: list[Named]


def split(data: Path, known: Iterable[str]) -> Split:
    """Split the British names: a tenth calibrates, a tenth tests, unless `known`, the names that the program
    ships, nearly says them. What nearly says one of those does not train.
    """
    shipped = Near(known)
    found = Split([], [], [])
    held: list[Named] = []
    for row in named(data):
        place = _side(row.text)
        if place == "train" or shipped.has(row.text):
            found.train.append(row)
        else:
            held.append(row)
            (found.test if place == "test" else found.calibrate).append(row)
    near = Near(row.text for row in held)
    test = Near(row.text for row in found.test)
    return Split(
        [row for row in found.train if not near.has(row.text)],
        [row for row in found.calibrate if not test.has(row.text)],
        found.test,
    )


def half(text: str) -> bool:
    """Whether a ruling's title calibrates; the others test."""
    return hashlib.sha256(text.encode()).digest()[0] < 128


def _side(text: str) -> Literal["train", "calibrate", "test"]:
    first = hashlib.sha256(" ".join(sorted(set(stems(text)))).encode()).digest()[0]
    return "test" if first < 26 else "calibrate" if first < 52 else "train"


class Near:
    """Whether a text says nearly what one of these does."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sets = {frozenset(stems(text)) for text in texts} - {frozenset()}
        self._holding: dict[str, list[frozenset[str]]] = {}
        for each in self._sets:
            for stem in each:
                self._holding.setdefault(stem, []).append(each)

    def has(self, text: str) -> bool:
        own = frozenset(stems(text))
        near = {each for stem in own for each in self._holding.get(stem, ())}
        return any(len(own & each) >= _NEAR * len(own | each) for each in near)
