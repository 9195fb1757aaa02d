"""Names in a form that can be compared: without scripts, case, titles, legal forms and punctuation, and for
each word a key that different transliterations of it share.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from entrepot.screening.functions.affixes import (
    table,
    without_legal_form,
    without_ship_prefix,
    written_out,
)
from entrepot.screening.functions.latin import is_abjad, latin_words, without_apostrophes
from entrepot.screening.functions.numerals import in_digits
from entrepot.screening.model.party import PartyKind

_ANY_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    """
    mr mrs ms miss dr prof professor sir dame lord lady haji hajji hadji sheikh shaykh sheik mullah maulana
    ayatollah general gen colonel col major captain capt lieutenant admiral engineer eng jr sr ii iii
    """
)
# What names of people lose: there these are never anything else.
_LEGAL_FORMS = _words(
    """
    ltd limited llc inc incorporated corp corporation co company gmbh ag sa sas sarl spa srl bv nv plc oao ooo
    zao pao ao jsc ojsc cjsc pjsc kg kgaa oy oyj ab as aps pty pte bhd sdn lp llp fze fzco fzc est
    """
)
_PARTICLES = _words(
    "al el ul ad as ash at bin ibn bint ben abu abd von van der den de du di da dos del la le the of st"
)
# Written or not between the words of a firm or a ship: Ejemplo & Hijos, Ejemplo e Hijos.
_CONNECTORS = _words("and und et y e i en og och ve ja")
# What a word weighs that many firms have: Northern Star ~ Northern Star Shipping is 0.93 with a half,
# Northern Star Shipping ~ Northern Star Trading 0.82.
COMMON_WORD = 0.5
# Spellings of one sound, longest first; then what is left of vowels goes.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(off|ow)$", "ov"), (r"eff$", "ev"), (r"sk(iy|ij|yi|yj|y|ii)$", "ski"), (r"(iy|ij|yi|yy|ii)$", "i"),
        (r"^[yj]ev", "ev"), (r"shch|sch|sh", "S"), (r"dzh|dj|zh", "J"), (r"tch|ch", "C"), (r"kh", "k"),
        (r"gh", "g"), (r"ph", "f"), (r"th", "t"), (r"dh", "d"), (r"ts|tz|cz", "C"), (r"ck|q", "k"),
        (r"x", "ks"), (r"w", "v"), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"z", "s"), (r"g(?=[eiy])", "J"),
        (r"(?<=.)h", ""), (r"^y", "j"), (r"y", "i"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_VOWELS = re.compile(r"(?<=.)[aeiou]")
_FIRST_VOWELS = tuple("aeiou")
_TWICE = re.compile(r"(.)\1+")

NameOf = Literal["person", "organisation", "vessel"]
"""Whose name it is decides what does not tell who they are: titles of people, legal forms of organisations,
prefixes of ships.
"""
FOLDS: tuple[NameOf, ...] = ("person", "organisation", "vessel")


class ComparableName(NamedTuple):
    """The words, what each weighs, how each sounds, all in one; `abjad`, if some of it is in a script that
    leaves out short vowels. `form` is the class of an organisation's legal form, if it gives one.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    keys: tuple[str, ...]
    joined: str
    abjad: bool
    form: str = ""


def fold_of(kind: PartyKind) -> NameOf:
    """Aircraft are named like ships."""
    return "vessel" if kind == "aircraft" else kind


@lru_cache(maxsize=32_768)
def folded(text: str, of: NameOf = "person") -> ComparableName:
    """Return the words in comparable form; empty if nothing can be compared."""
    words, form = latin_words(written_out(text) if of == "organisation" else text), ""
    if of == "person":
        words = _distinctive(words)
    else:
        if of == "organisation":
            words, form = without_legal_form(words)
        else:
            words = without_ship_prefix(words)
        words = in_digits(_spoken(_with_initials(words), organisation=of == "organisation"))
    return named(words, abjad=is_abjad(text), of=of, form=form)


def named(words: Sequence[str], *, abjad: bool, of: NameOf = "person", form: str = "") -> ComparableName:
    weight = _firm_weight if of == "organisation" else _weight
    return ComparableName(
        tuple(words), tuple(map(weight, words)), tuple(map(key, words)), "".join(words), abjad, form
    )


def spelled(text: str) -> str:
    """Return the same text for a name however it is capitalised or punctuated. Decisions are remembered by
    it, so it has nothing to do with how scripts and sounds are compared.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_distinctive(_ANY_WORD.findall(without_apostrophes(plain))))


def _distinctive(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in _TITLES] or words
    return [word for word in kept if word not in _LEGAL_FORMS] or kept


def _with_initials(words: list[str]) -> list[str]:
    """Return letters that stand apart as one word: I.R.I.S.L. is IRISL."""
    found: list[str] = []
    letters = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        found += [each for each in (letters, word) if each]
        letters = ""
    return found


def _spoken(words: list[str], *, organisation: bool) -> list[str]:
    """Return the words without those that only connect them, and a firm's abbreviations written out."""
    last = len(words) - 1
    kept = [word for at, word in enumerate(words) if word not in _CONNECTORS or at in (0, last)]
    if not organisation:
        return kept
    known = _firm_words()
    return [known.get(word, word) for word in kept]


@cache
def _firm_words() -> dict[str, str]:
    """Abbreviations and other languages' words → the word that many firms have in their names."""
    return {
        also: row["word"]
        for row in table("organisation_words")
        for each in (row["word"], *row["also"].split())
        for also in latin_words(each)
    }


@cache
def _firm_words_written_out() -> frozenset[str]:
    return frozenset(_firm_words().values())


def _firm_weight(word: str) -> float:
    """Return how much a word says of which firm it is: those that many have (trading, group) say half."""
    return COMMON_WORD if word in _firm_words_written_out() else _weight(word)


def _weight(word: str) -> float:
    """Return how much a word says of who somebody is: particles (van, al) and initials say little."""
    if word in _PARTICLES:
        return 0.3
    return 0.5 if len(word) == 1 and word.isalpha() else 1.0


@lru_cache(maxsize=262_144)
def skeleton(word: str) -> str:
    """Return the consonants of a word: what a script without vowels writes of it."""
    first = "a" if word[:1] in _FIRST_VOWELS else word[:1]
    return _TWICE.sub(r"\1", first + _VOWELS.sub("", word)[1:])


@lru_cache(maxsize=262_144)
def key(word: str) -> str:
    """Return how the word sounds, roughly: Mohammed and Muhamad have one key. A number is its own."""
    if word.isdigit():
        return word
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    first = "a" if word[:1] in _FIRST_VOWELS else word[:1]
    return _TWICE.sub(r"\1", first + _VOWELS.sub("", word)[1:]).lower()
