"""Names in a form that can be compared: without scripts, case, titles and punctuation, and for each word a
key that different transliterations of it share.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]+")
_ANY_WORD = re.compile(r"[^\W_]+")
# What Arabic script writes that anyascii leaves out: Abd and the article as words of their own; long vowels
# (waw and yeh are consonants at the beginning and before another vowel); alef, ain and their like.
_LONG = "\u0627\u0622\u0623\u0629\u0648\u0649\u064a\u06cc"
_ARABIC = tuple(
    (re.compile(pattern), latin)
    for pattern, latin in (
        (r"\b\u0639\u0628\u062f", "abd "), (r"\b\u0627\u0644(?=\w)", "al "),
        (rf"(?<=\w)\u0648(?![{_LONG}])", "u"), (rf"(?<=\w)[\u064a\u06cc](?![{_LONG}])", "i"),
        (r"[\u0627\u0622\u0623\u0629\u0639\u0649]", "a"), (r"\u0625", "i"), (r"\u0638", "z"),
    )
)  # fmt: skip
_WITHOUT_VOWELS = re.compile(r"[\u0590-\u06ff]")  # Hebrew and Arabic script
_SYLLABLE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]")  # Chinese characters, Hangul
_APOSTROPHE = re.compile("['`\u2019]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    """
    mr mrs ms miss dr prof professor sir dame lord lady haji hajji hadji sheikh shaykh sheik mullah maulana
    ayatollah general gen colonel col major captain capt lieutenant admiral engineer eng jr sr ii iii
    """
)
_LEGAL_FORMS = _words(
    """
    ltd limited llc inc incorporated corp corporation co company gmbh ag sa sas sarl spa srl bv nv plc oao ooo
    zao pao ao jsc ojsc cjsc pjsc kg kgaa oy oyj ab as aps pty pte bhd sdn lp llp fze fzco fzc est
    """
)
_PARTICLES = _words(
    "al el ul ad as ash at bin ibn bint ben abu abd von van der den de du di da dos del la le the of st"
)
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
_FIRST_VOWELS = tuple("aeiou")
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<=.)[aeiou]")


class ComparableName(NamedTuple):
    """A name, ready to be compared: its words, what each weighs, and the key of each. `abjad` says that it
    came from a script that leaves out short vowels.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    keys: tuple[str, ...]
    joined: str
    abjad: bool


@lru_cache(maxsize=32_768)
def folded(text: str) -> ComparableName:
    """Return the words in comparable form; empty if nothing can be compared."""
    apart = text if text.isascii() else _apart(_without_symbols(text))
    words = _WORD.findall(_APOSTROPHE.sub("", anyascii(apart).lower()))
    return named(_distinctive(words), abjad=bool(_WITHOUT_VOWELS.search(text)))


def named(words: Sequence[str], *, abjad: bool) -> ComparableName:
    return ComparableName(
        tuple(words), tuple(map(_weight, words)), tuple(map(key, words)), "".join(words), abjad
    )


def spelled(text: str) -> str:
    """Return the same text for a name however it is capitalised or punctuated. Decisions are remembered by
    it, so it has nothing to do with how scripts and sounds are compared.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_distinctive(_ANY_WORD.findall(_APOSTROPHE.sub("", plain))))


def _distinctive(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in _TITLES] or words
    return [word for word in kept if word not in _LEGAL_FORMS] or kept


def _without_symbols(text: str) -> str:
    """Drop pictures: they would be transliterated into words that are no names."""
    return "".join(each for each in text if unicodedata.category(each) != "So")


def _apart(text: str) -> str:
    """Return the text with the vowels and spaces that other scripts leave out."""
    for pattern, latin in _ARABIC:
        text = pattern.sub(latin, text)
    return _SYLLABLE.sub(r"\g<0> ", text)


def _weight(word: str) -> float:
    """Return how much a word says of who somebody is: particles (van, al) and initials say little."""
    if word in _PARTICLES:
        return 0.3
    return 0.5 if len(word) == 1 else 1.0


@lru_cache(maxsize=262_144)
def skeleton(word: str) -> str:
    """Return the consonants of a word: what a script without vowels writes of it."""
    first = "a" if word[:1] in _FIRST_VOWELS else word[:1]
    return _TWICE.sub(r"\1", first + _VOWELS.sub("", word)[1:])


@lru_cache(maxsize=262_144)
def key(word: str) -> str:
    """Return how the word sounds, roughly: Mohammed, Muhammad and Mohamed have one key."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    first = "a" if word[:1] in _FIRST_VOWELS else word[:1]
    return _TWICE.sub(r"\1", first + _VOWELS.sub("", word)[1:]).lower()
