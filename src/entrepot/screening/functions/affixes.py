"""What stands before or after a name and does not tell who it is: legal forms of firms, prefixes of ships.
`words/*.csv` hold them as people write them; every row stands for its dotted, compact and spaced spelling.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple

from entrepot.screening.functions.latin import latin_words

Spelling = tuple[str, ...]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Abbreviations that mean nothing else in any language, and so go wherever they stand: Trust OOO Vostok.
_ANYWHERE = _words(
    """
    ltd llc llp gmbh ooo oao zao pao jsc ojsc cjsc pjsc sarl srl fze fzco fzc plc inc incorporated corp kgaa
    pte pty pvt bhd sdn tov uab wll ltda eood dooel
    """
)
# Forms of one word that stand before the name in their countries: PT Contoh, AO Primer, AS Paraugs. A name
# may begin with the letters of others: BBC Chartering, SAL Heavy Lift.
_IN_FRONT = _words(
    """
    ao oao zao pao nao npao ooo ano fgup fgbu gup mup ip tov tdv pat prat vat zat fop dp pp too oso odo up
    pt cv ud pd as ab sia uab ik ad sc xk ok llc ltd gmbh jsc ojsc cjsc pjsc sarl sherkat ets etablissements
    """
)
# One sign for a form, as Japanese and Korean have it; the syllable alone would be a word of many names.
_SIGNS = {"(株)": "株式会社", "(有)": "有限会社", "(주)": "주식회사", "(유)": "유한회사"}


_APART_IN_FRONT = ("p", "t")  # P.T. Contoh; A. O. Smith and C. V. Raman are names


class Affixes(NamedTuple):
    """Spellings as words, each with what it means; `first` and `last` are the words that they begin and end
    with, and `longest` counts the words of the longest.
    """

    known: Mapping[Spelling, str]
    first: frozenset[str]
    last: frozenset[str]
    longest: int


def without_legal_form(words: list[str]) -> tuple[list[str], str]:
    """Return the words without legal forms, and the class of the last that was found (`limited`, `stock`,
    `partnership` …), empty without one. One word always stays.
    """
    forms = legal_forms()
    found = ""
    while len(words) > 1 and (size := _ending(words, forms)):
        found = found or forms.known[tuple(words[-size:])]
        words = words[:-size]
    while len(words) > 1 and (size := _beginning(words, forms, alone=_IN_FRONT | _native())):
        found = found or forms.known[tuple(words[:size])]
        words = words[size:]
    if len(words) > 1 and any(word in _ANYWHERE for word in words):
        inside = [forms.known[word,] for word in words if word in _ANYWHERE and (word,) in forms.known]
        found = found or next(iter(inside), "")
        words = [word for word in words if word not in _ANYWHERE] or words
    return words, found


def without_ship_prefix(words: list[str]) -> list[str]:
    """Return the words without what says only that it is a ship: M/V, MT, SS. One word always stays."""
    prefixes = ship_prefixes()
    while len(words) > 1 and (size := _beginning(words, prefixes, alone=None)):
        words = words[size:]
    return words


@cache
def legal_forms() -> Affixes:
    rows = _rows("legal_forms")
    return _affixes(
        (spelling, row["class"])
        for row in rows
        for name in ("short", "long", "native")
        for spelling in row[name].split("|")
    )


@cache
def _native() -> frozenset[str]:
    """Forms of one word in a script of their own, which stand in front as often: شركة."""
    words = [tuple(latin_words(each)) for row in _rows("legal_forms") for each in row["native"].split("|")]
    return frozenset(each[0] for each in words if len(each) == 1 and len(each[0]) > 2)


@cache
def ship_prefixes() -> Affixes:
    return _affixes((row["prefix"], row["meaning"]) for row in _rows("ship_prefixes"))


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = files("entrepot.screening").joinpath("words", f"{name}.csv").read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(text))


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of words."""
    return list(_rows(name))


def _affixes(pairs: Iterable[tuple[str, str]]) -> Affixes:
    known: dict[Spelling, str] = {}
    for spelling, meaning in pairs:
        for words in _spellings(spelling):
            if len(words) == 1 and len(words[0]) == 1:
                continue  # a letter is a part of too many names: Vitamin C
            known.setdefault(words, meaning)
    return Affixes(
        known,
        frozenset(words[0] for words in known),
        frozenset(words[-1] for words in known),
        max(map(len, known)),
    )


def _spellings(text: str) -> Iterator[Spelling]:
    """Yield a spelling with each of its dotted pieces joined and apart: S.A. de C.V. is also sa de cv."""
    pieces = [words for piece in text.split() if (words := tuple(latin_words(piece)))]
    ways = [
        {words, ("".join(words),)} if all(len(each) <= 3 for each in words) else {words} for words in pieces
    ]
    for chosen in product(*ways):
        if words := tuple(word for each in chosen for word in each):
            yield words


def _ending(words: Sequence[str], affixes: Affixes) -> int:
    if words[-1] not in affixes.last:
        return 0
    for size in range(min(affixes.longest, len(words) - 1), 0, -1):
        taken = tuple(words[-size:])
        initials = len(words[-size - 1]) == 1 and all(len(word) == 1 for word in taken)
        if taken in affixes.known and not initials:  # I.R.I.S.L. is no I.R.I. with a S.L.
            return size
    return 0


def _beginning(words: Sequence[str], affixes: Affixes, *, alone: frozenset[str] | None) -> int:
    """Return how many words at the beginning are an affix. With `alone`, forms of one word count only if they
    are among these, and letters apart hardly ever: A. O. Smith is a name.
    """
    if words[0] not in affixes.first:
        return 0
    for size in range(min(affixes.longest, len(words) - 1), 0, -1):
        taken = tuple(words[:size])
        if taken in affixes.known and (alone is None or _stands_in_front(taken, alone)):
            return size
    return 0


def _stands_in_front(taken: Spelling, alone: frozenset[str]) -> bool:
    if len(taken) == 1:
        return taken[0] in alone
    return max(map(len, taken)) > 1 or len(taken) > 2 or taken == _APART_IN_FRONT


def written_out(text: str) -> str:
    """Return the text with forms of one sign written out: ㈱東京商事 is 株式会社東京商事."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    for sign, form in _SIGNS.items():
        plain = plain.replace(sign, f" {form} ")
    return plain
