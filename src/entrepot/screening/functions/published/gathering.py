"""An entry while its facts are gathered from a publisher's file, and the words that publishers use."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from entrepot.screening.functions.births import as_written
from entrepot.screening.functions.identifiers import normal
from entrepot.screening.functions.latin import latin_words
from entrepot.screening.model.party import Identifier, IdentifierType, Party, PartyKind, bad_day
from entrepot.trade.country_names import code_of

_MOST_NAMES, _MOST_BIRTHS, _MOST_COUNTRIES, _MOST_IDENTIFIERS = 200, 20, 40, 100
_MOST_PROGRAMME, _MOST_REMARKS, _MOST_NAME, _MOST_VALUE = 200, 4000, 500, 140
_DAY = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]{3,9})[ -](\d{4})")
_SLASHED = re.compile(r"(\d{1,2}|[Dd]{2})/(\d{1,2}|[Mm]{2})/(\d{4})")
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_RANGE = re.compile(r"(.+?)\s+(?:to|and|-)\s+(.+)")
_SIGN = re.compile(r"^(?:No\.?|Number|#|\(\w+\)|:)[\s:]+", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip

# How publishers call the kinds of identifiers, the most telling first.
_PATTERNS: tuple[tuple[str, IdentifierType], ...] = (

        (r"digital currency|wallet|publickey", "wallet"), (r"\bimo\b|imonumber|vessel registration", "imo"),
        (r"mmsi", "mmsi"), (r"call ?sign", "call_sign"), (r"legal entity|\blei\b|leicode", "lei"),
        (r"swift|\bbic\b", "swift"), (r"passport|travel doc", "passport"),
        (r"\btax|fiscal|r\.f\.c|\binn\b|inncode|\bvat\b|cnpj|c\.u\.i\.t|\bnit\b|\bruc\b|\brif\b|\btin\b|vatcode",
         "tax"),
        (r"serial number|\bmsn\b|serialnumber", "serial"),
        (r"national id|cedula|personal id|identification card|id card|\bssn\b|citizen|d\.n\.i|c\.u\.r\.p"
         r"|national identif|idnumber|\bid\b|national foreign id|residency|curp|social security", "national"),
        (r"registr|company number|commercial|enterprise number|business|chamber|licen[cs]e|ogrn|trade"
         r"|\bc\.?r\b"
         r"|unified social|uscc|okpo|government gazette|folio mercantil|matricula", "registration"),
)  # fmt: skip
_LABELS = tuple((re.compile(pattern, re.IGNORECASE), type) for pattern, type in _PATTERNS)


class CutFile(ValueError):
    """The file is not whole, or not what it begins like. The text is a sentence for whoever imports it."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(slots=True)
class GatheredParty:
    """What a file says of an entry so far. The first name is the entry's own."""

    id: str
    kind: PartyKind
    names: dict[str, bool] = field(default_factory=dict)  # each with whether it is weak
    births: dict[str, None] = field(default_factory=dict)
    countries: dict[str, None] = field(default_factory=dict)
    identifiers: dict[tuple[str, str], Identifier] = field(default_factory=dict)
    programmes: dict[str, None] = field(default_factory=dict)
    topics: dict[str, None] = field(default_factory=dict)
    listed_on: str = ""
    remarks: list[str] = field(default_factory=list)

    def name(self, text: str | None, *, weak: bool = False) -> None:
        """Take a name, unless there is nothing in it that could be compared."""
        plain = " ".join(html.unescape(text or "").split())[:_MOST_NAME]
        if plain and latin_words(plain):
            self.names[plain] = weak and self.names.get(plain, True)

    def born(self, text: str | None, *, circa: bool = False) -> None:
        """Take a birth date as lists write it; what cannot be read becomes a remark."""
        if not text or not text.strip():
            return
        day = birth_date(text)
        if not day:
            self.remark(f"Born: {text.strip()}")
            return
        self.births[f"{day[:4]}~" if circa and "/" not in day else day] = None

    def country(self, text: str | None) -> None:
        if text and (code := code_of(text)):
            self.countries[code] = None

    def identifier(self, label: str, value: str | None, country: str | None = "") -> None:
        plain = _SIGN.sub("", " ".join((value or "").split()))[:_MOST_VALUE].strip(" .;,")
        if not plain:
            return
        type = type_of(label)
        if type == "imo":
            plain = normal(plain)
        self.identifiers.setdefault(
            (type, plain), Identifier(type=type, value=plain, country=code_of(country or ""))
        )

    def programme(self, text: str | None) -> None:
        if text and text.strip():
            self.programmes[text.strip()] = None

    def remark(self, text: str | None) -> None:
        if text and (plain := " ".join(text.split())):
            self.remarks.append(plain)

    def party(self) -> Party | None:
        """Return the entry, or None if it has no name."""
        if not self.names:
            return None
        first = next((name for name, weak in self.names.items() if not weak), next(iter(self.names)))
        others = [name for name in self.names if name != first]
        programme = ""
        for each in self.programmes:
            longer = f"{programme}; {each}" if programme else each
            programme = longer if len(longer) <= _MOST_PROGRAMME else programme
        return Party(
            id=self.id, kind=self.kind, name=first,
            aliases=tuple(name for name in others if not self.names[name])[:_MOST_NAMES],
            weak_aliases=tuple(name for name in others if self.names[name])[:_MOST_NAMES],
            birth_dates=tuple(self.births)[:_MOST_BIRTHS], countries=tuple(self.countries)[:_MOST_COUNTRIES],
            programme=programme, listed_on=self.listed_on[:10],
            identifiers=tuple(self.identifiers.values())[:_MOST_IDENTIFIERS], topics=tuple(self.topics)[:20],
            remarks=" ".join(dict.fromkeys(self.remarks))[:_MOST_REMARKS],
        )  # fmt: skip


