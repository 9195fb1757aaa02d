"""Turns errors into RFC 9457 problem documents. The kind of an error becomes the status, its class the
`type`, its message the `detail`, and its public fields become extension members.
"""

import re
from http import HTTPStatus

import msgspec

from entrepot.core import trace
from entrepot.core.errors import (
    Conflict,
    Error,
    Forbidden,
    Invalid,
    NotFound,
    Throttled,
    Unavailable,
    Unproven,
)
from entrepot.http.answer import Answer

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[Error], int], ...] = (
    (Unproven, 400),
    (Invalid, 422),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Throttled, 429),
    (Unavailable, 503),
)
_encoder = msgspec.json.Encoder()


class Refusal(Exception):
    """A refusal by a door itself, before any context is asked: credentials, limits, methods, sizes."""

    def __init__(self, status: int, slug: str, detail: str, *, headers: tuple[tuple[str, str], ...] = ()):
        super().__init__(detail)
        self.status, self.slug, self.detail, self.headers = status, slug, detail, headers


def problem(
    status: int,
    slug: str,
    detail: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    extensions: dict[str, object] | None = None,
) -> Answer:
    document: dict[str, object] = {
        **(extensions or {}),
        "type": f"urn:entrepot:problem:{slug}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if request_id := trace.request_id.get():
        document["request_id"] = request_id
    return Answer(status, _encoder.encode(document), MEDIA_TYPE, headers)


def of_refusal(refusal: Refusal) -> Answer:
    return problem(refusal.status, refusal.slug, refusal.detail, headers=refusal.headers)


def of_error(error: Error) -> Answer:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    wait_s = error.wait_s if isinstance(error, Throttled) else 1
    headers = (("retry-after", str(wait_s)),) if status in (429, 503) else ()
    return problem(
        status,
        slug_of(type(error)),
        str(error) or slug_of(type(error)),
        headers=headers,
        extensions=error.public(),
    )


def of_crash() -> Answer:
    """Return the answer to an unexpected error. It shows nothing but the request's id."""
    return problem(500, "unexpected", "Something went wrong on our side. The log has the details.")


def slug_of(kind: type[Exception]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.__name__).lower()
