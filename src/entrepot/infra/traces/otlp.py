"""Sends spans to an OpenTelemetry collector, as OTLP over HTTP from a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import default_setter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from entrepot.core import trace

_KINDS = {"server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER}
_SEND_EVERY_MS = 1_000


class OtlpTracer:
    """Sends to `endpoint` (its `/v1/traces`). What cannot be sent is dropped and logged: traces never
    hold up the work that they show.
    """

    def __init__(self, endpoint: str, *, version: str) -> None:
        resource = Resource.create({"service.name": "entrepot", "service.version": version})
        self._provider = TracerProvider(resource=resource, sampler=ALWAYS_ON, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_SEND_EVERY_MS))
        self._tracer = self._provider.get_tracer("entrepot", version)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, *, kind: Literal["server", "consumer"], parent: str) -> Iterator[trace.Span]:
        context = self._propagator.extract({"traceparent": parent} if parent else {})
        span = self._tracer.start_span(name, context, kind=_KINDS[kind])
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, set_span_in_context(span), default_setter)
        token = trace.traceparent.set(carrier["traceparent"])
        try:
            yield span
        except Exception as error:
            span.record_exception(error)
            raise
        finally:
            trace.traceparent.reset(token)
            span.end()

    def close(self) -> None:
        self._provider.shutdown()
