"""The names and addresses under which this deployment is known outside."""

import msgspec


class House(msgspec.Struct, frozen=True):
    """`issuer` signs tokens, `url` is where people reach the console, `sender` writes the letters."""

    issuer: str
    url: str
    sender: str


class DevicePorts(msgspec.Struct, kw_only=True):
    """Where devices reach the house beside its URL: over MQTT, plain or with TLS (0 means not at all), and by
    the name of their family where it has a port of its own; `tls` says whether those speak it. Whoever
    listens says so here.
    """

    mqtt: int = 0
    mqtts: int = 0
    tls: bool = False
    families: dict[str, int] = msgspec.field(default_factory=dict)
