"""How the house calls itself towards the outside."""

import msgspec


class House(msgspec.Struct, frozen=True):
    """`issuer` signs tokens, `url` is where people reach the console, `sender` writes the letters."""

    issuer: str
    url: str
    sender: str
