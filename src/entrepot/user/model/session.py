"""Sessions: one sign-in, a family of refresh tokens of which only the newest renews it, and the short access
tokens made in its name.

A refresh token holds the session's id, a secret that all of the family share, and one of its own. So a token
of the family that is not the newest is known for a copy (RFC 9700 §4.14), with one row per session, and
whoever only knows a session's id can end nothing.

An answer may be lost, and two tabs may renew at once. So the token before the newest may be repeated for a
while by the device that renewed with it, and gets the same successor: its secret follows from the one before
and a salt that the row keeps. Neither a copy of the database nor the older token alone gives it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Forbidden, NotFound, Unproven
from entrepot.core.ids import new_id
from entrepot.core.network import counted_as
from entrepot.core.routes import Caller, Input
from entrepot.core.time import Moment
from entrepot.user.model.address import EmailAddress
from entrepot.user.model.password import Password
from entrepot.user.model.totp import SecondFactorCode

ACCESS = timedelta(minutes=15)  # how long a stolen access token is of use, if nobody notices
IDLE = timedelta(days=30)  # without a renewal
# How long a renewal whose answer was lost may be repeated: our own deadline and a patient client's (30 s),
# with room. Once its successor was used, the answer was not lost, and a repetition is a copy.
REPEAT = timedelta(seconds=60)
# What ends an account or its second factor wants a password that was typed just now.
FRESH = timedelta(minutes=15)

_DEVICE = "device"
_PREFIX = "er_"
_FAMILY_BYTES = 16
_SECRET_BYTES = 32
_LENGTH = len(_PREFIX) + 86

Move = Literal["rotate", "refuse", "repeat", "reused"]


class WrongCredentials(Unproven):
    """No such address, another password, or not confirmed: nothing says which."""


class SessionOver(Unproven):
    """The refresh token renews nothing any more."""


class SessionNotFound(NotFound):
    """The caller has no such session."""


class SignInAgain(Forbidden):
    """This needs a session that was opened just now."""


class SignIn(Input, frozen=True, kw_only=True):
    """Who, and proof of it; `code` is the second factor's, or a recovery code."""

    email: EmailAddress
    password: Password
    code: SecondFactorCode | None = None
    organisation: Annotated[str, Meta(max_length=64)] | None = None


class Renewal(Input, frozen=True, kw_only=True):
    """The newest refresh token of a session."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class WhichSessions(Input, frozen=True, kw_only=True):
    """Which of the caller's sessions: all, or the `others`."""

    others: bool = False


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its person sees it."""

    id: str
    agent: str
    organisation: str
    created_at: Moment
    used_at: Moment
    expires_at: Moment
    current: bool


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is stored; its secrets only as digests."""

    id: str
    person: str
    organisation: str
    agent: bytes
    family: str
    newest: str
    previous: str
    salt: str = ""
    renewed_by: str = ""
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime


class Refresh(msgspec.Struct, frozen=True):
    """A refresh token, taken apart."""

    session: str
    family: bytes
    secret: bytes

    @property
    def text(self) -> str:
        raw = bytes.fromhex(self.session.replace("-", "")) + self.family + self.secret
        return _PREFIX + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def opened(*, person: str, organisation: str, agent: bytes, id: str, at: datetime) -> tuple[Session, Refresh]:
    token = Refresh(id, secrets.token_bytes(_FAMILY_BYTES), secrets.token_bytes(_SECRET_BYTES))
    session = Session(
        id=id,
        person=person,
        organisation=organisation,
        agent=agent,
        family=digest(token.family),
        newest=digest(token.secret),
        previous="",
        created_at=at,
        rotated_at=at,
        expires_at=at + IDLE,
    )
    return session, token


def move(session: Session, token: Refresh, *, caller: Caller, at: datetime) -> Move:
    """Decide what a refresh token does to its session."""
    if at >= session.expires_at or not _fits(token.family, session.family):
        return "refuse"
    if _fits(token.secret, session.newest):
        return "rotate"
    if _fits(token.secret, session.previous) and at - session.rotated_at < REPEAT and session.salt:
        by_device = session.renewed_by.startswith(_DEVICE)
        if session.renewed_by == _mark(session, caller, by_device=by_device):
            return "repeat"
    return "reused"


def rotated(session: Session, token: Refresh, *, caller: Caller, at: datetime) -> tuple[Session, Refresh]:
    """Return the session with a new newest token."""
    after = msgspec.structs.replace(
        session,
        salt=secrets.token_hex(_SECRET_BYTES),
        renewed_by=_mark(session, caller, by_device=bool(caller.device)),
        previous=session.newest,
        rotated_at=at,
        expires_at=at + IDLE,
    )
    new = successor(after, token)
    return msgspec.structs.replace(after, newest=digest(new.secret)), new


def successor(session: Session, token: Refresh) -> Refresh:
    """Return the token that took the place of this one when it renewed the session."""
    return Refresh(
        session.id, token.family, hmac.digest(bytes.fromhex(session.salt), token.secret, hashlib.sha256)
    )


def _mark(session: Session, caller: Caller, *, by_device: bool) -> str:
    """Return by what a device is known again: the id that its browser keeps in a cookie, whatever network it
    is in, because an answer is lost when a telephone changes networks. Without one, by its agent's name and
    its network together: whoever stole a token knows the name, and could otherwise share the session
    unnoticed, which rotation is there to show (RFC 9700 §4.14.2).
    """
    if by_device:
        kind, who = _DEVICE, caller.device
    else:
        kind, who = "agent", f"{counted_as(caller.address)} {caller.agent}"
    return f"{kind} {digest(f'{session.id} {who}'.encode())}"


def parse(text: str) -> Refresh | None:
    """Return None for what is no refresh token at all."""
    if len(text) != _LENGTH or not text.startswith(_PREFIX):
        return None
    try:
        raw = base64.b64decode(text.removeprefix(_PREFIX) + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    id, family, secret = raw[:16].hex(), raw[16:32], raw[32:]
    return Refresh(f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}", family, secret)


def digest(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()


def new_session_id() -> str:
    return new_id()


def _fits(secret: bytes, digested: str) -> bool:
    return hmac.compare_digest(digest(secret), digested)
