"""What a node measures, as rows: a metric is described once, where it is measured, and /metrics, the
reference and the tests read the description. Names follow https://prometheus.io/docs/practices/naming/: base
units, `_total` for what only grows. A label never takes values that callers choose, or the list would grow
without bounds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from entrepot.core.histogram import Histogram

MetricKind = Literal["gauge", "counter", "histogram"]


@dataclass(frozen=True)
class Metric:
    """One of them; `name` is without the `entrepot_` that all begin with."""

    name: str
    about: str
    labels: tuple[str, ...] = ()
    kind: MetricKind = "gauge"

    def __post_init__(self) -> None:
        if (self.kind == "counter") != self.name.endswith("_total"):
            raise ValueError(f"{self.name}: what only grows, and nothing else, is called _total")

    def at(self, value: "float | Histogram", *labels: str) -> "Sample":
        """Return what is measured now, for these values of its labels."""
        return Sample(self, labels, value)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric."""

    metric: Metric
    labels: tuple[str, ...]
    value: float | Histogram


@dataclass(frozen=True)
class Measures:
    """Metrics, and the function that reads them: `read(*, …)`."""

    metrics: tuple[Metric, ...]
    read: Callable[..., Iterator[Sample]]


OPEN_CONNECTIONS = Metric("open_connections", "Connections that are open now, by door.", ("door",))
