"""Limits of the listener, and its counters."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one listener. What goes over one is refused, dropped or made to wait, and counted."""

    connections: int = 20_000
    connections_per_address: int = 2_000  # many phones may share one address of a mobile network
    connections_per_identity: int = 16
    connect_s: float = 10.0  # until CONNECT was read and answered
    connect_bytes: int = 16 * 1024  # of a CONNECT, from somebody unknown
    packet_bytes: int = 256 * 1024
    client_id_length: int = 256
    pending: int = 1_000  # publishes of one connection that wait for the disk, then it is not read
    pending_bytes: int = 1024 * 1024
    pending_bytes_of_all: int = 64 * 1024 * 1024
    window: int = 32  # messages of QoS 1 and 2 sent to one client and not yet confirmed
    queue: int = 1_000  # messages that wait for one client; the oldest unsent one goes
    queue_bytes: int = 1024 * 1024
    subscriptions: int = 64  # of one session
    sessions_per_identity: int = 8  # kept while nobody is connected; the one unused for longest goes
    session_s: float = 7 * 86_400.0  # how long a session is kept while nobody is connected
    incoming: int = 1_024  # messages of QoS 2 that one client began and did not finish
    retained_per_identity: int = 64
    retained_bytes: int = 64 * 1024  # of one message
    closing_s: float = 5.0  # how long a connection may take to read what it is told at its end


class Counters(msgspec.Struct, kw_only=True):
    """Since the listener began; `connected` and `pending` are now."""

    connected: int = 0
    admitted: int = 0
    refused: dict[str, int] = {}
    ended: dict[str, int] = {}
    received: int = 0
    received_bytes: int = 0
    taken: int = 0
    forbidden: int = 0
    unavailable: int = 0
    pending: int = 0
    pending_bytes: int = 0
    delivered: int = 0
    dropped: dict[str, int] = {}

    def refuse(self, reason: str) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + 1

    def end(self, reason: str) -> None:
        self.ended[reason] = self.ended.get(reason, 0) + 1

    def drop(self, reason: str) -> None:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
