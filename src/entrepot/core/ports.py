"""Ports: the interfaces between contexts and the outside. Each has real implementations in `infra/`, named
after their technology, and one shared test suite in `tests/ports/`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.events import Event

T = TypeVar("T")
Row = tuple[Any, ...]
Dialect = Literal["sqlite", "postgres"]


class Closing(Protocol):
    """What a database does with emitted events: store them before the commit, and give word after it."""

    async def store(self, tx: "Transaction", events: Sequence[Event]) -> None:
        """Called inside a transaction that emitted, once, at its end."""

    def committed(self, events: Sequence[Event]) -> None:
        """Called after the commit of what emitted these, before whoever asked for it goes on."""


# ---- database ------------------------------------------------------------------------------------


class Duplicate(Conflict):
    """A unique key is taken."""


class Reading(Protocol):
    """A consistent view of one context's database. SQL uses `?` for parameters on every dialect."""

    @property
    def dialect(self) -> Dialect:
        """Where SQL must differ, both forms stand in the same function."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """Return all rows, each a tuple."""

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        """Return the first row, or None."""


class Transaction(Reading, Protocol):
    """A view that may also write. It commits when the work that got it returns, and not otherwise.

    A statement that failed spoils the transaction: it cannot commit any more, even if the error was
    caught. Only `attempt` undoes a failure. Raises: Duplicate when a unique key is taken.
    """

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement. Return the number of rows that it changed."""

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement once per row of parameters."""

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` in a savepoint: if it raises, only what it did is undone (its emitted events
        too), and the exception goes on to the caller, who may catch it and continue.
        """

    def emit(self, event: Event) -> None:
        """Say what happened. Nobody hears it unless this transaction commits."""


class Read(Protocol):
    """`Database.read`, for work that comes before a transaction."""

    async def __call__(self, work: Callable[[Reading], Awaitable[T]]) -> T: ...


class Database(Protocol):
    """One context's database, as one process sees it."""

    async def lead(self) -> bool:
        """Try to become the one process that leads this database. The leader relays and hears events and, on
        SQLite, is the only one that writes. Return at once; the lead ends with the process.
        """

    @property
    def leading(self) -> bool:
        """Whether this process leads now."""

    @property
    def writable(self) -> bool:
        """Whether this process may write now: always on PostgreSQL, only while leading on SQLite."""

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        """Run `work` on a consistent snapshot. It may run again on another if that one failed."""

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction of its own, serializable with all others, and return only when
        its commit is on disk. `work` may run more than once when transactions meet.

        Raises: Contended when they met too often; Unavailable when the database cannot write (on
        SQLite also when this process does not lead).
        """

    async def scrub(self, *, tables: Sequence[str] = (), traces: Sequence[bytes] = ()) -> Sequence[str]:
        """Have what was deleted leave the database's files, of these tables at once, and look on SQLite that
        none of the `traces` is left in them. Return where something may stand still, in words for people.
        """

    async def close(self) -> None:
        """Finish what was accepted, then let go of the files or connections."""


# ---- bus -----------------------------------------------------------------------------------------


class Message(msgspec.Struct, frozen=True):
    """What arrives: `headers` are short ASCII strings, `data` is opaque."""

    subject: str
    data: bytes
    headers: Mapping[str, str] = {}


class NobodyAnswers(Unavailable):
    """No process serves this subject now. The bus knows that at once, without waiting."""


class TooSlow(Unavailable):
    """An answer did not come in time; whether the work was done is unknown."""


class Subscription(Protocol):
    async def stop(self) -> None:
        """Take no more messages; those under way are finished first."""


MessageHandler = Callable[[Message], Awaitable[None]]
Answerer = Callable[[Message], AsyncIterator[Message]]


class Bus(Protocol):
    """Carries bytes between processes, fast and at most once; what must not be lost goes through the
    mailbox. Subjects are dot-separated words; a subscription may end in `>` (everything below).
    """

    async def publish(self, subject: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Hand a message to whoever listens now. Raises: Unavailable when the bus is down."""

    async def subscribe(self, subject: str, handler: MessageHandler) -> Subscription:
        """Give every message to `handler`, one at a time and in the order of each sender."""

    async def request(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> Message:
        """Ask one of those who answer on `subject`. Raises: NobodyAnswers, TooSlow, Unavailable."""

    def stream(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        """Ask, and take the answer in parts until the answerer ends it. `timeout_s` bounds the wait
        for each part; leaving the block tells the answerer to stop. Raises as `request` does.
        """

    async def answer(self, subject: str, answerer: Answerer) -> Subscription:
        """Answer requests, many at a time, sharing them evenly with others on the same subject. The
        answerer yields one message for a `request`, any number for a `stream`.
        """

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        """Call when messages may have been missed."""

    @property
    def connected(self) -> bool:
        """Whether messages go out now."""

    @property
    def reconnects(self) -> int:
        """How often the connection was lost and made again."""

    @property
    def largest_bytes(self) -> int:
        """How large a message may be here, its headers included."""

    async def close(self) -> None: ...


# ---- files, keys, mail ---------------------------------------------------------------------------


class Files(Protocol):
    """Named blobs. Names are slash-separated words; a name is never half written."""

    async def put(self, name: str, parts: AsyncIterator[bytes]) -> int:
        """Store under `name`, replacing what was there. Return the number of bytes, now on disk."""

    def get(self, name: str) -> AsyncIterator[bytes]:
        """Return the bytes, in parts. Raises: NotFound."""

    async def delete(self, name: str) -> None:
        """Remove a blob. Removing what is not there is fine."""

    def names(self, prefix: str = "") -> AsyncIterator[str]:
        """Return all names that start with `prefix`, sorted."""


class WrappedKey(msgspec.Struct, frozen=True):
    """A data key as it may be stored: `wrapped` opens only with the same `context`."""

    plain: bytes
    wrapped: bytes


class Keys(Protocol):
    """The platform's key service. It wraps data keys and signs tokens; its own keys never leave it."""

    async def generate(self, context: Mapping[str, str]) -> WrappedKey:
        """Return a new 256-bit data key, bound to `context`."""

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Return the data key. Raises: Forbidden when it was altered, or bound to another context."""

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Return the same data key under the newest master key."""

    async def sign(self, message: bytes) -> tuple[str, bytes]:
        """Return (key id, Ed25519 signature) by the newest signing key."""

    async def verifying_keys(self) -> Mapping[str, bytes]:
        """Return key id → raw Ed25519 public key, of every key whose signatures still count, the newest
        last.
        """

    async def rotate(self) -> None:
        """Make new newest keys; the old ones still unwrap and verify. Raises: Conflict when the keys
        are not this service's to change.
        """


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One letter, in plain text."""

    to: str
    subject: str
    text: str


class Post(Protocol):
    """Sends letters."""

    async def send(self, mail: Mail, *, sender: str) -> None:
        """Hand over one letter. Raises: Invalid for a broken address, Unavailable to try later."""
