"""How fast one name is held against 100,000, who is found, and who is found wrongly."""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from time import perf_counter

from bench.labels.people import Arguments, Listed, matches, namesakes, people
from bench.report import Figure, Section, Table
from entrepot.screening.functions.name_index import IndexedList, NameIndex
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import THRESHOLD, ScreenedSubject

_ABOUT = (
    "`bench/labels/people.py` makes up {count:,} people of four cultures of naming, with birth dates and "
    "countries, and two lists of subjects. *Matches* are listed people whose name was changed in one or two "
    "ways (typing error, another transliteration, Cyrillic or Arabic script, words joined or apart, order, "
    "initial, missing middle name, accents, title); half of them come with a birth date, half with a "
    "country. *Namesakes* are not on the list: another given name, another family name, another name of the "
    "same culture, or the same name with a birth year 15 or 25 years away; all come with a birth date. Any "
    "hit on one of them counts as wrong. The seeds are not those that the constants were chosen on. The "
    "threshold is {threshold}."
)


def measure(*, quick: bool) -> Section:
    count, asked = (5_000, 100) if quick else (100_000, 2_000)
    listed = people(count, seed=101)
    began = perf_counter()
    index = NameIndex([IndexedList("made-up", 1, "", [_party(each) for each in listed])])
    built_s = perf_counter() - began
    meant, others = matches(listed, asked, seed=103), namesakes(listed, asked, seed=107)
    found, times = _search(index, listed, meant)
    wrong, more_times = _search(index, listed, others)
    times = sorted((*times, *more_times))
    hits = [each.meant in ids for each, ids in zip(meant, found, strict=True)]
    false = [bool(ids) for ids in wrong]
    recall, precision = sum(hits) / len(hits), sum(hits) / (sum(hits) + sum(false))
    p50 = median(times)
    return Section(
        part="screening",
        title="Screening",
        about=_ABOUT.format(count=count, threshold=THRESHOLD),
        figures=[
            Figure(f"one name against {count:,}, p50", f"{p50:.1f} ms", "≤ 20 ms", p50 <= 20),
            Figure("recall", f"{recall:.1%}", "≥ 95 %", recall >= 0.95),
            Figure("precision", f"{precision:.1%}", "≥ 95 %", precision >= 0.95),
        ],
        tables=[
            Table(
                ["", "p50 ms", "p99 ms", "index built in s"],
                [["one name", f"{p50:.1f}", f"{times[int(len(times) * 0.99)]:.1f}", f"{built_s:.1f}"]],
            ),
            Table(["change of a listed name", "subjects", "found"], _by_kind(meant, hits)),
            Table(["not on the list", "subjects", "found all the same"], _by_kind(others, false)),
        ],
    )


def _party(person: Listed) -> Party:
    return Party(id=person.id, name=person.name, birth_dates=(person.born,), countries=(person.country,))


def _search(
    index: NameIndex, listed: Sequence[Listed], asked: Sequence[Arguments]
) -> tuple[list[set[str]], list[float]]:
    """Whom each search found, and how many milliseconds it took."""
    found, times = [], []
    for each in asked:
        subject = ScreenedSubject(name=each.name, kind="person", birth_date=each.born, country=each.country)
        began = perf_counter()
        hits = index.search(subject, threshold=THRESHOLD, limit=25)
        times.append((perf_counter() - began) * 1000)
        found.append({listed[hit.number].id for hit in hits})
    return found, times


def _by_kind(asked: Sequence[Arguments], hits: Sequence[bool]) -> list[list[str]]:
    """Single changes by name, and all pairs together."""
    subjects, found = Counter[str](), Counter[str]()
    for each, hit in zip(asked, hits, strict=True):
        kind = "two changes" if "+" in each.change else each.change
        subjects[kind] += 1
        found[kind] += hit
    return [[kind, str(count), f"{found[kind] / count:.1%}"] for kind, count in subjects.most_common()]
