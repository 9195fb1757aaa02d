"""What the node measures, in the text format of Prometheus."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from entrepot.core.histogram import Histogram
from entrepot.core.metrics import Metric, Sample
from entrepot.http.access_log import BUCKETS_S, AccessLog

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SERVED = Metric("http_requests_total", "Requests answered, by row and status.", ("row", "status"), "counter")
_TOOK = Metric("http_request_duration_seconds", "How long requests took, by row.", ("row",), "histogram")
_REFUSED = Metric(
    "http_refused_total",
    "What came and was no request, so that no row has it, by reason.",
    ("reason",),
    "counter",
)
HTTP: tuple[Metric, ...] = (_SERVED, _TOOK, _REFUSED)

_FAMILIES = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily, "histogram": HistogramMetricFamily}


class _Node(Collector):
    def __init__(self, access_log: AccessLog, samples: Callable[[], Iterable[Sample]]) -> None:
        self._access_log, self._samples = access_log, samples

    def collect(self) -> Iterator[Family]:
        families: dict[str, Family] = {}
        for sample in (*self._requests(), *self._samples()):
            metric = sample.metric
            if (family := families.get(metric.name)) is None:
                family = families[metric.name] = _family(metric)
            _add(family, sample)
        yield from families.values()

    def _requests(self) -> Iterator[Sample]:
        for reason, count in self._access_log.refused.counts.items():
            yield _REFUSED.at(count, reason)
        for row, tally in self._access_log.tallies.items():
            for status, count in tally.statuses.items():
                yield _SERVED.at(count, row, str(status))
            took = Histogram(BUCKETS_S)
            took.counts, took.sum = tally.buckets, tally.sum_s
            yield _TOOK.at(took, row)


def _family(metric: Metric) -> Family:
    family: Family = _FAMILIES[metric.kind](f"entrepot_{metric.name}", metric.about, labels=metric.labels)
    return family


def _add(family: Family, sample: Sample) -> None:
    value = sample.value
    if isinstance(value, Histogram):
        assert isinstance(family, HistogramMetricFamily)
        family.add_metric(sample.labels, buckets=_cumulative(value), sum_value=value.sum)
    else:
        assert isinstance(family, GaugeMetricFamily | CounterMetricFamily)
        family.add_metric(sample.labels, value)


def _cumulative(histogram: Histogram) -> Sequence[tuple[str, float]]:
    total, buckets = 0, []
    for bound, count in zip((*map(str, histogram.bounds), "+Inf"), histogram.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets


def registry(access_log: AccessLog, samples: Callable[[], Iterable[Sample]]) -> CollectorRegistry:
    """Return a registry of its own: the global one would mix two nodes of one process, as in tests."""
    collectors = CollectorRegistry()
    ProcessCollector(registry=collectors)
    PlatformCollector(registry=collectors)
    GCCollector(registry=collectors)
    collectors.register(_Node(access_log, samples))
    return collectors


def render(collectors: CollectorRegistry) -> bytes:
    return generate_latest(collectors)
