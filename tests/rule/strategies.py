"""Rules and facts of every shape that the format allows, biased so that they often meet."""

from datetime import date
from typing import Any

import msgspec
from hypothesis import strategies as st

from entrepot.rule.model.domain import DOMAINS
from entrepot.rule.model.pack import Cover, Document, Pack
from entrepot.rule.model.rule import (
    SEVERITIES,
    Charge,
    Citation,
    Condition,
    Dates,
    Evidence,
    ProductFacts,
    Quantity,
    Rule,
    RuleTest,
    Season,
    Waiver,
)
from entrepot.rule.model.vocabulary import MEASURES, MODES, ROLES, TRAITS
from entrepot.trade.money import CURRENCIES
from entrepot.trade.units import units_like

# The last three are settled by no code.
FEW_TRAITS = (
    "battery", "lithium", "lithium_ion", "toy", "consumer", "radio", "electrical", "asbestos",
    "hazardous", "prepackaged", "commercial",
)  # fmt: skip
_PLACES = ("INT", "EU", "EEA", "DE", "GB", "NO", "CN", "US", "XI")
_COUNTRIES = ("DE", "GB", "NO", "CN", "US", "FR", "XI")
_DIGITS = st.sampled_from(("84", "85", "8506", "8507", "850760", "9503", "950300", "85076000", "95"))

texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufffd\ufeff", exclude_categories=("Cs",)),
    min_size=1, max_size=40,
)  # fmt: skip
days = st.dates(date(2019, 1, 1), date(2028, 12, 31))
rule_ids = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
month_days = days.map(lambda day: f"{day.month:02}-{day.day:02}")


def some(choices: Any, most: int = 2) -> Any:
    return st.lists(st.sampled_from(choices), max_size=most, unique=True).map(tuple)


@st.composite
def spans(draw: Any) -> str:
    first, last = sorted((draw(_DIGITS), draw(_DIGITS)))
    if len(first) == len(last) and first != last and draw(st.booleans()):
        return f"{first}-{last}"
    return first


numbers = st.one_of(st.integers(0, 500).map(float), st.floats(0.001, 1e6, allow_nan=False))


@st.composite
def conditions(draw: Any) -> Condition:
    op = draw(st.sampled_from(("<", "<=", "=", "!=", ">=", ">")))
    if draw(st.booleans()):
        currency = draw(st.sampled_from(("EUR", "USD")))
        return Condition(field="value", op=op, value=draw(numbers), currency=currency)
    field = draw(st.sampled_from(("battery_energy", "net_weight", "quantity")))
    unit = draw(st.sampled_from(units_like(MEASURES[field].unit)))
    return Condition(field=field, op=op, value=draw(numbers), unit=unit)


seasons = st.builds(Season, begins=month_days, ends=month_days)


@st.composite
def charges(draw: Any) -> Charge:
    common: dict[str, Any] = {"kind": draw(st.sampled_from(("duty", "vat", "fee"))), "title": draw(texts)}
    if draw(st.booleans()):
        common |= {
            "above": draw(numbers),
            "threshold_currency": draw(st.sampled_from(sorted(CURRENCIES))),
        }
    if draw(st.booleans()):
        basis = draw(st.sampled_from(("value", "value_and_duty")))
        return Charge(rate=draw(st.floats(0, 100)), basis=basis, **common)
    basis = draw(st.sampled_from(("consignment", "item", "item_type", "kg")))
    return Charge(amount=draw(numbers), currency="EUR", basis=basis, **common)


waivers = st.builds(
    Waiver, reason=texts, traits_all=some(FEW_TRAITS), traits_any=some(FEW_TRAITS),
    numeric=st.lists(conditions(), max_size=1).map(tuple),
)  # fmt: skip
evidence = st.builds(
    Evidence, all_of=some(("a", "b-c")), any_of=some(("a", "d")),
    waivers=st.lists(waivers, max_size=2).map(tuple),
)  # fmt: skip


@st.composite
def all_facts(draw: Any) -> ProductFacts:
    yes = draw(some(FEW_TRAITS, 3))
    no = tuple(name for name in draw(some(FEW_TRAITS, 3)) if not _follows(yes, name))
    value, currency = draw(st.one_of(st.just((None, None)), st.tuples(numbers, st.just("EUR"))))
    energy = draw(st.one_of(st.none(), st.tuples(numbers, st.sampled_from(("Wh", "kWh", "J")))))
    return ProductFacts(
        hs_code=draw(st.one_of(st.none(), _DIGITS)),
        nomenclature=draw(st.sampled_from((None, "CN8"))),
        traits=yes,
        not_traits=no,
        no_other_traits=draw(st.booleans()),
        origin=draw(st.sampled_from(_COUNTRIES)),
        destination=draw(st.sampled_from(_COUNTRIES)),
        transit=draw(some(_COUNTRIES, 1)),
        date=draw(days),
        dates=Dates(shipped_on_board=draw(st.one_of(st.none(), days))),
        mode=draw(st.one_of(st.none(), st.sampled_from(sorted(MODES)))),
        role=draw(st.one_of(st.none(), st.sampled_from(sorted(ROLES)))),
        value=value,
        currency=currency,
        quantity=draw(st.one_of(st.none(), numbers)),
        measures={} if energy is None else {"battery_energy": Quantity(value=energy[0], unit=energy[1])},
    )


