"""Which codes fit a description: BM25 over the table's own texts, names from daily trade and a vote from the
heading above, put together with the linear model of headings. Chances were calibrated on names and rulings
that neither was made from, so that of all suggestions with 0.8 about eight in ten are right.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from entrepot.rule.functions import hs_features, hs_model, hs_stack
from entrepot.rule.functions.hs_model import WordModel
from entrepot.rule.functions.hs_said import gist, of_goods
from entrepot.rule.functions.hs_stack import Floats, Grounds
from entrepot.rule.functions.hs_table import Table
from entrepot.rule.functions.hs_terms import WeightedStem, is_whole, pairs, query, stems
from entrepot.rule.model.headings import HEADINGS
from entrepot.rule.model.hs import parents

# Of the fields: names from daily trade and our title at the code itself, the table's text there, and the
# same of what stands above it.
_OWN, _TITLE, _TEXT = 2.2, 1.2, 1.4
_ABOVE = {2: 0.15, 4: 0.5}
_NOT = -0.7  # in "other than …"
_K1, _B = 1.3, 0.35
_PHRASE = 1.3  # what a whole name from daily trade adds
_NAMES = 1.6  # what it adds if it holds the word that names the thing
_EXACT = 1.0  # what it adds besides if it is all that was said
_UNKNOWN = 5.0  # of an unknown word, where a known one has its inverse document frequency
_REST = 0.015  # for what is "not elsewhere", if nothing else decides
SHARPNESS, BASE = 7.0, 0.35  # of the softmax, and how much must be found before a chance is one
_MOST_GUESSED = 24  # words of a description that are read as what they resemble
_LOOKED_AT = 12  # headings whose words are held against the description
SURE, TELLING, UNDERSTOOD = 0.9, 0.25, 0.6

_NEGATED = re.compile(r"(?:other than|excluding|except|not|excl\.?|without)\b[^;,)]*", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|no|without|except|other than)\s+(?:(?:an?|the|any)\s+)?[\w-]+", re.IGNORECASE)
# What a thing is not narrows what it is, but nothing here reads how: nobody is sure of such a description.
_DENIAL = re.compile(r"\b(?:non|not|other than|except|excluding)\b", re.IGNORECASE)
_ELSE = re.compile(r"\bn\.e\.c|not elsewhere specified", re.IGNORECASE)


class Ranked(NamedTuple):
    """A code, its chance, and the words that led to it."""

    code: str
    chance: float
    because: tuple[str, ...]


class Ranking(NamedTuple):
    """`found` is the part of the description's weight that the index knows anything about."""

    headings: tuple[Ranked, ...]
    codes: tuple[Ranked, ...]
    found: float


class _Asked(NamedTuple):
    """A description as the index understands it, and its scores for codes and headings."""

    words: Sequence[WeightedStem]
    known: Sequence[WeightedStem]
    lost: float
    recognised: float
    scores: Floats
    top: Floats

    @property
    def found(self) -> float:
        """The part of the description's weight that the index knows anything about."""
        return self.recognised / max(self.recognised + self.lost, 1e-9)


def _trusted(chances: Floats, trusted: float) -> Floats:
    """Return the chances with that of the first as far as it may be trusted; the others share the rest."""
    first = int(chances.argmax())
    rest = max(float(1 - chances[first]), 1e-9)
    found: Floats = np.minimum(chances * (1 - trusted) / rest, trusted)
    found[first] = trusted
    return found


