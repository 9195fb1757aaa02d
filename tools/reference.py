"""Writes the reference documents from the code itself: settings, events and commands. With `--check` it
writes nothing and exits with 1 when a document differs.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import cast

import msgspec
import typer
from msgspec import inspect

from entrepot import wiring
from entrepot.cli import app
from entrepot.core.events import Event
from entrepot.core.metrics import Metric
from entrepot.gateway.pages.metrics import HTTP
from entrepot.node.assembly import Assembled, assemble
from entrepot.node.metrics import NODE
from entrepot.settings import PREFIX, Settings

ASSEMBLY = assemble(wiring.CONTEXTS)
DOCS = Path(__file__).parent.parent / "docs"


def settings() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "A setting is taken from the command's option, else from its `ENTREPOT_…` variable, else from the"
    yield "TOML file (`entrepot.toml`, or the one named by `--config` or `ENTREPOT_CONFIG`), else it has its"
    yield "default. `entrepot settings` prints every one with its value and where that came from."
    yield ""
    yield "| setting | variable | default | unit | what it is |"
    yield "|---|---|---|---|---|"
    for each in fields(Settings):
        default = ", ".join(each.default) if isinstance(each.default, tuple) else str(each.default)
        shown = (
            f"`{default.lower() if isinstance(each.default, bool) else default}`" if default else "(empty)"
        )
        variable = f"`{PREFIX}{each.name.upper()}`"
        about = each.metadata["about"].replace("|", "\\|")
        yield f"| `{each.name}` | {variable} | {shown} | {each.metadata['unit']} | {about} |"


def events() -> Iterator[str]:
    yield "# Events"
    yield ""
    yield "Contexts meet only through events. They travel as CloudEvents 1.0 in structured JSON: `id`,"
    yield "`source` (`/context`), `type`, `subject` (the key by which order is kept), `time`, `traceparent`"
    yield "and `data`. A type and the members of its data never change once shipped; members may be added."
    yield "`entrepot events` shows what flows."
    for name, kinds in said().items():
        yield ""
        yield f"## Said by {name}"
        for kind in kinds:
            yield ""
            yield f"### {kind.TYPE}"
            yield ""
            about = " ".join((kind.__doc__ or "").split())
            yield f"{about} Key: `{kind.KEY}`. {heard_by(kind)}{formerly(kind)}"
            yield ""
            yield from _members(kind)
    yield ""
    yield "## Shapes in these events"
    for shape in shapes(kind for kinds in said().values() for kind in kinds):
        yield ""
        yield f"### {shape.__name__}"
        yield ""
        form = (
            " It travels as an array of its members in this order."
            if shape.__struct_config__.array_like
            else ""
        )
        yield f"{' '.join((shape.__doc__ or '').split())}{form}"
        yield ""
        yield from _members(shape)


def _members(kind: type[msgspec.Struct]) -> Iterator[str]:
    yield "| member | type |"
    yield "|---|---|"
    for field in msgspec.structs.fields(kind):
        yield f"| `{field.encode_name}` | {type_name(field.type)} |"


def formerly(kind: type[Event]) -> str:
    names = ", ".join(f"`{name}`" for name in kind.FORMERLY)
    return f" Formerly {names}." if names else ""


def said() -> dict[str, list[type[Event]]]:
    """Every event of the program by the context that says it."""
    found: dict[str, list[type[Event]]] = {}
    for kind in sorted(_events(Event), key=lambda kind: kind.TYPE):
        if kind.__module__.startswith("entrepot."):
            found.setdefault(kind.TYPE.partition(".")[0], []).append(kind)
    return found


def _events(kind: type[Event]) -> Iterator[type[Event]]:
    """Every event that is said: those with a type of their own, and those made for each context."""
    if "TYPE" in vars(kind):
        yield kind
    for each in kind.__subclasses__():
        yield from _events(each)


def heard_by(kind: type[Event]) -> str:
    names = sorted(each.name for each in ASSEMBLY if kind in _heard(each))
    if kind.TYPE in ASSEMBLY.revokes:
        names.append("every gateway, which forgets the credential at once")
    return f"Heard by {', '.join(names)}." if names else "No context hears it; `entrepot events` shows it."


def _heard(context: Assembled) -> set[type[Event]]:
    return {event for heard in context.hears.values() for event, _ in heard}


def type_name(hint: object) -> str:
    """A member's type in words, such as `map of string to number or null`. Raises: ValueError when it says
    nothing about its type.
    """
    return _in_words(inspect.type_info(hint))


def _in_words(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata(type=inner):
            return _in_words(inner)
        case inspect.StructType(cls=shape):
            return f"[{shape.__name__}](#{shape.__name__.lower()})"
        case inspect.UnionType(types=kinds):
            return " or ".join(sorted(map(_in_words, kinds), key="null".__eq__))
        case inspect.LiteralType(values=values):
            return " or ".join(f"`{each}`" for each in values)
        case inspect.CollectionType(item_type=item):
            return f"list of {_in_words(item)}"
        case inspect.DictType(key_type=key, value_type=value):
            return f"map of {_in_words(key)} to {_in_words(value)}"
    if (words := _WORDS.get(type(info))) is None:
        raise ValueError(f"There are no words for the type {info}")
    return words


_WORDS: Mapping[type[inspect.Type], str] = {
    inspect.AnyType: "any JSON",
    inspect.BoolType: "boolean",
    inspect.BytesType: "bytes in base64",
    inspect.DateTimeType: "date-time",
    inspect.DateType: "date",
    inspect.FloatType: "number",
    inspect.IntType: "integer",
    inspect.NoneType: "null",
    inspect.StrType: "string",
}


def shapes(kinds: Iterable[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """The structs in the members of these, and in theirs, by name."""
    found: dict[str, type[msgspec.Struct]] = {}
    waiting = [_struct(kind) for kind in kinds]
    while waiting:
        for field in waiting.pop().fields:
            for each in _structs(field.type):
                if found.setdefault(each.cls.__name__, each.cls) is not each.cls:
                    raise ValueError(f"Two shapes are called {each.cls.__name__}")
                waiting.append(each)
    return [shape for _, shape in sorted(found.items())]


def _struct(kind: type[msgspec.Struct]) -> inspect.StructType:
    return cast(inspect.StructType, inspect.type_info(kind))


def _structs(info: inspect.Type) -> Iterator[inspect.StructType]:
    match info:
        case inspect.StructType():
            yield info
        case inspect.Metadata(type=inner) | inspect.CollectionType(item_type=inner):
            yield from _structs(inner)
        case inspect.DictType(value_type=value):
            yield from _structs(value)
        case inspect.UnionType(types=kinds):
            for each in kinds:
                yield from _structs(each)


def metrics() -> Iterator[str]:
    yield "# Metrics"
    yield ""
    yield "`/metrics` shows these in the text format of Prometheus, and beside them what its Python client"
    yield "says of the process (`process_…`, `python_…`). Counters begin again with the process. 429s are"
    yield '`entrepot_http_requests_total{status="429"}`. A dashboard for Grafana and rules for alerts stand'
    yield "in [deploy/monitoring](../deploy/monitoring)."
    yield ""
    yield "| metric | kind | labels | what it is |"
    yield "|---|---|---|---|"
    for each in sorted(all_metrics(), key=lambda metric: metric.name):
        labels = ", ".join(f"`{label}`" for label in each.labels)
        yield f"| `entrepot_{each.name}` | {each.kind} | {labels} | {each.about} |"


def all_metrics() -> set[Metric]:
    """Every metric of the program; OPEN_CONNECTIONS is several doors'."""
    of_contexts = (metric for each in ASSEMBLY for of in each.context.measures for metric in of.metrics)
    return {*HTTP, *NODE, *of_contexts}


def commands() -> Iterator[str]:
    yield "# Commands"
    group = typer.main.get_command(app)
    yield from _command(group, "entrepot")


def _command(command: object, path: str) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children is None:
        yield ""
        yield f"## {path}"
        yield ""
        yield (getattr(command, "help", "") or "").strip()
        parameters = [each for each in command.params if each.name != "help"]  # type: ignore[attr-defined]
        if parameters:
            yield ""
            yield "| option | what it is |"
            yield "|---|---|"
        for each in parameters:
            name = (
                f"`{', '.join(each.opts)}`" if each.param_type_name == "option" else f"`{each.name.upper()}`"
            )
            yield f"| {name} | {getattr(each, 'help', None) or ''} |"
        return
    for name, child in sorted(children.items()):
        yield from _command(child, f"{path} {name}")


DOCUMENTS = {"settings.md": settings, "events.md": events, "commands.md": commands, "metrics.md": metrics}


def main() -> int:
    differs = False
    for name, lines in DOCUMENTS.items():
        text, path = "\n".join(lines()) + "\n", DOCS / name
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"docs/{name} is not what the code says. Run: make document")
            differs = True
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
