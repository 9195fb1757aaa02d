"""Made-up firms and ships, and how their names are written elsewhere: a labelled set that anybody can make.

A *match* is a listed name written otherwise by one rule; an *other* is a name that shares most of its words
with a listed one, but in which one thing that decides (its own word, its number, its place) is another. Own
words that are within three letters of a listed one are none: they could be typing errors.
"""

import random
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_STARTS = _words(
    """
    al ar bal bor cal dar dor el fen gar hal hor il jar kal kor lam mar mor nar nor or par per ras sar
    sol tar tor ul val vor yar zan zor sib tav
    """
)
_MIDDLES = _words(
    """
    a e i o u an en in on ar er ir or al el il ad ed id am em
    """
)
_ENDS = _words(
    """
    bek dan dex far gan kent lin mex nov pol rad ran rex san tan tec tex ton tra vex via vin zan ska dia
    gor mos nis
    """
)
_PLACES = _words(
    """
    Omsk Varna Lahore Tabriz Basra Aleppo Minsk Odesa Harbin Dalian Busan Osaka Cebu Penang Durban Lagos
    Accra Tunis Malaga Porto Gdansk Brno Graz Basel
    """
)
_TRADES = (
    "Trading", "Shipping", "Industries", "Petroleum", "Electronics", "Logistics", "Engineering",
    "Construction",
    "Import Export", "Development", "Chemical", "Technology", "Machinery", "Aviation", "General Trading",
)  # fmt: skip
_ABBREVIATED = {
    "Trading": "Trdg", "Industries": "Ind", "Engineering": "Engg", "Development": "Dev", "Technology": "Tech",
    "International": "Intl", "Logistics": "Logist", "Construction": "Constr", "Chemical": "Chem",
    "Group": "Grp",
}  # fmt: skip
# One form of a country in its ways of writing, in front (before `|`) or after the name.
_FORMS: tuple[tuple[str, ...], ...] = (
    ("OOO |", "O.O.O. |", "Limited Liability Company |", "Obshchestvo s Ogranichennoy Otvetstvennostyu |",
    "| LLC"),
    ("OAO |", "O.A.O. |", "Open Joint Stock Company |", "| OJSC", "Otkrytoe Aktsionernoe Obshchestvo |"),
    ("| GmbH", "| G.m.b.H.", "| Gesellschaft mit beschränkter Haftung", "| Ges.m.b.H."),
    ("| S.A.", "| SA", "| Sociedad Anonima", "| S. A."),
    ("| S.A. de C.V.", "| SA de CV", "| S A de C V", "| Sociedad Anonima de Capital Variable"),
    ("| Ltd", "| Ltd.", "| Limited", "| L.T.D."), ("| Co., Ltd.", "| Co Ltd", "| Company Limited",
    "| Co. Ltd"),
    ("| FZE", "| F.Z.E.", "| Free Zone Establishment"), ("| LLC", "| L.L.C.", "| Limited Liability Company"),
    ("| Sp. z o.o.", "| Spolka z o.o.", "| Sp z oo", "| Sp.z.o.o."), ("| d.o.o.", "| DOO", "| D.O.O."),
    ("| A.S.", "| AS", "| Anonim Sirketi"), ("| Pvt. Ltd.", "| Private Limited", "| (Pvt) Ltd", "| Pvt Ltd"),
    ("| Sdn. Bhd.", "| Sdn Bhd", "| SDN BHD"), ("| S.p.A.", "| SpA", "| Societa per Azioni"),
    ("| GmbH & Co. KG", "| GmbH und Co KG", "| GmbH & Co KG"), ("PT |", "P.T. |", "| PT"),
    ("| B.V.", "| BV", "| Besloten Vennootschap"), ("| W.L.L.", "| WLL", "| With Limited Liability"),
    ("| Kabushiki Kaisha", "| K.K.", "| KK"), ("| s.r.o.", "| sro", "| spol. s r.o."), ("| PJSC",
    "| P.J.S.C."),
    ("| Inc.", "| Inc", "| Incorporated"), ("| S.A.R.L.", "| SARL", "| Sarl"), ("| Lda.", "| Lda",
    "| Limitada"),
)  # fmt: skip
_NUMBERS = {7: "Seven", 12: "Twelve", 21: "Twenty-One", 44: "Forty-Four", 99: "Ninety-Nine", 3: "Three"}
_PREFIXES = (
    "M/V",
    "MV",
    "M.V.",
    "Motor Vessel",
    "MT",
    "M/T",
    "SS",
    "S.S.",
    "F/V",
    "LPG/C",
    "Motor Tanker",
    "MS",
)
_SHIP_WORDS = (
    "Ocean", "Star", "Pearl", "Glory", "Horizon", "Breeze", "Falcon", "Queen", "Spirit", "Wind", "Dawn",
    "Fortune",
    "Pioneer", "Venture", "Eagle", "Lotus", "Unity", "Emerald", "Sapphire", "Voyager",
)  # fmt: skip


_TOO_NEAR = 3  # letters


class Name(NamedTuple):
    """A listed name, with its parts."""

    id: str
    kind: str
    own: str
    place: str
    trade: str
    number: int
    form: int

    def text(
        self, *, form: int | None = 0, number: str | None = None, trade: str = "", joint: str = "&"
    ) -> str:
        """Return the name, with the form in one of its ways, or none."""
        digits = "" if not self.number else str(self.number) if number is None else number
        words = [
            self.own,
            digits,
            self.place,
            (trade or self.trade).replace(" Import Export", f" Import {joint} Export"),
        ]
        plain = " ".join(each for each in words if each)
        if form is None or self.kind == "vessel":
            return plain
        ways = _FORMS[self.form]
        front, _, after = ways[form % len(ways)].partition("|")
        return f"{front}{plain}{after}"


