"""Computes how alike two names are: word by word, whatever their order, joined or apart."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA, JaroWinkler

from entrepot.screening.functions.names import COMMON_WORD, ComparableName, NameOf, key, named, skeleton

# Every number is shown with words that lie on either side of it; `tests/screening/test_thresholds.py` holds
# them. They were tried on the made-up people of `bench/labels`, where `bench screening` prints the outcome.

# From here on two words may be one: jan ~ jon 0.73, gaddafi ~ qadhafi 0.76; weber ~ becker (0.62) may not.
ALIKE = 0.72
# Words that sound the same count this much, if their letters are that alike too: qadir ~ kader (0.67) are
# one; vinanov ~ wenwei (0.29) have the same key and are not.
SAME_SOUND, HEARD = 0.95, 0.6
# How much an unlike word weighs against a name whose other words fit: Ivan Petrov ~ Igor Petrov falls to 0.5.
_STRICT = 1.6
# I. ~ Ivan: most who write an initial mean the name, but it fits others too.
_INITIAL = 0.88
# How alike two neighbours, written as one, have to be to a word of the other name: al tikriti ~ altikriti.
_JOINED = 0.9
# How alike a single name is to a whole one that has it, Petrovsky ~ Ivan Petrovsky: below the usual threshold
# of 0.85, but a birth date that is the same (0.05) brings it there.
_ONE_WORD = 0.8
_DISTINCTIVE = 0.4  # what a word weighs at least that is neither a particle (0.3) nor an initial (0.5)
# What an unmatched word of the list or of the subject weighs, once two words match: people leave out middle
# names (Ivan Petrovsky ~ Ivan Sergeevich Petrovsky 0.93). Organisations rarely leave out a word that tells
# who they are (Northern Star ~ Northern Star Kamchatka 0.84), and words that differ on both sides contradict
# each other (Northern Star Shipping ~ Northern Star Trading 0.82).
_LEFT_OUT, _ADDED, _CONFLICTING = 0.35, 0.5, 0.9
# Words that many firms have, and that only one side gives: Huawei ~ Huawei Technologies 0.88.
_COMMON_LEFT_OUT = 0.6
# Names that differ only in where their words end, vanderberg ~ van der berg: this alike at least as one word,
# and with a little taken away, because the words themselves differ. Short ones are alike by chance.
_SHORTEST_WHOLE, _WHOLE_ALIKE, _WHOLE_COUNTS = 6, 0.92, 0.98


def compare(one: ComparableName, other: ComparableName, *, of: NameOf = "person") -> float:
    """Return how alike somebody's name is to one of a list, from 0 to 1, whatever the order of their
    words.
    """
    joined = _joined_like(one, other, of=of)
    likeness = _by_words(joined, _joined_like(other, joined, of=of), of=of)
    return max(likeness, _as_one_word(one, other))


def _joined_like(one: ComparableName, other: ComparableName, *, of: NameOf) -> ComparableName:
    """Join neighbours that the other name has as one word: Al Tikriti, Altikriti; Wei Min, Weimin."""
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
    return one if len(words) == len(one.words) else named(words, abjad=one.abjad, of=of)


def _is_one(parts: tuple[str, ...], size: int, wholes: Sequence[tuple[str, str]], *, abjad: bool) -> bool:
    if any(part.isdigit() for part in parts):
        return False  # Daralavin 3 is no mistyped Darabalavin
    text = "".join(parts)
    near = [pair for pair in wholes if abs(len(pair[0]) - len(text)) <= (len(text) // 2 if abjad else 2)]
    return bool(near) and len(parts) == size and any(
        word_likeness(text, word, key(text), word_key, abjad=abjad) >= _JOINED for word, word_key in near
    )  # fmt: skip


def _by_words(one: ComparableName, other: ComparableName, *, of: NameOf) -> float:
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
        if likeness >= ALIKE and i not in left and j not in right:
            left[i] = right[j] = max(0.0, 1 - _STRICT * (1 - likeness))
    matched = sum(one.weights[i] > _DISTINCTIVE for i in left)
    if of == "organisation" and _only_common_words(one, left, other, right):
        added = left_out = _COMMON_LEFT_OUT
    elif matched < 2:
        added = left_out = 1.0
    elif of != "person" or (_more_than(left, one) and _more_than(right, other)):
        added = left_out = _CONFLICTING
    else:
        added, left_out = _ADDED, _LEFT_OUT
    likeness = (_covered(one, left, added) + _covered(other, right, left_out)) / 2
    if matched == 1 and of == "person" and _is_one_word(one, left):
        return max(likeness, _ONE_WORD)
    return likeness


def _only_common_words(
    one: ComparableName, left: dict[int, float], other: ComparableName, right: dict[int, float]
) -> bool:
    """Whether one name has all that the other has, and beside it only words that many firms have. What they
    share has to be more than such words.
    """
    if not any(one.weights[at] > COMMON_WORD for at in left):
        return False
    missing, added = _unmatched(one, left), _unmatched(other, right)
    return not (missing and added) and all(weight <= COMMON_WORD for weight in (*missing, *added))


def _unmatched(name: ComparableName, matched: dict[int, float]) -> list[float]:
    return [weight for at, weight in enumerate(name.weights) if at not in matched]


def _is_one_word(name: ComparableName, matched: dict[int, float]) -> bool:
    """Whether somebody gave nothing but a word that the other name has as well."""
    distinctive = [at for at, weight in enumerate(name.weights) if weight > _DISTINCTIVE]
    return len(distinctive) == 1 and matched.get(distinctive[0], 0.0) >= 1 - _STRICT * (1 - SAME_SOUND)


def word_likeness(one: str, other: str, one_key: str, other_key: str, *, abjad: bool = False) -> float:
    """Return how alike two words are; `abjad`, if one of them was written without its short vowels."""
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0  # Brigade 44 ~ Brigade 45: numbers are the same or not
    if abjad and skeleton(one) == skeleton(other):
        return SAME_SOUND
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    likeness: float = (
        JaroWinkler.normalized_similarity(one, other) + OSA.normalized_similarity(one, other)
    ) / 2
    if one_key == other_key and _sound_counts(one_key, min(len(one), len(other)), likeness):
        return max(likeness, SAME_SOUND)
    return likeness


def _sound_counts(word_key: str, shorter: int, likeness: float) -> bool:
    """Whether one key means one name: keys of short words are shared by too many."""
    return len(word_key) > 1 and shorter >= shortest(word_key) and likeness > HEARD


def shortest(word_key: str) -> int:
    """Return the fewest letters of a word whose sound counts. Only words without a vowel, as Arabic script
    writes them,
    may have three."""
    return 3 if len(word_key) == 3 else 4


def _more_than(matched: dict[int, float], name: ComparableName) -> bool:
    """Whether the name has words that matched nothing: if both have, their middle names contradict."""
    return any(weight > _DISTINCTIVE and at not in matched for at, weight in enumerate(name.weights))


def _covered(name: ComparableName, matched: dict[int, float], unmatched: float) -> float:
    got = whole = 0.0
    for number, weight in enumerate(name.weights):
        likeness = matched.get(number)
        got += weight * (likeness or 0.0)
        whole += weight if likeness is not None else weight * unmatched
    return got / whole


def _as_one_word(one: ComparableName, other: ComparableName) -> float:
    """Compare names that differ in where their words end, such as Van der Berg and Vanderberg."""
    if min(len(one.joined), len(other.joined)) < _SHORTEST_WHOLE or len(one.words) == len(other.words):
        return 0.0
    likeness: float = OSA.normalized_similarity(one.joined, other.joined)
    return _WHOLE_COUNTS * likeness if likeness >= _WHOLE_ALIKE else 0.0
