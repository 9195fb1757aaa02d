"""Numbers that name one party: their one form, their check digits, and how much they weigh."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from entrepot.screening.model.party import Identifier, IdentifierType

_APART = re.compile(r"[\W_]+")
_IMO = re.compile(r"(?:IMO)?([0-9]{7})")


class Sure(NamedTuple):
    """The least that the score is when an identifier of this type agrees, whatever the names; `unique` types
    have one owner, so that another number speaks against a hit.
    """

    score: float
    unique: bool
    example: str


# How sure an identifier makes. Numbers of registers are unique in their country only, and are mistyped; the
# order follows how the peers weigh them (logic-v2: wallets 0.98, LEI and IMO 0.95, others 0.85).
SURE: Mapping[IdentifierType, Sure] = {
    "wallet": Sure(0.98, False, "0x00000000219ab540356cBB839Cbe05303d7705Fa"),
    "lei": Sure(0.97, True, "5493001KJTIIGC8Y1R12"),
    "imo": Sure(0.97, True, "9074729"),
    "mmsi": Sure(0.93, False, "273210090"),
    "swift": Sure(0.93, False, "EXAMRUMM"),
    "passport": Sure(0.95, False, "7700112233"),
    "tax": Sure(0.95, False, "550100999904"),
    "national": Sure(0.95, False, "1000999888"),
    "registration": Sure(0.93, False, "1027700999904"),
    "serial": Sure(0.9, False, "MSN 99999"),
    "call_sign": Sure(0.88, False, "3EXX9"),
    "other": Sure(0.9, False, "A-1234567"),
}
# A number of another country's register is another number, unless it is unique in the world.
_WORLDWIDE = frozenset({"wallet", "lei", "imo", "mmsi", "swift"})
_SHORTEST = 5  # shorter numbers are numbers of too many things


def normal(value: str) -> str:
    """Return an identifier as it is compared: `IMO: 9,074,729` is 9074729, `77 00-112233` is 7700112233."""
    plain = _APART.sub("", value).upper()
    found = _IMO.fullmatch(plain)
    return found.group(1) if found else plain


def is_searched(value: str) -> bool:
    """Whether the text may be an identifier: it is long enough and has a digit."""
    plain = normal(value)
    return len(plain) >= _SHORTEST and any(each.isdigit() for each in plain)


def fault(identifier: Identifier) -> str:
    """Return what is wrong with the number, or nothing: check digits of IMO numbers and LEIs (ISO 17442)."""
    value = normal(identifier.value)
    if not value:
        return "An identifier has letters or digits."
    if identifier.type == "imo" and not _is_imo(value):
        return f"{identifier.value} is no IMO number: of its seven digits, the last checks the others."
    if identifier.type == "lei" and not _is_lei(value):
        return f"{identifier.value} is no LEI: of its twenty signs, the last two check the others."
    return ""


def agree(one: Identifier, other: Identifier) -> bool:
    """Whether two identifiers are the same. `other` is also what has no known type."""
    if normal(one.value) != normal(other.value) or not is_searched(one.value):
        return False
    if "other" not in (one.type, other.type) and one.type != other.type:
        return {one.type, other.type} <= {"tax", "registration", "national"}
    worldwide = one.type in _WORLDWIDE
    return worldwide or not one.country or not other.country or one.country == other.country


def sure_of(one: Identifier, other: Identifier) -> float:
    """Return the least score of two that agree."""
    scores = (SURE[one.type].score, SURE[other.type].score)
    return max(scores) if "other" in (one.type, other.type) else min(scores)


def contradict(one: Identifier, other: Identifier) -> bool:
    """Whether two numbers of which each has only one differ."""
    return one.type == other.type and SURE[one.type].unique and normal(one.value) != normal(other.value)


def _is_imo(value: str) -> bool:
    if not (value.isascii() and value.isdigit() and len(value) == 7):
        return False
    return sum(int(digit) * (7 - at) for at, digit in enumerate(value[:6])) % 10 == int(value[6])


def _is_lei(value: str) -> bool:
    if len(value) != 20 or not (value.isascii() and value.isalnum()):
        return False
    return int("".join(str(int(each, 36)) for each in value)) % 97 == 1
