"""The interface to whoever knows the devices. The listener itself knows none."""

from collections.abc import Awaitable, Sequence
from enum import Enum, IntEnum
from typing import Protocol

import msgspec


class Identity(msgspec.Struct, frozen=True):
    """Who is behind a connection. Client ids, sessions and retained messages belong to `id`: nobody takes
    over what is another's. After a restart the listener knows only the `id` of a session that slept.
    """

    id: str
    name: str = ""


STRANGER = Identity("")  # behind a message that a broker in front let through, from no client that is known


class ConnectRefusal(IntEnum):
    """Why a CONNECT is refused; the value is CONNACK's return code."""

    CLIENT_ID = 2
    UNAVAILABLE = 3
    CREDENTIALS = 4
    NOT_ALLOWED = 5


class Ending(Enum):
    """How a connection ended."""

    REFUSED = "refused"  # it was never admitted
    LEFT = "left"  # DISCONNECT: the will is dropped
    LOST = "lost"  # closed or reset by the other side
    SILENT = "silent"  # nothing for one and a half keep-alives
    VIOLATION = "violation"  # it broke the protocol or a limit
    TAKEN_OVER = "taken_over"  # the same client connected again
    UNAVAILABLE = "unavailable"  # what it sent could not be stored; it shall try again
    CUT = "cut"  # revoked or changed: the will is dropped
    CLOSING = "closing"  # the listener stops: the will is dropped, the device did not go away


class NotUsed(Enum):
    """Why something that a client published is not used."""

    FOREIGN = "foreign"  # it may not publish on this topic
    TOO_LARGE = "too_large"  # only its beginning is there
    NOT_RETAINED = "not_retained"  # it was used, but there is no room to retain it


class Gate(Protocol):
    """Who may do what, and where messages go.

    `may_publish`, `may_read` and `shown` are asked for every message, so they must be quick and must not
    raise.
    """

    async def admit(
        self, username: str | None, password: bytes | None, client_id: str, address: str
    ) -> Identity | ConnectRefusal:
        """Return who this is. `client_id` may be empty. Raises: Unavailable, which refuses the connection."""

    def may_publish(self, identity: Identity, topic: str) -> bool:
        """Whether it may publish. If not, the message is set aside and acknowledged, so that the device goes
        on [MQTT-3.3.5-2]. Also asked for a will's topic, at CONNECT.
        """

    def readable(self, identity: Identity, topic_filter: str) -> str | None:
        """Return the granted filter, which may be narrower than what was asked for, or None to refuse."""

    def may_read(self, identity: Identity, topic: str) -> bool:
        """Whether this message may be delivered, asked at the moment of delivery."""

    def shown(self, topic: str, payload: bytes) -> bytes | None:
        """What readers get of a message by the privacy that holds now, asked whenever it is delivered,
        however old it is; None means nothing. What it returned once may be asked about again.
        """

    def take(
        self, identity: Identity, topic: str, payload: bytes, *, retain: bool
    ) -> Awaitable[bytes | None]:
        """Called at once, in the order of arrival, for every message and will. What it returns is
        awaited; done means on disk, and only then is the publisher acknowledged. A plain function that
        returns a future, perhaps one for many messages, costs less than a coroutine.

        The outcome is what may travel on, through `shown`, and be retained if `retain` says so: None means
        nothing, `payload` itself means that it travels as it came. An empty one clears what is retained.
        Raises (in the awaitable): Unavailable when it cannot be stored now; the connection is closed
        without an acknowledgement, so that the device sends it again.
        """

    def set_aside(
        self, identity: Identity, topic: str, payload: bytes, *, size: int, why: NotUsed
    ) -> Awaitable[None]:
        """Called at once for what is not used, so that somebody sees it. Done means on disk, and only then is
        the publisher acknowledged. Of a message of `size` bytes `payload` is what there is. Raises: as
        `take`.
        """

    def resumed(self, identity: Identity, granted: Sequence[str]) -> None:
        """A client came back to its session, in which these filters were granted to it before."""

    def gone(self, identity: Identity, client_id: str, ending: Ending) -> None:
        """A connection that was admitted has ended; its will, if due, has been handed to `take`."""
