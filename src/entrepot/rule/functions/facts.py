"""Makes facts ready: checked, put into one form, and completed by what follows from them."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

import msgspec

from entrepot.core.errors import Invalid
from entrepot.rule.functions import hs_spans
from entrepot.rule.model import truth
from entrepot.rule.model.rule import DIGITS, Dates, ProductFacts
from entrepot.rule.model.truth import Truth
from entrepot.rule.model.vocabulary import MEASURES, ONE_OF, TRAITS
from entrepot.trade import money, units
from entrepot.trade.countries import COUNTRIES

_NO_CHAPTER = frozenset(("00", "77"))  # 77 is kept free by the Harmonized System
_LAST_CHAPTER = "97"
_SHARES = ("%", "%vol")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)

BITS = {name: 1 << number for number, name in enumerate(TRAITS)}
ALL_TRAITS = (1 << len(BITS)) - 1


class BadFact(Invalid):
    """A fact that cannot be; `field` names it."""

    fields: ClassVar[tuple[str, ...]] = ("field",)

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def normalised(facts: ProductFacts, *, today: date) -> ProductFacts:
    """Return the same facts in one form, with the day filled in. Raises: BadFact."""
    _check_places(facts)
    _check_money(facts)
    _check_measures(facts)
    for name, day in _days(facts):
        if not _EARLIEST <= day <= _LATEST:
            raise BadFact(name, f"{name} lies outside {_EARLIEST.year} to {_LATEST.year}.")
    traits, not_traits = _checked_traits(facts)
    return msgspec.structs.replace(
        facts,
        hs_code=checked_code(facts.hs_code, facts.nomenclature),
        traits=traits,
        not_traits=not_traits,
        date=facts.date or facts.dates.entry or today,
        values=dict(sorted(facts.values.items())),
        measures=dict(sorted(facts.measures.items())),
        answers=dict(sorted(facts.answers.items())),
    )


def digits_of(code: str) -> str:
    """Return the digits, without the dots and spaces that people write."""
    return code.replace(".", "").replace(" ", "")


def checked_code(text: str | None, nomenclature: str | None = None) -> str | None:
    """Return the digits of a code. Raises: BadFact."""
    if text is None:
        return None
    code = digits_of(text)
    if len(code) not in (2, 4, 6, 8, 10):
        raise BadFact("hs_code", f"{text!r} is no HS code: those have 2, 4, 6, 8 or 10 digits.")
    if code[:2] in _NO_CHAPTER or code[:2] > _LAST_CHAPTER:
        raise BadFact("hs_code", f"There is no chapter {code[:2]} in the Harmonized System.")
    if nomenclature and len(code) > DIGITS[nomenclature]:
        most = DIGITS[nomenclature]
        raise BadFact("hs_code", f"A code of {nomenclature} has at most {most} digits.")
    return code


def _check_places(facts: ProductFacts) -> None:
    for field, countries in (
        ("origin", (facts.origin,)),
        ("destination", (facts.destination,)),
        ("transit", facts.transit),
    ):
        for country in countries:
            if country not in COUNTRIES:
                raise BadFact(field, f"There is no country {country} (ISO 3166-1 alpha-2).")


def _check_money(facts: ProductFacts) -> None:
    if (facts.value is None) != (facts.currency is None):
        missing = "currency" if facts.currency is None else "value"
        raise BadFact(missing, "A value and its currency go together.")
    for field, code in (("currency", facts.currency), *(("values", each) for each in facts.values)):
        if code is not None and code not in money.CURRENCIES:
            raise BadFact(field, f"There is no currency {code} (ISO 4217).")
    if facts.currency in facts.values:
        raise BadFact("values", f"The value in {facts.currency} is said twice.")


def _check_measures(facts: ProductFacts) -> None:
    for name, quantity in facts.measures.items():
        field = f"measures.{name}"
        if name not in MEASURES:
            raise BadFact(field, f"There is no measure {name}.")
        if name == "quantity" and facts.quantity is not None:
            raise BadFact(field, "The quantity is said twice.")
        try:
            in_question = units.convert(quantity.value, quantity.unit, MEASURES[name].unit)
        except units.UnitMismatch as error:
            raise BadFact(field, str(error)) from error
        if in_question < 0:
            raise BadFact(field, "A measure is never below zero.")
        if MEASURES[name].unit in _SHARES and in_question > 100:
            raise BadFact(field, "No share is above 100 %.")


def _checked_traits(facts: ProductFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for field, named in (("traits", facts.traits), ("not_traits", facts.not_traits)):
        if unknown := sorted({name for name in named if name not in TRAITS}):
            raise BadFact(field, f"There is no trait {unknown[0]}.")
    yes, no = with_implied(facts.traits), _with_implying(facts.not_traits)
    if both := [name for name, bit in BITS.items() if yes & no & bit]:
        raise BadFact("not_traits", f"{both[0]} is said, or follows from what is said, and is denied too.")
    return tuple(sorted(set(facts.traits))), tuple(sorted(set(facts.not_traits)))


def _days(facts: ProductFacts) -> Iterable[tuple[str, date]]:
    named = {"date": facts.date} | {
        f"dates.{name}": getattr(facts.dates, name) for name in Dates.__struct_fields__
    }
    return [(name, day) for name, day in named.items() if day is not None]


# ---- what follows -----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _upward(name: str) -> int:
    """Return a trait and all that follow from it."""
    found = BITS[name]
    for each in TRAITS[name].implies:
        found |= _upward(each)
    return found


_UPWARD = {name: _upward(name) for name in TRAITS}
_DOWNWARD = {
    name: sum(BITS[each] for each, upward in _UPWARD.items() if upward & bit) for name, bit in BITS.items()
}


def with_implied(names: Iterable[str]) -> int:
    """Return the bits of these traits, and of all that follow from them."""
    found = 0
    for name in names:
        found |= _UPWARD[name]
    return found


def _with_implying(names: Iterable[str]) -> int:
    """Return what is denied with these: whatever they follow from."""
    found = 0
    for name in names:
        found |= _DOWNWARD[name]
    return found


@lru_cache(maxsize=8192)
def _by_code(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the traits that a code has for sure, and those that it cannot have."""
    has = tuple(
        name
        for name, trait in TRAITS.items()
        if truth.any_of(hs_spans.matches(code, span) for span in trait.hs) == truth.TRUE
    )
    lacks = tuple(
        name
        for name, trait in TRAITS.items()
        if trait.only
        and truth.any_of(hs_spans.matches(code, span) for span in (*trait.only, *trait.hs)) == truth.FALSE
    )
    return has, lacks


