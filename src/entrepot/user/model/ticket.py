"""One-time links. Only the letter holds the secret; the database keeps its digest."""

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.core.errors import Forbidden

TicketPurpose = Literal["reset", "first", "second"]
Secret = Annotated[str, Meta(min_length=1, max_length=100)]

CONFIRMS_FOR = timedelta(hours=48)  # a weekend without mail
RESETS_FOR = timedelta(hours=1)  # short, because it opens an account (OWASP, Forgot Password Cheat Sheet)
INVITES_FOR = timedelta(days=7)  # a week of holidays
SECOND_FOR = timedelta(minutes=5)  # to find the telephone
FIRST_FOR = timedelta(hours=24)


class TicketSpent(Forbidden):
    """The link was used, replaced, or is too old."""


def new() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
