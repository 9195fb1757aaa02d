"""Correlation: the request's id and its W3C traceparent (https://www.w3.org/TR/trace-context/), carried by
the running task.
"""

import re
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Literal, Protocol

request_id: ContextVar[str] = ContextVar("request_id", default="")
traceparent: ContextVar[str] = ContextVar("traceparent", default="")

_PATTERN = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def valid_traceparent(text: str) -> bool:
    return len(text) == 55 and _PATTERN.fullmatch(text) is not None


class Span(Protocol):
    """A piece of work that an exporter will show."""

    def set_attribute(self, key: str, value: str | int) -> None: ...


class Tracer(Protocol):
    """Records spans and sends them to the collector that the operator named (`infra/traces/`)."""

    def span(
        self, name: str, *, kind: Literal["server", "consumer"], parent: str
    ) -> AbstractContextManager[Span]:
        """Open a span under `parent` (a traceparent, or empty for a root) and, inside the block, let the
        running task's traceparent name it.
        """

    def close(self) -> None:
        """Send what waits."""


# One per process, as the log is; None records nothing and costs nothing.
tracer: Tracer | None = None
