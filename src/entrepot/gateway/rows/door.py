"""Answers calls of one row. It opens the transaction, repeats the stored answer for a known
`Idempotency-Key`, and turns every outcome into an answer. Callers over HTTP and gateways in other processes
use the same door.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote

import msgspec
import structlog

from entrepot.core import time_left
from entrepot.core.errors import Conflict, Error, Invalid
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.routes import File, Principal, Route
from entrepot.core.supplies import Supplies
from entrepot.core.time import now, to_us
from entrepot.gateway.rows.binding import Arguments, Binding
from entrepot.http import problem
from entrepot.http.answer import EVENT_STREAM, JSON, Answer

log = structlog.get_logger()

Settled = Callable[[], Awaitable[None]]

_encoder = msgspec.json.Encoder()
_PLAIN_NAME = re.compile(r"[\w.-]+", re.ASCII)
_REPLAYED = (("idempotency-replayed", "true"),)
# Of a row's deadline, the share after which a database is to give up, so that its answer is still in time.
_FOR_THE_DATABASE = 0.9


class KeyReused(Invalid):
    """The same Idempotency-Key came with another request."""


class NeverKept(Conflict):
    """An Idempotency-Key came with a request whose answer is shown once and never stored."""


class Door:
    """A row of one context, bound to what its function needs."""

    def __init__(self, row: Route, supplies: Supplies, *, settled: Settled | None = None) -> None:
        """`settled` waits until what was said before has been heard, for rows that ask for it."""
        self.row = row
        self._settled = settled if row.settles else None
        self._binding = Binding(row, supplies)
        self._before = None if row.before is None else Binding(row, supplies, function=row.before)
        self._wants_database = self._before is not None and self._before.takes_database
        bindings = [each for each in (self._binding, self._before) if each is not None]
        self.wants_caller = any(each.caller_name for each in bindings)
        self._function: Any = row.function
        self._database_s = row.deadline_s * _FOR_THE_DATABASE
        self.writes = row.needs_write
        self.answers_in_parts = self._binding.answers_in_parts

    async def ask(self, database: Database, who: Principal, asked: Arguments) -> Answer:
        """Return an answer in every case: what goes wrong becomes a problem document."""
        waited_for = time_left.begin(self._database_s)
        try:
            arguments = self._binding.arguments(asked)
            if self._before is not None:
                if (before := await self._answered_before(database, who, asked)) is not None:
                    return before
                arguments[self._binding.prepared_name] = await self._prepare(database, who, asked)
            if self.answers_in_parts:
                return await self._in_parts(who, arguments)
            if self.writes:
                answer = await self._write(database, who, asked, arguments)
                if self._settled is not None:
                    await self._settled()
                return answer
            function = self._function
            return self._whole(await database.read(lambda tx: function(tx, who, **arguments)))
        except Error as error:
            return problem.of_error(error)
        except Exception:
            log.exception("door.crashed", row=self.row.name)
            return problem.of_crash()
        finally:
            time_left.end(waited_for)

    async def _answered_before(self, database: Database, who: Principal, asked: Arguments) -> Answer | None:
        """What was answered under this key: what comes first would judge the state that it led to."""
        if not asked.idempotency_key or not self.writes or self.row.secret:
            return None
        fingerprint = self._fingerprint(asked)
        owner = _owner(who, asked, fingerprint)
        answered = await database.read(lambda tx: _answered(tx, owner, asked.idempotency_key))
        return None if answered is None else _replay(answered, fingerprint)

    async def _prepare(self, database: Database, who: Principal, asked: Arguments) -> object:
        assert self._before is not None and self.row.before is not None
        first = database if self._wants_database else database.read
        return await self.row.before(first, who, **self._before.arguments(asked))

    def _whole(self, result: object) -> Answer:
        if isinstance(result, Error):
            return problem.of_error(result)
        if self.row.gives is None:
            return Answer(204 if self.row.status == 200 else self.row.status)
        return Answer(self.row.status, _encoder.encode(result))

    async def _write(
        self, database: Database, who: Principal, asked: Arguments, arguments: dict[str, Any]
    ) -> Answer:
        function = self._function
        if asked.idempotency_key and self.row.secret:
            raise NeverKept("This answer is never kept, so it takes no Idempotency-Key.")
        if self.row.after is not None:
            result = await database.write(lambda tx: function(tx, who, **arguments))
            if not isinstance(result, Error):
                result = await self.row.after(database, result)
            return self._whole(result)
        if not asked.idempotency_key:
            return self._whole(await database.write(lambda tx: function(tx, who, **arguments)))

        fingerprint = self._fingerprint(asked)
        owner = _owner(who, asked, fingerprint)

        async def once(tx: Transaction) -> Answer:
            if (before := await _answered(tx, owner, asked.idempotency_key)) is not None:
                return _replay(before, fingerprint)
            answer = self._whole(await function(tx, who, **arguments))
            if answer.status >= 400:
                return answer
            await tx.execute(
                "INSERT INTO answered (principal, key, fingerprint, status, body, answered_at_us)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                owner, asked.idempotency_key, fingerprint, answer.status, answer.body, to_us(now()),
            )  # fmt: skip
            return answer

        return await database.write(once)

    def _fingerprint(self, asked: Arguments) -> bytes:
        whole = msgspec.msgpack.encode((self.row.name, asked.params, asked.query, asked.body))
        return hashlib.sha256(whole).digest()

    async def _in_parts(self, who: Principal, arguments: dict[str, Any]) -> Answer:
        result = self._function(who, **arguments)
        if self.row.gives is File:
            file: File = await result
            return Answer(self.row.status, b"", file.media_type, (_disposition(file.name),), file.parts)
        return Answer(self.row.status, b"", EVENT_STREAM, (), _server_sent(result))


def _disposition(name: str) -> tuple[str, str]:
    """Return the header value. A name that is no plain token takes RFC 8187's form, without quotes and line
    ends.
    """
    form = f'filename="{name}"' if _PLAIN_NAME.fullmatch(name) else f"filename*=UTF-8''{quote(name, safe='')}"
    return "content-disposition", f"attachment; {form}"


def _owner(who: Principal, asked: Arguments, fingerprint: bytes) -> str:
    """Return whose Idempotency-Key it is: two organisations may have callers of one name. Strangers have no
    name: each request from each address has keys of its own, so that nobody meets another's.
    """
    if who.kind == "anonymous":
        whose = hashlib.sha256(fingerprint + asked.caller.address.encode()).hexdigest()
        return _encoder.encode(("", who.id, whose)).decode()
    return _encoder.encode((who.organisation, who.id)).decode()


async def _answered(tx: Reading, owner: str, key: str) -> tuple[bytes, int, bytes] | None:
    row = await tx.fetch_one(
        "SELECT fingerprint, status, body FROM answered WHERE principal = ? AND key = ?", owner, key
    )
    return None if row is None else (bytes(row[0]), row[1], bytes(row[2]))


def _replay(before: tuple[bytes, int, bytes], fingerprint: bytes) -> Answer:
    known, status, body = before
    if known != fingerprint:
        raise KeyReused("This Idempotency-Key was used for another request.")
    return Answer(status, body, JSON, _REPLAYED)


async def _server_sent(items: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    """Yield each item as one server-sent event; `None` becomes a comment that keeps the connection open."""
    async for item in items:
        yield b": still here\n\n" if item is None else b"data: " + _encoder.encode(item) + b"\n\n"


async def forget_old_answers(tx: Transaction, *, before_us: int) -> int:
    """Drop idempotency records made before `before_us`."""
    return await tx.execute("DELETE FROM answered WHERE answered_at_us < ?", before_us)
