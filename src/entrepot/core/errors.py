"""What can go wrong, in seven kinds.

    Error
    ├── Unproven       what should prove who asks does not     → 400
    ├── Invalid        what was asked makes no sense           → 422
    ├── Forbidden      the caller may not do this              → 403
    ├── NotFound       it is not there, or not for the caller  → 404
    ├── Conflict       it clashes with what is there           → 409
    ├── Throttled      it was tried too often                  → 429
    └── Unavailable    a part of the house does not answer     → 503

A context subclasses a kind and lists its public fields in `fields`; only those leave the house.
Only `http/problem.py` knows the status codes; they stand here for the reader.
"""

from typing import ClassVar


class Error(Exception):
    """Anything that is refused on purpose. The message is a sentence that the caller may read."""

    fields: ClassVar[tuple[str, ...]] = ()

    def public(self) -> dict[str, object]:
        """Return the extension members of the problem document."""
        return {name: getattr(self, name) for name in self.fields}


class Invalid(Error):
    """What was asked makes no sense."""


class Unfit(Invalid):
    """A part of what was sent makes no sense; `field` names it."""

    fields = ("field",)

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Unproven(Error):
    """What should prove who asks does not: a password, a code, a refresh token. `error` is the word of
    RFC 6749 §5.2 for it, by which clients of token routes tell what to do.
    """

    fields: ClassVar[tuple[str, ...]] = ("error",)
    error: ClassVar[str] = "invalid_grant"


class Throttled(Error):
    """It was tried too often; `wait_s` says how long to wait."""

    fields: ClassVar[tuple[str, ...]] = ("wait_s",)

    def __init__(self, message: str, wait_s: float) -> None:
        self.wait_s = max(1, round(wait_s))
        super().__init__(message)


class Forbidden(Error):
    """The caller may not do this."""


class NotFound(Error):
    """It is not there, or not for this caller: the two look the same."""


class Conflict(Error):
    """It clashes with what is there."""


class Unavailable(Error):
    """A part of the house does not answer now; trying again later may help."""


class Contended(Unavailable):
    """Two transactions met. Nothing was written; the door tries again."""
