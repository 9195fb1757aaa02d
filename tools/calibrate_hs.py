"""Fit the constants of `hs_stack.py` on texts that neither the index nor the linear model was made from:
`python tools/calibrate_hs.py DATA` prints them, and how often sure answers would be right out of fold.
"""

import argparse
import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.classification import labelled
from bench.classification import split as by_hand
from bench.hs_split import half, split

from entrepot.rule.functions import hs_stack, hs_table
from entrepot.rule.functions.classification import HeadingIndex

Floats = NDArray[np.float64]
_RULING = 3.0  # a ruling's title counts as much as three names: few, and what is asked in earnest
_FOLDS = 5


class Case(NamedTuple):
    """What was found for a text, the number of its right heading among the rows, and how much it counts."""

    evidence: hs_stack.Grounds
    right: int
    weight: float


def cases(data: Path) -> list[Case]:
    rows = hs_table.read_table((data / "hs2022" / "harmonized-system.csv").read_text(encoding="utf-8")).rows
    index = HeadingIndex(hs_table.put_together("HS2022", rows))
    shipped = [name for entry in hs_table.own().entries.values() for name in (entry.title, *entry.words)]
    texts = [(row.code, row.text, 1.0) for row in split(data, shipped).calibrate]
    with (data / "hs-text" / "us-ruling-titles.csv").open(encoding="utf-8", newline="") as file:
        texts += [(row["code"], row["text"], _RULING) for row in csv.DictReader(file) if half(row["text"])]
    texts += [(*each, 1.0) for each in by_hand(labelled("products", "code", "description"))[0]]
    found = []
    for code, text, weight in texts:
        if (seen := index.evidence(text.lower())) is not None:
            every, evidence = seen
            found.append(Case(evidence, int(np.searchsorted(every, int(code[:4]))), weight))
    return found


def descend(gradient: Callable[[Floats], Floats], start: Floats) -> Floats:
    """Adam, long enough for a handful of constants."""
    at, slow, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, 701):
        now = gradient(at)
        slow, square = 0.9 * slow + 0.1 * now, 0.99 * square + 0.01 * now * now
        at -= 0.03 * (slow / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
    return at


def mixing(those: list[Case]) -> Floats:
    """The constants of `mixed`, by maximum likelihood over the likeliest headings of either."""
    rows, rights = [], []
    for each in those:
        every = hs_stack.candidates(each.evidence)
        best = np.union1d(hs_stack.either(each.evidence), [each.right])
        rows.append(every[best])
        rights.append(int(np.flatnonzero(best == each.right)[0]))
    weights = np.array([each.weight for each in those])

    def gradient(at: Floats) -> Floats:
        total = np.zeros(7)
        for row, right, weight in zip(rows, rights, weights, strict=True):
            chances = row @ at
            chances = np.exp(chances - chances.max())
            chances /= chances.sum()
            total += weight * (chances @ row - row[right])
        slope: Floats = total / weights.sum() + 0.001 * at
        return slope

    return descend(gradient, np.full(7, 0.5))


def trusting(those: list[Case], mix: Floats) -> Floats:
    """The constants of `trust`: logistic, held near zero, and none but the first below it."""
    rows, rights = [], []
    for each in those:
        chances = hs_stack.mixed(each.evidence, mix)
        rows.append(hs_stack.signs(each.evidence, chances))
        rights.append(float(chances.argmax() == each.right))
    table, right = np.array(rows), np.array(rights)
    weights = np.array([each.weight for each in those])

    def gradient(at: Floats) -> Floats:
        said = 1 / (1 + np.exp(-(table @ at)))
        slope: Floats = ((said - right) * weights) @ table / weights.sum() + 0.0005 * at
        return slope

    return descend(gradient, np.zeros(table.shape[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    found = cases(parser.parse_args().data)
    said: list[tuple[float, bool, float]] = []
    for fold in range(_FOLDS):
        fitted = [each for number, each in enumerate(found) if number % _FOLDS != fold]
        mix = mixing(fitted)
        trust = trusting(fitted, mix)
        for each in found[fold::_FOLDS]:
            chances = hs_stack.mixed(each.evidence, mix)
            right = bool(chances.argmax() == each.right)
            said.append((hs_stack.trust(each.evidence, chances, trust), right, each.weight))
    for kind, weight in (("names", 1.0), ("rulings", _RULING)):
        those = [each for each in said if each[2] == weight]
        print(f"{kind}: {len(those)}, first {sum(each[1] for each in those) / len(those):.3f}")
        for least in (0.7, 0.75, 0.8, 0.85, 0.9, 0.93):
            sure = [each[1] for each in those if each[0] >= least]
            print(f"  sure at {least}: {len(sure)}, right {sum(sure)}")
    mix = mixing(found)
    print("WEIGHTS", [round(float(each), 3) for each in mix])
    print("TRUST", [round(float(each), 3) for each in trusting(found, mix)])


if __name__ == "__main__":
    main()
