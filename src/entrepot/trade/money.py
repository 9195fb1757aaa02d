"""Amounts have a currency, and two currencies are never combined; `exchange` converts by dated rates."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

# ISO 4217 codes of circulating currencies, 2026-11.
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
    PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905
)
_NO_CENTS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())  # noqa: SIM905
_MILS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905


def places(currency: str) -> int:
    """Digits after the point (ISO 4217's exponent)."""
    return 0 if currency in _NO_CENTS else 3 if currency in _MILS else 2


def written(amount: Fraction, currency: str) -> str:
    """Return the amount as a decimal number, rounded half up to the currency's places."""
    step = Decimal(1).scaleb(-places(currency))
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return str(exact.quantize(step, rounding=ROUND_HALF_UP))


def totals(amounts: Iterable[tuple[str, Fraction]]) -> dict[str, Fraction]:
    """One sum per currency, by code."""
    found: dict[str, Fraction] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Fraction(0)) + amount
    return dict(sorted(found.items()))
