"""Who on the lists may be meant by a name. Words that look or sound alike are found over their trigrams and
keys, names over their words; the few that remain are compared, and weighed with what else is known.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from entrepot.screening.functions.likeness import ALIKE, HEARD, SAME_SOUND, compare, shortest
from entrepot.screening.functions.names import Name, folded, key, skeleton
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import Part, Subject

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_MOST_COMPARED = 200


class IndexedList(NamedTuple):
    """A version of a list."""

    list: str
    version: int
    digest: str
    parties: Sequence[Party]


class Found(NamedTuple):
    """`source` and `number` say which entry."""

    source: int
    number: int
    score: float
    matched_name: str
    parts: tuple[Part, ...]


class NameIndex:
    """All names of some lists."""

    def __init__(self, sources: Sequence[IndexedList]) -> None:
        self.sources = tuple(sources)
        self._texts: list[str] = []
        self._entry: list[tuple[int, int]] = []
        words: dict[str, list[int]] = {}
        self._without_vowels: set[str] = set()
        self._whole: dict[str, list[int]] = {}
        for source, each in enumerate(sources):
            for number, party in enumerate(each.parties):
                for text in dict.fromkeys((party.name, *party.aliases)):
                    self._add(text, (source, number), words)
        self._words = list(words)
        self._number = {word: number for number, word in enumerate(self._words)}
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int32)
        self._postings, self._starts = _flat(words.values())
        self._by_key = _grouped((key(word), number) for number, word in enumerate(self._words))
        self._by_skeleton = _grouped((skeleton(word), number) for number, word in enumerate(self._words))
        self._by_abjad = _grouped((skeleton(word), self._number[word]) for word in self._without_vowels)
        self._by_gram = _grouped(
            (gram, number) for number, word in enumerate(self._words) for gram in _grams(word)
        )

    def _add(self, text: str, entry: tuple[int, int], words: dict[str, list[int]]) -> None:
        name, number = folded.__wrapped__(text), len(self._texts)
        if not name.words:
            return
        self._texts.append(text)
        self._entry.append(entry)
        for word in dict.fromkeys(name.words):
            words.setdefault(word, []).append(number)
        if name.abjad:
            self._without_vowels.update(name.words)
        self._whole.setdefault(key(name.joined), []).append(number)

    def search(self, subject: Subject, *, threshold: float, limit: int) -> list[Found]:
        """The entries that may be meant, the likeliest first, each once by its closest name."""
        asked = folded(subject.name)
        best: dict[tuple[int, int], Found] = {}
        for number in self._candidates(asked):
            source, at = self._entry[number]
            party = self.sources[source].parties[at]
            likeness = compare(asked, folded(self._texts[number]), organisation=party.kind != "person")
            if likeness < threshold - 0.1:
                continue
            found = _weighed(subject, party, likeness, Found(source, at, 0.0, self._texts[number], ()))
            if found.score >= threshold and found.score > best.get((source, at), _NOBODY).score:
                best[source, at] = found
        ranked = sorted(best.values(), key=lambda each: (-each.score, each.source, each.number))
        return ranked[:limit]

    def _candidates(self, asked: Name) -> list[int]:
        """Names that share enough of their words with this one."""
        shares: list[Floats] = []
        weight = 0.0
        for word, word_key, counts in zip(asked.words, asked.keys, asked.weights, strict=True):
            if len(word) < 2:
                shares.append(np.zeros(len(self._texts), dtype=np.float32))
                continue
            weight += counts
            shares.append(np.float32(counts) * self._share(*self._like(word, word_key, abjad=asked.abjad)))
        scores = np.sum(shares, axis=0) + self._gained(asked, shares)
        enough = np.flatnonzero(scores >= 0.45 * weight) if weight else np.array([], dtype=np.int64)
        if len(enough) > _MOST_COMPARED:
            top = np.argpartition(-scores[enough], _MOST_COMPARED)[:_MOST_COMPARED]
            enough = enough[top]
        return [*dict.fromkeys([*enough.tolist(), *self._whole.get(key(asked.joined), ())[:_MOST_COMPARED]])]

    def _share(self, numbers: Ints, alike: NDArray[np.float64]) -> Floats:
        """Of each name, how alike the closest of these words is that it has."""
        share = np.zeros(len(self._texts), dtype=np.float32)
        for position in np.argsort(alike, kind="stable"):  # the closest comes last, and stays
            number = numbers[position]
            share[self._postings[self._starts[number] : self._starts[number + 1]]] = alike[position]
        return share

    def _gained(self, asked: Name, shares: Sequence[Floats]) -> Floats:
        """What names gain that have neighbours of this one as one word."""
        gained = np.zeros(len(self._texts), dtype=np.float32)
        for size in (2, 3):
            for at in range(len(shares) - size + 1):
                joined = "".join(asked.words[at : at + size])
                numbers = self._by_key.get(key(joined), _NONE) if len(joined) > 3 else _NONE
                if asked.abjad:
                    numbers = np.union1d(numbers, self._by_skeleton.get(skeleton(joined), _NONE))
                if len(numbers):
                    whole = sum(asked.weights[at : at + size]) * self._share(numbers, np.ones(len(numbers)))
                    gained = np.maximum(gained, whole - np.sum(shares[at : at + size], axis=0))
        return gained

    def _like(self, word: str, word_key: str, *, abjad: bool) -> tuple[Ints, NDArray[np.float64]]:
        """Numbers of known words that look or sound like this one, and how alike they are."""
        bones = (self._by_skeleton if abjad else self._by_abjad).get(skeleton(word), _NONE)
        grams = [self._by_gram[gram] for gram in _grams(word) if gram in self._by_gram]
        near = np.array([], dtype=np.int32)
        if grams:
            shared = np.bincount(np.concatenate(grams), minlength=len(self._words))
            near = np.flatnonzero(shared >= max(1, int(0.34 * len(word)))).astype(np.int32)
            near = near[np.abs(self._lengths[near] - len(word)) <= max(1, len(word) // 3)]
        same_key = self._by_key.get(word_key, _NONE)
        numbers = np.unique(np.concatenate([near, same_key, bones]))
        if not len(numbers):
            return _NONE, np.array([])
        words = [self._words[number] for number in numbers]
        alike = (
            cdist([word], words, scorer=JaroWinkler.normalized_similarity)[0]
            + cdist([word], words, scorer=OSA.normalized_similarity)[0]
        ) / 2
        sounds = np.isin(numbers, same_key)
        shorter = np.minimum(self._lengths[numbers], len(word))
        telling = (alike > HEARD) & (len(word_key) > 1) & (shorter >= shortest(word_key))
        same = (sounds & telling) | np.isin(numbers, bones)
        alike = np.where(same, np.maximum(alike, SAME_SOUND), alike)
        kept = alike >= ALIKE
        return numbers[kept], alike[kept]


_NONE: Ints = np.array([], dtype=np.int32)
_NOBODY = Found(0, 0, 0.0, "", ())


# ---- what else is known ----------------------------------------------------------------------------------


def _weighed(subject: Subject, party: Party, likeness: float, found: Found) -> Found:
    parts = [Part(part="name", effect=round(likeness, 4), text=f"{subject.name} ~ {found.matched_name}")]
    parts += [
        part for part in (_date(subject, party), _country(subject, party), _kind(subject, party)) if part
    ]
    score = min(1.0, max(0.0, sum(part.effect for part in parts)))
    return found._replace(score=round(score, 4), parts=tuple(parts))


def _date(subject: Subject, party: Party) -> Part | None:
    born = subject.birth_date
    if not born or not party.birth_dates:
        return None
    effect, closest = max((_date_effect(born, each), each) for each in party.birth_dates)
    return Part(part="birth_date", effect=effect, text=f"{born} ~ {closest}")


def _date_effect(one: str, other: str) -> float:
    """Lists often know only a year, and swap day and month."""
    if one == other:
        return 0.05
    years = abs(int(one[:4]) - int(other[:4]))
    if years > 1:
        return -0.12 if years <= 5 else -0.2
    if years == 0 and (other.startswith(one) or one.startswith(other)):
        return 0.03
    if years == 0 and (one[5:7], one[8:]) == (other[8:], other[5:7]):
        return 0.03
    wrong = sum(mine != theirs for mine, theirs in zip(one.split("-"), other.split("-"), strict=False))
    return -0.02 if wrong == 1 else -0.06


def _country(subject: Subject, party: Party) -> Part | None:
    if not subject.country or not party.countries:
        return None
    same = subject.country in party.countries
    return Part(
        part="country",
        effect=0.03 if same else -0.04,
        text=f"{subject.country} ~ {', '.join(party.countries)}",
    )


def _kind(subject: Subject, party: Party) -> Part | None:
    if subject.kind is None or subject.kind == party.kind:
        return None
    return Part(part="kind", effect=-0.1, text=f"{subject.kind} ~ {party.kind}")


# ---- building ----------------------------------------------------------------------------------------------


def _grams(word: str) -> set[str]:
    padded = f"^{word}$"
    return (
        {padded[at : at + 2] for at in range(len(padded) - 1)}
        if len(word) < 5
        else {padded[at : at + 3] for at in range(len(padded) - 2)}
    )


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, Ints]:
    groups: dict[str, list[int]] = {}
    for name, number in pairs:
        groups.setdefault(name, []).append(number)
    return {name: np.array(numbers, dtype=np.int32) for name, numbers in groups.items()}


def _flat(lists: Iterable[list[int]]) -> tuple[Ints, NDArray[np.int64]]:
    """Lists one after the other, and where each begins."""
    every = list(lists)
    starts = np.zeros(len(every) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in every], out=starts[1:])
    return np.array([number for each in every for number in each], dtype=np.int32), starts
