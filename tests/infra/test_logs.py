"""The log's two forms, and what every entry carries."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from entrepot.core import trace
from entrepot.core.streams import SteadyStream
from entrepot.infra import logs


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def _said(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("form", "stream", "human"),
    [
        ("auto", io.StringIO, False),
        ("auto", _Terminal, True),
        ("json", _Terminal, False),
        ("human", io.StringIO, True),
    ],
)
def test_form_follows_the_terminal_unless_told(
    form: logs.LogFormat, stream: type[io.StringIO], human: bool
) -> None:
    out = stream()
    assert logs.configure(form, "info", stream=out) is human
    structlog.get_logger().info("shelf.counted", units=3)
    assert out.getvalue().startswith("{") is not human
    assert "shelf.counted" in out.getvalue()


def test_an_entry_carries_its_request_and_trace() -> None:
    out = io.StringIO()
    logs.configure("json", "info", stream=out)
    request_id, traceparent = (
        trace.request_id.set("r-1"),
        trace.traceparent.set(f"00-{'a' * 32}-{'b' * 16}-01"),
    )
    try:
        structlog.get_logger().info("shelf.counted")
    finally:
        trace.request_id.reset(request_id)
        trace.traceparent.reset(traceparent)
    entry = _said(out)[0]
    assert (entry["request_id"], entry["trace_id"], entry["level"]) == ("r-1", "a" * 32, "info")


def test_an_exception_stays_within_one_line_of_json() -> None:
    out = io.StringIO()
    logs.configure("json", "info", stream=out)
    try:
        raise ValueError("no\nway")
    except ValueError:
        structlog.get_logger().exception("shelf.crashed")
    assert len(out.getvalue().splitlines()) == 1
    assert "ValueError: no\nway" in str(_said(out)[0]["exception"])


def test_what_is_below_the_level_is_not_said() -> None:
    out = io.StringIO()
    logs.configure("json", "warning", stream=out)
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [entry["event"] for entry in _said(out)] == ["loud"]


def test_libraries_speak_in_the_house_form_and_only_from_warnings_on() -> None:
    out = io.StringIO()
    logs.configure("json", "debug", stream=out)
    logging.getLogger("somebody").info("chatter")
    logging.getLogger("somebody").warning("look: %s", "smoke")
    entries = _said(out)
    assert [(each["event"], each["logger"], each["message"]) for each in entries] == [
        ("library.said", "somebody", "look: smoke")
    ]


def test_values_that_are_no_json_are_written_as_text() -> None:
    out = io.StringIO()
    logs.configure("json", "info", stream=out)
    structlog.get_logger().info("odd", what=object, raw=b"\xff", number=float("nan"))
    assert _said(out)[0]["event"] == "odd"


def test_level_can_change_while_the_program_runs() -> None:
    out = io.StringIO()
    logs.configure("json", "warning", stream=out)
    log = structlog.get_logger()
    log.info("a")
    logs.set_level("info")
    log.info("b")
    logs.set_level("error")
    log.warning("c")
    assert [entry["event"] for entry in _said(out)] == ["b"]


def test_stream_that_takes_nothing_fails_nobody() -> None:
    with Path("/dev/full").open("w") as full:
        logs.configure("json", "info", stream=full)
        structlog.get_logger().info("unheard")
        logging.getLogger("library").error("unheard, too")
        SteadyStream(full).write_bytes(b"unheard")
