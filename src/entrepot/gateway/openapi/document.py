"""Writes the OpenAPI 3.1 document of a node from the same rows that the gateway serves, so the two cannot
differ. https://spec.openapis.org/oas/v3.1.1.html
"""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from entrepot.core.routes import File, Limit, Route, Stream
from entrepot.gateway.openapi.components import Problem, components, ref
from entrepot.gateway.openapi.shapes import CannotDocument, JsonObject, Shapes

_PARAMETER = re.compile(r"{(\w+)}")
_BYTES = "application/octet-stream"
_ABOUT = """\
Send `Authorization: Bearer` with a token or an API key. A request that writes accepts an \
`Idempotency-Key`: asked again with the same key, it answers as before and does nothing twice. Every \
answer carries an `X-Request-Id`; every refusal is a problem document (RFC 9457).\
"""


class _Entry(NamedTuple):
    """One row and the context whose table it stands in."""

    context: str
    row: Route

    @property
    def operation_id(self) -> str:
        return f"{self.context}_{self.row.function.__name__}"

    @property
    def in_query(self) -> bool:
        return self.row.method in ("GET", "DELETE")


def document(
    tables: Mapping[str, Sequence[Route]],
    *,
    title: str,
    version: str,
    server_url: str = "/",
    descriptions: Mapping[str, str] | None = None,
) -> bytes:
    """Return one document for all tables, each under the name of its context. The same rows give the same
    bytes, whatever the order of the tables. `descriptions` holds the contexts' docstrings.

    Raises: CannotDocument.
    """
    entries = [_Entry(name, row) for name in sorted(tables) for row in tables[name] if not row.internal]
    shapes = Shapes(_types(entries))
    paths = _paths(entries, shapes)
    shared = components(shapes.of(Problem, context="gateway"))
    whole: JsonObject = {
        "openapi": "3.1.1",
        "info": {"title": title, "version": version, "description": _ABOUT},
        "servers": [{"url": server_url}],
        "tags": [_tag(name, (descriptions or {}).get(name, "")) for name in sorted(tables)],
        "paths": paths,
        "components": {"schemas": shapes.reachable_from(paths, shared), **shared},
    }
    return msgspec.json.encode(whole)


def _tag(name: str, docstring: str) -> JsonObject:
    return {"name": name, "description": _paragraphs(docstring)[0]} if docstring.strip() else {"name": name}


# ---- rows --------------------------------------------------------------------------------------


def _types(entries: Sequence[_Entry]) -> dict[str, list[Any]]:
    types: dict[str, list[Any]] = {"gateway": [Problem]}
    for each in entries:
        types.setdefault(each.context, []).extend(_mentioned(each.row))
    return types


def _mentioned(row: Route) -> Iterator[Any]:
    yield from _path_parameters(row).values()
    if row.takes not in (None, bytes):
        yield row.takes
    if row.gives not in (None, File):
        yield _item(row.gives) if _is_stream(row) else row.gives


def _path_parameters(row: Route) -> dict[str, Any]:
    hints = get_type_hints(row.function, include_extras=True)
    return {name: hints.get(name, str) for name in _PARAMETER.findall(row.path)}


def _is_stream(row: Route) -> bool:
    return get_origin(row.gives) is Stream


def _item(stream: Any) -> Any:
    return get_args(stream)[0]


# ---- operations ----------------------------------------------------------------------------------


def _paths(entries: Sequence[_Entry], shapes: Shapes) -> JsonObject:
    paths: JsonObject = {}
    seen: dict[str, str] = {}
    for each in entries:
        name = each.operation_id
        if name in seen:
            raise CannotDocument(f"{each.row.name} and {seen[name]} are both {name}")
        seen[name] = each.row.name
        methods = paths.setdefault(each.row.path, {})
        if each.row.method.lower() in methods:
            raise CannotDocument(f"{each.row.name} is in two rows")
        methods[each.row.method.lower()] = _operation(each, shapes)
    return paths


def _operation(entry: _Entry, shapes: Shapes) -> JsonObject:
    row = entry.row
    summary, description = _said(row)
    operation: JsonObject = {"operationId": entry.operation_id, "tags": [entry.context], "summary": summary}
    if description:
        operation["description"] = description
    operation["parameters"] = list(_parameters(entry, shapes))
    if row.takes is not None and not entry.in_query:
        operation["requestBody"] = {"required": True, "content": _body(entry, shapes)}
        operation["x-max-body-bytes"] = row.max_body_bytes
    answers = {str(_status(row)): _answer(entry, shapes)}
    answers |= {str(status): ref("responses", str(status)) for status in _refusals(entry)}
    operation["responses"] = answers
    operation["security"] = [] if row.scope is None else [{"bearer": [row.scope]}]
    if row.scope is not None:
        operation["x-scope"] = row.scope
    operation["x-rate-limit"] = _rate(row.limit)
    return operation