class HeadingIndex:
    """Everything that is needed to rank the deepest codes of one table. Of a partial one, which lacks most
    subheadings, a heading stands for those that are not there.
    """

    def __init__(self, table: Table, *, partial: bool = False) -> None:
        self.table = table
        self.codes = [
            code
            for code in table.codes
            if len(code) > 2 and (code not in table.children or (partial and len(code) == 4))
        ]
        self._heading_of = np.array([int(code[:4]) for code in self.codes])
        self._headings, self._in_heading = np.unique(self._heading_of, return_inverse=True)
        self._every = np.array(sorted(map(int, HEADINGS | {code[:4] for code in self.codes})))
        self._place = np.searchsorted(self._every, self._headings)
        self._under = self._spans()
        self._postings(self._documents())
        self._phrases()
        self._rest = np.array(
            [_REST if _ELSE.search(table.entries[code].text) else 0.0 for code in self.codes]
        )
        texts = (text for entry in table.entries.values() for text in (entry.title, entry.text, *entry.words))
        self._surfaces = {
            written: stem for text in texts for written, stem in pairs(text) if stem in self._rows
        }

    def rank(self, description: str, *, limit: int) -> Ranking:
        """Return the likeliest headings and codes."""
        model = hs_model.shipped()
        asked = self._asked(description, model)
        if not self._understands(asked, model):
            return Ranking((), (), 0.0)
        evidence = self._evidence(asked, model)
        chances = hs_stack.mixed(evidence)
        trusted = hs_stack.trust(evidence, chances)
        if _DENIAL.search(description):
            trusted = min(trusted, SURE - 0.01)
        return self._chances(asked, _trusted(chances, trusted)[self._place], limit=limit)

    def evidence(self, description: str) -> tuple[NDArray[np.int64], Grounds] | None:
        """Return every heading, and what speaks for each; nothing if no word is known."""
        model = hs_model.shipped()
        asked = self._asked(description, model)
        return (self._every, self._evidence(asked, model)) if self._understands(asked, model) else None

    def rank_by_index(self, description: str, *, limit: int) -> Ranking:
        """Return what the index alone finds, with its own chances: what a benchmark compares with."""
        asked = self._asked(description)
        if not asked.known:
            return Ranking((), (), 0.0)
        return self._chances(asked, self._by_index(asked), limit=limit)

    def _understands(self, asked: "_Asked", model: WordModel) -> bool:
        return bool(asked.known) or any(model.knows(word.stem) for word in asked.words)

    def _asked(self, description: str, model: WordModel | None = None) -> "_Asked":
        words = query(_DENIED.sub(" ", of_goods(gist(description))))
        known, lost = self._understood(words, model)
        recognised = sum(word.weight * self._idf[word.stem] for word in known)
        scores = self._scores(known) / max(recognised, 1e-9) + self._rest
        top = np.zeros(len(self._headings))
        np.maximum.at(top, self._in_heading, scores)
        return _Asked(words, known, lost, recognised, scores, top)

    def _evidence(self, asked: "_Asked", model: WordModel) -> Grounds:
        by_model = np.full(len(self._every), hs_stack.LOWEST_MODEL)
        by_model[np.searchsorted(self._every, model.headings)] = model.log_chances(
            hs_features.of_query(asked.words)
        )
        spread = SHARPNESS * (asked.top - asked.top.max())
        by_index = np.full(len(self._every), hs_stack.LOWEST_INDEX)
        by_index[self._place] = spread - np.log(np.exp(spread).sum())
        head = max(asked.words, key=lambda word: word.weight)
        named, matched = np.zeros(len(self._every)), np.zeros(len(self._every))
        for word in asked.known:
            at, weight = self._rows[word.stem]
            under = self._place[np.unique(self._in_heading[at[weight > 0]])]
            matched[under] += word.weight * self._idf[word.stem] / (asked.recognised + asked.lost)
            if word.written == head.written:
                named[under] = 1.0
        found = asked.recognised / (asked.recognised + asked.lost)
        whole = np.zeros(len(self._every))
        for code, mass in self._whole_names(asked.known):
            its = int(np.searchsorted(self._every, int(code[:4])))
            whole[its] = max(whole[its], mass / (asked.recognised + asked.lost))
        return Grounds(by_index, by_model, found, float(asked.top.max()), named, matched, whole)

    def similar(self, word: str) -> list[tuple[str, float]]:
        """Return stems of known words that are written nearly alike, each with how alike (0 to 1)."""
        if len(word) < 4:
            return []
        near = process.extract(word, self._surfaces.keys(), scorer=fuzz.ratio, score_cutoff=80, limit=3)
        near = [each for each in near if each[1] > near[0][1] - 6 and (each[0][0] == word[0] or each[1] > 90)]
        return [(self._surfaces[written], score / 100) for written, score, _ in near]

    def _spans(self) -> Mapping[str, slice]:
        """Return which documents stand under each code: they are sorted, so it is a run of them."""
        found: dict[str, slice] = {}
        for number, code in enumerate(self.codes):
            for above in (*parents(code), code):
                found[above] = slice(found[above].start if above in found else number, number + 1)
        return found

    def _documents(self) -> Iterator[dict[str, float]]:
        above = {code: self._weighed(code) for code in self.table.codes}
        for code in self.codes:
            bag = dict(above[code])
            for parent in parents(code):
                factor = _ABOVE[len(parent)]
                for stem, weight in above.get(parent, {}).items():
                    bag[stem] = bag.get(stem, 0.0) + factor * max(weight, 0.0)
            yield bag

    def _weighed(self, code: str) -> dict[str, float]:
        entry = self.table.entries[code]
        bag: dict[str, float] = {}
        positive = _NEGATED.sub(" ", entry.text)
        for texts, weight in (((entry.title,), _TITLE), (entry.words, _OWN), ((positive,), _TEXT)):
            for stem in {stem for text in texts for stem in stems(text)}:
                bag[stem] = bag.get(stem, 0.0) + weight
        for negated in _NEGATED.findall(entry.text):
            for stem in stems(negated):
                bag.setdefault(stem, _NOT)
        return bag

    def _postings(self, documents: Iterable[dict[str, float]]) -> None:
        rows: dict[str, tuple[list[int], list[float]]] = {}
        lengths = np.zeros(len(self.codes))
        for number, bag in enumerate(documents):
            lengths[number] = sum(map(abs, bag.values()))
            for stem, counted in bag.items():
                numbers, weights = rows.setdefault(stem, ([], []))
                numbers.append(number)
                weights.append(counted)
        norm = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9))
        self._rows: dict[str, tuple[NDArray[np.int64], Floats]] = {}
        self._idf: dict[str, float] = {}
        for stem, (numbers, weights) in rows.items():
            at, weight = np.array(numbers), np.array(weights)
            headings = len(np.unique(self._heading_of[at]))
            self._idf[stem] = math.log(1 + (len(self._headings) - headings + 0.5) / (headings + 0.5))
            self._rows[stem] = (at, weight * (_K1 + 1) / (np.abs(weight) + norm[at]))

    def _phrases(self) -> None:
        """Return names from daily trade, by the rarest of their stems."""
        self._names: dict[str, list[tuple[frozenset[str], str, str]]] = {}
        for code in self.table.codes:
            for name in self.table.entries[code].words:
                parts = stems(name)
                if parts and len(code) > 2 and is_whole(name):
                    rarest = max(parts, key=self._idf_of)
                    self._names.setdefault(rarest, []).append((frozenset(parts), parts[-1], code))

    def _idf_of(self, stem: str) -> float:
        return self._idf.get(stem, _UNKNOWN)

    def _understood(
        self, words: list[WeightedStem], model: WordModel | None
    ) -> tuple[list[WeightedStem], float]:
        """Return what the words mean here, and the weight of what was not understood. Unknown words are
        joined with their neighbour, split in two, or read as what they resemble, unless the model knows them.
        """
        found: list[WeightedStem] = []
        lost = 0.0
        for number, word in enumerate(words):
            joined = self._joined(words[number : number + 2])
            found += joined
            if word.stem in self._rows:
                found.append(word)
            elif parts := self._split(word.written):
                first, last = parts
                found.append(WeightedStem(first, word.weight * 0.7, word.written))
                found.append(WeightedStem(last, word.weight, word.written))
            elif model is not None and model.knows(word.stem):
                lost += 0.0 if joined else word.weight * _UNKNOWN
            elif (
                number < _MOST_GUESSED
                and not joined
                and not (found and number and found[-1].written.endswith(word.written))
            ):
                near = self.similar(word.written)
                likeness = near[0][1] ** 3 if near else 0.0
                found += [
                    WeightedStem(stem, word.weight * likeness / len(near), word.written) for stem, _ in near
                ]
                lost += word.weight * _UNKNOWN * (1 - likeness)
        return found, lost

    def _joined(self, pair: Sequence[WeightedStem]) -> list[WeightedStem]:
        """Join two words into the one that they make, such as lawn mower; mistyped if one of them is
        unknown.
        """
        if len(pair) < 2:
            return []
        written = pair[0].written + pair[1].written
        weight = max(word.weight for word in pair) * 0.9
        known = [WeightedStem(stem, weight, written) for stem in stems(written) if stem in self._rows]
        if known or all(word.stem in self._rows for word in pair):
            return known
        return [
            WeightedStem(stem, weight * alike, written)
            for stem, alike in self.similar(written)
            if alike > 0.88
        ]

    def _split(self, written: str) -> tuple[str, str] | None:
        """Split a word into two known ones of four letters and more."""
        for at in range(4, len(written) - 3):
            left, right = stems(written[:at]), stems(written[at:])
            if left and right and left[0] in self._rows and right[0] in self._rows:
                return left[0], right[0]
        return None

    def _whole_names(self, words: Sequence[WeightedStem]) -> Iterator[tuple[str, float]]:
        """Yield each code with a name from daily trade all of whose words were said, and their weight."""
        weights = {word.stem: word.weight for word in words}
        for stem in weights:
            for parts, _, code in self._names.get(stem, ()):
                if parts <= weights.keys():
                    yield code, sum(self._idf_of(part) * weights[part] for part in parts)

    def _scores(self, words: Sequence[WeightedStem]) -> Floats:
        scores = np.zeros(len(self.codes))
        for word in words:
            at, weight = self._rows[word.stem]
            np.add.at(scores, at, word.weight * self._idf[word.stem] * weight)
        best: dict[str, float] = {}
        weights = {word.stem: word.weight for word in words}
        for stem in weights:
            for parts, last, code in self._names.get(stem, ()):
                if parts <= weights.keys():
                    mass = sum(self._idf_of(part) * weights[part] for part in parts)
                    factor = _NAMES if weights[last] > 1.0 else _PHRASE * min(1.0, weights[last])
                    factor += _EXACT * (parts == weights.keys())
                    best[code] = max(best.get(code, 0.0), factor * mass)
        for code, bonus in best.items():
            if code in self._under:
                scores[self._under[code]] += bonus
        return scores

    def _by_index(self, asked: "_Asked") -> Floats:
        """Return the chance of each heading by the index alone."""
        top = asked.top
        spread = np.exp(np.clip(SHARPNESS * (top - top.max()), -40, 0))
        of_heading: Floats = spread / spread.sum() * min(1.0, float(top.max()) / 1.2)
        for each in np.argsort(-spread, kind="stable")[:_LOOKED_AT]:
            part = self._matched_weight(f"{self._headings[each]:04}", asked.known)
            part /= asked.recognised + asked.lost
            of_heading[each] *= part / (part + BASE * (1 - part))
        return of_heading

    def _chances(self, asked: "_Asked", of_heading: Floats, *, limit: int) -> Ranking:
        words, scores, top = asked.known, asked.scores, asked.top
        within = np.exp(np.clip(SHARPNESS * (scores - top[self._in_heading]), -40, 0))
        total = np.zeros(len(self._headings))
        np.add.at(total, self._in_heading, within)
        chances = within / total[self._in_heading] * of_heading[self._in_heading]
        best_headings = np.argsort(-of_heading, kind="stable")[:limit]
        best_codes = np.lexsort((np.arange(len(scores)), -chances))[:limit]
        return Ranking(
            tuple(
                Ranked(code, round(float(of_heading[each]), 4), self._because(code, words))
                for each in best_headings
                if of_heading[each] > 0.001 and (code := f"{self._headings[each]:04}")
            ),
            tuple(
                Ranked(
                    self.codes[each], round(float(chances[each]), 4), self._because(self.codes[each], words)
                )
                for each in best_codes
                if chances[each] > 0.001
            ),
            asked.found,
        )

    def _matched_weight(self, code: str, words: Sequence[WeightedStem]) -> float:
        """Return the weight of the words that stand under this code."""
        span, told = self._under[code], 0.0
        for word in words:
            at, weight = self._rows[word.stem]
            if ((at >= span.start) & (at < span.stop) & (weight > 0)).any():
                told += word.weight * self._idf[word.stem]
        return told

    def _because(self, code: str, words: Sequence[WeightedStem]) -> tuple[str, ...]:
        """Return the words of the description that stand under this code, the rarest first."""
        span = self._under.get(code)
        if span is None:
            return ()
        led: dict[str, float] = {}
        for word in words:
            at, weight = self._rows[word.stem]
            here = (at >= span.start) & (at < span.stop) & (weight > 0)
            if here.any():
                same = word.written.startswith(word.stem[:3])
                text = word.written if same else f"{word.written} → {word.stem}"
                led[text] = max(led.get(text, 0.0), self._idf[word.stem] * word.weight)
        return tuple(sorted(led, key=led.__getitem__, reverse=True)[:6])
