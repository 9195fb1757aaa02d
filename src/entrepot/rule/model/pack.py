"""A pack: rules that are published together, and the documents that they ask for."""

from typing import Annotated

from msgspec import Meta

from entrepot.core.routes import Input
from entrepot.rule.model.rule import DocumentId, LongText, Rule, ShortText

PackName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MOST_RULES = 20_000


class Document(Input, frozen=True, kw_only=True, omit_defaults=True):
    """Something that proves that a requirement is met."""

    id: DocumentId
    title: ShortText
    about: LongText = ""


class Pack(Input, frozen=True, kw_only=True, omit_defaults=True):
    """What a file holds. `notice` stands beside every answer; facts that nobody checked for
    `stale_after_months` are listed as stale.
    """

    name: PackName
    title: ShortText
    notice: LongText = ""
    stale_after_months: Annotated[int, Meta(ge=1, le=120)] = 12
    documents: Annotated[tuple[Document, ...], Meta(max_length=2000)] = ()
    rules: Annotated[tuple[Rule, ...], Meta(max_length=MOST_RULES)] = ()
