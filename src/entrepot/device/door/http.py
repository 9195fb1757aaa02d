"""The doors of devices over HTTP, as a plain ASGI application: what each family sends where, its row says.
Every message asks, so the path is short; an answer of 200 means that the message is on disk.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from time import time_ns
from typing import Any

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.routes import ANONYMOUS, Principal
from entrepot.device.door.admission import Admission, NotAdmitted, TooOften, basic
from entrepot.device.families import FAMILIES
from entrepot.device.model.arrival import Unreadable
from entrepot.device.model.family import MAX_BODY_BYTES, DeviceRequest, Family, OverHttp, Request
from entrepot.device.service import decoding
from entrepot.device.service.commands import Commands
from entrepot.device.service.friends import Friends
from entrepot.device.service.intake import QUARANTINED_BYTES, DeviceMessage, HeldBack, Intake
from entrepot.device.service.roster import Roster, SendingDevice
from entrepot.http import headers as head
from entrepot.http import sending
from entrepot.http.body import BodyTooLarge, Gone, Receive, read_body
from entrepot.http.problem import Refusal
from entrepot.http.sending import Send

log = structlog.get_logger()

MAX_DROPPED_BYTES = 16 * 1024 * 1024  # read to its end, so that a phone whose message is too large goes on

_Scope = MutableMapping[str, Any]
Headers = dict[bytes, bytes]

_TEXT = b"text/plain; charset=utf-8"
_BAD_REQUEST, _TOO_LARGE = 400, 413
_ALWAYS = head.lines(((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")))
_WHO_ARE_YOU = head.lines(((b"www-authenticate", b'Basic realm="devices", charset="UTF-8"'),))


class Reply(msgspec.Struct, frozen=True):
    status: int
    body: bytes = b""
    media_type: bytes = _TEXT
    wait_s: int = 0
    hang_up: bool = False
    held_back: HeldBack = {}


class _Exchange:
    """One request, and who it is from as soon as that is known."""

    __slots__ = ("address", "headers", "how", "principal", "receive", "scope")

    def __init__(self, how: OverHttp, scope: _Scope, receive: Receive) -> None:
        self.how, self.scope, self.receive = how, scope, receive
        self.headers: Headers = dict(scope["headers"])
        client = scope.get("client")
        self.address: str = client[0] if client else ""
        self.principal = ANONYMOUS

    def said(self, body: bytes) -> DeviceRequest:
        content_type = self.headers.get(b"content-type", b"")
        return self.how.read(Request(self.scope["query_string"], content_type, body))


class Doors:
    """Every family's paths; at a family's own port also `/`."""

    def __init__(self, intake: Intake, admission: Admission, commands: Commands) -> None:
        self._intake, self._admission, self._commands = intake, admission, commands
        self._roster: Roster = intake.roster
        self._friends = Friends(intake)
        self._paths = paths_of(FAMILIES)

    def at_port_of(self, family: Family) -> "Doors":
        """Return the same doors as they stand at the family's own port."""
        doors = Doors(self._intake, self._admission, self._commands)
        doors._friends = self._friends
        doors._paths = paths_of(FAMILIES, own=family)
        return doors

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(self._paths)

    async def __call__(self, scope: _Scope, receive: Receive, send: Send) -> tuple[Principal, int, int]:
        """Return (who sent, status, bytes answered)."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1003, "reason": "no such socket"})
            return ANONYMOUS, 404, 0
        how = self._paths.get(scope["path"])
        if how is None:
            reply = Reply(404, b"There is nothing at this path.")
            await _deliver(reply, send)
            return ANONYMOUS, reply.status, len(reply.body)
        exchange = _Exchange(how, scope, receive)
        try:
            reply = await self._respond(exchange)
        except Gone:
            return exchange.principal, 499, 0
        except BodyTooLarge:
            reply = Reply(_TOO_LARGE, b"This is too large.", hang_up=True)
        except Refusal as refusal:
            reply = Reply(refusal.status, str(refusal).encode(), hang_up=True)
        except NotAdmitted as error:
            reply = Reply(401, str(error).encode())
        except TooOften as error:
            reply = Reply(429, str(error).encode(), wait_s=error.wait_s)
        except Unavailable as error:
            reply = Reply(503, str(error).encode(), wait_s=1)
        except Exception:
            log.exception("intake.crashed", path=scope["path"])
            reply = Reply(500, b"Something went wrong on our side.")
        await _deliver(reply, send)
        return exchange.principal, reply.status, len(reply.body)

    async def _respond(self, exchange: _Exchange) -> Reply:
        how = exchange.how
        if exchange.scope["method"] not in how.methods:
            answers = " and ".join(sorted(how.methods))
            return Reply(405, f"This path answers {answers}.".encode(), hang_up=True)
        if not self._intake.opened.is_set():  # before anybody is told that their password is wrong
            raise Unavailable("Devices are not let in here now.")
        return await (self._named(exchange) if how.names_itself else self._shown(exchange))

    async def _shown(self, exchange: _Exchange) -> Reply:
        """Take a message from a device that the Authorization header names."""
        how = exchange.how
        device = await self._by_header(exchange)
        if device is None:
            raise NotAdmitted("This needs a device's username and password.")
        exchange.principal = device.principal
        self._admission.charge(device)
        most_bytes = MAX_DROPPED_BYTES if how.keeps_too_large else MAX_BODY_BYTES
        body, size = await read_body(
            exchange.headers, exchange.receive, most_bytes=most_bytes, kept_bytes=MAX_BODY_BYTES
        )
        held_back: HeldBack = {}
        if size > MAX_BODY_BYTES:  # a refusal for good would hold up all that the phone sends later
            await self._too_large(device, exchange.said(body[:QUARANTINED_BYTES]), size=size)
        else:
            held_back = await self._take(device, exchange.said(body))
        return self._reply(how, device, held_back)

    async def _named(self, exchange: _Exchange) -> Reply:
        """Take a message from a device that may name itself in the message."""
        body = b""
        if exchange.scope["method"] == "POST":
            body, _ = await read_body(exchange.headers, exchange.receive, most_bytes=MAX_BODY_BYTES)
        said = exchange.said(body)
        device = await self._by_header(exchange)
        if device is None and not said.name:
            return Reply(_BAD_REQUEST, b"Who are you? There is no id.")
        if device is None:
            device = await self._by_name(said, exchange.address)
            if device is None:
                return Reply(404, b"There is no such device.")
        exchange.principal = device.principal
        self._admission.charge(device)
        held_back = await self._take(device, said)
        return self._reply(exchange.how, device, held_back)

    def _reply(self, how: OverHttp, device: SendingDevice, held_back: HeldBack) -> Reply:
        commands = [each.body for each in self._commands.take(device.id, most=how.commands)]
        friends = self._friends.of(device) if how.shows_friends else ()
        return Reply(200, how.answer(commands, friends), how.media_type, held_back=held_back)

    async def _take(self, device: SendingDevice, said: DeviceRequest) -> HeldBack:
        return await self._intake.put(
            decoding.message(said.protocol, said.payload, device, time_ns() // 1000)
        )

    async def _too_large(self, device: SendingDevice, said: DeviceRequest, *, size: int) -> None:
        why = Unreadable(f"It is too large: {size} bytes, of which {MAX_BODY_BYTES} are read.")
        message = DeviceMessage(device, said.protocol, said.payload, time_ns() // 1000, (why,), size=size)
        await self._intake.put(message)

    # ---- who it is ----------------------------------------------------------------------------------

    async def _by_header(self, exchange: _Exchange) -> SendingDevice | None:
        """The device that the Authorization header shows; None if it shows nothing of ours.

        Raises: NotAdmitted, TooOften.
        """
        header = exchange.headers.get(b"authorization")
        if header is None:
            return None
        kind = header[:6].lower()
        if kind == b"basic ":
            if (shown := basic(header)) is None:
                return None
            username, password = shown
            device = self._roster.with_password(username, password)
            return device or await self._admission.wait_for(
                lambda: self._roster.with_password(username, password), address=exchange.address
            )
        if kind == b"bearer":
            token = header[7:].strip()
            device = self._roster.with_token(token)
            return device or await self._admission.wait_for(
                lambda: self._roster.with_token(token), address=exchange.address
            )
        return None

    async def _by_name(self, said: DeviceRequest, address: str) -> SendingDevice | None:
        """None: there is no such device, and the client expects to be told as 404.

        Raises: NotAdmitted, TooOften.
        """

        def find() -> SendingDevice | None:
            if said.token is None:
                return self._roster.open_to_all(said.name)
            return self._roster.with_password(said.name, said.token.encode())

        if (found := find()) is not None:
            return found
        try:
            return await self._admission.wait_for(find, address=address)
        except NotAdmitted:
            if said.expects_404 and self._roster.named(said.name) is None:
                return None
            raise


def paths_of(families: Sequence[Family], *, own: Family | None = None) -> Mapping[str, OverHttp]:
    """Return what is sent where: at the gateway, or at the port of `own`."""
    paths = {path: each.http for each in families if each.http is not None for path in each.http.paths}
    if own is not None and own.http is not None:
        paths["/"] = own.http
    return paths


async def _deliver(reply: Reply, send: Send) -> None:
    lines = b"content-type: %b\r\ncontent-length: %d\r\n%b" % (reply.media_type, len(reply.body), _ALWAYS)
    if reply.status == 401:
        lines += _WHO_ARE_YOU
    if reply.wait_s:
        lines += b"retry-after: %d\r\n" % reply.wait_s
    if reply.held_back:  # phones do not read it; whoever replays a track wants to know
        told = ", ".join(f"{reason}={count}" for reason, count in sorted(reply.held_back.items()))
        lines += b"entrepot-held-back: %b\r\n" % told.encode()
    await sending.described(reply.status, lines, reply.body, send, hang_up=reply.hang_up)
