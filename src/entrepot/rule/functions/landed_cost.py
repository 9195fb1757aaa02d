"""What the matched rules charge. Nothing is converted: an amount that needs another currency stays open."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from entrepot.rule.functions.facts import Known
from entrepot.rule.functions.yaml_format import number
from entrepot.rule.model.check import DueCharge, LandedCost, Total
from entrepot.rule.model.rule import Charge, Rule
from entrepot.trade import money, units

# Duty first: VAT is often taken of the value and the duty together.
_ORDER = {"duty": 0, "fee": 1, "vat": 2}
_WITHOUT_DUTY = "The customs duty that it is taken of too is not known here, so it may be more."


class _Open(Exception):
    """The amount cannot be told; the message says why."""


def landed_cost(
    applying: Sequence[Rule], possible: Sequence[Rule], known: Known, *, covered: bool
) -> LandedCost:
    """Return what the rules charge that apply for sure, and what keeps the sums from being all. All of
    these rules charge something.
    """
    charges = [(rule.id, charge) for rule in applying for charge in rule.charges]
    due: list[DueCharge] = []
    sums: list[tuple[str, Fraction]] = []
    duties: dict[str, Fraction] | None = {}
    stated = {rule.id for rule in applying if rule.direction == "import" and rule.hs_include}
    ordinary = False
    for rule, charge in sorted(charges, key=lambda each: _ORDER[each[1].kind]):
        try:
            if not _within_thresholds(charge, known):
                continue
            ordinary = ordinary or (charge.kind == "duty" and rule in stated)
            currency, amount = _amount(charge, known, duties)
        except _Open as reason:
            due.append(_said(rule, charge, open=str(reason)))
            duties = None if charge.kind == "duty" else duties
            continue
        partly = _WITHOUT_DUTY if charge.basis == "value_and_duty" and not ordinary else ""
        comes_to = money.written(amount, currency)
        due.append(_said(rule, charge, comes_to=comes_to, currency=currency, open=partly))
        sums.append((currency, amount))
        if charge.kind == "duty" and duties is not None:
            duties[currency] = duties.get(currency, Fraction(0)) + amount
    totals = [Total(code, money.written(amount, code)) for code, amount in money.totals(sums).items()]
    missing = list(_missing(applying, possible, due, covered=covered, ordinary=ordinary))
    return LandedCost(due, totals, not missing, missing)


def _missing(
    applying: Sequence[Rule], possible: Sequence[Rule], due: list[DueCharge], *, covered: bool, ordinary: bool
) -> Iterator[str]:
    if not covered:
        yield "The active packs do not cover these goods in this market."
    if not ordinary:
        yield "No active rule for this code states the ordinary customs duty."
    for rule in possible:
        yield f"It is open whether this applies: {rule.title}."
    for rule in applying:
        if not rule.charges:
            yield f"The amount is not known here: {rule.title}."
    for each in due:
        if each.open and each.comes_to is None:
            yield f"{each.title} is open. {each.open}"


def _within_thresholds(charge: Charge, known: Known) -> bool:
    if charge.above is None and charge.up_to is None:
        return True
    value = known.amounts.get(charge.threshold_currency)
    if value is None:
        raise _Open(f"It depends on the value in {charge.threshold_currency}, which is not known.")
    above = charge.above is None or value > units.exact(charge.above)
    return above and (charge.up_to is None or value <= units.exact(charge.up_to))


def _amount(charge: Charge, known: Known, duties: dict[str, Fraction] | None) -> tuple[str, Fraction]:
    if charge.rate is not None:
        currency, value = _value(charge, known)
        if charge.basis == "value_and_duty":
            value += _duty(duties, currency)
        return currency, value * units.exact(charge.rate) / 100
    assert charge.amount is not None
    return charge.currency, units.exact(charge.amount) * _count(charge, known)


def _value(charge: Charge, known: Known) -> tuple[str, Fraction]:
    """Return the value in the charge's currency if it names one, else in the caller's own."""
    currency = charge.currency or charge.threshold_currency or known.facts.currency or ""
    if currency not in known.amounts:
        raise _Open(f"The value in {currency} is not known." if currency else "The value is not known.")
    return currency, known.amounts[currency]


def _duty(duties: dict[str, Fraction] | None, currency: str) -> Fraction:
    if duties is None:
        raise _Open("A duty that it is taken of cannot be told.")
    if others := sorted(set(duties) - {currency}):
        raise _Open(f"It is taken of a duty in {others[0]} too, and currencies are not combined.")
    return duties.get(currency, Fraction(0))


def _count(charge: Charge, known: Known) -> Fraction:
    match charge.basis:
        case "item":
            if "quantity" not in known.measures:
                raise _Open("The quantity is not known.")
            return known.measures["quantity"]
        case "kg":
            if "net_weight" not in known.measures:
                raise _Open("The net weight is not known.")
            return known.measures["net_weight"] / 1000
        case _:
            return Fraction(1)  # one consignment; one type of item, since a check has one code


def _said(
    rule: str, charge: Charge, *, comes_to: str | None = None, currency: str = "", open: str = ""
) -> DueCharge:
    return DueCharge(
        rule=rule, kind=charge.kind, title=charge.title, basis=charge.basis, rate=charge.rate,
        amount_each=charge.amount, currency=currency or charge.currency, comes_to=comes_to,
        open=f"{open} {_thresholds(charge)}".strip() if open and comes_to is None else open,
    )  # fmt: skip


def _thresholds(charge: Charge) -> str:
    said = [
        f"{word} {number(limit)} {charge.threshold_currency}"
        for word, limit in (("above", charge.above), ("up to", charge.up_to))
        if limit is not None
    ]
    return f"It is due {' and '.join(said)}." if said else ""
