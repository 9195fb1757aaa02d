"""Says in plain words what does not fit a shape. msgspec's own messages name types and paths; people read
ours.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec

_PATH = re.compile(r" - at `(?:key` in `)?\$([^`]*)`$")
_MEMBER = re.compile(r"^Object (?:missing required|contains unknown) field `([^`]+)`")
_STEP = re.compile(r"([^.\[\]]*)((?:\[[^\]]*\])*)")


class Fault(NamedTuple):
    """`kind` is a stable word for programs; `field` is the path below the root, "" where the root itself is
    wrong.
    """

    kind: str
    field: str
    name: str
    fault: str

    def __str__(self) -> str:
        return f"{self.name} {self.fault}."


def fault_of(error: msgspec.ValidationError, *, whole: str = "What was sent") -> Fault:
    """Translate msgspec's error; `whole` names the root, at the beginning of a sentence."""
    message = str(error)
    path, member = _PATH.search(message), _MEMBER.match(message)
    parts = (path[1].removeprefix(".") if path else "", member[1] if member else "")
    field = ".".join(each for each in parts if each)
    bare = _PATH.sub("", message)
    for kind, pattern, fault in _FAULTS:
        if found := pattern.match(bare):
            return Fault(kind, field, named(field, whole), fault(*found.groups()))
    return Fault("other", field, named(field, whole), "does not fit")


def named(field: str, whole: str = "What was sent") -> str:
    """`tests[2].facts.hs_code` is "Hs code in tests 3"."""
    steps = [(word or "list", _counted(inner)) for word, inner in _STEP.findall(field) if word or inner]
    if not steps:
        return whole
    (word, number), above = steps[-1], [each for each in steps[:-1] if each[1]]
    said = f"entry {number} of {word}" if number else word
    said = " ".join((said, *(f"in {listed} {count}" for listed, count in above))).replace("_", " ")
    return said[:1].upper() + said[1:]


def _counted(steps: str) -> str:
    """Return the index as people count, from one."""
    return ".".join(str(int(each) + 1) for each in re.findall(r"\d+", steps))


def _number(text: str) -> str:
    value = float(text)
    return f"{int(value):,}" if value.is_integer() else text


def _few(kind: str, number: str) -> str:
    one, many = ("character", "characters") if kind == "str" else ("entry", "entries")
    return f"{int(number):,} {one if number == '1' else many}"


_TYPES = {
    "int": "must be a whole number",
    "float": "must be a number",
    "str": "must be text",
    "bool": "must be true or false",
    "array": "must be a list",
    "object": "must have named parts",
    "date": "must be a day such as 2026-11-30",
    "datetime": "must be a moment such as 2026-11-30T12:00:00Z",
}


def _type(wanted: str) -> str:
    return _TYPES.get(wanted.partition(" | ")[0], "is of another kind than asked for")


# In order: the first that fits is taken.
_FAULTS: tuple[tuple[str, re.Pattern[str], Callable[..., str]], ...] = (
    ("missing", re.compile(r"Object missing required field"), lambda: "is missing"),
    ("unknown", re.compile(r"Object contains unknown field"), lambda: "is not known here"),
    ("missing", re.compile(r"Expected `str` of length >= 1$"), lambda: "is missing"),
    ("short", re.compile(r"Expected `(\w+)` of length >= (\d+)"), lambda *of: f"needs {_few(*of)} at least"),
    ("long", re.compile(r"Expected `(\w+)` of length <= (\d+)"), lambda *of: f"has more than {_few(*of)}"),
    ("length", re.compile(r"Expected `(\w+)` of length (\d+)"), lambda *of: f"needs {_few(*of)} exactly"),
    ("form", re.compile(r"Expected `str` matching regex"), lambda: "is not in the form that is asked for"),
    ("small", re.compile(r"Expected `\w+` >= (\S+)"), lambda least: f"must be {_number(least)} or more"),
    ("large", re.compile(r"Expected `\w+` <= (\S+)"), lambda most: f"must be {_number(most)} or less"),
    ("small", re.compile(r"Expected `\w+` > (\S+)"), lambda least: f"must be more than {_number(least)}"),
    ("large", re.compile(r"Expected `\w+` < (\S+)"), lambda most: f"must be less than {_number(most)}"),
    ("choice", re.compile(r"Invalid (?:enum )?value (.+)"), lambda value: f"cannot be {value}"),
    ("date", re.compile(r"Invalid RFC3339 encoded date$"), lambda: "is no day such as 2026-11-30"),
    (
        "date",
        re.compile(r"Invalid RFC3339 encoded|Expected `datetime` with"),
        lambda: "is no moment such as 2026-11-30T12:00:00Z",
    ),
    ("missing", re.compile(r"Expected `(?!null)[^`]*`, got `null`"), lambda: "is missing"),
    ("whole", re.compile(r"Expected `(int)[^`]*`, got"), _type),
    ("number", re.compile(r"Expected `(float)[^`]*`, got"), _type),
    ("type", re.compile(r"Expected `([^`]*)`, got"), _type),
    ("form", re.compile(r"Invalid (?:UUID|base64|decimal)"), lambda: "is not in the form that is asked for"),
)
