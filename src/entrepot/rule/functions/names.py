"""Names in a form that can be compared: without scripts, case, titles and punctuation, and for each word a
key that different transliterations of it share.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]+")
_ARABIC_ARTICLE = re.compile(r"\b\u0627\u0644(?=\w)")  # al-, written as one with its word
_APOSTROPHE = re.compile(r"['`]")


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


class Name(NamedTuple):
    """A name, ready to be compared: its words, what each weighs, and the key of each."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    keys: tuple[str, ...]
    joined: str


@lru_cache(maxsize=32_768)
def folded(text: str) -> Name:
    """Empty if nothing can be compared."""
    apart = _ARABIC_ARTICLE.sub("al ", text if text.isascii() else _without_symbols(text))
    words = _WORD.findall(_APOSTROPHE.sub("", anyascii(apart).lower()))
    kept = [word for word in words if word not in _TITLES] or words
    named = [word for word in kept if word not in _LEGAL_FORMS] or kept
    return Name(tuple(named), tuple(map(_weight, named)), tuple(map(key, named)), "".join(named))


def _without_symbols(text: str) -> str:
    """A picture would be written out in words that nobody is called by."""
    return "".join(each for each in text if unicodedata.category(each) != "So")


def _weight(word: str) -> float:
    """Particles and single letters tell little."""
    if word in _PARTICLES:
        return 0.3
    return 0.5 if len(word) == 1 else 1.0


@lru_cache(maxsize=262_144)
def key(word: str) -> str:
    """How the word sounds, roughly: Mohammed, Muhammad and Mohamed have one key."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    first = "a" if word[:1] in _FIRST_VOWELS else word[:1]
    return _TWICE.sub(r"\1", first + _VOWELS.sub("", word)[1:]).lower()
