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

from entrepot.rule.functions.source import Located, Steps, Unreadable
from entrepot.rule.model.pack import Pack

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
    """Raises: Unreadable."""
    lines: dict[Steps, int] = {}
    try:
        node = _composed(text)
        tree = _plain(node, (), lines) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            "yaml", f"{error.problem or 'This is not YAML'}.", mark.line + 1 if mark else 0
        ) from error
    except yaml.YAMLError as error:
        raise Unreadable("yaml", "This is not YAML.") from error
    except RecursionError as error:
        raise Unreadable("yaml_depth", "It is nested too deeply.") from error
    return Located(tree, lines)


class _Loader(yaml.SafeLoader):
    """Composes nodes and nothing else. Aliases would let a few lines stand for gigabytes."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = self.nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise Unreadable("yaml_alias", "Anchors and aliases are not taken.", line)
        if getattr(event, "tag", None) is not None:
            raise Unreadable("yaml_tag", "Tags are not taken.", line)
        self.depth += 1
        self.nodes += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("yaml_depth", f"It is nested deeper than {MAX_DEPTH} levels.", line)
        if self.nodes > MAX_NODES:
            raise Unreadable("yaml_size", f"It holds more than {MAX_NODES:,} values.", line)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _composed(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _plain(node: yaml.Node, steps: Steps, lines: dict[Steps, int]) -> Any:
    lines[steps] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, steps, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, (*steps, number), lines) for number, each in enumerate(node.value)]
    return node.value


def _mapping(node: yaml.MappingNode, steps: Steps, lines: dict[Steps, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable("yaml", "A name must be a plain word.", line)
        if key.value in found:
            raise Unreadable("yaml_twice", f"{key.value!r} stands here twice.", line)
        found[key.value] = _plain(value, (*steps, key.value), lines)
        lines[*steps, key.value] = line
    return found


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
    """In one line; None for a list of mappings, which reads better below each other."""
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
    """Without an exponent, and without a point where it is whole."""
    exact = Decimal(repr(value))
    return format(exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact, "f")
