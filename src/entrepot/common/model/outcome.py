"""What came of webhooks and letters, counted since the process began."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from entrepot.core.metrics import Measures, Metric, Sample

# `failed` is tried again, `dead` is given up.
DeliveryOutcome = Literal["delivered", "failed", "dead"]

_DELIVERIES = Metric(
    "deliveries_total",
    "Webhooks and letters: delivered, failed and tried again later, or given up (dead).",
    ("channel", "outcome"),
    "counter",
)
_CHANNELS: tuple[Literal["webhook", "letter"], ...] = ("webhook", "letter")
_OUTCOMES: tuple[DeliveryOutcome, ...] = ("delivered", "failed", "dead")


class Outcomes:
    """One for the process."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def webhook(self, outcome: DeliveryOutcome) -> None:
        self._counts["webhook", outcome] += 1

    def letter(self, outcome: DeliveryOutcome) -> None:
        self._counts["letter", outcome] += 1

    def samples(self) -> Iterator[Sample]:
        """Yield all of them, also those that are still 0: an alert sees the first failure only so."""
        for channel in _CHANNELS:
            for outcome in _OUTCOMES:
                yield _DELIVERIES.at(self._counts[channel, outcome], channel, outcome)


def _measured(*, outcomes: Outcomes) -> Iterator[Sample]:
    yield from outcomes.samples()


MEASURES = Measures((_DELIVERIES,), _measured)
