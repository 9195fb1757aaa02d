"""One request and its answer, on the path that every request walks: identify → find the row → who asks →
may they → how often → read the body → ask the place where the context lives → answer → record.
"""

from collections.abc import MutableMapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

import structlog

from entrepot.core import trace
from entrepot.core.errors import Error
from entrepot.core.routes import ANONYMOUS, Caller
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.session import cookies
from entrepot.http import headers as head
from entrepot.http import problem, sending
from entrepot.http.answer import Answer
from entrepot.http.body import BodyTooSlow, Gone, Receive, read_body
from entrepot.http.deadline import within
from entrepot.http.problem import Refusal

if TYPE_CHECKING:
    from entrepot.gateway.app import Entry, Gateway

log = structlog.get_logger()

_UNMATCHED = "unmatched"
_CONSOLE = "GET console"
_UNTOLD = Caller()
_LONGEST_AGENT = 200


class Exchange:
    """Made for each request by the gateway."""

    __slots__ = (
        "_entry",
        "_gateway",
        "_headers",
        "_is_file",
        "_limits",
        "_reading",
        "_receive",
        "_scope",
        "_send",
        "_who",
    )

    def __init__(
        self, gateway: "Gateway", scope: MutableMapping[str, Any], receive: Receive, send: sending.Send
    ) -> None:
        self._gateway, self._scope, self._receive, self._send = gateway, scope, receive, send
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._entry: Entry | None = None
        self._who = ANONYMOUS
        self._limits: tuple[head.Pair, ...] = ()
        self._reading = self._is_file = False

    async def run(self) -> None:
        started = perf_counter()
        came_from = head.identify(self._headers)
        status, size = await (self._respond() if trace.tracer is None else self._traced(came_from))
        self._gateway.access_log.record(
            self._who,
            method=self._scope["method"],
            row=self._label(),
            status=status,
            took_s=perf_counter() - started,
            size=size,
            request_id=trace.request_id.get(),
        )

    def _label(self) -> str:
        """The row's name, or a page's path: never a path with somebody's values in it."""
        if self._entry is not None:
            return self._entry.row.name
        if self._is_file:
            return _CONSOLE
        path: str = self._scope["path"]
        return f"{self._scope['method']} {path}" if path in self._gateway.pages else _UNMATCHED

    async def _traced(self, came_from: str) -> tuple[int, int]:
        assert trace.tracer is not None
        with trace.tracer.span(f"{self._scope['method']} request", kind="server", parent=came_from) as span:
            status, size = await self._respond()
            span.set_attribute("http.request.method", self._scope["method"])
            span.set_attribute("http.route", self._entry.row.path if self._entry else self._label())
            span.set_attribute("http.response.status_code", status)
            span.set_attribute("entrepot.request_id", trace.request_id.get())
        return status, size

    async def _respond(self) -> tuple[int, int]:
        """(status, bytes sent)."""
        try:
            answer = await self._answer()
        except Refusal as refusal:
            answer = problem.of_refusal(refusal)
        except Error as error:
            answer = problem.of_error(error)
        except Gone:
            return 499, 0
        except Exception:
            log.exception("gateway.crashed", row=self._label())
            answer = problem.of_crash()
        return answer.status, await self._deliver(answer)

    async def _answer(self) -> Answer:
        gateway, scope = self._gateway, self._scope
        method, path = scope["method"], scope["path"]
        if (page := gateway.pages.get(path)) is not None and method in ("GET", "HEAD"):
            return await page()
        if method == "OPTIONS":
            return Answer(204)
        if (file := gateway.file(method, path, self._headers)) is not None:
            self._is_file = True
            return file
        entry, params = gateway.find(method, path)
        self._entry = entry
        client = scope.get("client")
        address = client[0] if client else ""
        self._who = await gateway.who_asks(entry.row, self._credential(entry), address)
        if (needed := entry.row.scope) is not None and not self._who.allows(needed):
            raise Refusal(403, "missing-scope", f"This needs the scope {needed}.")
        self._limits = entry.meter.charge(
            address if self._who is ANONYMOUS else (self._who.organisation, self._who.id)
        )
        return await self._in_time(entry, params)

    def _credential(self, entry: "Entry") -> bytes | None:
        """A public row heeds no cookie: somebody whose session broke must be able to sign in again."""
        if entry.row.public:
            return self._headers.get(b"authorization")
        return cookies.authorization(self._headers)

    async def _in_time(self, entry: "Entry", params: dict[str, str]) -> Answer:
        """Read the body and ask the row's place, within the row's deadline."""
        try:
            return await within(entry.row.deadline_s, self._ask(entry, params))
        except TimeoutError:
            if self._reading:
                raise BodyTooSlow from None
            raise Refusal(504, "deadline-exceeded", "This took too long and was given up.") from None

    async def _ask(self, entry: "Entry", params: dict[str, str]) -> Answer:
        body, key = b"", self._idempotency_key(entry)
        if entry.takes_body:
            self._reading = True
            body = await read_body(entry.row, self._headers, self._receive)
            self._reading = False
        for_console = entry.row.session is not None and cookies.from_console(self._headers)
        if for_console:
            body = cookies.body_of(entry.row, self._headers, body)
        asked = Arguments(params, self._scope["query_string"], body, key, self._caller(entry))
        answer = await entry.place.ask(entry.door, self._who, asked)
        if for_console:
            answer = cookies.answer_of(entry.row, answer, secure=self._gateway.secure_cookies)
        return answer

    def _caller(self, entry: "Entry") -> Caller:
        """Only for rows that ask for it: it is personal, and goes no further than it must."""
        if not entry.door.wants_caller:
            return _UNTOLD
        client = self._scope.get("client")
        agent = self._headers.get(b"user-agent", b"").decode("latin-1")[:_LONGEST_AGENT]
        return Caller(client[0] if client else "", agent)

    def _idempotency_key(self, entry: "Entry") -> str:
        if (sent := self._headers.get(b"idempotency-key")) is None or not entry.door.writes:
            return ""
        key = sent.decode("latin-1")
        if not 1 <= len(key) <= 200 or not (key.isascii() and key.isprintable()):
            raise Refusal(400, "bad-idempotency-key", "Idempotency-Key is 1 to 200 visible ASCII characters.")
        return key

    async def _deliver(self, answer: Answer) -> int:
        """The number of bytes of the body that went out."""
        origin, cors = self._headers.get(b"origin"), self._gateway.cors
        method = self._scope["method"]
        more = [(b"x-request-id", trace.request_id.get().encode("latin-1")), *self._limits]
        if origin is not None:
            more += cors.preflight(origin) if method == "OPTIONS" else cors.for_origin(origin)
        if answer.parts is not None:
            closing = self._gateway.closing
            return await sending.parts(answer, more, self._scope, self._receive, self._send, closing=closing)
        await sending.whole(answer, more, self._scope, self._send, with_body=method != "HEAD")
        return len(answer.body)
