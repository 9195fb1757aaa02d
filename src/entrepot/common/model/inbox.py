"""The inbox: notices as a person sees them in the console."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound
from entrepot.core.notices import Severity
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment


class NotificationNotFound(NotFound):
    """No such notice lies in the caller's inbox."""


class InboxQuery(Cursor, frozen=True, kw_only=True):
    """Which notices: only unread ones, or all, the unread first and then the newest."""

    unread: bool = False


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """A notice in somebody's inbox. `subject_id` is what it is about, such as a device, and `page` where
    the console shows it.
    """

    id: str
    kind: str
    severity: Severity
    subject: str
    text: str
    subject_id: str
    page: str
    occurred_at: Moment
    filed_at: Moment
    late: bool
    simulated: bool
    withdrawn: bool
    read_at: Moment | None


class UnreadCount(msgspec.Struct, frozen=True):
    """How many notices were not read yet."""

    count: int


class ReadAll(Input, frozen=True, kw_only=True):
    """Up to which notice, so that none is marked that came meanwhile; all, without it."""

    up_to: Annotated[str, Meta(max_length=64)] | None = None


class InboxChange(msgspec.Struct, frozen=True, kw_only=True):
    """A notice was filed in the caller's inbox, or changed there."""

    id: str
    kind: str
    severity: Severity
