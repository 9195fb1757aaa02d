"""Checks what may go on a bus. The rules are the same for every bus, so that what passes a test passes
in the field.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from entrepot.core.errors import Invalid
from entrepot.core.ports import Message

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
MAX_HEADER_BYTES = 32 * 1024
LARGEST_BYTES = MAX_PAYLOAD_BYTES + 2 * MAX_HEADER_BYTES  # of a message; NATS counts headers as payload
MAX_SUBJECT_BYTES = 512  # NATS closes the connection of a client whose protocol line passes 4 KiB

_WORD = r"[!-)+\-/-=?-~]+"  # printable ASCII but `.`, `*` and `>`
_SUBJECT = re.compile(rf"{_WORD}(\.{_WORD})*")
_PATTERN = re.compile(rf"{_WORD}(\.{_WORD})*(\.>)?")
_RESERVED = r"(?!Status$|Description$|Nats-|Bus-)"  # NATS's own, and those of a conversation
_HEADER_NAME = re.compile(rf"{_RESERVED}[!-9;-~]+")
_HEADER_VALUE = re.compile(r"[ -~]*")


@lru_cache(4096)
def check_subject(subject: str) -> None:
    """Raises: Invalid for empty words, spaces or wildcards."""
    if len(subject) > MAX_SUBJECT_BYTES or _SUBJECT.fullmatch(subject) is None:
        raise Invalid(f"{subject[:80]!r} is no subject: dot-separated words of printable ASCII are")


def check_pattern(pattern: str) -> None:
    """Raises: Invalid; a pattern is a subject that may end in `.>`."""
    if len(pattern) > MAX_SUBJECT_BYTES or _PATTERN.fullmatch(pattern) is None:
        raise Invalid(f"{pattern[:80]!r} is no subject to listen on: only the last word may be '>'")


def matches(pattern: str, subject: str) -> bool:
    if pattern.endswith(".>"):
        return subject.startswith(pattern[:-1]) and len(subject) >= len(pattern)
    return pattern == subject


def outgoing(subject: str, data: bytes, headers: Mapping[str, str] | None) -> Message:
    """Return a message that every bus carries unchanged. Raises: Invalid."""
    check_subject(subject)
    return Message(subject, check_data(data), check_headers(headers))


def check_data(data: bytes) -> bytes:
    if len(data) > MAX_PAYLOAD_BYTES:
        raise Invalid(f"a message holds at most {MAX_PAYLOAD_BYTES} bytes, not {len(data)}")
    return data


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return a copy without spaces around values: they do not survive NATS, so they must not survive here."""
    if not headers:
        return {}
    for name, value in headers.items():
        if _HEADER_NAME.fullmatch(name) is None or _HEADER_VALUE.fullmatch(value) is None:
            raise Invalid(f"{name[:80]!r} is no header: printable ASCII, and no name that the bus uses")
    if header_bytes(headers) > MAX_HEADER_BYTES:
        raise Invalid(f"the headers of a message hold at most {MAX_HEADER_BYTES} bytes")
    return {name: value.strip() for name, value in headers.items()}


def header_bytes(headers: Mapping[str, str]) -> int:
    """Return their size in NATS's form, which a server counts as payload."""
    return 14 + sum(len(name) + len(value) + 4 for name, value in headers.items())
