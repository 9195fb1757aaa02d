"""Writes web/src/api/routes.ts, the shapes of every route as the console's compiler knows them, from the
OpenAPI document of the code. With `--check` it writes nothing and exits with 1 when the file differs.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from entrepot import __version__, wiring
from entrepot.gateway.openapi.document import document as openapi
from entrepot.node.assembly import assemble

CLIENT = Path(__file__).parent.parent / "web" / "src" / "api" / "routes.ts"
_METHODS = ("get", "post", "put", "patch", "delete")
_KINDS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_SCHEMA = "#/components/schemas/"


def document() -> dict[str, Any]:
    """As a node serves it at /openapi.json."""
    assembled = assemble(wiring.CONTEXTS)
    tables = {each.name: each.rows for each in assembled}
    document: dict[str, Any] = json.loads(openapi(tables, title="Entrepot", version=__version__))
    return document


def client(api: Mapping[str, Any]) -> Iterator[str]:
    yield "// Written by `make document` from the routes' own table. Do not edit."
    for name, schema in sorted(api["components"]["schemas"].items()):
        yield ""
        yield from _comment(schema)
        yield f"export type {_name(name)} = {type_of(schema)};"
    yield ""
    yield "/** The contexts of the house, and the scopes that their routes ask for. */"
    yield "export interface Contexts {"
    for context, scopes in sorted(_scopes(api).items()):
        yield f"  {_key(context)}: {' | '.join(json.dumps(scope) for scope in sorted(scopes)) or 'never'};"
    yield "}"
    yield ""
    yield "/** What each route takes and gives. */"
    yield "export interface Routes {"
    for path, item in sorted(api["paths"].items()):
        for method in _METHODS:
            if method in item:
                yield from _route(f"{method.upper()} {path}", item[method])
    yield "}"


def _scopes(api: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {tag["name"]: set() for tag in api["tags"]}
    for item in api["paths"].values():
        for method in _METHODS:
            if method in item and (scope := item[method].get("x-scope")):
                found[item[method]["tags"][0]].add(scope)
    return found


def _route(name: str, operation: Mapping[str, Any]) -> Iterator[str]:
    told = [each for each in operation["parameters"] if "in" in each]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    yield f"  /** {operation['summary']}. */"
    yield f"  {json.dumps(name)}: {{"
    yield f"    path: {_members([each for each in told if each['in'] == 'path'])};"
    yield f"    query: {_members([each for each in told if each['in'] == 'query'])};"
    yield f"    body: {type_of(body) if body else 'undefined'};"
    yield f"    sent: {_sent(told, body)};"
    yield f"    gives: {_given(operation)};"
    yield f"    scope: {json.dumps(operation.get('x-scope', ''))};"
    yield "  };"


def _sent(told: list[Any], body: Mapping[str, Any] | None) -> str:
    """Path, query and body in one, so that the compiler need not multiply all routes' three parts."""
    parts = []
    for part in ("path", "query"):
        if members := [each for each in told if each["in"] == part]:
            needed = any(each.get("required") for each in members)
            parts.append(f"{part}{'' if needed else '?'}: {_members(members)}")
    if body:
        parts.append(f"body: {type_of(body)}")
    return f"{{ {'; '.join(parts)} }}" if parts else "Record<never, never>"


def _given(operation: Mapping[str, Any]) -> str:
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    content = answers[0].get("content", {})
    if "application/json" in content:
        return type_of(content["application/json"]["schema"])
    return "Response" if content else "undefined"


def _members(parameters: list[Any]) -> str:
    members = [
        f"{each['name']}{'' if each.get('required') else '?'}: {type_of(each['schema'])}"
        for each in parameters
    ]
    return f"{{ {'; '.join(members)} }}" if members else "Record<never, never>"


def type_of(schema: Mapping[str, Any] | bool) -> str:
    if isinstance(schema, bool):  # JSON Schema's "anything"
        return "unknown"
    if "$ref" in schema:
        return _name(schema["$ref"].removeprefix(_SCHEMA))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(dict.fromkeys(type_of(each) for each in schema[union]))
    if schema.get("type") == "array":
        item = type_of(schema.get("items", {}))
        return f"({item})[]" if " | " in item else f"{item}[]"
    if schema.get("type") == "object":
        return _object(schema)
    return _KINDS.get(schema.get("type", ""), "unknown")


def _object(schema: Mapping[str, Any]) -> str:
    if "properties" not in schema:
        more = schema.get("additionalProperties", {})
        return f"Record<string, {type_of(more) if isinstance(more, dict) else 'unknown'}>"
    needed = set(schema.get("required", ()))
    members = [
        f"{_key(name)}{'' if name in needed else '?'}: {type_of(member)}"
        for name, member in schema["properties"].items()
    ]
    return f"{{ {'; '.join(members)} }}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else json.dumps(name)


def _name(schema: str) -> str:
    """`Page_ApiKey_` → `PageApiKey`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", schema))


def _comment(schema: Mapping[str, Any]) -> Iterator[str]:
    if text := " ".join(schema.get("description", "").split()):
        yield f"/** {text} */"


def main() -> int:
    text = "\n".join(client(document())) + "\n"
    if "--check" not in sys.argv:
        CLIENT.write_text(text)
    elif not CLIENT.exists() or CLIENT.read_text() != text:
        print("web/src/api/routes.ts is not what the code says. Run: make document")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
