"""The schemas of an OpenAPI document. Contexts do not know each other, so two of them may use one name for
different things; this module keeps such names apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

JsonObject = dict[str, Any]
_REF = "#/components/schemas/"


class CannotDocument(ValueError):
    """Two rows would share a place in the document, or a row's shape has none."""


class Shapes:
    """The JSON Schema of each context's types. A name that means two things in two contexts
    appears as `context.Name`; all others keep their name.
    """

    def __init__(self, types: Mapping[str, Sequence[Any]]) -> None:
        self._types = types
        # One context at a time: msgspec fails when `Page[Device]` comes with two kinds of Device.
        made = {
            name: msgspec.json.schema_components(mentioned, ref_template=_REF + "{name}")
            for name, mentioned in types.items()
        }
        clashing = _clashing([components for _, components in made.values()])
        self._schemas: dict[str, list[JsonObject]] = {}
        self._components: JsonObject = {}
        for context, (schemas, components) in made.items():
            names = {name: f"{context}.{name}" for name in clashing}
            self._schemas[context] = [_renamed(schema, names) for schema in schemas]
            self._components |= {
                names.get(name, name): _renamed(components[name], names) for name in components
            }

    def of(self, shape: Any, *, context: str) -> JsonObject:
        return dict(self._schemas[context][self._types[context].index(shape)])

    def members(self, shape: Any, *, context: str) -> Iterator[tuple[str, JsonObject, bool]]:
        """Yield the name and the schema of each member of a struct, and whether it is required."""
        reference = self.of(shape, context=context).get("$ref", "")
        whole = self._components.get(reference.removeprefix(_REF), {})
        if "properties" not in whole:
            raise CannotDocument(f"a query needs a struct, not {shape!r}")
        for name, schema in whole["properties"].items():
            yield name, dict(schema), name in whole["required"]

    def reachable_from(self, *roots: object) -> JsonObject:
        """Return the components in use, by name. A struct whose members became query parameters is not."""
        found: set[str] = set()
        ahead = list(_refs_in(roots))
        while ahead:
            if (name := ahead.pop()) in self._components and name not in found:
                found.add(name)
                ahead.extend(_refs_in(self._components[name]))
        return {name: self._components[name] for name in sorted(found)}


def _clashing(contexts: Sequence[Mapping[str, JsonObject]]) -> set[str]:
    """Return the names that mean different things in two contexts, and those that refer to one of these."""
    first: JsonObject = {}
    clashing = {
        name
        for components in contexts
        for name in components
        if first.setdefault(name, components[name]) != components[name]
    }
    while more := {name for name in first if name not in clashing and clashing & set(_refs_in(first[name]))}:
        clashing |= more
    return clashing


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _renamed(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(value, names) for value in node]
    if isinstance(node, str) and node.startswith(_REF):
        name = node.removeprefix(_REF)
        return _REF + names.get(name, name)
    return node


def _refs_in(node: object) -> Iterator[str]:
    if isinstance(node, str) and node.startswith(_REF):
        yield node.removeprefix(_REF)
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _refs_in(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _refs_in(value)
