"""A rule as data: where, for what, when it applies, what it demands, and who says so. People edit it in
forms, CSV and YAML; nothing in it is code but the optional `residual_condition`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound
from entrepot.core.routes import Input

RuleDate = date  # so that a field may be called `date`
Direction = Literal["import", "export", "transit", "sale"]
RequirementKind = Literal[
    "prohibited", "restricted", "test", "document", "registration", "label", "duty", "information"
]
Confidence = Literal["verified", "known", "uncertain"]
MappingTrust = Literal["sure", "good", "rough"]
Mode = Literal["air", "sea", "road", "rail", "post", "courier"]
TradeRole = Literal[
    "manufacturer", "importer", "exporter", "seller", "marketplace", "carrier", "representative"
]
DateBasis = Literal["entry", "shipped_on_board", "placed_on_market", "order"]
Nomenclature = Literal["HS2022", "CN8", "HTS10"]
Operator = Literal["<", "<=", "=", "!=", ">=", ">"]
TruthName = Literal["matched", "not_matched", "unknown"]

# The gravest first: the order of every list of requirements.
SEVERITIES: Mapping[str, int] = {
    name: rank
    for rank, name in enumerate(
        ("prohibited", "restricted", "test", "document", "registration", "label", "duty", "information")
    )
}
# How many digits of a code each nomenclature knows; the first six mean the same in all of them.
DIGITS: Mapping[str, int] = {"HS2022": 6, "CN8": 8, "HTS10": 10}
MOST_VALUES = 32  # of one consignment, in other currencies
MOST_REVISIONS = 1_000_000

RuleId = Annotated[str, Meta(max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
JurisdictionCode = Annotated[str, Meta(max_length=8, pattern=r"^[A-Z]{2,8}$")]
Country = Annotated[str, Meta(max_length=2, pattern=r"^[A-Z]{2}$")]
Places = Annotated[tuple[JurisdictionCode, ...], Meta(max_length=260)]
SomePlaces = Annotated[tuple[JurisdictionCode, ...], Meta(min_length=1, max_length=260)]
# A prefix such as 8506, or a range of equally long ones such as 50-63 or 870310-870390.
HsSpan = Annotated[str, Meta(max_length=21, pattern=r"^[0-9]{2,10}(-[0-9]{2,10})?$")]
HsSpans = Annotated[tuple[HsSpan, ...], Meta(max_length=2000)]
TraitName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[tuple[TraitName, ...], Meta(max_length=64)]
DocumentId = Annotated[str, Meta(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Documents = Annotated[tuple[DocumentId, ...], Meta(max_length=32)]
RuleIds = Annotated[tuple[RuleId, ...], Meta(max_length=64)]
Number = Annotated[float, Meta(ge=-1e12, le=1e12)]
Currency = Annotated[str, Meta(max_length=3, pattern=r"^[A-Z]{3}$")]
OptionalCurrency = Annotated[str, Meta(max_length=3, pattern=r"^([A-Z]{3})?$")]
Unit = Annotated[str, Meta(max_length=8)]
ShortText = Annotated[str, Meta(min_length=1, max_length=300)]
LongText = Annotated[str, Meta(max_length=4000)]
MonthDay = Annotated[str, Meta(max_length=5, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class RuleNotFound(NotFound):
    """No such rule in this pack, or in what is active."""


class _Part(Input, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a rule: what is not said is not written either."""


class Condition(_Part, frozen=True, kw_only=True):
    """A limit, such as battery_energy > 100 Wh or value <= 150 EUR (a value has a currency, no unit)."""

    field: TraitName
    op: Operator
    value: Number
    unit: Unit = ""
    currency: OptionalCurrency = ""


class Season(_Part, frozen=True, kw_only=True):
    """Days of every year, both included; one that ends before it begins crosses the year."""

    begins: MonthDay
    ends: MonthDay


class Waiver(_Part, frozen=True, kw_only=True):
    """When a group of evidence is not asked for, and why."""

    reason: ShortText
    traits_all: Words = ()
    traits_any: Words = ()
    numeric: Annotated[tuple[Condition, ...], Meta(max_length=8)] = ()


class Evidence(_Part, frozen=True, kw_only=True):
    """A group of documents of the pack: all of the first are needed, and one of the second."""

    all_of: Documents = ()
    any_of: Documents = ()
    waivers: Annotated[tuple[Waiver, ...], Meta(max_length=8)] = ()


class Charge(_Part, frozen=True, kw_only=True):
    """What it costs: a `rate` in percent of the basis, or an `amount` in a currency per basis. `above` and
    `up_to` bound the value of the consignment, in the threshold's currency, for which it is due.
    """

    kind: Literal["duty", "vat", "fee"]
    title: ShortText
    rate: Annotated[float, Meta(ge=0, le=10_000)] | None = None
    amount: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    currency: OptionalCurrency = ""
    basis: Literal["value", "value_and_duty", "consignment", "item", "item_type", "kg"]
    above: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    up_to: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    threshold_currency: OptionalCurrency = ""


class Citation(_Part, frozen=True, kw_only=True):
    """Where the law says so, and when somebody last looked."""

    law: ShortText
    article: Annotated[str, Meta(max_length=200)] = ""
    url: Annotated[str, Meta(max_length=500, pattern=r"^(https?://\S+)?$")] = ""
    checked_on: RuleDate


class Quantity(_Part, frozen=True, kw_only=True):
    """A number with its unit."""

    value: Number
    unit: Unit


class Dates(_Part, frozen=True, kw_only=True):
    """Days that differ from the check's own."""

    entry: RuleDate | None = None
    shipped_on_board: RuleDate | None = None
    placed_on_market: RuleDate | None = None
    order: RuleDate | None = None


