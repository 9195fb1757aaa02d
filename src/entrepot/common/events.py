"""What the common context says. No event holds a plain personal datum."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.notices import Severity
from entrepot.core.time import Moment


class LetterWanted(Event, frozen=True, kw_only=True):
    """A person is to get a letter, and only `user` knows the address. Subject and text are
    sealed under a key of the letter's own, as in `user.letter_written`.
    """

    TYPE: ClassVar[str] = "common.letter_wanted"
    KEY: ClassVar[str] = "letter_id"
    letter_id: str
    person_id: str
    wrapped: bytes
    subject: bytes
    text: bytes
    expires_at: Moment


class NoticeFiled(Event, frozen=True, kw_only=True):
    """A notice was filed in the inboxes of these people, or changed there. The open consoles of these people
    listen for it.
    """

    TYPE: ClassVar[str] = "common.notice_filed"
    KEY: ClassVar[str] = "organisation"
    organisation: str
    notice_id: str
    kind: str
    severity: Severity
    people: list[str]
