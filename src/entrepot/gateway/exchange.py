"""One request and its answer, in the order that holds for all requests: identify → find the row →
authenticate → authorize → rate limit → read the body → ask the context's upstream → answer → record.
"""

import asyncio
from collections.abc import MutableMapping
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
import structlog

from entrepot.core import trace
from entrepot.core.errors import Error
from entrepot.core.network import counted_as
from entrepot.core.routes import ANONYMOUS, Caller
from entrepot.gateway.directory import Directory, DirectoryEntry
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.session.cookies import from_console
from entrepot.http import headers as head
from entrepot.http import problem, sending
from entrepot.http.answer import EVENT_STREAM, Answer
from entrepot.http.body import BodyTooSlow, Gone, Receive, read_body
from entrepot.http.deadline import within
from entrepot.http.problem import Refusal

log = structlog.get_logger()

_UNMATCHED = "unmatched"
_CONSOLE = "GET console"
_UNTOLD = Caller()
_LONGEST_AGENT = 200  # browsers send about 120; it is shown in the list of sessions
_JSON = b"application/json"


class Exchange:
    """One request; the gateway makes one for each."""

    __slots__ = (
        "_body_comes",
        "_cookies",
        "_credential",
        "_directory",
        "_entry",
        "_headers",
        "_is_file",
        "_limits",
        "_method",
        "_path",
        "_receive",
        "_request_id",
        "_scope",
        "_send",
        "_who",
    )

    def __init__(
        self, directory: Directory, scope: MutableMapping[str, Any], receive: Receive, send: sending.Send
    ) -> None:
        self._directory, self._scope, self._receive, self._send = directory, scope, receive, send
        self._cookies = directory.cookies.by_scheme(scope["scheme"])
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._method: str = scope["method"]
        self._path: str = scope["path"]
        self._entry: DirectoryEntry | None = None
        self._who, self._limits = ANONYMOUS, b""
        self._credential: bytes | None = None
        self._body_comes = self._is_file = False

    async def run(self) -> None:
        started = perf_counter()
        self._request_id, came_from = head.identify(self._headers)
        status, size = await (self._respond() if trace.tracer is None else self._traced(came_from))
        self._directory.access_log.record(
            self._who,
            method=self._method,
            row=self._label(),
            status=status,
            took_s=perf_counter() - started,
            size=size,
            request_id=self._request_id,
        )

    def _label(self) -> str:
        """Return the row's name or the page's path, never a path with values in it: it goes into logs and
        metrics.
        """
        if self._entry is not None:
            return self._entry.name
        if self._is_file:
            return _CONSOLE
        return f"{self._method} {self._path}" if self._path in self._directory.pages else _UNMATCHED

    async def _traced(self, came_from: str) -> tuple[int, int]:
        assert trace.tracer is not None
        with trace.tracer.span(f"{self._method} request", kind="server", parent=came_from) as span:
            status, size = await self._respond()
            span.set_attribute("http.request.method", self._method)
            span.set_attribute("http.route", self._entry.row.path if self._entry else self._label())
            span.set_attribute("http.response.status_code", status)
            span.set_attribute("entrepot.request_id", self._request_id)
        return status, size

    async def _respond(self) -> tuple[int, int]:
        """Return (status, bytes sent)."""
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
        more, with_body = self._lines(), self._method != "HEAD"
        if answer.parts is None:
            await sending.whole(answer, more, self._send, with_body=with_body)
            return answer.status, len(answer.body)
        directory = self._directory
        directory.streams += (is_stream := answer.media_type == EVENT_STREAM)
        try:
            return answer.status, await sending.parts(
                answer,
                more,
                self._receive,
                self._send,
                closing=directory.closing,
                over=partial(self._over, expires=is_stream),
                with_body=with_body,
            )
        finally:
            directory.streams -= is_stream

    async def _over(self, *, expires: bool) -> None:
        """Wait until what lasts must end with the caller's credential. A file that takes longer than a token
        lives is sent to its end, if nobody revoked it.
        """
        if self._who is ANONYMOUS or self._credential is None:
            await asyncio.Event().wait()
        else:
            await self._directory.over(self._credential, self._who, expires=expires)

    async def _answer(self) -> Answer:
        directory, method, path = self._directory, self._method, self._path
        if (page := directory.pages.get(path)) is not None and method in ("GET", "HEAD"):
            return await page()
        if method == "OPTIONS":
            return Answer(204)
        if (file := directory.file(method, path, self._headers)) is not None:
            self._is_file = True
            return file
        entry, params = directory.find(method, path)
        self._entry = entry
        client = self._scope.get("client")
        address = client[0] if client else ""
        credential = self._credential = self._credential_of(entry)
        who = directory.remembered(credential) or await directory.who_asks(entry, credential, address)
        self._who = who
        if (needed := entry.row.scope) is not None and not who.allows(needed):
            raise Refusal(403, "missing-scope", f"This needs the scope {needed}.")
        charged = counted_as(address) if who is ANONYMOUS else (who.organisation, who.id)
        self._limits = entry.meter.charge(charged)
        try:
            return await within(entry.row.deadline_s, self._ask(entry, params))
        except TimeoutError:
            if self._body_comes:
                raise BodyTooSlow from None
            raise Refusal(504, "deadline-exceeded", "This took too long and was given up.") from None

    def _credential_of(self, entry: DirectoryEntry) -> bytes | None:
        """Return the credential. Public rows ignore cookies, so that somebody whose session broke can sign
        in again.
        """
        if entry.row.public:
            return self._headers.get(b"authorization")
        return self._cookies.authorization(self._headers)

    async def _ask(self, entry: DirectoryEntry, params: dict[str, str]) -> Answer:
        """Read the body and ask the row's context, all within the row's deadline."""
        key = self._idempotency_key(entry)
        body = await self._read_body(entry) if entry.takes_body else b""
        if entry.row.session is not None and from_console(self._headers):
            return await self._ask_for_console(entry, params, body, key)
        arguments = Arguments(params, self._scope["query_string"], body, key, self._caller(entry))
        return await entry.upstream.ask(entry.door, self._who, arguments)

    async def _ask_for_console(
        self, entry: DirectoryEntry, params: dict[str, str], body: bytes, key: str
    ) -> Answer:
        """Ask with the tokens of its cookies, and answer with new ones. A browser without an id gets one,
        which a sign-in already knows it by.
        """
        cookies, row, caller = self._cookies, entry.row, self._caller(entry)
        device = cookies.device_of(self._headers) or cookies.new_device()
        if row.session in ("opens", "returns"):
            caller = msgspec.structs.replace(caller, device=device)
        body = cookies.body_of(row, self._headers, body)
        arguments = Arguments(params, self._scope["query_string"], body, key, caller)
        answer = await entry.upstream.ask(entry.door, self._who, arguments)
        return cookies.answer_of(row, answer, self._headers, device=device)

    async def _read_body(self, entry: DirectoryEntry) -> bytes:
        if entry.row.takes is not bytes:
            kind = self._headers.get(b"content-type", b"")
            if kind != _JSON and kind.partition(b";")[0].strip().lower() != _JSON:
                raise Refusal(415, "unsupported-media-type", "This route takes application/json.")
        self._body_comes = True
        body, _ = await read_body(self._headers, self._receive, most_bytes=entry.row.max_body_bytes)
        self._body_comes = False
        return body

    def _caller(self, entry: DirectoryEntry) -> Caller:
        """Return where the request came from, only for rows that need it: that is personal data."""
        if not entry.door.wants_caller:
            return _UNTOLD
        client = self._scope.get("client")
        agent = self._headers.get(b"user-agent", b"").decode("latin-1")[:_LONGEST_AGENT]
        device = self._cookies.device_of(self._headers)
        return Caller(client[0] if client else "", agent, device)

    def _idempotency_key(self, entry: DirectoryEntry) -> str:
        if (sent := self._headers.get(b"idempotency-key")) is None or not entry.door.writes:
            return ""
        key = sent.decode("latin-1")
        if not 1 <= len(key) <= 200 or not (key.isascii() and key.isprintable()):
            raise Refusal(400, "bad-idempotency-key", "Idempotency-Key is 1 to 200 visible ASCII characters.")
        return key

    def _lines(self) -> bytes:
        """Return header lines: the request's id, what is left of its limit, which origins may read the
        answer.
        """
        lines = b"x-request-id: %b\r\n%b" % (self._request_id.encode("latin-1"), self._limits)
        if (origin := self._headers.get(b"origin")) is not None:
            cors = self._directory.cors
            lines += head.lines(
                cors.preflight(origin) if self._method == "OPTIONS" else cors.for_origin(origin)
            )
        return lines
