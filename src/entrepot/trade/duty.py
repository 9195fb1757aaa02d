"""Duty rates as tariffs write them, such as `9 % MIN 1.30 EUR / 100 kg` or `4.2¢/kg + 3%`: read, and worked
out for given goods. What cannot be read or worked out stays open with its reason; it is never nothing.

The grammar is that of the tariffs of the EU, the United Kingdom, Switzerland and the United States::

    expression := list (("MIN" | "but not less than") list)? (("MAX" | "but not more than") list)?
    list       := term (("+" | "plus" | "-" | "less" | "minus") term)*
    term       := "Free" | percent basis? | money ("/" | "per" | "each") unit basis? | reference
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

Measured = Mapping[str, Fraction]  # by the names of MEASURES


class OpenDuty(Exception):
    """The amount cannot be told; the message says why."""


# What a rate may count, and how a missing one is named to people.
MEASURES: Mapping[str, str] = {
    "value": "the customs value",
    "net_kg": "the net weight",
    "gross_kg": "the gross weight",
    "drained_kg": "the drained weight",
    "items": "the number of pieces",
    "pairs": "the number of pairs",
    "litres": "the volume",
    "litres_pure_alcohol": "the volume of pure alcohol",
    "alcohol_percent": "the strength of the alcohol",
    "square_metres": "the area",
    "cubic_metres": "the volume in cubic metres",
    "retail_price": "the retail price",
    "base_duty": "the duty of the applicable subheading",
}
# What a unit counts, and how many of it one unit is. `% vol/hl` multiplies two.
_UNITS: Mapping[str, tuple[tuple[str, ...], Fraction]] = {
    "kg": (("net_kg",), Fraction(1)),
    "kg gross": (("gross_kg",), Fraction(1)),
    "g": (("net_kg",), Fraction(1, 1000)),
    "t": (("net_kg",), Fraction(1000)),
    "tonne": (("net_kg",), Fraction(1000)),
    "kg/net eda": (("drained_kg",), Fraction(1)),
    "head": (("items",), Fraction(1)),
    "p/st": (("items",), Fraction(1)),
    "item": (("items",), Fraction(1)),
    "pcs": (("items",), Fraction(1)),
    "no": (("items",), Fraction(1)),
    "": (("items",), Fraction(1)),
    "doz": (("items",), Fraction(12)),
    "gross": (("items",), Fraction(144)),
    "pa": (("pairs",), Fraction(1)),
    "pr": (("pairs",), Fraction(1)),
    "pair": (("pairs",), Fraction(1)),
    "l": (("litres",), Fraction(1)),
    "liter": (("litres",), Fraction(1)),
    "litre": (("litres",), Fraction(1)),
    "hl": (("litres",), Fraction(100)),
    "l alc. 100%": (("litres_pure_alcohol",), Fraction(1)),
    "pf liter": (("litres_pure_alcohol",), Fraction(1, 2)),  # US proof: twice the per cent by volume
    "% vol/hl": (("alcohol_percent", "litres"), Fraction(100)),
    "m2": (("square_metres",), Fraction(1)),
    "m3": (("cubic_metres",), Fraction(1)),
}  # fmt: skip
_NUMBER = r"\d[\d,]*(?:\.\d+)?(?:\s+\d+/\d+)?|\.\d+"
_MONEY = re.compile(
    rf"(?:(?P<dollar>\$)\s*(?P<dollars>{_NUMBER})|(?P<cents>{_NUMBER})\s*¢"
    rf"|(?P<amount>{_NUMBER})\s*(?P<currency>[A-Z]{{3}}))(?![\w.])\s*"
)
_PERCENT = re.compile(rf"(?P<percent>{_NUMBER})\s*(?:%|percent\b)(?!\s*vol)\s*")
_UNIT_NAMES = "|".join(re.escape(each) for each in sorted(filter(None, _UNITS), key=len, reverse=True))
_PER = re.compile(
    rf"(?:(?P<each>each\b)|(?:/|per\b)\s*(?P<count>{_NUMBER})?\s*(?P<unit>{_UNIT_NAMES})?\.?(?!\w))\s*",
    re.IGNORECASE,
)
_BASIS = re.compile(
    r"(?:on\s+(?:the\s+)?(?P<on>[a-z ,]+?)|/\s*(?P<retail>Retail Price))\s*(?=$|[+]|MIN\b|MAX\b)", re.I
)
_SIGN = re.compile(r"(?P<more>\+|plus\b)\s*|(?P<less>-|less\b|minus\b)\s*", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?P<least>MIN\b|but not less than\b)\s*|(?P<most>MAX\b|but not more than\b)\s*", re.IGNORECASE
)
_FREE = re.compile(r"free\b\s*", re.IGNORECASE)
_SAME = re.compile(r"no change\b\s*|the duty provided in the applicable subheading\b\s*", re.IGNORECASE)
_SPECIAL = re.compile(r"(?P<rate>[^()]+?)\s*\((?P<programmes>[^()]*)\)\s*")


class Amount(NamedTuple):
    """`currency` is empty if everything was a share of values."""

    value: Fraction
    currency: str


class RateTerm(NamedTuple):
    """`rate` of the product of what it counts; a `currency` where it is money. `open` says why it has no
    amount.
    """

    rate: Fraction
    counts: tuple[str, ...]
    currency: str = ""
    open: str = ""


class RateLimit(NamedTuple):
    kind: Literal["least", "most"]
    terms: tuple[RateTerm, ...]


class DutyRate(NamedTuple):
    """What was read of a text: the sum of its terms, within its limits."""

    text: str
    terms: tuple[RateTerm, ...]
    limits: tuple[RateLimit, ...] = ()

    @property
    def free(self) -> bool:
        return all(not each.rate and not each.open for each in self.terms)

    def comes_to(self, measured: Measured) -> Amount:
        """Return the amount, exact. Raises: OpenDuty."""
        found = _sum(self.terms, measured)
        for kind, terms in self.limits:
            found = _limited(found, _sum(terms, measured), max if kind == "least" else min)
        return Amount(max(found.value, Fraction(0)), found.currency)


class Preference(NamedTuple):
    """A rate, and the programmes whose goods have it, as the tariff writes them: `A+`, `AU`, `KR`."""

    duty: DutyRate
    programmes: tuple[str, ...]


@lru_cache(maxsize=65536)
def read(text: str) -> DutyRate:
    """Return what a rate says. What cannot be read is one open term."""
    clean = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    try:
        return _Reader(clean).duty()
    except _Unread:
        return DutyRate(clean, (RateTerm(Fraction(0), (), open=_reason(clean)),))


def read_special(text: str) -> list[Preference]:
    """Return the preferences of a US column such as `Free (A+,AU) 2.8% (KR)`."""
    return [
        Preference(read(each["rate"]), tuple(name.strip() for name in each["programmes"].split(",")))
        for each in _SPECIAL.finditer(" ".join(text.split()))
    ]


def _reason(text: str) -> str:
    if "degree" in text:
        return f"It depends on the degrees of polarisation: {text}."
    refers = re.match(r"see\b", text, re.IGNORECASE)
    return f"The tariff {'refers to something else' if refers else 'says'}: {text or 'nothing'}."


# ---- working out ------------------------------------------------------------------------------------


def _sum(terms: tuple[RateTerm, ...], measured: Measured) -> Amount:
    value, currency = Fraction(0), ""
    for term in terms:
        if term.open:
            raise OpenDuty(term.open)
        amount = term.rate
        for name in term.counts if term.rate else ():
            if name not in measured:
                raise OpenDuty(f"It depends on {MEASURES[name]}, which is not known.")
            amount *= measured[name]
        if term.currency and currency and term.currency != currency:
            raise OpenDuty(f"It adds {currency} and {term.currency}.")
        value, currency = value + amount, currency or term.currency
    return Amount(value, currency)


def _limited(found: Amount, limit: Amount, choose: Callable[..., Fraction]) -> Amount:
    if found.currency and limit.currency and found.currency != limit.currency:
        raise OpenDuty(f"It compares {found.currency} with {limit.currency}.")
    return Amount(choose(found.value, limit.value), found.currency or limit.currency)


# ---- reading ----------------------------------------------------------------------------------------


class _Unread(Exception):
    """The rest of the text is no part of a rate."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def duty(self) -> DutyRate:
        terms, limits = self._list(), []
        while (found := self._next(_LIMIT)) is not None:
            limits.append(RateLimit("least" if found["least"] else "most", self._list()))
        if self.at < len(self.text) or not self.text:
            raise _Unread
        return DutyRate(self.text, terms, tuple(limits))

    def _list(self) -> tuple[RateTerm, ...]:
        terms = [self._term()]
        while (found := self._next(_SIGN)) is not None:
            term = self._term()
            terms.append(term._replace(rate=-term.rate) if found["less"] else term)
        return tuple(terms)

    def _term(self) -> RateTerm:
        if self._next(_FREE):
            return RateTerm(Fraction(0), ())
        if self._next(_SAME):
            return RateTerm(Fraction(1), ("base_duty",))
        if (found := self._next(_PERCENT)) is not None:
            return self._on(RateTerm(_number(found["percent"]) / 100, ("value",)))
        if (found := self._next(_MONEY)) is None:
            raise _Unread
        rate, currency = _money(found)
        return self._on(self._per(rate, currency))

    def _per(self, rate: Fraction, currency: str) -> RateTerm:
        found = self._next(_PER)
        if found is None or not (found["each"] or found["count"] or found["unit"]):
            raise _Unread
        counts, one = _UNITS[(found["unit"] or "").lower()]
        count = _number(found["count"]) if found["count"] else Fraction(1)
        if found["unit"] and counts == ("net_kg",) and self._next(re.compile(r"gross\b\s*", re.IGNORECASE)):
            counts = ("gross_kg",)
        return RateTerm(rate / count / one, counts, currency)

    def _on(self, term: RateTerm) -> RateTerm:
        found = self._next(_BASIS)
        if found is None:
            return term
        basis = (found["on"] or "retail price").strip().lower()
        known = {"drained weight": "drained_kg", "retail price": "retail_price"}
        if basis in known:
            return term._replace(counts=(known[basis],))
        return term._replace(open=f"It depends on the value of the {basis}, which is not known here.")

    def _next(self, what: re.Pattern[str]) -> re.Match[str] | None:
        if (found := what.match(self.text, self.at)) is not None:
            self.at = found.end()
        return found


def _money(found: re.Match[str]) -> tuple[Fraction, str]:
    if found["dollar"]:
        return _number(found["dollars"]), "USD"
    if found["cents"]:
        return _number(found["cents"]) / 100, "USD"
    return _number(found["amount"]), found["currency"]


def _number(text: str) -> Fraction:
    """Read `33 1/3` and `1,000` too."""
    whole, _, part = text.replace(",", "").partition(" ")
    return Fraction(whole) + (Fraction(part.strip()) if part.strip() else 0)
