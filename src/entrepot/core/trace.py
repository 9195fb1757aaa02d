"""What belongs together: the request's id and its W3C traceparent, carried by the running task."""

import os
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
traceparent: ContextVar[str] = ContextVar("traceparent", default="")

_PATTERN = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def new_traceparent() -> str:
    """A fresh root, not sampled unless an exporter says so (https://www.w3.org/TR/trace-context/)."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-00"


def valid_traceparent(text: str) -> bool:
    return len(text) == 55 and _PATTERN.fullmatch(text) is not None
