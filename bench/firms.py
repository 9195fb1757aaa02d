"""How fast the name of a firm or a ship is held against 100,000, who is found, and who is found wrongly; next
to nomenklatura's logic-v2 on the same pairs, where `NOMENKLATURA_PYTHON` names an environment that has it.
"""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time

from bench.labels.firms import Asked, Name, listed, matches, others
from bench.report import Figure, Section, Table
from entrepot.screening.functions.likeness import compare
from entrepot.screening.functions.name_index import IndexedList, NameIndex
from entrepot.screening.functions.names import folded
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import THRESHOLD, ScreenedSubject

_PEER = Path(__file__).parent / "twins" / "nomenklatura_pairs.py"
_FALSE = 0.01  # of the others, so many may be found
_FIRMS = ("no legal form", "form written otherwise", "another legal form")
_SHIPS = ("ship with a prefix", "ship with a number in words")
_ABOUT = (
    "`bench/labels/firms.py` makes up {count:,} firms with legal forms of 25 countries, and ships. *Matches* "
    "are listed names written otherwise by one rule. *Others* are not listed: their own word, number, place "
    "or second word is another, all else is as listed. Any hit on one of them counts as wrong. Times are of "
    "the processor, for the machine is shared. The threshold of a search is {threshold}. {peer}"
)
_WITH_PEER = (
    "`nomenklatura`'s logic-v2 scores the same pairs of a subject and the listed name it was made of; its "
    "threshold is the lowest (at least 0.7, its default) at which at most 1 % of the others are hits."
)
_WITHOUT_PEER = "`nomenklatura` was not measured: `NOMENKLATURA_PYTHON` names no environment that has it."


def measure(*, quick: bool) -> Section:
    count, asked = (5_000, 200) if quick else (100_000, 2_000)
    names = listed(count, seed=211)
    began = process_time()
    index = NameIndex([IndexedList("made-up", 1, "", [_party(each) for each in names])])
    built_s = process_time() - began
    meant, wrong = matches(names, asked, seed=223), others(names, asked, seed=227)
    found, times = _search(index, names, meant)
    false, more_times = _search(index, names, wrong)
    times = sorted((*times, *more_times))
    hits = [each.meant in ids for each, ids in zip(meant, found, strict=True)]
    stray = [each.near in ids for each, ids in zip(wrong, false, strict=True)]
    p50 = median(times)
    firms, ships = _share(meant, hits, _FIRMS), _share(meant, hits, _SHIPS)
    any_wrong = sum(bool(ids) for ids in false) / len(false)
    peer = _peer(names, meant, wrong)
    columns = ["change of a listed name", "subjects", "found"] + (["logic-v2"] if peer else [])
    return Section(
        part="firms",
        title="Screening of firms and ships",
        about=_ABOUT.format(
            count=count, threshold=THRESHOLD, peer=_WITH_PEER if peer else _WITHOUT_PEER
        ),
        figures=[
            Figure(f"one name against {count:,}, p50", f"{p50:.1f} ms", "≤ 10 ms", p50 <= 10),
            Figure("firms without or with another legal form found", f"{firms:.1%}", "≥ 95 %", firms >= 0.95),
            Figure("ships with prefixes found", f"{ships:.1%}", "≥ 97 %", ships >= 0.97),
            Figure("others found all the same", f"{any_wrong:.1%}", "≤ 1 %", any_wrong <= _FALSE),
        ],
        tables=[
            Table(
                ["", "p50 ms", "p99 ms", "index built in s", "a pair in µs"],
                [
                    ["Entrepot", f"{p50:.1f}", f"{times[int(len(times) * 0.99)]:.1f}", f"{built_s:.1f}",
                     f"{_pair_us(names, meant):.0f}"],
                    *([["logic-v2", "", "", "", f"{peer.pair_us:.0f}"]] if peer else []),
                ],
            ),
            Table(columns, _by_rule(meant, hits, None if peer is None else peer.hits)),
            Table(["not listed", "subjects", "found all the same", *columns[3:]],
                  _by_rule(wrong, stray, None if peer is None else peer.false)),
        ],
    )  # fmt: skip


class _Peer:
    """What the peer finds of the same pairs."""

    def __init__(self, meant: Sequence[float], wrong: Sequence[float], pair_us: float) -> None:
        worst = sorted(wrong, reverse=True)[int(len(wrong) * _FALSE)]
        threshold = max(0.7, worst + 1e-9)
        self.hits = [score >= threshold for score in meant]
        self.false = [score >= threshold for score in wrong]
        self.pair_us = pair_us


def _peer(names: Sequence[Name], meant: Sequence[Asked], wrong: Sequence[Asked]) -> _Peer | None:
    python = os.environ.get("NOMENKLATURA_PYTHON")
    if not python:
        return None
    by_id = {each.id: each for each in names}
    pairs = [[each.kind, each.name, by_id[each.near].text()] for each in (*meant, *wrong)]
    done = subprocess.run(
        [python, str(_PEER)], input=json.dumps(pairs), capture_output=True, text=True, check=True
    )
    scores, pair_us = json.loads(done.stdout)
    return _Peer(scores[: len(meant)], scores[len(meant) :], pair_us)


def _pair_us(names: Sequence[Name], meant: Sequence[Asked]) -> float:
    by_id = {each.id: each for each in names}
    began = process_time()
    for each in meant:
        kind = "vessel" if each.kind == "vessel" else "organisation"
        compare(
            folded.__wrapped__(each.name, kind), folded.__wrapped__(by_id[each.near].text(), kind), of=kind
        )
    return (process_time() - began) / len(meant) * 1e6


def _party(name: Name) -> Party:
    return Party(id=name.id, kind="vessel" if name.kind == "vessel" else "organisation", name=name.text())


def _search(
    index: NameIndex, names: Sequence[Name], asked: Sequence[Asked]
) -> tuple[list[set[str]], list[float]]:
    """Whom each search found, and how many milliseconds it took."""
    found, times = [], []
    for each in asked:
        subject = ScreenedSubject(name=each.name, kind="vessel" if each.kind == "vessel" else "organisation")
        began = process_time()
        hits = index.search(subject, threshold=THRESHOLD, limit=25)
        times.append((process_time() - began) * 1000)
        found.append({names[hit.number].id for hit in hits})
    return found, times


def _share(asked: Sequence[Asked], hits: Sequence[bool], rules: Sequence[str]) -> float:
    counted = [hit for each, hit in zip(asked, hits, strict=True) if each.rule in rules]
    return sum(counted) / len(counted)


def _by_rule(asked: Sequence[Asked], hits: Sequence[bool], peer: Sequence[bool] | None) -> list[list[str]]:
    subjects, found, theirs = Counter[str](), Counter[str](), Counter[str]()
    for at, (each, hit) in enumerate(zip(asked, hits, strict=True)):
        subjects[each.rule] += 1
        found[each.rule] += hit
        theirs[each.rule] += peer is not None and peer[at]
    return [
        [
            rule,
            str(count),
            f"{found[rule] / count:.1%}",
            *([] if peer is None else [f"{theirs[rule] / count:.1%}"]),
        ]
        for rule, count in subjects.most_common()
    ]
