"""The record of what was sent: to whom, how, and what came of it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.routes import Cursor
from entrepot.core.time import Moment

Channel = Literal["in_app", "email", "webhook"]
DeliveryStatus = Literal["waiting", "held", "delivered", "dead", "cancelled"]

KEPT_FOR = timedelta(days=90)  # a quarter, for questions about what was sent
ERASED = "erased"  # to whom it went is forgotten

# After each failure it waits so long, and up to a fifth longer: 12 attempts over about a day.
RETRIES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 10_800, 14_400, 18_000, 21_600)
)
JITTER = 0.2
# A receiver may ask for more patience, but for no more than this.
PATIENCE = timedelta(hours=1)
# Nothing is due later than this from now, quiet hours of a week included, unless it was put off by a clock
# that was ahead: then it is due at once.
LATEST = timedelta(days=8)


class DeliveryNotFound(NotFound):
    """The organisation has no such delivery."""


class NotReplayable(Conflict):
    """Only a webhook's dead delivery can be sent again, while its webhook is on."""


class DeliveryQuery(Cursor, frozen=True, kw_only=True):
    """Which deliveries, the newest first; what is empty narrows nothing."""

    status: DeliveryStatus | Literal[""] = ""
    channel: Channel | Literal[""] = ""
    recipient: Annotated[str, Meta(max_length=64)] = ""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One notice on its way to one recipient: a person's or a webhook's id. `due_at` is when it is tried
    next, when quiet hours end that hold it, or until when the post must have taken a letter; `code` is the
    last HTTP status that a webhook answered.
    """

    id: str
    notice_id: str
    kind: str
    channel: Channel
    recipient: str
    status: DeliveryStatus
    withdrawal: bool
    attempts: int
    created_at: Moment
    due_at: Moment | None
    done_at: Moment | None
    code: int | None
    error: str


def next_attempt(
    attempts: int, *, at: datetime, chance: float, retry_after_s: float = 0.0
) -> datetime | None:
    """Return when to try again after so many attempts; None to give up. `chance` is from 0 to 1."""
    if attempts > len(RETRIES):
        return None
    asked = min(timedelta(seconds=retry_after_s), PATIENCE)
    return at + max(RETRIES[attempts - 1] * (1 + JITTER * chance), asked)