class Asked(NamedTuple):
    """A name that is asked for; `meant` is the listed one, or empty."""

    name: str
    kind: str
    rule: str
    meant: str
    near: str = ""


def listed(count: int, *, seed: int) -> list[Name]:
    """Return made-up firms and, one in five, ships."""
    draw = random.Random(seed)
    return [_ship(draw, number) if number % 5 == 0 else _firm(draw, number) for number in range(count)]


def _own(draw: random.Random) -> str:
    """Return the words that are a firm's own: mostly two, for those of one are near each other by chance."""
    return " ".join(_word(draw) for _ in range(draw.choice((1, 2, 2, 2, 2))))


def _word(draw: random.Random) -> str:
    parts = (
        (_STARTS, _MIDDLES, _STARTS, _MIDDLES, _ENDS) if draw.random() < 0.5 else (_STARTS, _MIDDLES, _ENDS)
    )
    return "".join(draw.choice(each) for each in parts).capitalize()


def _firm(draw: random.Random, number: int) -> Name:
    return Name(
        f"F{number}", "organisation", _own(draw), draw.choice(("", "", draw.choice(_PLACES))),
        draw.choice(_TRADES),
        draw.choice((0, 0, 0, 0, *_NUMBERS)), draw.randrange(len(_FORMS)),
    )  # fmt: skip


def _ship(draw: random.Random, number: int) -> Name:
    second = draw.choice(_SHIP_WORDS)
    return Name(f"V{number}", "vessel", _own(draw), "", second, draw.choice((0, 0, *_NUMBERS)), 0)


def matches(names: Sequence[Name], count: int, *, seed: int) -> list[Asked]:
    """Return listed names, each written otherwise by one rule."""
    draw = random.Random(seed)
    found: list[Asked] = []
    while len(found) < count:
        name = draw.choice(names)
        text, rule = _otherwise(name, draw)
        if text:
            found.append(Asked(text, name.kind, rule, name.id, name.id))
    return found


def _otherwise(name: Name, draw: random.Random) -> tuple[str, str]:
    if name.kind == "vessel":
        prefix = draw.choice(_PREFIXES)
        return draw.choice((
            (f"{prefix} {name.text()}", "ship with a prefix"), (f"{prefix} {name.text()}",
            "ship with a prefix"),
            (f"{prefix} {_typo(name.text(), draw)}", "ship with a prefix, typing error"),
            (f"{prefix} {name.text(number=_NUMBERS[name.number])}" if name.number else "",
            "ship with a number in words"),
        ))  # fmt: skip
    other = name._replace(form=draw.choice([at for at in range(len(_FORMS)) if at != name.form]))
    short = _ABBREVIATED.get(name.trade, "")
    way = draw.randrange(1, 6)
    return draw.choice((
        (name.text(form=None), "no legal form"), (name.text(form=None), "no legal form"),
        (name.text(form=way), "form written otherwise"), (name.text(form=way), "form written otherwise"),
        (other.text(form=way), "another legal form"), (other.text(form=way), "another legal form"),
        (name.text(form=way, joint="and") if "Import" in name.trade else "", "& is and"),
        (name.text(form=way, number=_NUMBERS[name.number]) if name.number else "", "number in words"),
        (name.text(form=way, trade=short) if short else "", "abbreviated"),
        (_typo(name.text(form=None), draw), "typing error, no form"),
    ))  # fmt: skip


def _typo(text: str, draw: random.Random) -> str:
    """Change one letter of the first word, not its first."""
    at = draw.randrange(2, max(3, text.find(" ") - 1))
    return (
        text[:at]
        + draw.choice((text[at + 1] + text[at], ""))
        + text[at + (2 if draw.random() < 0.5 else 1) :]
    )


def others(names: Sequence[Name], count: int, *, seed: int) -> list[Asked]:
    """Return names that are not listed: near ones, in which one thing that decides is another."""
    draw = random.Random(seed)
    known = {name._replace(id="", form=0) for name in names}
    own = sorted({name.own.lower() for name in names})
    found: list[Asked] = []
    while len(found) < count:
        name = draw.choice(names)
        other, rule = _another(name, draw)
        if other is None or other._replace(id="", form=0) in known:
            continue
        if other.own != name.own and extractOne(
            other.own.lower(), own, scorer=OSA.distance, score_cutoff=_TOO_NEAR
        ):
            continue
        form = draw.choice((None, 0, 1, 2))
        text = other.text(form=form)
        if other.kind == "vessel":
            text = f"{draw.choice(_PREFIXES)} {text}"
        found.append(Asked(text, name.kind, rule, "", name.id))
    return found


def _another(name: Name, draw: random.Random) -> tuple[Name | None, str]:
    number = draw.choice([each for each in _NUMBERS if each != name.number])
    return draw.choice((
        (name._replace(own=_own(draw)), "another own word"), (name._replace(own=_own(draw)),
        "another own word"),
        (name._replace(number=number) if name.number else None, "another number"),
        (name._replace(place=draw.choice(_PLACES)) if name.place else None, "another place"),
        (name._replace(trade=draw.choice(_SHIP_WORDS)) if name.kind == "vessel" else None,
        "another second word"),
    ))  # fmt: skip
