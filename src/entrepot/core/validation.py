"""Says in plain words what does not fit a shape, and which names people can be shown. msgspec's own messages
name types and paths; people read ours.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

_PATH = re.compile(r" - at `(?:key` in `)?\$([^`]*)`$")
_MEMBER = re.compile(r"^Object (?:missing required|contains unknown) field `([^`]+)`")
_NAME = re.compile(r"^`(\w+)` (.+?)$")
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
    if of_a_name := _NAME.match(bare):
        field = ".".join(each for each in (field, of_a_name[1]) if each)
        return Fault("name", field, named(field, whole), of_a_name[2])
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


# ---- names -------------------------------------------------------------------------------------------

# They reverse or embed what stands around a name: "Ada<RLO>gro.live" (Unicode TR 36 §2.10, CVE-2021-42574).
_TURNS_TEXT = frozenset((*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))))
# Hidden copies of ASCII: text that a machine reads and nobody sees.
_TAGS = frozenset(map(chr, range(0xE0000, 0xE0080)))
# Joiners make emoji of several people, and Persian and Indic words; anywhere else they are nothing.
_JOINERS = "\u200c\u200d"
# Signs that stand before numbers in Arabic and Syriac are "format" by category, yet everybody sees them.
_SEEN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
# Letters and symbols that show nothing: fillers of Hangul, the empty Braille cell, what stands for an object
# that is not there, a head of no note, blanks of hieroglyphs.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159\U00013441\U00013442")
# Marks that show nothing by themselves: the joiner of graphemes, inherent vowels of Khmer.
_UNSEEN_MARKS = frozenset("\u034f\u17b4\u17b5")
# They choose the shape of the character before them: emoji, ideographs, Mongolian letters. A row of them
# hides any text (https://paulbutler.org/2025/smuggling-arbitrary-data-through-an-emoji/).
_SELECTORS = "\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef"
_SELECTED = re.compile(f"(?:^|(?<= ))[{_SELECTORS}]+|([{_SELECTORS}])[{_SELECTORS}]+")
_MOST_MARKS = 4  # on one letter (Unicode TR 39 §5.4); more climb over the lines above


class NotAName(ValueError):
    """People could not see it, or it would change how the text around it looks."""


def display_name(text: str) -> str:
    """Return a name as it is stored and shown: composed, with single spaces, and without what nobody sees.

    What comes along when somebody copies a name (marks of direction, soft hyphens, zero-width spaces) is left
    out silently; what is there to deceive is refused. Raises: NotAName.
    """
    name, before = "".join(map(_as_shown, unicodedata.normalize("NFC", text))), None
    while name != before:  # what is left out may have kept others apart
        before, name = name, _joined(" ".join(_SELECTED.sub(r"\1", name).split()))
    marks = 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            raise NotAName("piles more marks on a letter than any writing has")
    if not any(unicodedata.category(each)[0] in "LNPS" for each in name):
        raise NotAName("shows nothing: it has no visible character")
    return name


def clean_names(shape: Any, *fields: str) -> None:
    """Clean those `fields` of a shape that are names which people are shown; its `__post_init__` calls it.
    Raises: NotAName.
    """
    for field in fields:
        if isinstance(text := getattr(shape, field), str) and text:
            try:
                msgspec.structs.force_setattr(shape, field, display_name(text))
            except NotAName as error:
                raise NotAName(f"`{field}` {error}") from error


def _as_shown(character: str) -> str:
    """Raises: NotAName."""
    if character in _TURNS_TEXT:
        raise NotAName("holds a character that turns the direction of text")
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Cs") or character in _TAGS or _is_none(character):
        raise NotAName("holds a control character, a line end or something else that is no text")
    if category == "Zs" or character in _BLANKS:
        return " "
    if character in _UNSEEN_MARKS:
        return ""
    hidden = category == "Cf" and character not in _SEEN_FORMATS and character not in _JOINERS
    return "" if hidden else character


def _is_none(character: str) -> bool:
    """Whether Unicode promises that this will never be a character (TUS §23.7), or never be one that is seen
    (Default_Ignorable_Code_Point of what is not assigned, UAX #44).
    """
    code = ord(character)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return True
    ignorable = code == 0x2065 or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF
    return ignorable and unicodedata.category(character) == "Cn"


def _joined(name: str) -> str:
    """Keep joiners only between two characters that they can join."""
    words = (re.sub(f"[{_JOINERS}]+([{_JOINERS}])", r"\1", word.strip(_JOINERS)) for word in name.split(" "))
    return " ".join(word for word in words if word)
