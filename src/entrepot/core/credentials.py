"""What a gateway asks about a credential, and the tokens that a session consists of."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.routes import Input, Principal

# The path of the internal row that recognises credentials. The context with this row knows all of them.
RECOGNISE = "/internal/credentials"
MOST_AT_ONCE = 200  # each costs up to three reads of some 10 µs: a few milliseconds together


class Credential(Input, frozen=True, kw_only=True):
    """What the gateway found in a request: a key's digest, or the claims of a token it verified."""

    key_digest: Annotated[str, Meta(max_length=64)] | None = None
    token_id: Annotated[str, Meta(max_length=128)] | None = None


class Credentials(Input, frozen=True, kw_only=True):
    """Several at once: leases on credentials in use are renewed together."""

    asked: Annotated[list[Credential], Meta(max_length=MOST_AT_ONCE)]


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """The holder of a key, or that a token was not revoked; `known` is false for everything else."""

    known: bool
    principal: Principal | None = None


class AllRecognised(msgspec.Struct, frozen=True):
    """One for each that was asked, in the same order."""

    found: list[Recognised]


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """An access token, valid for `expires_in` seconds, and the refresh token that renews it."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105  # the scheme's name
    expires_in: int
