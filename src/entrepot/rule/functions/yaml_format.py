"""Packs as YAML. Read with PyYAML's parser only: no tags, no anchors, no types guessed from the look of a
word. Written in one canonical form, so that equal packs are equal files.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import yaml

from entrepot.rule.functions.source import Located, Steps, UnreadableSource
from entrepot.rule.model.pack import Pack

# That of libyaml where PyYAML comes with it, as its wheels do: large files take seconds, not half a minute.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 12
MAX_NODES = 2_000_000
_WIDTH = 100
# What YAML reads back as it stands, also between brackets; everything else is quoted.
_PLAIN = re.compile(r"[A-Za-z0-9_/(][A-Za-z0-9_./()%+ ,;'=<>$-]*(?<! )")
_FLOW_PLAIN = re.compile(r"[A-Za-z0-9_/(][A-Za-z0-9_./()%+ -]*(?<! )")
# Words that other readers of YAML take for numbers or truth values: NO is a country here.
_TYPED = re.compile(r"[0-9][0-9_.,:]*|[0-9.]+[eE][0-9]+|0[xo]\w+|(?i:y|n|yes|no|on|off|true|false|null)|=|<<")
# YAML takes these for line breaks, or not at all, even between quotes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def parse(text: str) -> Located:
    """Raises: UnreadableSource."""
    lines: dict[Steps, int] = {}
    try:
        tree = _Reader(text, lines).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # Where something is missing at the end, the parser points behind it.
        line = min(mark.line + 1, text.rstrip("\n").count("\n") + 1) if mark else 0
        raise UnreadableSource("yaml", f"{error.problem or 'This is not YAML'}.", line) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise UnreadableSource("yaml", "This is not YAML.") from error
    return Located(tree, lines)


class _Reader:
    """Builds the tree from the parser's events, and knows the line of each branch. Aliases would let a few
    lines stand for gigabytes.
    """

    def __init__(self, text: str, lines: dict[Steps, int]) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_PARSER))
        self._lines = lines
        self._nodes = 0

    def document(self) -> Any:
        """Return the only document of the stream; None of an empty one."""
        tree = None
        for number, _ in enumerate(
            each for each in self._events if isinstance(each, yaml.DocumentStartEvent)
        ):
            if number:
                raise UnreadableSource("yaml", "It holds more than one document.")
            tree = self._value(next(self._events), ())
        return tree

    def _value(self, event: Any, steps: Steps) -> Any:
        line = self._checked(event, len(steps))
        self._lines[steps] = line
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return [
                self._value(each, (*steps, number))
                for number, each in enumerate(self._until(yaml.SequenceEndEvent))
            ]
        return self._mapping(steps)

    def _mapping(self, steps: Steps) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in self._until(yaml.MappingEndEvent):
            line = self._checked(key, len(steps) + 1)
            if not isinstance(key, yaml.ScalarEvent):
                raise UnreadableSource("yaml", "A name must be a plain word.", line)
            if key.value in found:
                raise UnreadableSource("yaml_twice", f"{key.value!r} stands here twice.", line)
            found[key.value] = self._value(next(self._events), (*steps, key.value))
            self._lines[*steps, key.value] = line
        return found

    def _until(self, end: type[Any]) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _checked(self, event: Any, depth: int) -> int:
        """Return the line of a value that may be. Raises: UnreadableSource."""
        line: int = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise UnreadableSource("yaml_alias", "Anchors and aliases are not taken.", line)
        if getattr(event, "tag", None) is not None:
            raise UnreadableSource("yaml_tag", "Tags are not taken.", line)
        self._nodes += 1
        if depth >= MAX_DEPTH:
            raise UnreadableSource("yaml_depth", f"It is nested deeper than {MAX_DEPTH} levels.", line)
        if self._nodes > MAX_NODES:
            raise UnreadableSource("yaml_size", f"It holds more than {MAX_NODES:,} values.", line)
        return line


# ---- writing ----------------------------------------------------------------------------------------


def write(pack: Pack) -> str:
    return "".join(f"{line}\n" for line in _block(msgspec.to_builtins(pack, builtin_types=(date,)), 0))


def _block(members: dict[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    for name, value in members.items():
        short = _flow(value)
        if (short is not None and len(pad) + len(name) + 2 + len(short) <= _WIDTH) or _is_scalar(value):
            yield f"{pad}{name}: {short}"
        elif isinstance(value, dict):
            yield f"{pad}{name}:"
            yield from _block(value, indent + 2)
        else:
            yield f"{pad}{name}:"
            for each in value:
                yield from _item(each, indent + 2)


def _item(value: Any, indent: int) -> Iterator[str]:
    pad = " " * indent
    short = _flow(value)
    if _is_scalar(value) or (short is not None and indent > 2 and len(pad) + 2 + len(short) <= _WIDTH):
        yield f"{pad}- {short}"
        return
    if indent == 2 and isinstance(value, dict) and "severity" in value:
        yield ""
    lines = _block(value, indent + 2)
    yield f"{pad}- {next(lines).lstrip()}"
    yield from lines


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list | tuple)


def _flow(value: Any) -> str | None:
    """Return the list in one line, or None for a list of mappings, which reads better below each other."""
    if isinstance(value, dict):
        inner = [(name, _flow_inner(each)) for name, each in value.items()]
        return "{" + ", ".join(f"{name}: {text}" for name, text in inner) + "}" if value else "{}"
    if isinstance(value, list | tuple):
        if value and not all(_is_scalar(each) for each in value):
            return None
        return "[" + ", ".join(_scalar(each, _FLOW_PLAIN) for each in value) + "]"
    return _scalar(value, _PLAIN)


def _flow_inner(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow_inner(each) for each in value) + "]"
    return _scalar(value, _FLOW_PLAIN) if _is_scalar(value) else _flow(value) or "{}"


def _scalar(value: Any, plain: re.Pattern[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    text = str(value)
    if plain.fullmatch(text) and not _TYPED.fullmatch(text):
        return text
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def number(value: float) -> str:
    """Write a number without an exponent, and without a point where it is whole."""
    exact = Decimal(repr(value))
    return format(exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact, "f")
