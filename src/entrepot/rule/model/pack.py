"""A pack: rules that are published together, and the documents that they ask for."""

from typing import Annotated, Literal

from msgspec import Meta

from entrepot.core.routes import Input
from entrepot.rule.model.rule import (
    DocumentId,
    HsSpans,
    LongText,
    Places,
    Rule,
    RuleDate,
    ShortText,
    SomePlaces,
    TraitName,
)

PackName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MOST_RULES = 20_000


class Document(Input, frozen=True, kw_only=True, omit_defaults=True):
    """Something that proves that a requirement is met."""

    id: DocumentId
    title: ShortText
    about: LongText = ""


class Cover(Input, frozen=True, kw_only=True, omit_defaults=True):
    """A domain of law that the pack's rules speak of in these markets; `leaving` is about what leaves them.
    Without codes it is about all goods that the domain can touch. `complete` claims that the rules hold all
    of it; otherwise they hold some, and the answer says so. `about` says what is in it and what is not.
    """

    domain: TraitName
    markets: SomePlaces
    way: Literal["entering", "leaving"] = "entering"
    hs_include: HsSpans = ()
    hs_exclude: HsSpans = ()
    exclude_origins: Places = ()
    valid_from: RuleDate | None = None
    valid_to: RuleDate | None = None
    complete: bool = False
    about: LongText = ""
    checked_on: RuleDate


Covers = Annotated[tuple[Cover, ...], Meta(max_length=500)]


class Pack(Input, frozen=True, kw_only=True, omit_defaults=True):
    """What a file holds. `notice` stands beside every answer; facts that nobody checked for
    `stale_after_months` are listed as stale. What no pack says that it covers is named as not covered.
    """

    name: PackName
    title: ShortText
    notice: LongText = ""
    stale_after_months: Annotated[int, Meta(ge=1, le=120)] = 12
    covers: Covers = ()
    documents: Annotated[tuple[Document, ...], Meta(max_length=2000)] = ()
    rules: Annotated[tuple[Rule, ...], Meta(max_length=MOST_RULES)] = ()
