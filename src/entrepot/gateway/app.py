"""The gateway as an ASGI application: from a request to a row's door and back.

Every request walks the same visible path: identify → find the row → who asks → may they → how often →
read the body → ask the place where the context lives → answer → record.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from time import monotonic, perf_counter
from typing import Any

import structlog

from entrepot.core import trace
from entrepot.core.errors import Error
from entrepot.core.routes import ANONYMOUS, Limit, Principal, Route
from entrepot.gateway import headers as head
from entrepot.gateway import problem
from entrepot.gateway.access_log import AccessLog
from entrepot.gateway.answer import Answer
from entrepot.gateway.auth import Authenticator
from entrepot.gateway.binding import Asked
from entrepot.gateway.body import Gone, Receive, read_body
from entrepot.gateway.door import Door
from entrepot.gateway.limits import Meter
from entrepot.gateway.places import Place
from entrepot.gateway.problem import Refusal
from entrepot.gateway.routing import Router

log = structlog.get_logger()

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PageSource = Callable[[], Awaitable[Answer]]

# Wrong credentials, per address: enough for a person's typing, too few for guessing.
_WRONG_CREDENTIALS = Limit(requests=30, window_s=60.0)
_MAX_PATH_CHARS = 2_000
_UNMATCHED = "unmatched"


class Entry:
    """A row in the gateway: its door, where its context lives, how often each caller may ask."""

    __slots__ = ("door", "meter", "place", "row", "takes_body")

    def __init__(self, door: Door, place: Place) -> None:
        self.door, self.place, self.row = door, place, door.row
        self.meter = Meter(door.row.limit, monotonic)
        self.takes_body = door.row.takes is not None and door.row.method in ("POST", "PUT", "PATCH")


class Gateway:
    """ASGI application over `tables` (context → rows with their doors) and fixed `pages` (path → page)."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Door]],
        places: Mapping[str, Place],
        authenticator: Authenticator,
        access_log: AccessLog,
        *,
        pages: Mapping[str, PageSource],
        cors_origins: Sequence[str] = (),
    ) -> None:
        self._authenticator, self._access_log = authenticator, access_log
        self._pages, self._cors = pages, head.Cors(cors_origins)
        self._wrong = Meter(_WRONG_CREDENTIALS, monotonic)
        self._closing = asyncio.Event()
        self._router: Router[Entry] = Router()
        for context, doors in tables.items():
            for door in doors:
                if not door.row.internal:
                    self._router.add(door.row.method, door.row.path, Entry(door, places[context]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Exchange(self, scope, receive, send).run()
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1003, "reason": "no such socket"})

    def close(self) -> None:
        """End the streams that are open; nothing else lasts."""
        self._closing.set()

    def find(self, method: str, path: str) -> tuple[Entry, dict[str, str]]:
        """Raises: Refusal 404 or 405."""
        if len(path) > _MAX_PATH_CHARS or not path.isprintable() or "�" in path:
            raise Refusal(404, "no-such-path", "There is nothing at this path.")
        entry, found = self._router.find("GET" if method == "HEAD" else method, path)
        if entry is not None:
            assert isinstance(found, dict)
            return entry, found
        if found or path in self._pages:
            allowed = ", ".join(sorted({*found, "GET"} if path in self._pages else found))
            raise Refusal(
                405, "method-not-allowed", f"This path answers {allowed}.", headers=(("allow", allowed),)
            )
        raise Refusal(404, "no-such-path", "There is nothing at this path.")

    async def who_asks(self, row: Route, header: bytes | None, address: str) -> Principal:
        """Raises: Refusal 401, 403 or 429."""
        if header is None:
            if row.public:
                return ANONYMOUS
            raise Refusal(
                401,
                "unauthenticated",
                "This needs an Authorization header with a bearer token or an API key.",
                headers=(("www-authenticate", "Bearer"),),
            )
        who = self._authenticator.remembered(header)
        if who is None:
            who = await self._verify(header, address)
        if row.scope is not None and not who.allows(row.scope):
            raise Refusal(403, "missing-scope", f"This needs the scope {row.scope}.")
        return who

    async def _verify(self, header: bytes, address: str) -> Principal:
        """Wrong guesses are counted by address, so guessing slows only the guesser down."""
        if self._wrong.blocked(address):
            raise too_often(self._wrong.wait_s(address))
        try:
            return await self._authenticator.authenticate(header)
        except Refusal:
            self._wrong.take(address)
            raise


def too_often(wait_s: float) -> Refusal:
    seconds = str(max(1, int(wait_s + 0.999)))
    return Refusal(
        429, "too-many-requests", f"Too often; try again in {seconds} s.", headers=(("retry-after", seconds),)
    )


