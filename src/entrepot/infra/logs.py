"""The log: for people on a terminal, one JSON object a line otherwise. Every entry carries the request's
id and trace, so that what belongs together can be found together.
"""

import logging
import sys
from typing import Any, Literal, TextIO

import msgspec
import structlog

from entrepot.core import trace
from entrepot.core.streams import SteadyStream

LogFormat = Literal["auto", "human", "json"]

_encoder = msgspec.json.Encoder(enc_hook=str)


def configure(form: LogFormat, level: str, *, stream: TextIO | None = None) -> bool:
    """Set up structlog and the libraries' logging; whether the log is for people."""
    stream = stream or sys.stderr
    human = form == "human" or (form == "auto" and stream.isatty())
    shared: list[Any] = [
        structlog.processors.add_log_level,
        _add_trace,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    ]
    last: list[Any] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if human
        else [structlog.processors.format_exc_info, _as_json]
    )
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.PrintLoggerFactory(SteadyStream(stream)),  # type: ignore[arg-type]  # all it needs
        cache_logger_on_first_use=False,
    )
    set_level(level)
    return human


def set_level(level: str) -> None:
    """Log what is at least this important from now on."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        **{**structlog.get_config(), "wrapper_class": structlog.make_filtering_bound_logger(threshold)}
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[_Forward()], force=True)


def _add_trace(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    if request_id := trace.request_id.get():
        entry.setdefault("request_id", request_id)
    if traceparent := trace.traceparent.get():
        entry.setdefault("trace_id", traceparent[3:35])
    return entry


def _as_json(_: Any, __: str, entry: dict[str, Any]) -> str:
    return _encoder.encode(entry).decode()


class _Forward(logging.Handler):
    """Passes on what libraries log, in our form."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "library.said", logger=record.name, message=record.getMessage(),
            exc_info=record.exc_info or None,
        )  # fmt: skip
