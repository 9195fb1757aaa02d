"""What the user context says."""

from typing import ClassVar

from entrepot.core.events import Event


class KeyCreated(Event, frozen=True, kw_only=True):
    """A program got an API key."""

    TYPE: ClassVar[str] = "user.key_created"
    KEY: ClassVar[str] = "key_id"
    key_id: str
    organisation: str
    scopes: list[str]


class KeyRevoked(Event, frozen=True, kw_only=True):
    """An API key no longer opens anything."""

    TYPE: ClassVar[str] = "user.key_revoked"
    KEY: ClassVar[str] = "key_id"
    key_id: str
    organisation: str


class TokenRevoked(Event, frozen=True, kw_only=True):
    """An access token no longer opens anything, though it has not expired."""

    TYPE: ClassVar[str] = "user.token_revoked"
    KEY: ClassVar[str] = "token_id"
    token_id: str
