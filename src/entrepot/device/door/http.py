"""The doors of devices over HTTP, as a plain ASGI application: OwnTracks and OsmAnd speak here. Every
message asks, so the path is short; an answer of 200 means that the message is on disk.
"""

from collections.abc import MutableMapping
from time import time_ns
from typing import Any

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.routes import ANONYMOUS, Principal
from entrepot.device.door.admission import Admission, NotAdmitted, TooOften, basic
from entrepot.device.families import osmand
from entrepot.device.model.arrival import Unreadable
from entrepot.device.service import decoding
from entrepot.device.service.commands import Command, Commands
from entrepot.device.service.friends import Friends
from entrepot.device.service.intake import QUARANTINED_BYTES, Intake, Message
from entrepot.device.service.roster import Device, Roster
from entrepot.http import headers as head
from entrepot.http import sending
from entrepot.http.body import BodyTooLarge, Gone, Receive, read_body
from entrepot.http.problem import Refusal
from entrepot.http.sending import Send

log = structlog.get_logger()

PATHS = frozenset(("/owntracks", "/pub", "/osmand"))
OWN_PATHS = PATHS | {"/"}
MAX_BODY_BYTES = 1024 * 1024
MAX_DROPPED_BYTES = 16 * 1024 * 1024  # read to its end, so that a phone whose message is too large goes on

Scope = MutableMapping[str, Any]
Headers = dict[bytes, bytes]

