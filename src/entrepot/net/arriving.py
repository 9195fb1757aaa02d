"""Lets connections in at one port: reads what a proxy announces, finds out whether TLS is spoken, and only
then hands the connection to its protocol.

Why not an asyncio protocol before the protocol? A PROXY header comes before the TLS handshake, and asyncio
cannot give back to TLS what was read too far. So the first bytes are looked at in the socket, and no more is
taken from it than the header.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from entrepot.net.announcement import LONGEST, Announcement, NotAnnounced, parse
from entrepot.net.certificate import ServerCertificate
from entrepot.net.trusted import TrustedProxies

log = structlog.get_logger()

Peer = tuple[str, int]
MakeProtocol = Callable[[Peer | None], asyncio.Protocol]

_TLS_HANDSHAKE = b"\x16"  # the first byte of every TLS connection (RFC 8446 §5.1), and of nothing we speak
_GOODBYE_S = 1.0  # how long the other side may take to end TLS; nothing is lost if it does not
_AGAIN_S = 0.5  # before a port that cannot accept, such as for lack of descriptors, tries again
_BACKLOG = 2048


class Arriving(msgspec.Struct, frozen=True, kw_only=True):
    """How connections arrive at a port. `announced`: each begins with a PROXY protocol header of one of the
    `proxies`. With a `certificate` the port speaks TLS, and `plain` says whether what is plain gets in too;
    otherwise it is sent `refusal`.
    """

    name: str = ""
    proxies: TrustedProxies = TrustedProxies()
    announced: bool = False
    certificate: ServerCertificate | None = None
    protocol: str = "http/1.1"
    plain: bool = True
    refusal: bytes = b""
    patience_s: float = 10.0


PLAINLY = Arriving()


class OpenPort(Protocol):
    """A port that lets connections in until it is closed."""

    def close(self) -> None: ...

    async def wait_closed(self) -> None: ...


class Refused(Exception):
    """A connection that is not let in; its text is a stable word for why."""


async def open_port(listener: socket.socket, make: MakeProtocol, how: Arriving = PLAINLY) -> OpenPort:
    """Let connections in. `make` gets the peer that a proxy announced, or None when the socket knows it."""
    if not how.announced and how.certificate is None:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: make(None), sock=listener, backlog=_BACKLOG)
    return _LookingPort(listener, make, how)


class _LookingPort:
    """Looks at each connection before it gets in."""

    def __init__(self, listener: socket.socket, make: MakeProtocol, how: Arriving) -> None:
        self._listener, self._make, self._how = listener, make, how
        self._told: set[str] = set()
        self._arriving: set[asyncio.Task[None]] = set()
        listener.setblocking(False)
        listener.listen(_BACKLOG)
        self._accepting = asyncio.create_task(self._accept(), name=f"port {how.name}")

    def close(self) -> None:
        # Only who waits for the socket may close it: its number could be another's before that is told.
        self._accepting.add_done_callback(lambda _: self._listener.close())
        self._accepting.cancel()
        for each in self._arriving:
            each.cancel()

    async def wait_closed(self) -> None:
        await asyncio.gather(self._accepting, *self._arriving, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, peer = await loop.sock_accept(self._listener)
            except OSError as error:
                log.error("port.cannot_accept", port=self._how.name, reason=error.strerror)
                await asyncio.sleep(_AGAIN_S)
                continue
            task = loop.create_task(self._let_in(connection, (str(peer[0]), int(peer[1]))))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _let_in(self, connection: socket.socket, peer: Peer) -> None:
        how = self._how
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(how.patience_s):
                announced = await self._announced(connection, peer)
                tls = await self._tls(connection)
            await self._hand_over(connection, announced, tls)
        except Refused as refused:
            connection.close()
            self._tell(str(refused))
        except (OSError, TimeoutError) as error:  # a failed handshake is an OSError
            connection.close()
            log.debug("port.given_up", port=how.name, reason=type(error).__name__)
        except BaseException:
            connection.close()
            raise

    async def _announced(self, connection: socket.socket, peer: Peer) -> Peer | None:
        """Return whom a proxy announces. Raises: Refused."""
        if not self._how.announced:
            return None
        if peer[0] not in self._how.proxies:
            raise Refused("not_a_trusted_proxy")
        try:
            return (await _announcement(connection)).source
        except NotAnnounced:
            raise Refused("not_announced") from None

    async def _tls(self, connection: socket.socket) -> ssl.SSLContext | None:
        """Return with what TLS is to be spoken, if it is. Raises: Refused."""
        how = self._how
        if how.certificate is None:
            return None
        await _readable(connection)
        if connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
            return how.certificate.context(how.protocol)
        if how.plain:
            return None
        await self._refuse_plain(connection)
        raise Refused("not_tls")

    async def _refuse_plain(self, connection: socket.socket) -> None:
        """Say so, and let it arrive: closing a socket with unread bytes would take the answer back."""
        loop = asyncio.get_running_loop()
        connection.recv(65_536)
        await loop.sock_sendall(connection, self._how.refusal)
        connection.shutdown(socket.SHUT_WR)
        while await loop.sock_recv(connection, 65_536):
            pass

    async def _hand_over(
        self, connection: socket.socket, announced: Peer | None, tls: ssl.SSLContext | None
    ) -> None:
        loop, make = asyncio.get_running_loop(), self._make
        if tls is None:
            await loop.connect_accepted_socket(lambda: make(announced), connection)
            return
        await loop.connect_accepted_socket(
            lambda: make(announced),
            connection,
            ssl=tls,
            ssl_handshake_timeout=self._how.patience_s,
            ssl_shutdown_timeout=_GOODBYE_S,
        )

    def _tell(self, reason: str) -> None:
        """Once for each reason: whoever set a port up wrongly learns it, and scanners fill no log."""
        tell = log.debug if reason in self._told else log.warning
        self._told.add(reason)
        tell("port.refused", port=self._how.name, reason=reason)


async def _announcement(connection: socket.socket) -> Announcement:
    """Take the PROXY header from the socket, and nothing of what follows. Raises: NotAnnounced."""
    taken = b""
    while True:
        await _readable(connection)
        seen = connection.recv(LONGEST - len(taken), socket.MSG_PEEK)
        if not seen:
            raise NotAnnounced("It ended.")
        found = parse(taken + seen)
        if found is not None:
            connection.recv(found.size - len(taken))
            return found
        taken += connection.recv(len(seen))


async def _readable(connection: socket.socket) -> None:
    """Wait until something can be read, without reading it."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def on_ready() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(connection.fileno(), on_ready)
    try:
        await ready
    finally:
        loop.remove_reader(connection.fileno())