def _said(row: Route) -> tuple[str, str]:
    """Return summary and description from the docstring, without what only Python needs (`Raises:`)."""
    docstring = inspect.getdoc(row.function) or ""
    paragraphs = [text for text in _paragraphs(docstring) if not text.startswith("Raises:")]
    if row.summary:
        return row.summary, "\n\n".join(paragraphs)
    if not paragraphs:
        return row.function.__name__.replace("_", " ").capitalize(), ""
    # A sentence, not a line: a docstring's first sentence may be wrapped.
    first, _, rest = paragraphs[0].partition(". ")
    return first.rstrip("."), "\n\n".join(text for text in (rest, *paragraphs[1:]) if text)


def _paragraphs(docstring: str) -> list[str]:
    return [" ".join(text.split()) for text in re.split(r"\n\s*\n", docstring.strip()) if text.strip()]


def _rate(limit: Limit) -> JsonObject:
    return {"requests": limit.requests, "window_s": limit.window_s}


def _parameters(entry: _Entry, shapes: Shapes) -> Iterator[JsonObject]:
    row = entry.row
    for name, shape in _path_parameters(row).items():
        yield _parameter(name, "path", shapes.of(shape, context=entry.context), required=True)
    if row.takes is not None and entry.in_query:
        for name, schema, required in shapes.members(row.takes, context=entry.context):
            yield _parameter(name, "query", _without_null(schema), required=required)
    if _takes_key(row):
        yield ref("parameters", "Idempotency-Key")
    yield ref("parameters", "X-Request-Id")


def _parameter(name: str, where: str, schema: JsonObject, *, required: bool) -> JsonObject:
    description = schema.pop("description", "")
    parameter: JsonObject = {"name": name, "in": where, "required": required}
    if description:
        parameter["description"] = description
    return {**parameter, "schema": schema}


def _without_null(schema: JsonObject) -> JsonObject:
    """Leave null out: in a query, a member without a value is absent."""
    if {"type": "null"} not in schema.get("anyOf", ()):
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if rest.get("default", "") is None:
        del rest["default"]
    kinds = [kind for kind in schema["anyOf"] if kind != {"type": "null"}]
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}


def _body(entry: _Entry, shapes: Shapes) -> JsonObject:
    if entry.row.takes is bytes:
        return {_BYTES: {}}
    return {"application/json": {"schema": shapes.of(entry.row.takes, context=entry.context)}}


# ---- answers -------------------------------------------------------------------------------------


def _in_parts(row: Route) -> bool:
    return row.gives is File or _is_stream(row)


def _takes_key(row: Route) -> bool:
    return row.needs_write and not _in_parts(row)


def _status(row: Route) -> int:
    return 204 if row.gives is None and row.status == 200 else row.status


def _answer(entry: _Entry, shapes: Shapes) -> JsonObject:
    row = entry.row
    headers = ["RateLimit", "RateLimit-Policy", "X-Request-Id"]
    headers += ["Idempotency-Replayed"] if _takes_key(row) else []
    headers += ["Content-Disposition"] if row.gives is File else []
    answer: JsonObject = {
        "description": HTTPStatus(_status(row)).phrase,
        "headers": {name: ref("headers", name) for name in headers},
    }
    if row.gives is not None:
        answer["content"] = _content(entry, shapes)
    return answer


def _content(entry: _Entry, shapes: Shapes) -> JsonObject:
    row = entry.row
    if row.gives is File:
        return {media: {} for media in row.media}
    if not _is_stream(row):
        return {"application/json": {"schema": shapes.of(row.gives, context=entry.context)}}
    # OpenAPI 3.1 has no word for the items of a stream (3.2 calls it `itemSchema`).
    text = "Server-sent events. The data of each is one item as JSON; comments keep the line open."
    item = shapes.of(_item(row.gives), context=entry.context)
    return {"text/event-stream": {"schema": {"type": "string", "description": text}, "x-item-schema": item}}


def _refusals(entry: _Entry) -> Iterator[int]:
    row = entry.row
    in_path, in_body = _PARAMETER.search(row.path), row.takes is not None and not entry.in_query
    happens = {
        400: in_body or _takes_key(row),
        401: True,  # a wrong credential is refused even where none is needed
        403: row.scope is not None or in_body,
        404: in_path or in_body or row.method == "DELETE",  # a body or a query names things, too
        408: in_body,
        409: row.needs_write,
        413: in_body,
        415: in_body and row.takes is not bytes,
        422: in_path or in_body or entry.in_query or row.needs_write,
        429: True,
        500: True,
        503: True,
        504: True,
    }
    yield from (status for status, can in happens.items() if can)
