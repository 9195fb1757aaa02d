"""Screenings: who was searched for on the lists, what was found, and what was decided about it."""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Invalid, NotFound
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.screening.model.decision import Decision, PastDecision
from entrepot.screening.model.party import BirthDate, Identifier, Party, PartyKind

# Ivan Petrovsky ~ Ivan Sergeevich Petrovsky (0.93) is a hit, Ivan Petrov ~ Igor Petrov (0.5) is none, and a
# surname alone (0.8) is one only with the same birth date. Of the made-up people of `bench/labels` it finds
# 96 of 100 whose names are written otherwise, and at most 5 of 100 namesakes.
THRESHOLD = 0.85
MOST_SHOWN = 25  # with a screening; all others follow under its hits
MOST_HITS = 500  # kept with a screening; it says how many there were
ScreeningState = Literal["clear", "open", "matched"]


class ScreeningNotFound(NotFound):
    """No such screening in the caller's organisation."""


class NoSuchHit(NotFound):
    """This screening has no such hit."""


class NoLists(Conflict):
    """No list was imported, so nobody can be screened: finding nothing would mean nothing."""


class BadSubject(Invalid):
    """Nobody can be like that; `field` names what cannot be."""

    fields: ClassVar[tuple[str, ...]] = ("field",)

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class ScreenedSubject(Input, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody to search for on the lists."""

    name: Annotated[str, Meta(min_length=1, max_length=300)]
    kind: PartyKind | None = None
    birth_date: BirthDate | None = None
    country: Annotated[str, Meta(max_length=2, pattern=r"^[A-Z]{2}$")] | None = None
    identifiers: Annotated[tuple[Identifier, ...], Meta(max_length=20)] = ()


class NewScreening(ScreenedSubject, frozen=True, kw_only=True):
    """`watch` has the subject screened again whenever a list changes; `reference` is the caller's own."""

    threshold: Annotated[float, Meta(ge=0.6, le=1.0)] = THRESHOLD
    watch: bool = False
    reference: Annotated[str, Meta(max_length=120)] = ""


class Watching(Input, frozen=True, kw_only=True):
    watch: bool


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What made a score: the name's likeness, or what else raised (above 0) or lowered it."""

    part: Literal["name", "weak_alias", "legal_form", "identifier", "birth_date", "country", "kind"]
    effect: float
    text: str


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that may be the subject. `matched_name` is the name or alias that came closest."""

    list: str
    version: int
    entry: Party
    entry_digest: str
    score: float
    matched_name: str
    parts: tuple[Part, ...]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Both names as they were compared: in Latin letters, without titles and legal forms."""

    subject: str
    listed: str


class HitView(Hit, frozen=True, kw_only=True):
    """A hit, the newest decision about this subject and this entry, and those before it, the newest first."""

    compared: Compared
    decision: Decision | None = None
    earlier: list[Decision] = []


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """`hits` are the first 25 of `total`; the others follow under the screening's hits. `state` is clear (no
    hit that counts), open (somebody has to decide) or matched. `lists` are the versions that were searched,
    `lists_now` those that answer now. `past` are decisions about entries that are no hits any more.
    """

    id: str
    subject: ScreenedSubject
    reference: str
    threshold: float
    watch: bool
    state: ScreeningState
    hits: list[HitView]
    total: int
    past: list[PastDecision]
    lists: list[str]
    lists_now: list[str]
    created_by: str
    created_at: Moment
    screened_at: Moment


class HitsQuery(Cursor, frozen=True, kw_only=True):
    """The hits of a screening, the likeliest first."""


class ScreeningQuery(Cursor, frozen=True, kw_only=True):
    """Only those in this state, or that are watched or not."""

    state: Literal["clear", "open", "matched", "any"] = "any"
    watch: Literal["true", "false", "any"] = "any"
