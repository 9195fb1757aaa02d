"""The OpenAPI 3.1 document of a node, read from the same rows that the gateway serves, so that it
cannot promise anything else. https://spec.openapis.org/oas/v3.1.1.html
"""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from entrepot.core.routes import File, Limit, Route, Stream
from entrepot.gateway.openapi_shapes import CannotDocument, JsonObject, Shapes

_PARAMETER = re.compile(r"{(\w+)}")
_BYTES = "application/octet-stream"
_ABOUT = """\
Send `Authorization: Bearer` with a token or an API key. A row that writes accepts an \
`Idempotency-Key`: asked again with the same key, it answers as before and does nothing twice. Every \
answer carries an `X-Request-Id`; every refusal is a problem document (RFC 9457).\
"""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every refusal looks like (RFC 9457); its kind may add members of its own."""

    type: Annotated[str, msgspec.Meta(description="What kind of problem this is: a stable URI.")]
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: Annotated[str, msgspec.Meta(description="One sentence about this occurrence.")]
    instance: str | msgspec.UnsetType = msgspec.UNSET
    request_id: Annotated[str, msgspec.Meta(description="Quote it when asking for help.")] | (
        msgspec.UnsetType
    ) = msgspec.UNSET
    errors: list[str] | msgspec.UnsetType = msgspec.UNSET


class _Told(NamedTuple):
    """One row and the context whose table it stands in."""

    context: str
    row: Route

    @property
    def operation_id(self) -> str:
        return f"{self.context}_{self.row.function.__name__}"

    @property
    def in_query(self) -> bool:
        return self.row.method in ("GET", "DELETE")


_PROBLEMS = {
    400: "The request cannot be read.",
    401: "No credential came with it, or one that is not valid.",
    403: "The caller may not do this.",
    404: "It is not there, or not for this caller.",
    409: "It clashes with what is there, or the Idempotency-Key was used for another request.",
    413: "The body is larger than this row reads.",
    422: "What was sent does not fit, or makes no sense.",
    429: "Too many requests; `Retry-After` says when to ask again.",
    500: "Something went wrong on our side.",
    503: "A part of the house does not answer now; trying again later may help.",
}

_HEADERS: JsonObject = {
    "RateLimit": {
        "description": "What is left of the limit: `r` requests, and all of them again in `t` seconds.",
        "schema": {"type": "string"},
        "example": '"default";r=1199;t=1',
    },
    "RateLimit-Policy": {
        "description": "The limit: `q` requests in `w` seconds.",
        "schema": {"type": "string"},
        "example": '"default";q=1200;w=60',
    },
    "Retry-After": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-Request-Id": {
        "description": "The id under which the logs know this request.",
        "schema": {"type": "string"},
    },
}

_PARAMETERS: JsonObject = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes a retry safe: the same key and the same request give the first answer again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    },
    "X-Request-Id": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your own id for this request; without one we make it.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._-]+$"},
    },
}


def document(
    tables: Mapping[str, Sequence[Route]],
    *,
    title: str,
    version: str,
    server_url: str = "/",
    descriptions: Mapping[str, str] | None = None,
) -> bytes:
    """One document for every table, each under the name of its context; the same rows give the same
    bytes, whatever the order of the tables. `descriptions` holds the contexts' docstrings.

    Raises: CannotDocument.
    """
    told = [_Told(name, row) for name in sorted(tables) for row in tables[name] if not row.internal]
    shapes = Shapes(_types(told))
    paths = _paths(told, shapes)
    problem = shapes.of(Problem, context="gateway")
    answers = {str(status): _problem(status, problem) for status in _PROBLEMS}
    whole: JsonObject = {
        "openapi": "3.1.1",
        "info": {"title": title, "version": version, "description": _ABOUT},
        "servers": [{"url": server_url}],
        "tags": [_tag(name, (descriptions or {}).get(name, "")) for name in sorted(tables)],
        "paths": paths,
        "components": {
            "schemas": shapes.reachable_from(paths, answers),
            "responses": answers,
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "securitySchemes": {"bearer": _BEARER},
        },
    }
    return msgspec.json.encode(whole)


_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT or API key",
    "description": "A token, or an API key, that holds the scope which the row names.",
}


def _tag(name: str, docstring: str) -> JsonObject:
    return {"name": name, "description": _paragraphs(docstring)[0]} if docstring.strip() else {"name": name}


def _problem(status: int, schema: JsonObject) -> JsonObject:
    later = {"Retry-After": _ref("headers", "Retry-After")} if status in (429, 503) else {}
    return {
        "description": _PROBLEMS[status],
        "headers": {**later, "X-Request-Id": _ref("headers", "X-Request-Id")},
        "content": {"application/problem+json": {"schema": schema}},
    }


def _ref(kind: str, name: str) -> JsonObject:
    return {"$ref": f"#/components/{kind}/{name}"}


# ---- rows --------------------------------------------------------------------------------------


def _types(told: Sequence[_Told]) -> dict[str, list[Any]]:
    types: dict[str, list[Any]] = {"gateway": [Problem]}
    for each in told:
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


def _paths(told: Sequence[_Told], shapes: Shapes) -> JsonObject:
    paths: JsonObject = {}
    seen: dict[str, str] = {}
    for each in told:
        name = each.operation_id
        if name in seen:
            raise CannotDocument(f"{each.row.name} and {seen[name]} are both {name}")
        seen[name] = each.row.name
        methods = paths.setdefault(each.row.path, {})
        if each.row.method.lower() in methods:
            raise CannotDocument(f"{each.row.name} is in two rows")
        methods[each.row.method.lower()] = _operation(each, shapes)
    return paths


def _operation(told: _Told, shapes: Shapes) -> JsonObject:
    row = told.row
    summary, description = _said(row)
    operation: JsonObject = {"operationId": told.operation_id, "tags": [told.context], "summary": summary}
    if description:
        operation["description"] = description
    operation["parameters"] = list(_parameters(told, shapes))
    if row.takes is not None and not told.in_query:
        operation["requestBody"] = {"required": True, "content": _body(told, shapes)}
        operation["x-max-body-bytes"] = row.max_body_bytes
    answers = {str(_status(row)): _answer(told, shapes)}
    answers |= {str(status): _ref("responses", str(status)) for status in _refusals(told)}
    operation["responses"] = answers
    operation["security"] = [] if row.scope is None else [{"bearer": [row.scope]}]
    if row.scope is not None:
        operation["x-scope"] = row.scope
    operation["x-rate-limit"] = _rate(row.limit)
    return operation


def _said(row: Route) -> tuple[str, str]:
    """Summary and description. Python's side of the docstring (`Raises:`) stays at home."""
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


