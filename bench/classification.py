"""How often the right code stands first, or among the first five, for products that the index does not
know.
"""

import csv
import hashlib
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import NamedTuple

from bench.hs_split import half
from bench.hs_split import split as by_product
from bench.report import Figure, Section, Table
from bench.server import ROOT
from entrepot.rule.functions import doubts, hs_table
from entrepot.rule.functions.classification import SURE, HeadingIndex, Ranking
from entrepot.rule.functions.hs_table import Table as HsTable
from entrepot.rule.functions.hs_terms import stems
from entrepot.rule.model.hs import Entry

_LABELS = ROOT / "bench" / "labels"
_TABLE = ROOT.parent / "shared" / "data" / "hs2022" / "harmonized-system.csv"
_ABOUT = (
    "`bench/labels/products.csv` holds products as traders name them, with codes that were set down before "
    "the index existed. A quarter (by hash) chose the constants and is not reported as a result; what the "
    "index knows word for word (such as *mascara*) counts as seen. *Unseen* are all others. Who wrote "
    "the list also wrote the names from daily trade that ship with the program, so the second line leaves "
    "those names out: there the index has only the texts of the HS 2022 table, and the truth for other "
    "people's products lies between the two. *Groceries* are product types of a shop (Complete Journey, CC0) "
    "as its data spell them, with headings where one is certain: somebody else named them. *Own facts* is "
    "what a node finds before the table is imported. A chance is well calibrated when of all suggestions "
    "with 0.8 eight in ten are right; the last table compares.\n\n"
    "*Traders' words* are British names (MIT, Crown copyright) and *rulings* titles of American customs "
    "rulings that neither trained nor calibrated anything: split by product, with everything that nearly "
    "says the same left out of training (`bench/hs_split.py`). *Before* is the index alone with its own "
    "chances (sure from 0.75), which reads the same cleaned words. *One question*: the right heading is "
    "first, or among the options of the question that is asked, so it is what somebody reaches who "
    "chooses rightly. "
    "Many titles of rulings do not decide a heading (*chemical mixture*)."
)
_SURE_BEFORE = 0.75


class Labelled(NamedTuple):
    """A description and its code, of four or six digits."""

    code: str
    description: str


class Result(NamedTuple):
    """Shares from 0 to 1, and what was said about each first heading: (chance, whether it was right)."""

    count: int
    at4: tuple[float, float]
    at6: tuple[float, float] | None
    chances: list[tuple[float, bool]]
    p50_ms: float


def measure(*, quick: bool) -> Section:
    if not _TABLE.exists():
        missing = "The HS 2022 table (shared/data/hs2022) is not here, so nothing was measured."
        return Section(part="classification", title="Classification", about=missing, figures=[], tables=[])
    rows = hs_table.read_table(_TABLE.read_text(encoding="utf-8")).rows
    whole = HeadingIndex(hs_table.put_together("HS2022", rows))
    bare = HeadingIndex(
        HsTable("HS2022", "bare", {code: Entry(code, text, text) for code, text in rows.items()})
    )
    chosen, held_out = split(labelled("products", "code", "description"))
    names = {frozenset(stems(name)) for entry in whole.table.entries.values() for name in entry.words}
    unseen = [each for each in held_out if frozenset(stems(each.description)) not in names]
    groceries = labelled("groceries", "heading", "name")
    ways: list[tuple[str, HeadingIndex, Sequence[Labelled]]] = [
        ("unseen", whole, unseen),
        ("unseen, without names from daily trade", bare, unseen),
        ("unseen, own facts only", HeadingIndex(hs_table.own()), unseen),
        ("groceries (headings)", whole, groceries),
        ("chosen by (not a result)", whole, chosen),
    ]
    # The model was trained on names from daily trade: without them there is only the index.
    results = [
        (name, tried(index.rank_by_index if index is bare else index.rank, those[:40] if quick else those))
        for name, index, those in ways
    ]
    others = against(whole, quick=quick)
    traders, rulings = others[0], others[2]
    sure = [sum(each) for each in zip(*(other.sure for other in others[::2]), strict=True)]
    first = results[0][1]
    assert first.at6 is not None
    return Section(
        part="classification",
        title="Classification",
        about=_ABOUT,
        figures=[
            Figure("HS4, first", f"{first.at4[0]:.1%}", "≥ 80 %", first.at4[0] >= 0.8),
            Figure("HS4, first five", f"{first.at4[1]:.1%}", "≥ 95 %", first.at4[1] >= 0.95),
            Figure("HS6, first", f"{first.at6[0]:.1%}", "≥ 60 %", first.at6[0] >= 0.6),
            Figure("HS6, first five", f"{first.at6[1]:.1%}", "≥ 85 %", first.at6[1] >= 0.85),
            Figure("traders' words, first", f"{traders.at4[0]:.1%}", "≥ 40 %", traders.at4[0] >= 0.4),
            Figure("traders' words, first five", f"{traders.at4[1]:.1%}", "≥ 65 %", traders.at4[1] >= 0.65),
            Figure("traders' words, one question", f"{traders.asked:.1%}", "≥ 70 %", traders.asked >= 0.7),
            Figure("rulings, first", f"{rulings.at4[0]:.1%}", "≥ 40 %", rulings.at4[0] >= 0.4),
            Figure(
                "sure and right (traders, rulings)",
                f"{sure[1]} of {sure[0]}",
                "≥ 95 %",
                sure[1] >= 0.95 * sure[0],
            ),
            Figure("a suggestion, p50", f"{first.p50_ms:.2f} ms", "≤ 5 ms", first.p50_ms <= 5),
        ],
        tables=[
            Table(
                ["descriptions", "count", "HS4 first", "HS4 in five", "HS6 first", "HS6 in five"],
                [[name, str(each.count), *_shares(each.at4), *_shares(each.at6)] for name, each in results],
            ),
            Table(
                ["never seen", "count", "HS4 first", "HS4 in five", "one question", "sure", "of them right"],
                [
                    [
                        each.name,
                        str(each.count),
                        *_shares(each.at4),
                        f"{each.asked:.1%}",
                        *map(str, each.sure),
                    ]
                    for each in others
                ],
            ),
            Table(["chance said (HS4, unseen)", "times", "mean said", "right"], _calibration(first.chances)),
        ],
    )


