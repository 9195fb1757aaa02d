"""The linear model of headings: how probable each is for the features of a description.

`hs/words.npz` holds, for each of 60,000 features, its 60 largest weights as bytes; `tools/train_hs.py` made
it from texts whose licences `hs/README.md` names. It is read when the first description is ranked.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np

from entrepot.rule.functions.hs_stack import Floats


class WordModel:
    """Softmax over headings, from weights that were read. `headings` are numbers: 9503 for 9503."""

    def __init__(self, body: bytes) -> None:
        with np.load(io.BytesIO(body), allow_pickle=False) as found:
            self.headings = found["headings"].astype(np.int64)
            self._bias = found["bias"].astype(np.float64)
            self._idf = found["idf"].astype(np.float64)
            self._scale = found["scale"].astype(np.float64)
            self._starts = found["starts"]
            self._at, self._value = found["at"], found["value"]
            names = found["names"].tobytes().decode().split("\n")
        self._place = {name: number for number, name in enumerate(names)}

    def log_chances(self, features: Mapping[str, float]) -> Floats:
        """Return the logarithm of each heading's probability, in the order of `headings`."""
        known = [(self._place[name], weight) for name, weight in features.items() if name in self._place]
        logits = self._bias.copy()
        if known:
            at = np.array([number for number, _ in known])
            value = np.array([weight for _, weight in known]) * self._idf[at]
            value *= self._scale[at] / max(float(np.linalg.norm(value)), 1e-9)
            for number, factor in zip(at, value, strict=True):
                part = slice(self._starts[number], self._starts[number + 1])
                logits[self._at[part]] += factor * self._value[part]
        logits -= logits.max()
        chances: Floats = logits - np.log(np.exp(logits).sum())
        return chances

    def knows(self, stem: str) -> bool:
        return f"w:{stem}" in self._place


@lru_cache(maxsize=1)
def shipped() -> WordModel:
    """Return the model that ships with the program."""
    return WordModel(files("entrepot.rule").joinpath("hs", "words.npz").read_bytes())