def _parameters(told: _Told, shapes: Shapes) -> Iterator[JsonObject]:
    row = told.row
    for name, shape in _path_parameters(row).items():
        yield _parameter(name, "path", shapes.of(shape, context=told.context), required=True)
    if row.takes is not None and told.in_query:
        for name, schema, required in shapes.members(row.takes, context=told.context):
            yield _parameter(name, "query", _without_null(schema), required=required)
    if row.needs_write and not _in_parts(row):
        yield _ref("parameters", "Idempotency-Key")
    yield _ref("parameters", "X-Request-Id")


def _parameter(name: str, where: str, schema: JsonObject, *, required: bool) -> JsonObject:
    description = schema.pop("description", "")
    parameter: JsonObject = {"name": name, "in": where, "required": required}
    if description:
        parameter["description"] = description
    return {**parameter, "schema": schema}


def _without_null(schema: JsonObject) -> JsonObject:
    """In a query, what is null is simply not there."""
    if {"type": "null"} not in schema.get("anyOf", ()):
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if rest.get("default", "") is None:
        del rest["default"]
    kinds = [kind for kind in schema["anyOf"] if kind != {"type": "null"}]
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}


def _body(told: _Told, shapes: Shapes) -> JsonObject:
    if told.row.takes is bytes:
        return {_BYTES: {}}
    return {"application/json": {"schema": shapes.of(told.row.takes, context=told.context)}}


# ---- answers -------------------------------------------------------------------------------------


def _in_parts(row: Route) -> bool:
    return row.gives is File or _is_stream(row)


def _status(row: Route) -> int:
    return 204 if row.gives is None and row.status == 200 else row.status


def _answer(told: _Told, shapes: Shapes) -> JsonObject:
    row = told.row
    headers = {name: _ref("headers", name) for name in ("RateLimit", "RateLimit-Policy", "X-Request-Id")}
    answer: JsonObject = {"description": HTTPStatus(_status(row)).phrase, "headers": headers}
    if row.gives is not None:
        answer["content"] = _content(told, shapes)
    return answer


def _content(told: _Told, shapes: Shapes) -> JsonObject:
    row = told.row
    if row.gives is File:
        return {_BYTES: {}}
    if not _is_stream(row):
        return {"application/json": {"schema": shapes.of(row.gives, context=told.context)}}
    # OpenAPI 3.1 has no word for the items of a stream (3.2 calls it `itemSchema`).
    text = "Server-sent events. The data of each is one item as JSON; comments keep the line open."
    item = shapes.of(_item(row.gives), context=told.context)
    return {"text/event-stream": {"schema": {"type": "string", "description": text}, "x-item-schema": item}}


def _refusals(told: _Told) -> Iterator[int]:
    row = told.row
    yield 400
    if row.scope is not None:
        yield from (401, 403)
    if _PARAMETER.search(row.path):
        yield 404
    if row.needs_write:
        yield 409
    if row.takes is not None and not told.in_query:
        yield 413
    if row.takes is not None or told.in_query or _PARAMETER.search(row.path):
        yield 422
    yield from (429, 500, 503)
