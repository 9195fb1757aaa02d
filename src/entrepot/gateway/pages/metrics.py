"""What the node measures, in the text format of Prometheus."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from entrepot.core.context import Gauge
from entrepot.http.access_log import BUCKETS_S, AccessLog

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Node(Collector):
    def __init__(self, access_log: AccessLog, gauges: Callable[[], Iterable[Gauge]]) -> None:
        self._access_log, self._gauges = access_log, gauges

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        families: dict[str, GaugeMetricFamily] = {}
        for name, about, labels, value in self._gauges():
            if name not in families:
                families[name] = GaugeMetricFamily(f"entrepot_{name}", about, labels=list(labels))
            families[name].add_metric(list(labels.values()), value)
        yield from families.values()

    def _requests(self) -> Iterator[Metric]:
        served = CounterMetricFamily(
            "entrepot_http_requests", "Requests answered, by row and status.", labels=["row", "status"]
        )
        took = HistogramMetricFamily(
            "entrepot_http_request_duration_seconds", "How long requests took, by row.", labels=["row"]
        )
        for row, tally in self._access_log.tallies.items():
            for status, count in tally.statuses.items():
                served.add_metric([row, str(status)], count)
            total, buckets = 0, []
            for bound, count in zip((*map(str, BUCKETS_S), "+Inf"), tally.buckets, strict=True):
                total += count
                buckets.append((bound, float(total)))
            took.add_metric([row], buckets=buckets, sum_value=tally.sum_s)
        yield served
        yield took


def registry(access_log: AccessLog, gauges: Callable[[], Iterable[Gauge]]) -> CollectorRegistry:
    """Return a registry of its own: the global one would mix two nodes of one process, as in tests."""
    collectors = CollectorRegistry()
    ProcessCollector(registry=collectors)
    PlatformCollector(registry=collectors)
    GCCollector(registry=collectors)
    collectors.register(_Node(access_log, gauges))
    return collectors


def render(collectors: CollectorRegistry) -> bytes:
    return generate_latest(collectors)