_JSON, _TEXT = b"application/json", b"text/plain; charset=utf-8"
_BAD_REQUEST, _TOO_LARGE = 400, 413
_ALWAYS = head.lines(((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")))
_WHO_ARE_YOU = head.lines(((b"www-authenticate", b'Basic realm="devices", charset="UTF-8"'),))
_encode = msgspec.json.Encoder().encode


class Reply(msgspec.Struct, frozen=True):
    status: int
    body: bytes = b""
    media_type: bytes = _TEXT
    wait_s: int = 0
    hang_up: bool = False


class Doors:
    """`GET|POST /osmand` (and `/`), `POST /owntracks` (and `/pub`)."""

    def __init__(self, intake: Intake, admission: Admission, commands: Commands) -> None:
        self._intake, self._admission, self._commands = intake, admission, commands
        self._roster: Roster = intake.roster
        self._friends = Friends(intake)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> tuple[Principal, int, int]:
        """(who sent, status, bytes answered)."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1003, "reason": "no such socket"})
            return ANONYMOUS, 404, 0
        who: list[Principal] = []
        try:
            reply = await self._respond(scope, receive, who)
        except Gone:
            return (who[0] if who else ANONYMOUS), 499, 0
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
            log.exception("intake.crashed", path=scope["path"] if scope["path"] in OWN_PATHS else "")
            reply = Reply(500, b"Something went wrong on our side.")
        await _deliver(reply, send)
        return (who[0] if who else ANONYMOUS), reply.status, len(reply.body)

    async def _respond(self, scope: Scope, receive: Receive, who: list[Principal]) -> Reply:
        path, method = scope["path"], scope["method"]
        if path not in OWN_PATHS:
            return Reply(404, b"There is nothing at this path.")
        if method not in ("GET", "POST"):
            return Reply(405, b"This path answers GET and POST.", hang_up=True)
        if not self._intake.opened.is_set():  # before anybody is told that their password is wrong
            raise Unavailable("Devices are not let in here now.")
        headers: Headers = dict(scope["headers"])
        client = scope.get("client")
        address = client[0] if client else ""
        if path in ("/owntracks", "/pub"):
            return await self._owntracks(scope, headers, receive, address, who)
        return await self._osmand(scope, headers, receive, address, who)

    # ---- OwnTracks ---------------------------------------------------------------------------------

    async def _owntracks(
        self, scope: Scope, headers: Headers, receive: Receive, address: str, who: list[Principal]
    ) -> Reply:
        """Who it is says the credential alone: X-Limit-U, X-Limit-D and the query are anybody's to write."""
        if scope["method"] != "POST":
            return Reply(405, b"OwnTracks sends with POST.", hang_up=True)
        device = await self._by_header(headers.get(b"authorization"), address)
        if device is None:
            raise NotAdmitted("This needs a device's username and password.")
        who.append(device.principal)
        self._admission.charge(device)
        body, size = await read_body(
            headers, receive, most_bytes=MAX_DROPPED_BYTES, kept_bytes=MAX_BODY_BYTES
        )
        if size > MAX_BODY_BYTES:  # a refusal for good would hold up all that the phone sends later
            why = Unreadable(f"It is too large: {size} bytes, of which {MAX_BODY_BYTES} are read.")
            first, received_at_us = body[:QUARANTINED_BYTES], time_ns() // 1000
            await self._intake.put(Message(device, "owntracks", first, received_at_us, (why,)))
        else:
            await self._take(device, "owntracks", body)
        said = self._commands.take(device.id)
        if not said and not device.access.friends:
            return Reply(200, b"[]", _JSON)
        messages = [*map(_as_message, said), *self._friends.of(device)]
        return Reply(200, _encode(messages), _JSON)

    async def _by_header(self, header: bytes | None, address: str) -> Device | None:
        """The device that the Authorization header shows; None if it shows nothing of ours.

        Raises: NotAdmitted, TooOften.
        """
        if header is None:
            return None
        kind = header[:6].lower()
        if kind == b"basic ":
            if (shown := basic(header)) is None:
                return None
            username, password = shown
            device = self._roster.with_password(username, password)
            return device or await self._admission.wait_for(
                lambda: self._roster.with_password(username, password), address=address
            )
        if kind == b"bearer":
            token = header[7:].strip()
            device = self._roster.with_token(token)
            return device or await self._admission.wait_for(
                lambda: self._roster.with_token(token), address=address
            )
        return None

    # ---- OsmAnd and Traccar Client -----------------------------------------------------------------

    async def _osmand(
        self, scope: Scope, headers: Headers, receive: Receive, address: str, who: list[Principal]
    ) -> Reply:
        query: bytes = scope["query_string"]
        body = b""
        if scope["method"] == "POST":
            body, _ = await read_body(headers, receive, most_bytes=MAX_BODY_BYTES)
        in_json = b"json" in headers.get(b"content-type", b"") or body[:1] == b"{"
        payload = body if in_json else b"&".join(part for part in (query, body) if part)
        said = dict(osmand.fields(query if in_json else payload) or ())
        name = osmand.device_of(body) if in_json else ""
        name = name or said.get("id") or said.get("deviceid") or said.get("device_id") or ""
        device = await self._by_header(headers.get(b"authorization"), address)
        if device is None and not name:
            return Reply(_BAD_REQUEST, b"Who are you? There is no id.")
        if device is None:
            device = await self._by_name(name, said.get("token"), address, in_json=in_json)
            if device is None:
                return Reply(404, b"There is no such device.")
        who.append(device.principal)
        self._admission.charge(device)
        await self._take(device, "osmand-json" if in_json else "osmand", payload)
        told = self._commands.take(device.id, most=1)
        return Reply(200, told[0].body.encode() if told else b"")

    async def _by_name(self, name: str, token: str | None, address: str, *, in_json: bool) -> Device | None:
        """None: there is no such device, which a client with JSON is told as 404.

        Raises: NotAdmitted, TooOften.
        """

        def find() -> Device | None:
            if token is None:
                return self._roster.open_to_all(name)
            return self._roster.with_password(name, token.encode())

        if (found := find()) is not None:
            return found
        try:
            return await self._admission.wait_for(find, address=address)
        except NotAdmitted:
            if in_json and self._roster.named(name) is None:
                return None
            raise

    async def _take(self, device: Device, protocol: str, payload: bytes) -> None:
        await self._intake.put(decoding.message(protocol, payload, device, time_ns() // 1000))


def _as_message(command: Command) -> msgspec.Raw:
    return msgspec.Raw(command.body.encode())


async def _deliver(reply: Reply, send: Send) -> None:
    lines = b"content-type: %b\r\ncontent-length: %d\r\n%b" % (reply.media_type, len(reply.body), _ALWAYS)
    if reply.status == 401:
        lines += _WHO_ARE_YOU
    if reply.wait_s:
        lines += b"retry-after: %d\r\n" % reply.wait_s
    await sending.described(reply.status, lines, reply.body, send, hang_up=reply.hang_up)