def traits_known(facts: ProductFacts) -> tuple[int, int]:
    """Return the bits of the traits that hold and of those that do not. What is said beats what the code
    suggests.
    """
    yes, no = with_implied(facts.traits), _with_implying(facts.not_traits)
    if facts.hs_code:
        has, lacks = _by_code(facts.hs_code)
        for name in has:
            if not _UPWARD[name] & no:
                yes |= _UPWARD[name]
        for name in lacks:
            if not _DOWNWARD[name] & yes:
                no |= _DOWNWARD[name]
    return yes, (ALL_TRAITS & ~yes & ~_undeniable(yes, no)) if facts.no_other_traits else no


def _undeniable(yes: int, no: int) -> int:
    """Return the bits of traits that "nothing else" leaves open: one of them must hold, and nobody said
    which.
    """
    return sum(
        BITS[name]
        for trait, ways in ONE_OF.items()
        if yes & BITS[trait] and not any(yes & BITS[each] for each in ways)
        for name in ways
        if not no & BITS[name]
    )


class Known:
    """Normalised facts as predicates read them; made once per check."""

    __slots__ = ("amounts", "code", "day", "days", "denied", "extras", "facts", "measures", "no", "yes")

    def __init__(self, facts: ProductFacts) -> None:
        """`facts` are normalised."""
        self.facts = facts
        self.code = facts.hs_code
        self.day = facts.date or _EARLIEST
        self.days = {"entry": facts.dates.entry or self.day} | {
            name: day
            for name in ("shipped_on_board", "placed_on_market", "order")
            if (day := getattr(facts.dates, name)) is not None
        }
        self.yes, self.no = traits_known(facts)
        # What somebody said is not there, not what only its code makes unlikely.
        self.denied = self.no if facts.no_other_traits else _with_implying(facts.not_traits)
        self.amounts: dict[str, Fraction] = {
            code: units.exact(value)
            for code, value in (*facts.values.items(), (facts.currency, facts.value))
            if code is not None and value is not None
        }
        self.measures = {
            name: units.in_first_unit(each.value, each.unit) for name, each in facts.measures.items()
        }
        if facts.quantity is not None:
            self.measures["quantity"] = units.exact(facts.quantity)
        self.extras: dict[str, Any] = {}

    def trait(self, name: str) -> Truth:
        bit = BITS[name]
        return truth.TRUE if self.yes & bit else truth.FALSE if self.no & bit else truth.UNKNOWN

    def decided_traits(self) -> Iterator[tuple[str, Truth]]:
        return ((name, held) for name in TRAITS if (held := self.trait(name)) != truth.UNKNOWN)