def _follows(yes: tuple[str, ...], name: str) -> bool:
    return name in yes or any(_follows(TRAITS[each].implies, name) for each in yes)


@st.composite
def rules(draw: Any, id: Any = rule_ids) -> Rule:
    since, until = sorted((draw(days), draw(days)))
    return Rule(
        id=draw(id),
        revision=draw(st.integers(1, 99)),
        title=draw(texts),
        summary=draw(st.one_of(st.just(""), texts)),
        direction=draw(st.sampled_from(("import", "export", "transit", "sale"))),
        destinations=draw(some(_PLACES)) or ("INT",),
        exclude_destinations=draw(some(_PLACES[1:], 1)),
        origins=draw(some(_PLACES)) or ("INT",),
        exclude_origins=draw(some(_PLACES[1:], 1)),
        nomenclature="CN8",
        hs_include=tuple(draw(st.lists(spans(), max_size=3))),
        hs_exclude=tuple(draw(st.lists(spans(), max_size=1))),
        traits_all=draw(some(FEW_TRAITS, 1)),
        traits_any=draw(some(FEW_TRAITS)),
        traits_none=draw(some(FEW_TRAITS, 1)),
        numeric=tuple(draw(st.lists(conditions(), max_size=2))),
        modes=draw(some(sorted(MODES))),
        roles=draw(some(sorted(ROLES))),
        date_basis=draw(st.sampled_from(("entry", "shipped_on_board", "placed_on_market", "order"))),
        valid_from=draw(st.one_of(st.none(), st.just(since))),
        valid_to=draw(st.one_of(st.none(), st.just(until))),
        seasons=tuple(draw(st.lists(seasons, max_size=2))),
        severity=draw(st.sampled_from(sorted(SEVERITIES))),
        evidence=tuple(draw(st.lists(evidence, max_size=2))),
        charges=tuple(draw(st.lists(charges(), max_size=1))),
        authority=draw(texts),
        citation=Citation(
            law=draw(texts), article=draw(st.one_of(st.just(""), texts)), checked_on=draw(days)
        ),
        verified_by=draw(st.one_of(st.just(""), texts)),
        confidence=draw(st.sampled_from(("verified", "known", "uncertain"))),
        notes=draw(st.one_of(st.just(""), texts)),
        tests=tuple(
            draw(
                st.lists(
                    st.builds(RuleTest, facts=all_facts(), expect=st.sampled_from(("matched", "unknown"))),
                    max_size=1,
                )
            )
        ),
    )


@st.composite
def rule_sets(draw: Any, most: int = 5) -> list[Rule]:
    """Rules of different ids; some supersede or exempt earlier ones, never in a circle."""
    found: list[Rule] = []
    for number in range(draw(st.integers(1, most))):
        made = draw(rules(st.just(f"r-{number}")))
        earlier = [each.id for each in found]
        if earlier:
            made = msgspec.structs.replace(
                made, supersedes=draw(some(earlier, 1)), exempts=draw(some(earlier, 1))
            )
        found.append(made)
    return found


_spans = st.lists(st.sampled_from(("02", "8506", "50-63", "870310-870390")), max_size=2, unique=True)
covers = st.builds(
    Cover,
    domain=st.sampled_from(sorted(DOMAINS)),
    markets=st.sampled_from((("NZ",), ("EU", "GB"), ("INT",))),
    way=st.sampled_from(("entering", "leaving")),
    hs_include=_spans.map(tuple),
    hs_exclude=_spans.map(tuple),
    exclude_origins=st.sampled_from(((), ("RU", "BY"))),
    valid_from=st.none() | st.just(date(2026, 11, 20)),
    complete=st.booleans(),
    about=st.one_of(st.just(""), texts),
    checked_on=st.just(date(2026, 11, 20)),
)


@st.composite
def whole_packs(draw: Any) -> Pack:
    named = st.builds(Document, id=rule_ids, title=texts, about=st.one_of(st.just(""), texts))
    return Pack(
        name="test",
        title=draw(texts),
        notice=draw(st.one_of(st.just(""), texts)),
        stale_after_months=draw(st.integers(1, 120)),
        covers=tuple(draw(st.lists(covers, max_size=3))),
        documents=tuple(draw(st.lists(named, max_size=2, unique_by=lambda each: each.id))),
        rules=tuple(draw(st.lists(rules(), max_size=3, unique_by=lambda each: each.id))),
    )


codes = st.from_regex(r"(0[1-9]|[1-6][0-9]|8[0-9]|9[0-7])([0-9]{2}){0,4}", fullmatch=True)