def labelled(name: str, code: str, text: str) -> list[Labelled]:
    with (_LABELS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [Labelled(row[code], row[text]) for row in csv.DictReader(file)]


def split(products: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """(what constants were chosen on, what is held out), by a hash of the description."""
    sides: tuple[list[Labelled], list[Labelled]] = [], []
    for each in products:
        sides[hashlib.sha256(each.description.encode()).digest()[0] >= 64].append(each)
    return sides


def tried(rank: Callable[..., Ranking], products: Sequence[Labelled]) -> Result:
    hits4, hits6, chances, times = [], [], [], []
    for code, description in products:
        began = perf_counter()
        ranking = rank(description.lower(), limit=5)
        times.append((perf_counter() - began) * 1000)
        headings = [each.code for each in ranking.headings]
        hits4.append(_place(headings, code[:4]))
        if ranking.headings:
            chances.append((ranking.headings[0].chance, headings[0] == code[:4]))
        if len(code) == 6:
            hits6.append(_place([each.code for each in ranking.codes], code))
    return Result(len(products), _both(hits4), _both(hits6) if hits6 else None, chances, median(times))


class Against(NamedTuple):
    """What one way of ranking reaches on texts that nothing was made from; `sure` is (said, right)."""

    name: str
    count: int
    at4: tuple[float, float]
    asked: float
    sure: tuple[int, int]


def against(index: HeadingIndex, *, quick: bool) -> list[Against]:
    """Return, for traders' words and then for rulings, what is reached now, and what was before."""
    data = _TABLE.parent.parent
    shipped = [name for entry in hs_table.own().entries.values() for name in (entry.title, *entry.words)]
    traders = [Labelled(row.code, row.text) for row in by_product(data, shipped).test]
    with (data / "hs-text" / "us-ruling-titles.csv").open(encoding="utf-8", newline="") as file:
        rulings = [Labelled(row["code"], row["text"]) for row in csv.DictReader(file)]
    found = []
    for name, those in (
        ("traders' words", traders),
        ("rulings", [each for each in rulings if not half(each.description)]),
    ):
        part = those[:60] if quick else those
        found.append(_reached(name, index, index.rank, part, SURE))
        found.append(_reached(f"{name}, before", index, index.rank_by_index, part, _SURE_BEFORE))
    return found


def _reached(
    name: str, index: HeadingIndex, rank: Callable[..., Ranking], those: Sequence[Labelled], sure_from: float
) -> Against:
    result = tried(rank, those)
    asked = 0
    for code, description in those:
        ranking = rank(description.lower(), limit=7)
        _, question = doubts.doubt(ranking, index.table, description)
        options = {each.code[:4] for each in question.options} if question else set()
        asked += code[:4] in options | {each.code for each in ranking.headings[:1]}
    sure = [right for chance, right in result.chances if chance >= sure_from]
    return Against(name, len(those), result.at4, asked / len(those), (len(sure), sum(sure)))


def _place(found: Sequence[str], wanted: str) -> int:
    return found.index(wanted) + 1 if wanted in found else 0


def _both(places: Sequence[int]) -> tuple[float, float]:
    return sum(place == 1 for place in places) / len(places), sum(place > 0 for place in places) / len(places)


def _shares(pair: tuple[float, float] | None) -> list[str]:
    return ["", ""] if pair is None else [f"{share:.1%}" for share in pair]


def _calibration(chances: Sequence[tuple[float, bool]]) -> list[list[str]]:
    rows = []
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        those = [each for each in chances if low <= each[0] < high]
        if those:
            said = sum(chance for chance, _ in those) / len(those)
            right = sum(right for _, right in those) / len(those)
            rows.append(
                [f"{low:.1f} to {min(high, 1.0):.1f}", str(len(those)), f"{said:.2f}", f"{right:.2f}"]
            )
    return rows
