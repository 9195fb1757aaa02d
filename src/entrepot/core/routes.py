"""A route is a row: what callers may ask, who may, how often, and which function answers.

The `api.py` of a context is a table of rows, and the gateway interprets them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")


class Principal(msgspec.Struct, frozen=True):
    """Who asks. `scopes` holds `resource:verb` words, or `*`."""

    id: str
    organisation: str
    scopes: frozenset[str]
    kind: Literal["person", "program", "device", "operator", "anonymous"]
    credential: str = ""

    def allows(self, scope: str) -> bool:
        return scope in self.scopes or "*" in self.scopes


ANONYMOUS = Principal("anonymous", "", frozenset(), "anonymous")


class Caller(msgspec.Struct, frozen=True):
    """Where a request came from. Personal data: none of it is stored or logged as it is. `device` is the id
    that the console's cookie gave a browser, if it has one.
    """

    address: str = ""
    agent: str = ""
    device: str = ""


class IdempotencyKey(str):
    """The key under which a request is made once, however often it comes; empty if it has none. A function
    that takes one is given the request's.
    """

    __slots__ = ()


NO_KEY = IdempotencyKey()


class Limit(msgspec.Struct, frozen=True):
    """`requests` per `window_s`, spent evenly; a burst may spend them all at once (GCRA)."""

    requests: int
    window_s: float = 60.0


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends. Unknown members are refused, and a row loads only if every text, number
    and list in its input is bounded (`gateway/bounds.py`).
    """


class Cursor(Input, frozen=True, kw_only=True):
    """Which part of a list to return: from `cursor` (of the page before), at most `limit` items."""

    cursor: Annotated[str, msgspec.Meta(max_length=256)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list; `next` is the cursor of the following part, or null at the end."""

    items: list[T]
    next: str | None = None


class Stream(Generic[T]):
    """Marks a route that answers with server-sent events, one `T` each. Its function returns an
    async iterator, and is called without a transaction: `function(who, *, …)`.
    """

    Source = AsyncIterator[Any]


class File(msgspec.Struct, frozen=True):
    """A download. Its function is called without a transaction, as a stream's is."""

    name: str
    media_type: str
    parts: AsyncIterator[bytes]


class Route(msgspec.Struct, frozen=True):
    """One row. A row has a `scope`, or is `public`, or is `internal` (called by other parts of the node,
    never over HTTP); anything else does not load.

    takes     the shape of the JSON body (POST, PUT, PATCH) or of the query (GET, DELETE)
    gives     the shape of the answer: a struct, Page[…], Stream[…], File, or None for 204
    writes    whether it needs a write transaction; by default every method but GET does
    limit     how often one principal may ask
    deadline_s, max_body_bytes   when to give up, and how much to read
    session   what it does to a session; the gateway then carries the console's tokens in cookies. A row that
              `departs` sends the browser elsewhere, and one that `returns` takes the `binding` that the
              other gave: the console's travels in a cookie too
    before    what must not hold a transaction, such as hashing a password: asked first, with a way to
              read, or with the whole database if its first parameter is a `Database` (a row that answers
              in parts and notes who asked, or one that counts a try before it weighs it); what it returns
              reaches `function` by the parameter annotated with the same type
    after     what the answer waits for once it is on disk: asked with the database and with what `function`
              returned, and returns what is told; such an answer is not kept for a replay
    secret    whether the answer shows what is stored nowhere: it is not kept for a replay either
    media     the types that a File may be of
    settles   whether the answer waits, for some seconds at most, until the contexts that are there have heard
              what it said: for what a caller asks another context about at once

    An `Error` that the function returns, instead of raising it, is answered after the commit.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    function: Callable[..., Awaitable[Any] | AsyncIterator[Any]]
    takes: Any = None
    gives: Any = None
    status: int = 200
    scope: str | None = None
    public: bool = False
    writes: bool | None = None
    limit: Limit = Limit(requests=1200, window_s=60.0)
    deadline_s: float = 10.0
    max_body_bytes: int = 64 * 1024
    summary: str = ""
    internal: bool = False
    session: Literal["opens", "renews", "closes", "departs", "returns"] | None = None
    before: Callable[..., Awaitable[Any]] | None = None
    after: Callable[[Any, Any], Awaitable[Any]] | None = None
    secret: bool = False
    media: tuple[str, ...] = ("application/octet-stream",)
    settles: bool = False

    @property
    def needs_write(self) -> bool:
        return self.method != "GET" if self.writes is None else self.writes

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
