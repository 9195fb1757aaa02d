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
from entrepot.screening.functions.names import ComparableName, folded, key, skeleton
from entrepot.screening.functions.weighing import parts_of, score_of
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import Part, ScreenedSubject

Ints = NDArray[np.int32]
FloatArray = NDArray[np.float32]

# So many names are compared at most, those that share the most. Of 20,000 people of the bench, half of all
# searches compare 42 or fewer; one in ten reaches this bound.
_MOST_COMPARED = 200
# What birth date and country add at most (0.05 and 0.03), with a little to spare.
_MOST_ADDED = 0.1
# A name is compared if it has words for this share of what the subject's words weigh: one of two, so that
# Petrovsky alone brings up Ivan Petrovsky.
_SHARED = 0.45
# A word is looked at if it has this share of the asked word's length in trigrams: mohammed has eight letters,
# and the two that muhammad shares with it (ham, amm) are just enough.
_SHARED_GRAMS = 0.34


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

    def search(self, subject: ScreenedSubject, *, threshold: float, limit: int) -> list[Found]:
        """Return the entries that may be meant, the likeliest first, each once by its closest name."""
        asked = folded(subject.name)
        best: dict[tuple[int, int], Found] = {}
        for number in self._candidates(asked):
            source, at = self._entry[number]
            party = self.sources[source].parties[at]
            likeness = compare(asked, folded(self._texts[number]), organisation=party.kind != "person")
            if likeness < threshold - _MOST_ADDED:
                continue
            parts = parts_of(subject, party, likeness=likeness, matched_name=self._texts[number])
            score = score_of(parts)
            if score >= threshold and score > best.get((source, at), _NOBODY).score:
                best[source, at] = Found(source, at, score, self._texts[number], parts)
        ranked = sorted(best.values(), key=lambda each: (-each.score, each.source, each.number))
        return ranked[:limit]

    def _candidates(self, asked: ComparableName) -> list[int]:
        """Return names that share enough of their words with this one."""
        shares: list[FloatArray] = []
        weight = 0.0
        for word, word_key, counts in zip(asked.words, asked.keys, asked.weights, strict=True):
            if len(word) < 2:
                shares.append(np.zeros(len(self._texts), dtype=np.float32))
                continue
            weight += counts
            shares.append(np.float32(counts) * self._share(*self._like(word, word_key, abjad=asked.abjad)))
        scores = np.sum(shares, axis=0) + self._gained(asked, shares)
        enough = np.flatnonzero(scores >= _SHARED * weight) if weight else np.array([], dtype=np.int64)
        if len(enough) > _MOST_COMPARED:
            top = np.argpartition(-scores[enough], _MOST_COMPARED)[:_MOST_COMPARED]
            enough = enough[top]
        return [*dict.fromkeys([*enough.tolist(), *self._whole.get(key(asked.joined), ())[:_MOST_COMPARED]])]

    def _share(self, numbers: Ints, alike: NDArray[np.float64]) -> FloatArray:
        """Return for each name how alike its closest word is to these."""
        share = np.zeros(len(self._texts), dtype=np.float32)
        for position in np.argsort(alike, kind="stable"):  # the closest comes last, and stays
            number = numbers[position]
            share[self._postings[self._starts[number] : self._starts[number + 1]]] = alike[position]
        return share

    def _gained(self, asked: ComparableName, shares: Sequence[FloatArray]) -> FloatArray:
        """Return what names gain that have neighbours of this one as one word."""
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
        """Return the numbers of known words that look or sound like this one, and how alike they are."""
        bones = (self._by_skeleton if abjad else self._by_abjad).get(skeleton(word), _NONE)
        grams = [self._by_gram[gram] for gram in _grams(word) if gram in self._by_gram]
        near = np.array([], dtype=np.int32)
        if grams:
            shared = np.bincount(np.concatenate(grams), minlength=len(self._words))
            near = np.flatnonzero(shared >= max(1, int(_SHARED_GRAMS * len(word)))).astype(np.int32)
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
        sound_counts = (alike > HEARD) & (len(word_key) > 1) & (shorter >= shortest(word_key))
        same = (sounds & sound_counts) | np.isin(numbers, bones)
        alike = np.where(same, np.maximum(alike, SAME_SOUND), alike)
        kept = alike >= ALIKE
        return numbers[kept], alike[kept]


_NONE: Ints = np.array([], dtype=np.int32)
_NOBODY = Found(0, 0, 0.0, "", ())


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
    """Return the lists one after the other, and where each begins."""
    every = list(lists)
    starts = np.zeros(len(every) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in every], out=starts[1:])
    return np.array([number for each in every for number in each], dtype=np.int32), starts
