"""Who on the lists may be meant by a name. Words that look or sound alike are found over their trigrams and
keys, names over their words; the few that remain are compared word by word, whatever their order.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from entrepot.rule.functions.names import Name, folded, key, named, skeleton
from entrepot.rule.model.party import Party
from entrepot.rule.model.screening import Part, Subject

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_MOST_COMPARED = 200
_ALIKE = 0.72  # below this, two words have nothing to do with each other
_STRICT = 1.6  # how much an unlike word weighs against a name whose other words fit
_SAME_SOUND, _HEARD = 0.95, 0.6  # of words with one key, if their letters are that alike too
_INITIAL = 0.88
_JOINED = 0.9  # how alike two neighbours, written as one, have to be to a word of the other name
_TELLING = 0.4  # what a word weighs at least that is neither a particle nor an initial
# What an unmatched word of the list or of the subject weighs, once two words match: people leave out middle
# names; organisations rarely leave out a word.
_LEFT_OUT, _ADDED, _CONFLICTING = 0.35, 0.5, 0.9


class Source(NamedTuple):
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


class Index:
    """All names of some lists."""

    def __init__(self, sources: Sequence[Source]) -> None:
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
        telling = (alike > _HEARD) & (len(word_key) > 1) & (shorter >= _shortest(word_key))
        same = (sounds & telling) | np.isin(numbers, bones)
        alike = np.where(same, np.maximum(alike, _SAME_SOUND), alike)
        kept = alike >= _ALIKE
        return numbers[kept], alike[kept]


_NONE: Ints = np.array([], dtype=np.int32)
_NOBODY = Found(0, 0, 0.0, "", ())


def compare(one: Name, other: Name, *, organisation: bool) -> float:
    """How alike two names are, from 0 to 1, whatever the order of their words."""
    joined = _joined_like(one, other)
    likeness = _by_words(joined, _joined_like(other, joined), organisation=organisation)
    return max(likeness, _as_one_word(one, other))


def _joined_like(one: Name, other: Name) -> Name:
    """Neighbours as one word where the other name has them so: Al Tikriti, Altikriti; Wei Min, Weimin."""
    wholes = [pair for pair in zip(other.words, other.keys, strict=True) if pair[0] not in one.words]
    if len(one.words) < 2 or not wholes:
        return one
    abjad = one.abjad != other.abjad
    words: list[str] = []
    at = 0
    while at < len(one.words):
        sound = one.keys[at][:1]
        near = [pair for pair in wholes if pair[1][:1] == sound]
        sizes = (
            size for size in (3, 2) if near and _is_one(one.words[at : at + size], size, near, abjad=abjad)
        )
        size = next(sizes, 1)
        words.append("".join(one.words[at : at + size]))
        at += size
    return one if len(words) == len(one.words) else named(words, abjad=one.abjad)


def _is_one(parts: tuple[str, ...], size: int, wholes: Sequence[tuple[str, str]], *, abjad: bool) -> bool:
    text = "".join(parts)
    near = [pair for pair in wholes if abs(len(pair[0]) - len(text)) <= (len(text) // 2 if abjad else 2)]
    return bool(near) and len(parts) == size and any(
        word_likeness(text, word, key(text), word_key, abjad=abjad) >= _JOINED for word, word_key in near
    )  # fmt: skip


def _by_words(one: Name, other: Name, *, organisation: bool) -> float:
    abjad = one.abjad != other.abjad
    pairs = sorted(
        (
            (word_likeness(word, other_word, one.keys[i], other.keys[j], abjad=abjad), i, j)
            for i, word in enumerate(one.words)
            for j, other_word in enumerate(other.words)
        ),
        reverse=True,
    )
    left: dict[int, float] = {}
    right: dict[int, float] = {}
    for likeness, i, j in pairs:
        if likeness >= _ALIKE and i not in left and j not in right:
            left[i] = right[j] = max(0.0, 1 - _STRICT * (1 - likeness))
    matched = sum(one.weights[i] > _TELLING for i in left)
    if matched < 2:
        added = left_out = 1.0
    elif organisation or (_more_than(left, one) and _more_than(right, other)):
        added = left_out = _CONFLICTING
    else:
        added, left_out = _ADDED, _LEFT_OUT
    return (_covered(one, left, added) + _covered(other, right, left_out)) / 2


def word_likeness(one: str, other: str, one_key: str, other_key: str, *, abjad: bool = False) -> float:
    """`abjad`, if one of them was written without its short vowels."""
    if one == other:
        return 1.0
    if abjad and skeleton(one) == skeleton(other):
        return _SAME_SOUND
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    likeness: float = (
        JaroWinkler.normalized_similarity(one, other) + OSA.normalized_similarity(one, other)
    ) / 2
    if one_key == other_key and _telling(one_key, min(len(one), len(other)), likeness):
        return max(likeness, _SAME_SOUND)
    return likeness


def _telling(word_key: str, shorter: int, likeness: float) -> bool:
    """Whether one key means one name: keys of short words are shared by too many."""
    return len(word_key) > 1 and shorter >= _shortest(word_key) and likeness > _HEARD


def _shortest(word_key: str) -> int:
    """Of three letters only words without a vowel, as Arabic script writes them, are told by their sound."""
    return 3 if len(word_key) == 3 else 4


def _more_than(matched: dict[int, float], name: Name) -> bool:
    """Whether the name has words that matched nothing: if both have, their middle names contradict."""
    return any(weight > _TELLING and at not in matched for at, weight in enumerate(name.weights))


def _covered(name: Name, matched: dict[int, float], unmatched: float) -> float:
    got = whole = 0.0
    for number, weight in enumerate(name.weights):
        likeness = matched.get(number)
        got += weight * (likeness or 0.0)
        whole += weight if likeness is not None else weight * unmatched
    return got / whole


def _as_one_word(one: Name, other: Name) -> float:
    """Van der Berg and Vanderberg: for names that differ in where their words end."""
    if min(len(one.joined), len(other.joined)) < 6 or len(one.words) == len(other.words):
        return 0.0
    likeness: float = OSA.normalized_similarity(one.joined, other.joined)
    return 0.98 * likeness if likeness >= 0.92 else 0.0


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
