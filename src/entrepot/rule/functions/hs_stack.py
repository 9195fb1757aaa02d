"""Puts the index and the linear model together, and says how far the first heading may be trusted.

The constants were fitted by `tools/calibrate_hs.py` on names and rulings' titles that neither of the two was
trained on (`bench/hs_split.py`); what tests was never looked at for them. Length is no evidence: two words
can decide, twenty can say nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EACH = 15
LOWEST_INDEX, LOWEST_MODEL = -12.0, -10.0


class Grounds(NamedTuple):
    """Logarithms of both chances for every heading, and what else tells how much was understood: shares of
    the description's weight from 0 to 1.
    """

    by_index: Floats
    by_model: Floats
    found: float  # what the index knows anything about
    strength: float  # the index's best score, at most 2
    head: Floats  # for each heading, whether the word that names the thing stands under it
    matched: Floats  # for each heading, the weight of words that stand under it
    whole: Floats  # for each heading, the weight of a whole name from daily trade


# Of log chances by the index and by the model, of being first for each of them, and of what is said there.
WEIGHTS = np.array([-0.096, 0.422, 0.835, 0.145, 1.467, -0.286, 1.06])
# Of what `signs` returns.
TRUST = np.array([-0.94, 0.693, 3.346, -1.247, -0.156, 0.003, 0.666, 0.644, 0.214, 0.449])


def mixed(evidence: Grounds, weights: Floats = WEIGHTS) -> Floats:
    """Return a chance for every heading that one of the two finds likely; they add up to 1."""
    likely = either(evidence)
    logits = candidates(evidence)[likely] @ weights
    logits = np.exp(logits - logits.max())
    chances = np.zeros(len(evidence.by_index))
    chances[likely] = logits / logits.sum()
    return chances


def either(evidence: Grounds) -> NDArray[np.int64]:
    """Return the likeliest headings by the index and by the model."""
    by_index, by_model = (
        np.argsort(-each, kind="stable")[:_EACH] for each in (evidence.by_index, evidence.by_model)
    )
    return np.union1d(by_index, by_model)


def candidates(evidence: Grounds) -> Floats:
    """Return a row for each heading: what `WEIGHTS` weigh."""
    rows = np.zeros((len(evidence.by_index), 7))
    rows[:, 0] = np.maximum(evidence.by_index, LOWEST_INDEX)
    rows[:, 1] = np.maximum(evidence.by_model, LOWEST_MODEL)
    rows[evidence.by_index >= evidence.by_index.max() - 1e-9, 2] = 1.0
    rows[evidence.by_model.argmax(), 3] = 1.0
    rows[:, 4], rows[:, 5], rows[:, 6] = evidence.matched, evidence.head, evidence.whole
    return rows


def signs(evidence: Grounds, chances: Floats) -> Floats:
    """Return what tells whether the first heading is right: what `TRUST` weighs."""
    order = np.argsort(-chances, kind="stable")
    first, second = order[0], order[1]
    return np.array(
        [
            1.0,
            np.log(chances[first]),
            np.log(chances[first] / max(float(chances[second]), 1e-6)) / 5,
            float(evidence.by_index.argmax() == evidence.by_model.argmax()),
            max(float(evidence.by_model[first]), -8.0) / 4,
            max(float(evidence.by_index[first]), -8.0) / 4,
            evidence.matched[first],
            evidence.head[first],
            evidence.whole[first],
            evidence.found * min(evidence.strength, 2.0) / 2,
        ]
    )


def trust(evidence: Grounds, chances: Floats, weights: Floats = TRUST) -> float:
    """Return the chance that the first heading is right."""
    return float(1 / (1 + np.exp(-(signs(evidence, chances) @ weights))))
