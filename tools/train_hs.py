"""Train the linear model of HS headings from texts that may be shipped: numpy only, a fixed seed.

`python tools/train_hs.py DATA` reads `DATA/hs2022/harmonized-system.csv` and `DATA/hs-text/*.csv` and writes
`src/entrepot/rule/hs/words.npz`. British names are split by product (`bench/hs_split.py`): what calibrates
and what tests is left out here, with every text that nearly says the same.
"""

import argparse
import csv
import io
import math
import random
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.hs_split import split

from entrepot.rule.functions import hs_features, hs_table
from entrepot.rule.functions.hs_said import of_goods
from entrepot.rule.model.headings import HEADINGS

_OUT = Path(__file__).resolve().parents[1] / "src" / "entrepot" / "rule" / "hs" / "words.npz"
_SOURCES = {"own": 1.5, "uk-search-references": 1.2, "uk-retail-names": 0.8, "uk-intercept-terms": 0.8}
_LAW = {"hs2022": 0.7, "us": 0.5}
_CUT = 0.3  # what a raw cut of a tariff's text counts: it looks like a query
_RATE, _BATCH, _MOST, _KEPT = 0.5, 256, 60_000, 60


class Example(NamedTuple):
    """The features of a text, its heading, and how much it counts."""

    features: dict[str, float]
    heading: str
    weight: float


def examples(data: Path) -> list[Example]:
    """Return what is trained on, in a fixed order."""
    dice = random.Random(14)  # noqa: S311 - chooses cuts of texts, the same each time
    shipped = [name for entry in hs_table.own().entries.values() for name in (entry.title, *entry.words)]
    found: list[Example] = []
    names = [("own", code, word) for code, entry in hs_table.own().entries.items()
             for word in (*entry.words, entry.title) if len(code) > 2]  # fmt: skip
    names += [(row.source, row.code, row.text) for row in split(data, shipped).train]
    for source, code, text in names:
        found.append(Example(hs_features.of_name(of_goods(text)), code[:4], _SOURCES[source]))
    rows = hs_table.read_table((data / "hs2022" / "harmonized-system.csv").read_text(encoding="utf-8")).rows
    laws = [("hs2022", code, text) for code, text in rows.items() if len(code) > 2]
    laws += [("us", code, text) for code, text in _pairs(data / "hs-text" / "us-hts-descriptions.csv")]
    for source, code, text in laws:
        found.append(Example(hs_features.of_law(text), code[:4], _LAW[source]))
        words = hs_features.NEGATED.sub(" ", text).split()
        for _ in range(2):
            count = dice.randint(1, 4)
            start = dice.randrange(max(1, len(words) - count + 1))
            cut = " ".join(words[start : start + count])
            found.append(Example(hs_features.of_law(cut), code[:4], _LAW[source] * _CUT))
    return [each for each in found if each.features and each.heading in HEADINGS]


def _pairs(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["text"]) for row in csv.DictReader(file)]


def train(found: list[Example], *, epochs: int) -> dict[str, np.ndarray]:
    """Sparse Adagrad, one accumulator for each feature."""
    seen = Counter(name for each in found for name in each.features)
    wanted = [name for name, count in seen.most_common() if name.startswith("w:") or count > 1][:_MOST]
    place = {name: number for number, name in enumerate(wanted)}
    idf = np.array([math.log(1 + len(found) / seen[name]) for name in wanted], np.float32)
    headings = sorted(HEADINGS)
    label = {code: number for number, code in enumerate(headings)}
    rows = []
    for each in found:
        at = np.array([place[name] for name in each.features if name in place], np.int32)
        value = np.array([w for name, w in each.features.items() if name in place], np.float32) * idf[at]
        rows.append((at, value / max(float(np.linalg.norm(value)), 1e-9)))
    targets = np.array([label[each.heading] for each in found])
    counts = np.array([each.weight for each in found], np.float32)
    weights = np.zeros((len(wanted), len(headings)), np.float32)
    bias = np.zeros(len(headings), np.float32)
    grown, bias_grown = np.full(len(wanted), 1e-3, np.float32), np.full(len(headings), 1e-3, np.float32)
    dice = np.random.default_rng(14)
    for epoch in range(epochs):
        loss = 0.0
        order = dice.permutation(len(rows))
        for start in range(0, len(order), _BATCH):
            those = order[start : start + _BATCH]
            those = those[[len(rows[each][0]) > 0 for each in those]]
            at = np.concatenate([rows[each][0] for each in those])
            value = np.concatenate([rows[each][1] for each in those])
            sizes = [len(rows[each][0]) for each in those]
            used, inside = np.unique(at, return_inverse=True)
            dense = np.zeros((len(those), len(used)), np.float32)
            dense[np.repeat(np.arange(len(those)), sizes), inside] = value
            part = weights[used]
            logits = dense @ part + bias
            logits -= logits.max(axis=1, keepdims=True)
            np.exp(logits, out=logits)
            logits /= logits.sum(axis=1, keepdims=True)
            loss -= float(np.log(logits[np.arange(len(those)), targets[those]] + 1e-9) @ counts[those])
            logits[np.arange(len(those)), targets[those]] -= 1
            logits *= counts[those][:, None]
            step = dense.T @ logits
            grown[used] += (step * step).mean(axis=1) * len(headings) / 64
            weights[used] = part - _RATE * step / np.sqrt(grown[used])[:, None]
            total = logits.sum(axis=0)
            bias_grown += total * total
            bias -= 0.1 * total / np.sqrt(bias_grown)
        print(f"epoch {epoch + 1}: {loss / counts.sum():.3f}", flush=True)
    return _kept(wanted, idf, weights, bias)


def _kept(wanted: list[str], idf: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    """The largest weights of each feature, as bytes with a scale."""
    scale = np.abs(weights).max(axis=1) / 127
    starts, at, value = [0], [], []
    for row, unit in zip(weights, scale, strict=True):
        best = np.sort(np.argpartition(-np.abs(row), _KEPT)[:_KEPT])
        small = np.round(row[best] / max(float(unit), 1e-9)).astype(np.int8)
        at.append(best[small != 0].astype(np.uint16))
        value.append(small[small != 0])
        starts.append(starts[-1] + len(at[-1]))
    return {
        "names": np.frombuffer("\n".join(wanted).encode(), np.uint8),
        "idf": idf.astype(np.float16),
        "scale": scale.astype(np.float32),
        "starts": np.array(starts, np.int32),
        "at": np.concatenate(at),
        "value": np.concatenate(value),
        "bias": bias.astype(np.float32),
        "headings": np.array([int(code) for code in sorted(HEADINGS)], np.uint16),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--out", type=Path, default=_OUT)
    given = parser.parse_args()
    found = examples(given.data)
    print(f"{len(found)} examples", flush=True)
    body = io.BytesIO()
    np.savez_compressed(body, allow_pickle=False, **train(found, epochs=given.epochs))
    given.out.write_bytes(body.getvalue())
    print(f"{given.out.name}: {len(body.getvalue()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
