"""The parts of an OpenAPI document that all rows share: problem documents, the headers of `http/headers.py`
and `http/limits.py`, and how callers authenticate.
"""

from typing import Annotated

import msgspec

from entrepot.gateway.openapi.shapes import JsonObject


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The form of every refusal (RFC 9457). Each type may add members of its own."""

    type: Annotated[str, msgspec.Meta(description="What kind of problem this is: a stable URI.")]
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: Annotated[str, msgspec.Meta(description="One sentence about this occurrence.")]
    instance: str | msgspec.UnsetType = msgspec.UNSET
    request_id: Annotated[str, msgspec.Meta(description="Quote it when asking for help.")] | (
        msgspec.UnsetType
    ) = msgspec.UNSET
    errors: list[str] | msgspec.UnsetType = msgspec.UNSET


_PROBLEMS = {
    400: "The request cannot be read, or what should prove who asks does not.",
    401: "No credential came with it, or one that is not valid.",
    403: "The caller may not do this.",
    404: "It is not there, or not for this caller.",
    408: "The body did not arrive in time.",
    409: "It clashes with what is there, or this answer is never kept and takes no Idempotency-Key.",
    413: "The body is larger than this route reads.",
    415: "The body has another media type than this route takes.",
    422: "What was sent does not fit, or makes no sense.",
    429: "Too many requests; `Retry-After` says when to ask again.",
    500: "Something went wrong on our side.",
    503: "Something behind this route does not answer now; trying again later may help.",
    504: "This took too long and was given up.",
}

_HEADERS: JsonObject = {
    "Content-Disposition": {
        "description": "The name under which to keep the file.",
        "schema": {"type": "string"},
        "example": 'attachment; filename="trips.csv"',
    },
    "Idempotency-Replayed": {
        "description": "`true` when this answer was first given to an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
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
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    },
    "X-Request-Id": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your id for this request: 1 to 128 letters, digits, `._:-`. We replace any other.",
        "schema": {"type": "string"},
    },
}


_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT or API key",
    "description": "A token, or an API key, that holds the scope which the route names.",
}


def components(problem_schema: JsonObject) -> JsonObject:
    """Return all components except the schemas; `problem_schema` is that of `Problem`."""
    return {
        "responses": {str(status): _problem(status, problem_schema) for status in _PROBLEMS},
        "parameters": _PARAMETERS,
        "headers": _HEADERS,
        "securitySchemes": {"bearer": _BEARER},
    }


def _problem(status: int, schema: JsonObject) -> JsonObject:
    later = {"Retry-After": ref("headers", "Retry-After")} if status in (429, 503) else {}
    return {
        "description": _PROBLEMS[status],
        "headers": {**later, "X-Request-Id": ref("headers", "X-Request-Id")},
        "content": {"application/problem+json": {"schema": schema}},
    }


def ref(kind: str, name: str) -> JsonObject:
    return {"$ref": f"#/components/{kind}/{name}"}
