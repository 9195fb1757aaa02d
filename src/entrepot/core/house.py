"""The names and addresses under which this deployment is known outside."""

import msgspec


class House(msgspec.Struct, frozen=True):
    """`issuer` signs tokens, `url` is where people reach the console, `sender` writes the letters."""

    issuer: str
    url: str
    sender: str


class DevicePorts(msgspec.Struct, kw_only=True):
    """Where devices reach the house beside its URL; 0 means not at all. Whoever listens says so here."""

    mqtt: int = 0
    osmand: int = 0