class Exchange:
    """One request and its answer."""

    __slots__ = (
        "_address",
        "_entry",
        "_gateway",
        "_headers",
        "_limits",
        "_receive",
        "_scope",
        "_send",
        "_who",
    )

    def __init__(self, gateway: Gateway, scope: Scope, receive: Receive, send: Send) -> None:
        self._gateway, self._scope, self._receive, self._send = gateway, scope, receive, send
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._entry: Entry | None = None
        self._who = ANONYMOUS
        self._limits: tuple[head.Pair, ...] = ()

    async def run(self) -> None:
        started = perf_counter()
        came_from = head.identify(self._headers)
        status, size = await (self._respond() if trace.tracer is None else self._traced(came_from))
        self._gateway._access_log.record(
            self._who,
            method=self._scope["method"],
            row=self._entry.row.name if self._entry else _UNMATCHED,
            status=status,
            took_s=perf_counter() - started,
            size=size,
            request_id=trace.request_id.get(),
        )

    async def _traced(self, came_from: str) -> tuple[int, int]:
        assert trace.tracer is not None
        with trace.tracer.span(f"{self._scope['method']} request", kind="server", parent=came_from) as span:
            status, size = await self._respond()
            span.set_attribute("http.request.method", self._scope["method"])
            span.set_attribute("http.route", self._entry.row.path if self._entry else _UNMATCHED)
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
            log.exception("gateway.crashed", path=self._entry.row.path if self._entry else _UNMATCHED)
            answer = problem.of_crash()
        if answer.parts is not None:
            return answer.status, await self._send_parts(answer)
        await self._send_whole(answer)
        return answer.status, len(answer.body)

    async def _answer(self) -> Answer:
        gateway, scope = self._gateway, self._scope
        method, path = scope["method"], scope["path"]
        if (page := gateway._pages.get(path)) is not None and method in ("GET", "HEAD"):
            return await page()
        if method == "OPTIONS":
            return Answer(204)
        self._entry, params = gateway.find(method, path)
        client = scope.get("client")
        address = client[0] if client else ""
        self._who = await gateway.who_asks(self._entry.row, self._headers.get(b"authorization"), address)
        self._meter(address)
        return await self._ask(self._entry, params)

    def _meter(self, address: str) -> None:
        assert self._entry is not None
        meter = self._entry.meter
        left, seconds = meter.take(address if self._who is ANONYMOUS else self._who.id)
        self._limits = (
            (b"ratelimit", b'"default";r=%d;t=%d' % (left if left > 0 else 0, seconds + 0.999)),
            (b"ratelimit-policy", meter.policy),
        )
        if left < 0:
            raise too_often(seconds)

    async def _ask(self, entry: Entry, params: dict[str, str]) -> Answer:
        headers = self._headers
        body = b""
        if entry.takes_body:
            body = await read_body(entry.row, headers, self._receive)
        asked = Asked(params, self._scope["query_string"], body, self._idempotency_key(entry))
        task = asyncio.current_task()
        assert task is not None
        deadline = _Deadline(task)
        timer = asyncio.get_running_loop().call_later(entry.row.deadline_s, deadline.expire)
        try:
            return await entry.place.ask(entry.door, self._who, asked)
        except asyncio.CancelledError:
            if not deadline.expired:
                raise
            task.uncancel()
            raise Refusal(504, "deadline-exceeded", "This took too long and was given up.") from None
        finally:
            timer.cancel()

    def _idempotency_key(self, entry: Entry) -> str:
        if (sent := self._headers.get(b"idempotency-key")) is None or not entry.door.writes:
            return ""
        key = sent.decode("latin-1")
        if not 1 <= len(key) <= 200 or not (key.isascii() and key.isprintable()):
            raise Refusal(400, "bad-idempotency-key", "Idempotency-Key is 1 to 200 visible ASCII characters.")
        return key

    def _start(self, answer: Answer) -> dict[str, Any]:
        html = answer.media_type.startswith("text/html")
        pairs = [
            *(head.PAGE if html else head.API),
            (b"content-type", answer.media_type.encode("latin-1")),
            (b"x-request-id", trace.request_id.get().encode("latin-1")),
            *self._limits,
        ]
        for name, text in answer.headers:
            pairs.append((name.encode("latin-1"), text.encode("latin-1")))
        if origin := self._headers.get(b"origin"):
            preflight = self._scope["method"] == "OPTIONS"
            cors = self._gateway._cors
            pairs += cors.preflight(origin) if preflight else cors.for_origin(origin)
        return {"type": "http.response.start", "status": answer.status, "headers": pairs}

    async def _send_whole(self, answer: Answer) -> None:
        start = self._start(answer)
        if answer.status != 204:
            start["headers"].append((b"content-length", b"%d" % len(answer.body)))
        await self._send(start)
        body = b"" if self._scope["method"] == "HEAD" else answer.body
        await self._send({"type": "http.response.body", "body": body})

    async def _send_parts(self, answer: Answer) -> int:
        """Send until the parts end, the caller hangs up or the node stops."""
        await self._send(self._start(answer))
        sending = asyncio.ensure_future(self._pump(answer))
        ends = (
            sending,
            asyncio.ensure_future(self._hung_up()),
            asyncio.ensure_future(self._gateway._closing.wait()),
        )
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            sent, *_ = await asyncio.gather(*ends, return_exceptions=True)
        if isinstance(sent, Exception):
            log.error("gateway.stream_broke", row=self._entry.row.name if self._entry else "", exc_info=sent)
        return sent if isinstance(sent, int) else 0

    async def _pump(self, answer: Answer) -> int:
        size = 0
        assert answer.parts is not None
        parts = answer.parts
        try:
            async for part in parts:
                size += len(part)
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
        finally:
            if (close := getattr(parts, "aclose", None)) is not None:
                await close()
        return size

    async def _hung_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


class _Deadline:
    """`asyncio.timeout` without its cost on a path where almost nothing ever expires."""

    __slots__ = ("_task", "expired")

    def __init__(self, task: "asyncio.Task[Any]") -> None:
        self._task, self.expired = task, False

    def expire(self) -> None:
        self.expired = True
        self._task.cancel()
