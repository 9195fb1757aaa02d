"""Shapes of the sample context."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.events import Event
from entrepot.core.routes import Cursor, Input

Title = Annotated[str, Meta(min_length=1, max_length=80)]
Body = Annotated[str, Meta(max_length=20_000)]


class NoteNotFound(NotFound):
    """No such note in the caller's organisation."""


class TitleFrozen(Conflict):
    """A note keeps its title."""

    fields = ("title",)

    def __init__(self, title: str) -> None:
        super().__init__("A frozen title cannot be changed.")
        self.title, self.secret = title, "never shown"


class NoteWritten(Event, frozen=True, kw_only=True):
    """A note was written."""

    TYPE: ClassVar[str] = "sample.note_written"
    KEY: ClassVar[str] = "note_id"
    note_id: str
    title: str


class NewNote(Input, frozen=True, kw_only=True):
    """What to write down."""

    title: Title
    text: Body = ""


class Change(Input, frozen=True, kw_only=True):
    """What to write instead."""

    title: Title


class Wanted(Cursor, frozen=True, kw_only=True):
    """Which notes: all, or those with this title."""

    title: Title | None = None


class Nap(Input, frozen=True, kw_only=True):
    """How long to sleep."""

    sleep_s: Annotated[float, Meta(ge=0, le=60)] = 0.0


class Numbers(Input, frozen=True, kw_only=True):
    """What to add up."""

    numbers: Annotated[list[Annotated[int, Meta(ge=-1000, le=1000)]], Meta(max_length=1000)]


class Until(Input, frozen=True, kw_only=True):
    """How far to count."""

    until: Annotated[int, Meta(ge=0, le=1000)] = 3


class Note(msgspec.Struct, frozen=True):
    id: str
    title: str
    text: str


class Number(msgspec.Struct, frozen=True):
    number: int


class Named(msgspec.Struct, frozen=True):
    name: str
