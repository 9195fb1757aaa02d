"""Who on the lists may be meant by a name. Words that look or sound alike are found over their trigrams and
keys, names over their words; the few that remain are compared, and weighed with what else is known.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from entrepot.screening.functions import identifiers
from entrepot.screening.functions.likeness import ALIKE, HEARD, SAME_SOUND, compare, shortest
from entrepot.screening.functions.names import (
    FOLDS,
    ComparableName,
    NameOf,
    fold_of,
    folded,
    key,
    named,
    skeleton,
)
from entrepot.screening.functions.weighing import asked_identifiers, most_added, parts_of, score_of
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import Part, ScreenedSubject

Ints = NDArray[np.int32]
FloatArray = NDArray[np.float32]

# So many names are compared at most, those that share the most. Of 20,000 people of the bench, half of all
# searches compare 42 or fewer; one in ten reaches this bound.
_MOST_COMPARED = 200
_MOST_ADDED = most_added() + 0.01
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
        self._folded: list[tuple[str, bool, str]] = []  # words, abjad, legal form: less than a ComparableName
        words: dict[str, list[int]] = {}
        self._without_vowels: set[str] = set()
        self._whole: dict[str, list[int]] = {}
        self._by_identifier: dict[str, list[tuple[int, int]]] = {}
        for source, each in enumerate(sources):
            for number, party in enumerate(each.parties):
                for identifier in party.identifiers:
                    same = self._by_identifier.setdefault(identifiers.normal(identifier.value), [])
                    same.append((source, number))
                for text in dict.fromkeys((party.name, *party.aliases, *party.weak_aliases)):
                    self._add(text, (source, number), words, of=fold_of(party.kind))
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

    def _add(self, text: str, entry: tuple[int, int], words: dict[str, list[int]], *, of: NameOf) -> None:
        name, number = folded.__wrapped__(text, of), len(self._texts)
        if not name.words:
            return
        self._texts.append(text)
        self._entry.append(entry)
        self._folded.append((" ".join(name.words), name.abjad, name.form))
        for word in dict.fromkeys(name.words):
            words.setdefault(word, []).append(number)
        if name.abjad:
            self._without_vowels.update(name.words)
        self._whole.setdefault(key(name.joined), []).append(number)

    def search(self, subject: ScreenedSubject, *, threshold: float, limit: int) -> list[Found]:
        """Return the entries that may be meant, the likeliest first, each once by its closest name."""
        return self.found(subject, threshold=threshold)[:limit]

    def found(self, subject: ScreenedSubject, *, threshold: float) -> list[Found]:
        """Return all entries that may be meant, the likeliest first."""
        asked = {of: folded(subject.name, of) for of in FOLDS}
        best: dict[tuple[int, int], Found] = {}
        ways = [asked[fold_of(subject.kind)]] if subject.kind else list(asked.values())
        for number in self._candidates_of(ways):
            entry = self._entry[number]
            of = fold_of(self._party(entry).kind)
            listed = self._name(number, of)
            likeness = compare(asked[of], listed, of=of)
            if likeness < threshold - _MOST_ADDED:
                continue
            found = self._weighed(
                subject,
                entry,
                likeness=likeness,
                name=self._texts[number],
                forms=(asked[of].form, listed.form),
            )
            if found.score >= threshold and found.score > best.get(entry, _NOBODY).score:
                best[entry] = found
        for entry in self._identified(subject):
            party = self._party(entry)
            of = fold_of(party.kind)
            likeness = compare(asked[of], folded(party.name, of), of=of) if asked[of].words else 0.0
            found = self._weighed(subject, entry, likeness=likeness, name=party.name)
            if found.score >= threshold and found.score > best.get(entry, _NOBODY).score:
                best[entry] = found
        return sorted(best.values(), key=lambda each: (-each.score, each.source, each.number))

    def with_word(self, text: str) -> list[tuple[int, int]]:
        """Return the entries with a name that has all of these words as they are, or an identifier that is
        this one, in the order of their lists.
        """
        ways = {of: folded(text, of).words for of in FOLDS}
        entries = set(self._by_identifier.get(identifiers.normal(text), ()))
        for words in {each for each in ways.values() if each}:
            known = [self._number.get(word) for word in words]
            if None in known:
                continue
            postings = [
                self._postings[self._starts[number] : self._starts[number + 1]]
                for number in known if number is not None
            ]  # fmt: skip
            shared = postings[0]
            for each in postings[1:]:
                shared = np.intersect1d(shared, each)
            entries |= {self._entry[number] for number in shared.tolist()}
        return sorted(entries)

    def _party(self, entry: tuple[int, int]) -> Party:
        return self.sources[entry[0]].parties[entry[1]]

    def _identified(self, subject: ScreenedSubject) -> list[tuple[int, int]]:
        """Return the entries that have one of the subject's identifiers."""
        values = (identifiers.normal(each.value) for each in asked_identifiers(subject))
        return [*dict.fromkeys(entry for value in values for entry in self._by_identifier.get(value, ()))]

    def _weighed(
        self, subject: ScreenedSubject, entry: tuple[int, int], *, likeness: float, name: str,
        forms: tuple[str, str] = ("", ""),
    ) -> Found:  # fmt: skip
        parts = parts_of(subject, self._party(entry), likeness=likeness, matched_name=name, forms=forms)
        return Found(entry[0], entry[1], score_of(parts), name, parts)

    def _name(self, number: int, of: NameOf) -> ComparableName:
        words, abjad, form = self._folded[number]
        return named(words.split(), abjad=abjad, of=of, form=form)

    def _candidates_of(self, asked: Iterable[ComparableName]) -> list[int]:
        """Return names that may be meant, whatever the name that is asked for is a name of."""
        ways = {each.words: each for each in asked if each.words}
        return [*dict.fromkeys(number for each in ways.values() for number in self._candidates(each))]

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