def together(one: Party, other: Party) -> Party:
    """Return an entry that a file has twice, with all that both say."""
    names = tuple(dict.fromkeys((*one.aliases, other.name, *other.aliases)))
    return msgspec.structs.replace(
        one,
        aliases=tuple(each for each in names if each != one.name)[:_MOST_NAMES],
        weak_aliases=tuple(dict.fromkeys((*one.weak_aliases, *other.weak_aliases)))[:_MOST_NAMES],
        birth_dates=tuple(dict.fromkeys((*one.birth_dates, *other.birth_dates)))[:_MOST_BIRTHS],
        countries=tuple(dict.fromkeys((*one.countries, *other.countries)))[:_MOST_COUNTRIES],
        identifiers=tuple(dict.fromkeys((*one.identifiers, *other.identifiers)))[:_MOST_IDENTIFIERS],
    )


def type_of(label: str) -> IdentifierType:
    """Return what kind of identifier a publisher means: `Cedula No.` is a national number."""
    return next((type for pattern, type in _LABELS if pattern.search(label)), "other")


def birth_date(text: str) -> str:
    """Return a birth date as we keep it, empty for what is none: `02 Apr 1961`, `circa 1970`, `00/04/1984`,
    `dd/mm/1975`, `01 Jan 1990 to 31 Dec 1995`.
    """
    plain = as_written(text.strip().rstrip("."))
    if plain.endswith("~"):
        return plain if _YEAR.fullmatch(plain[:-1]) else ""
    if "/" in plain and _YEAR.match(plain) and not bad_day(plain):
        return plain
    if re.match(r"(?i)(circa|approx|about|ca\.?) ", plain):
        day = _day(plain.partition(" ")[2])
        return f"{day[:4]}~" if day else ""
    if found := _RANGE.fullmatch(plain):
        first, last = _day(found[1]), _day(found[2])
        return f"{first}/{last}" if first and last and not bad_day(f"{first}/{last}") else ""
    return _day(plain)


def _day(text: str) -> str:
    text = text.strip()
    day = ""
    if _PARTIAL.fullmatch(text):
        day = text.removesuffix("-00").removesuffix("-00")
    elif found := _SLASHED.fullmatch(text):
        parts = [found[3], *(each for each in (found[2], found[1]))]
        known = [parts[0]]
        for each in parts[1:]:
            if not each.isdigit() or int(each) == 0:
                break
            known.append(f"{int(each):02}")
        day = "-".join(known)
    elif (found := _DAY.fullmatch(text)) and (month := _MONTHS.get(found[2][:3].lower())):
        day = f"{found[3]}-{month:02}" + (f"-{int(found[1]):02}" if found[1] else "")
    elif found := re.match(r"(\d{4}-\d{2}-\d{2})T", text):
        day = found[1]
    return "" if not day or bad_day(day) else day


def listed_day(text: str | None) -> str:
    """Return a day of listing: `14/03/2024`, `2024-03-14` and `2024-03-14T00:00:00` are the same."""
    return _day(text) if text else ""


def given_first(name: str) -> str:
    """Return a person's name as it is said: `ZAKHVATOV, Ivan` is Ivan ZAKHVATOV."""
    family, _, given = name.partition(", ")
    return f"{given} {family}".strip()


def parties(gathered: Iterable[GatheredParty]) -> Iterable[Party]:
    """Yield the entries that have a name."""
    return (party for each in gathered if (party := each.party()) is not None)
