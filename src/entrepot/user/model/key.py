"""API keys, and what the gateway asks about credentials."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core import api_keys, tokens
from entrepot.core.errors import Conflict, Forbidden, NotFound
from entrepot.core.ids import new_id
from entrepot.core.routes import Input, Principal
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.user.model import role
from entrepot.user.model.role import ScopeName

# The longest an access token may live, and so the longest a revocation has to be remembered.
LONGEST_TOKEN = timedelta(seconds=tokens.LONGEST_S)


class KeyNotFound(NotFound):
    """No such key in the caller's organisation."""


class KeyEnded(Forbidden):
    """The key that asked ended a moment ago."""


class NotAToken(Conflict):
    """Only an access token can be signed out; an API key is deleted."""


class NewKey(Input, frozen=True, kw_only=True):
    """What a program's key is for, and what it may do."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    scopes: Annotated[list[ScopeName], Meta(min_length=1, max_length=64)]
    expires_in_days: Annotated[int, Meta(ge=1, le=3650)] | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as it may be shown: never its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: Moment
    expires_at: Moment | None = None
    revoked_at: Moment | None = None


class ApiKeyWithSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A new API key. The secret is shown this once and stored only as a digest."""

    key: ApiKey
    secret: str


def mint(new: NewKey, *, maker: Principal, at: datetime, parent: ApiKey | None = None) -> tuple[ApiKey, str]:
    """Return a key and its secret. One that is made with a key ends no later than that. Raises:
    ScopesTooWide.
    """
    role.check_within(new.scopes, maker)
    ends = [] if new.expires_in_days is None else [at + timedelta(days=new.expires_in_days)]
    if parent is not None and parent.expires_at is not None:
        ends.append(parent.expires_at)
    key = ApiKey(
        id=new_id(),
        name=new.name,
        scopes=sorted(set(new.scopes)),
        created_at=at,
        expires_at=min(ends, default=None),
    )
    return key, api_keys.new_secret()


def usable(key: ApiKey, *, at: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or at < key.expires_at)


def bearer(key: ApiKey, *, organisation: str, within: frozenset[str] | None) -> Principal:
    """Return the holder of the key. It allows no more than its owner may now; `within` is None for keys
    without one.
    """
    scopes = frozenset(key.scopes)
    return Principal(key.id, organisation, scopes if within is None else scopes & within, "program", key.id)