class UsedRate(_Part, frozen=True, kw_only=True):
    """An exchange rate by which a value was converted: `per` of `base` are `value` of `quote`."""

    source: Annotated[str, Meta(max_length=40)]
    base: Currency
    quote: Currency
    per: Annotated[float, Meta(gt=0, le=1e12)] = 1.0
    value: Annotated[float, Meta(gt=0, le=1e12)]
    since: RuleDate


class ProductFacts(_Part, frozen=True, kw_only=True):
    """What is known of a product and its way. What is not said is unknown, never "no": `traits` hold,
    `not_traits` do not, and `no_other_traits` says that all others do not either. `values` are the value in
    other currencies, at the caller's own rate or at the `rates` that the node has; `answers` are to residual
    conditions, by rule id.
    """

    hs_code: Annotated[str, Meta(max_length=20, pattern=r"^[0-9][0-9 .]*$")] | None = None
    nomenclature: Nomenclature | None = None
    description: Annotated[str, Meta(max_length=500)] = ""
    traits: Words = ()
    not_traits: Words = ()
    no_other_traits: bool = False
    origin: Country
    destination: Country
    transit: Annotated[tuple[Country, ...], Meta(max_length=16)] = ()
    date: RuleDate | None = None
    dates: Dates = Dates()
    mode: Mode | None = None
    role: TradeRole | None = None
    value: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    currency: Currency | None = None
    values: Annotated[
        dict[Currency, Annotated[float, Meta(ge=0, le=1e12)]], Meta(max_length=MOST_VALUES)
    ] = {}
    rates: Annotated[tuple[UsedRate, ...], Meta(max_length=2 * MOST_VALUES)] = ()
    quantity: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    measures: Annotated[dict[TraitName, Quantity], Meta(max_length=32)] = {}
    answers: Annotated[dict[RuleId, bool], Meta(max_length=64)] = {}


class RuleTest(_Part, frozen=True, kw_only=True):
    """What a rule must say about given facts. Without a date it is tried on the day its citation was
    checked, moved into the days on which it is in force.
    """

    facts: ProductFacts
    expect: TruthName
    note: Annotated[str, Meta(max_length=300)] = ""


class Rule(_Part, frozen=True, kw_only=True):
    """One requirement, prohibition, charge or exemption. All conditions hold together; one that is not
    given holds always. `mapping` says how surely the codes and traits name the goods that the law means.
    `docs/rules.md` describes each field for those who write rules.
    """

    id: RuleId
    revision: Annotated[int, Meta(ge=1, le=MOST_REVISIONS)] = 1
    title: ShortText
    summary: LongText = ""
    direction: Direction = "import"
    destinations: SomePlaces = ("INT",)
    exclude_destinations: Places = ()
    origins: SomePlaces = ("INT",)
    exclude_origins: Places = ()
    nomenclature: Nomenclature = "HS2022"
    hs_include: HsSpans = ()
    hs_exclude: HsSpans = ()
    traits_all: Words = ()
    traits_any: Words = ()
    traits_none: Words = ()
    numeric: Annotated[tuple[Condition, ...], Meta(max_length=16)] = ()
    modes: Annotated[tuple[Mode, ...], Meta(max_length=8)] = ()
    roles: Annotated[tuple[TradeRole, ...], Meta(max_length=8)] = ()
    date_basis: DateBasis = "entry"
    valid_from: RuleDate | None = None
    valid_to: RuleDate | None = None
    seasons: Annotated[tuple[Season, ...], Meta(max_length=8)] = ()
    residual_condition: Annotated[str, Meta(max_length=500)] = ""
    severity: RequirementKind
    evidence: Annotated[tuple[Evidence, ...], Meta(max_length=16)] = ()
    charges: Annotated[tuple[Charge, ...], Meta(max_length=16)] = ()
    supersedes: RuleIds = ()
    exempts: RuleIds = ()
    authority: ShortText
    citation: Citation
    verified_by: Annotated[str, Meta(max_length=120)] = ""
    confidence: Confidence
    mapping: MappingTrust = "good"
    notes: LongText = ""
    tests: Annotated[tuple[RuleTest, ...], Meta(max_length=64)] = ()

    @property
    def doubtful(self) -> bool:
        """Whether it never applies by itself: somebody who knows the law says that it does. Nothing is
        forbidden by what nobody is sure of.
        """
        unsure = self.confidence == "uncertain" and self.severity == "prohibited"
        return unsure or self.mapping == "rough"


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in a list, with the pack that holds it and whether somebody should look at it again."""

    rule: Rule
    pack: str
    pack_id: str
    version: int
    stale: bool


class TraitView(msgspec.Struct, frozen=True, kw_only=True):
    """A trait, the question that settles it, what follows from it, and the codes that decide it."""

    id: str
    question: str
    implies: list[str]
    implied_by_hs: list[str]
    only_in_hs: list[str]


class MeasureView(msgspec.Struct, frozen=True, kw_only=True):
    """A number that rules ask for, in which units."""

    id: str
    question: str
    units: list[str]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A word and what it says."""

    id: str
    title: str


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    country: str
    since: RuleDate
    until: RuleDate | None = None


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """A group of countries that rules may name."""

    id: str
    title: str
    source: str
    checked_on: RuleDate | None
    members: list[MemberView]


class DomainView(msgspec.Struct, frozen=True, kw_only=True):
    """A domain of law that packs may say they cover, and whom to ask where none does."""

    id: str
    title: str
    ask: str


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """Every word that a rule or a check may use."""

    traits: list[TraitView]
    measures: list[MeasureView]
    domains: list[DomainView]
    modes: list[Choice]
    roles: list[Choice]
    dates: list[Choice]
    severities: list[str]
    nomenclatures: dict[str, int]
    countries: list[str]
    groups: list[GroupView]
    currencies: list[str]
