"""The features of a description for the linear model: stems, pairs of them, and letters within a stem.
Training and asking share this file; whoever changes it trains again (`tools/train_hs.py`).
"""

import re
from collections.abc import Sequence

from entrepot.rule.functions.hs_terms import WeightedStem, query, stems

NEGATED = re.compile(r"(?:other than|excluding|except|not|excl\.?|without)\b[^;,)]*", re.IGNORECASE)
_PAIR, _LETTERS, _GRAM = 0.7, 0.25, 5


def of_query(words: Sequence[WeightedStem]) -> dict[str, float]:
    """Return the features of a description whose words are weighed by what they say of the thing."""
    return _features([(word.stem, word.weight) for word in words])


def of_name(text: str) -> dict[str, float]:
    """Return the features of a name from trade, weighed as a description is."""
    return of_query(query(text))


def of_law(text: str) -> dict[str, float]:
    """Return the features of a tariff's text, whose words count alike; what it excludes is left out."""
    return _features([(stem, 1.0) for stem in stems(NEGATED.sub(" ", text))])


def _features(weighed: Sequence[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, (stem, weight) in enumerate(weighed):
        _most(found, f"w:{stem}", weight)
        if place:
            before, its = weighed[place - 1]
            _most(found, f"b:{before} {stem}", _PAIR * min(weight, its))
        whole = f"<{stem}>"
        for at in range(len(whole) - _GRAM + 1):
            _most(found, f"c:{whole[at : at + _GRAM]}", _LETTERS * weight)
    return found


def _most(found: dict[str, float], name: str, weight: float) -> None:
    found[name] = max(found.get(name, 0.0), weight)
