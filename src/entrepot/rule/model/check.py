"""What a check answers: what is asked of a product on its way, why, and what is still open."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound, Unavailable
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.rule.model.rule import Choice, Citation, Country, ProductFacts, RequirementKind

CoverageLevel = Literal["none", "general", "specific", "open"]
CheckVerdict = Literal["prohibited", "not_covered", "unknown", "requirements", "clear"]
# Counts up when the same facts and packs would be answered otherwise; replays say so.
ENGINE = 7
MOST_NEAR_MISSES = 10
MOST_QUESTIONS = 30


class CheckNotFound(NotFound):
    """No such check in the caller's organisation."""


class StillBeginning(Unavailable):
    """An empty node takes in its first packs; that takes a moment."""


class NewCheck(ProductFacts, frozen=True, kw_only=True):
    """Facts to check. `known_at` asks what the packs that were active at a past moment say; the law's own
    time is `date`. What only tries something out need not be kept: `keep` false.
    """

    known_at: Moment | None = None
    keep: bool = True


class ConditionReason(msgspec.Struct, frozen=True, gc=False):
    """One condition of a rule, and the fact that it was held against."""

    condition: str
    expected: str
    fact: str


class EvidenceGroup(msgspec.Struct, frozen=True, omit_defaults=True):
    """What proves it: all of the first, one of the second. `waived` says why it is not needed, and
    `may_be_waived` what would have to hold.
    """

    all_of: list[Choice] = []
    any_of: list[Choice] = []
    waived: str = ""
    may_be_waived: list[str] = []


class RuleFace(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an answer shows of a rule, whatever the facts."""

    id: str
    revision: int
    pack: str
    title: str
    severity: RequirementKind
    direction: str
    authority: str
    citation: Citation
    confidence: str
    mapping: str = "good"
    summary: str = ""
    verified_by: str = ""
    roles: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


class DueCharge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A charge, and what it comes to if that can be told. Amounts are decimal numbers as text; `open` says
    what keeps one from being told, or what is not in it yet.
    """

    rule: str
    kind: str
    title: str
    basis: str
    rate: float | None = None
    amount_each: float | None = None
    currency: str = ""
    comes_to: str | None = None
    open: str = ""


class Total(msgspec.Struct, frozen=True):
    """What is known to be due in one currency."""

    currency: str
    amount: str


class LandedCost(msgspec.Struct, frozen=True):
    """What the rules charge. Sums are per currency; `complete` only if nothing is `missing`, which says in
    sentences what the sums leave out.
    """

    charges: list[DueCharge]
    totals: list[Total]
    complete: bool
    missing: list[str] = []


class Requirement(msgspec.Struct, frozen=True, gc=False):
    """A rule that applies, or may: why, and what satisfies it. `unless` names exemptions or successors
    that may take it away.
    """

    rule: RuleFace
    why: list[ConditionReason]
    evidence: list[EvidenceGroup]
    open: list[str] = []
    unless: list[str] = []


class NearMiss(msgspec.Struct, frozen=True, gc=False):
    """A rule for this market and code that does not apply, and the first condition that failed."""

    rule: str
    title: str
    severity: RequirementKind
    failed: ConditionReason


class SetAside(msgspec.Struct, frozen=True):
    """A rule that would apply, but for others."""

    rule: RuleFace
    by: list[str]


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to ask next. `field` is the member of the facts that takes the answer. `expert` marks what only
    somebody who knows the law can answer.
    """

    id: str
    field: str
    text: str
    kind: Literal["yes_no", "code", "number", "money", "choice", "date"]
    options: list[Choice] = []
    units: list[str] = []
    currency: str = ""
    severity: RequirementKind = "information"
    rules: list[str] = []
    expert: bool = False


class CoveredDomains(msgspec.Struct, frozen=True, omit_defaults=True):
    """The domains of law that can touch the goods, by how far the packs say that they cover them."""

    complete: list[str] = []
    partial: list[str] = []
    none: list[str] = []

    @property
    def whole(self) -> bool:
        return not (self.partial or self.none)


class Covered(msgspec.Struct, frozen=True):
    """How far the packs know a market and a heading: rules that name the heading (or its chapter, if the code
    is no longer), and rules for all goods. Rules that only charge (severity `duty`) do not count. `domains`
    are those of the destination's law, `leaving` those of the origin's about what leaves it.
    """

    market: str
    chapter: str
    heading: str
    level: CoverageLevel
    specific: int
    general: int
    domains: CoveredDomains = CoveredDomains()
    leaving: CoveredDomains = CoveredDomains()

    @property
    def whole(self) -> bool:
        """Whether nothing that can touch the goods is left out."""
        return self.domains.whole and self.leaving.whole


class PackRef(msgspec.Struct, frozen=True):
    """A pack that was asked."""

    name: str
    version: int
    hash: str


class CheckAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. Equal packs and equal facts give equal bytes."""

    verdict: CheckVerdict
    requirements: list[Requirement]
    possible: list[Requirement]
    questions: list[Question]
    near_misses: list[NearMiss]
    exemptions: list[Requirement]
    exempted: list[SetAside]
    superseded: list[SetAside]
    landed_cost: LandedCost
    coverage: Covered
    facts: ProductFacts
    input_hash: str
    pack: str
    packs: list[PackRef]
    notices: list[str]
    engine: int = ENGINE


class Check(CheckAnswer, frozen=True, kw_only=True):
    """A stored check: what was answered then, byte for byte, under an id, and who
    asked (empty once they are erased). It has no id if it was not kept."""

    id: str | None
    checked_at: Moment
    checked_by: str


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """A check in a list: `done` of `todo` requirements are ticked off. Nobody counted them in old checks."""

    id: str
    checked_at: Moment
    verdict: CheckVerdict
    hs_code: str
    origin: Country
    destination: Country
    description: str
    pack: str
    done: int
    todo: int | None


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the packs of then still answer the same to the same facts, byte for byte."""

    id: str
    identical: bool
    pack: str
    input_hash: str
    then: str
    now: str
    engine_then: int
    engine_now: int


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules that are active now say to the facts of then. `changed` says whether the verdict or
    anything that is asked or charged is another.
    """

    id: str
    changed: bool
    verdict: CheckVerdict
    pack: str


class CheckQuery(Cursor, frozen=True, kw_only=True):
    """Which checks to list, the newest first."""

    verdict: CheckVerdict | None = None
    destination: Country | None = None


class CoverageQuery(Input, frozen=True, kw_only=True):
    """Of which market; of all by default."""

    market: Annotated[str, Meta(max_length=8)] | None = None
