"""Restricted parties: lists of people, organisations, ships and aircraft that one may not deal with."""

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Invalid, NotFound
from entrepot.core.file_form import TableProblem, first_of
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names

MAX_LIST_CHARS = 48 * 1024 * 1024
MOST_ENTRIES = 500_000

PartyKind = Literal["person", "organisation", "vessel", "aircraft"]
ListName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
# A day, a month or a year: lists often know no more.
PartialDate = Annotated[
    str, Meta(max_length=10, pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")
]
# ISO 8601-2 besides: about a year (1970~), somewhere between two (1990/1995).
BirthDate = Annotated[
    str,
    Meta(
        max_length=21,
        pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
        r"(~|/[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$",
    ),
]
IdentifierType = Literal[
    "imo",
    "mmsi",
    "call_sign",
    "lei",
    "swift",
    "tax",
    "registration",
    "passport",
    "national",
    "wallet",
    "serial",
    "other",
]
_Name = Annotated[str, Meta(min_length=1, max_length=500)]
_Text = Annotated[str, Meta(max_length=4000)]
_Country = Annotated[str, Meta(max_length=2, pattern=r"^[A-Z]{2}$")]


def bad_day(text: str) -> bool:
    """Whether a birth date names a day that no calendar has, or a time that ends before it begins."""
    first, _, last = text.partition("/")
    try:
        days = [
            date.fromisoformat(day + "0000-01-01"[len(day) :]) for day in (first.rstrip("~"), last) if day
        ]
    except ValueError:
        return True
    return days != sorted(days)


class ListNotFound(NotFound):
    """No such list, or no such version of it."""


class BadList(Invalid):
    """The list was not taken: nothing of it is stored."""

    fields: ClassVar[tuple[str, ...]] = ("problems",)

    def __init__(self, problems: list[TableProblem]) -> None:
        super().__init__(first_of(problems))
        self.problems = problems[:100]


class Identifier(Input, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A number or an address that names one party. `country` issued it."""

    type: IdentifierType = "other"
    value: Annotated[str, Meta(min_length=1, max_length=140)]
    country: Annotated[str, Meta(max_length=2, pattern=r"^([A-Z]{2})?$")] = ""


class Party(Input, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An entry of a list; `id` is the list's own and stays the same from version to version. `weak_aliases`
    are names of low quality, as their publisher says. `topics` say why somebody is on a list that holds more
    than sanctions (`sanction`, `role.pep`).
    """

    id: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: PartyKind = "person"
    name: _Name
    aliases: Annotated[tuple[_Name, ...], Meta(max_length=200)] = ()
    weak_aliases: Annotated[tuple[_Name, ...], Meta(max_length=200)] = ()
    birth_dates: Annotated[tuple[BirthDate, ...], Meta(max_length=20)] = ()
    countries: Annotated[tuple[_Country, ...], Meta(max_length=40)] = ()
    programme: Annotated[str, Meta(max_length=200)] = ""
    listed_on: Annotated[str, Meta(max_length=10)] = ""
    remarks: _Text = ""
    identifiers: Annotated[tuple[Identifier, ...], Meta(max_length=100)] = ()
    topics: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=20)] = ()


class NewList(Input, frozen=True, kw_only=True):
    """A whole list, in one of the forms that `docs/screening.md` describes; `auto` tells them apart. `more`
    are the other files of a list that is published in several. Without a title it keeps the one that it has;
    `shrinks` says that more than half of it may go.
    """

    list: ListName
    title: Annotated[str, Meta(max_length=200)] = ""
    format: Literal["auto", "csv", "json"] = "auto"
    text: Annotated[str, Meta(min_length=1, max_length=MAX_LIST_CHARS)]
    more: Annotated[tuple[Annotated[str, Meta(max_length=MAX_LIST_CHARS)], ...], Meta(max_length=3)] = ()
    published_on: date | None = None
    shrinks: bool = False

    def __post_init__(self) -> None:
        clean_names(self, "title")


class PartyChange(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that came, went or changed; `fields` are those that differ."""

    id: str
    name: str
    change: Literal["added", "removed", "changed"]
    fields: list[str] = []


class ListReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. `changes` are the first two hundred; the diff has them all. Of an `unchanged` list
    only the title and the day of its publication are taken. `layout` is the publisher's, and empty for the
    own form; `notes` say what was left out.
    """

    state: Literal["imported", "unchanged"]
    list: str
    version: int
    title: str
    published_on: str
    digest: str
    entries: int
    names: int
    added: int
    changed: int
    removed: int
    changes: tuple[PartyChange, ...]
    layout: str = ""
    notes: tuple[str, ...] = ()


class ListVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a list, named by its hash. A retired list finds nobody any more."""

    list: str
    version: int
    title: str
    digest: str
    published_on: str
    entries: int
    added: int
    changed: int
    removed: int
    retired: bool
    imported_at: Moment


class EntryQuery(Cursor, frozen=True, kw_only=True):
    """Words that a name has, or an identifier; of one list or of all."""

    q: Annotated[str, Meta(min_length=2, max_length=300)]
    list: Annotated[str, Meta(max_length=40)] = ""


class ListedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the version of a list that answers now."""

    list: str
    version: int
    entry: Party


class DiffQuery(Cursor, frozen=True, kw_only=True):
    """Between which versions: `until` 0 is the newest, `since` -1 the one before that, 0 the empty list."""

    since: Annotated[int, Meta(ge=-1, le=1_000_000)] = -1
    until: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
