"""Birth dates as lists know them: a day, a month, a year, about a year (1970~), between two (1990/1995)."""

import calendar
import re
from datetime import date
from typing import NamedTuple

_CIRCA = re.compile(
    r"(?:circa|ca\.?|c\.|approx(?:imately|\.)?|about|~)\s*([0-9]{4})|([0-9]{4})\s*(?:circa|ca\.?|~|\?)", re.I
)
_AROUND = re.compile(r"([0-9]{4})\s*(?:±|\+/-|\+-)\s*([0-9]{1,2})")
_BETWEEN = re.compile(r"(?:between\s+)?([0-9]{4})\s*(?:-|\u2013|/|to|and|\.\.)\s*([0-9]{4})", re.I)

# How far a year that a list calls approximate may be off: two years, as most readers of such lists allow.
ABOUT_YEARS = 2


class Period(NamedTuple):
    """Between which days somebody was born; `about`, if these are estimates."""

    first: date
    last: date
    about: bool


def as_written(text: str) -> str:
    """Return a birth date in the form of ISO 8601-2: `circa 1970` is 1970~, `1970 ± 2` is 1968/1972, `between
    1958 and 1963` is 1958/1963. What has none of these forms stays as it is.
    """
    text = text.strip()
    if found := _AROUND.fullmatch(text):
        year, by = int(found[1]), int(found[2])
        return f"{year - by:04}/{year + by:04}"
    if found := _CIRCA.fullmatch(text):
        return f"{found[1] or found[2]}~"
    if found := _BETWEEN.fullmatch(text):
        return f"{found[1]}/{found[2]}" if found[1] != found[2] else found[1]
    return text


def is_exact(text: str) -> bool:
    """Whether it is a day, a month or a year, and no estimate."""
    return "~" not in text and "/" not in text


def period(text: str) -> Period:
    """Return the days between which a birth date lies. Raises: ValueError for what is none."""
    about = text.endswith("~")
    first, _, last = text.rstrip("~").partition("/")
    return Period(_first(first), _last(last or first), about)


def years_apart(one: str, other: str) -> int:
    """Return how many years lie between two periods at least; 0 if they overlap."""
    mine, theirs = period(one), period(other)
    if mine.first <= theirs.last and theirs.first <= mine.last:
        return 0
    early, late = sorted((mine, theirs))
    return max(1, late.first.year - early.last.year)


def _first(text: str) -> date:
    return date.fromisoformat(text + "0000-01-01"[len(text) :])


def _last(text: str) -> date:
    if len(text) == 4:
        return date(int(text), 12, 31)
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        return date(year, month, calendar.monthrange(year, month)[1])
    return date.fromisoformat(text)
