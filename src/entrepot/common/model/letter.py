"""Letters, as far as this context knows them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from entrepot.core.errors import Conflict
from entrepot.core.ports import Mail

KEPT_FOR = timedelta(days=7)  # the ids of letters that were sent, longer than the mailbox tries again
LASTS = timedelta(hours=12)  # after this a letter about something that happened is of no use


class NotSent(Conflict):
    """The post did not take the letter; the mailbox tries again, and at last gives it up."""


class FolderLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in the folder of a development node."""

    id: str
    to: str
    subject: str
    text: str


class FiledLetter(Protocol):
    """A letter in a folder; `name` is its file's."""

    @property
    def name(self) -> str: ...
    @property
    def mail(self) -> Mail: ...


class MailFolder(Protocol):
    """Where a node without a mail server puts its letters."""

    async def letters(self) -> Sequence[FiledLetter]:
        """All, the oldest first. Raises: NotFound on a node that has a mail server."""
