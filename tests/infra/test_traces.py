"""Spans reach a collector over OTLP, belong to the caller's trace, and never hold the work up."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from tests.suite.patience import quickest

from entrepot.core import trace
from entrepot.core.events import Event
from entrepot.core.stopping import Stopping
from entrepot.infra.mailbox.hearing import Heard, happen
from entrepot.infra.traces.otlp import OtlpTracer
from entrepot.node import run
from entrepot.settings import Settings

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector(BaseHTTPRequestHandler):
    spans: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[str]:
    Collector.spans.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


async def test_a_request_becomes_a_span_of_the_callers_trace(collector: str, tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, port=0, osmand_port=None, mqtt_port=None, traces=collector, log_level="error",
        access_log=False,
    )  # fmt: skip
    stop = Stopping()

    async def ask(url: str) -> None:
        request = Request(f"{url}/api/keys", headers={"traceparent": CALLER})
        try:
            await asyncio.to_thread(urlopen, request)
        except OSError as refused:
            assert "401" in str(refused)
            refused.close()  # type: ignore[attr-defined]
        stop.ask()

    asking: list[asyncio.Task[None]] = []
    await run.up(settings, stop=stop, ready=lambda url: asking.append(asyncio.create_task(ask(url))))
    await asking[0]
    (span,) = [each for each in Collector.spans if each.name == "GET request"]
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (CALLER[3:35], CALLER[36:52])
    assert attributes(span)["http.route"] == "/api/keys"
    assert attributes(span)["http.response.status_code"] == 401
    assert trace.tracer is None


class Happened(Event, frozen=True):
    TYPE = "test.happened"
    KEY = "what"
    what: str


@pytest.fixture
def tracer(collector: str) -> Iterator[OtlpTracer]:
    trace.tracer = OtlpTracer(collector, version="0")
    yield trace.tracer
    trace.tracer = None


async def test_a_handler_is_a_span_under_the_request_that_caused_its_event(tracer: OtlpTracer) -> None:
    inside: list[str] = []

    async def handler(tx: Any, event: Happened) -> None:
        inside.append(trace.traceparent.get())

    calls = ((handler, Happened(what="x")),)
    await happen(None, Heard(1, 1, msgspec.Raw(b"{}"), "x", Happened.TYPE, CALLER, calls))  # type: ignore[arg-type]
    await asyncio.to_thread(tracer.close)
    (span,) = Collector.spans
    assert (span.name, span.parent_span_id.hex()) == ("on test.happened", CALLER[36:52])
    assert inside[0][36:52] == span.span_id.hex()


async def test_a_missing_collector_holds_nothing_up() -> None:
    tracer = OtlpTracer("http://127.0.0.1:9", version="0")
    with tracer.span("work", kind="server", parent="") as span:
        span.set_attribute("a", 1)

    def more() -> None:
        with tracer.span("more", kind="server", parent=""):
            pass

    quickest(more, within_s=0.5)
    await asyncio.to_thread(tracer._provider.shutdown)
