"""Brings text of any script into lower-case words of Latin letters and digits."""

import re
import unicodedata

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]+")
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


def latin_words(text: str) -> list[str]:
    """Return the words as they are compared; Chinese characters and Hangul become a word each."""
    apart = text if text.isascii() else _apart(_without_symbols(text))
    return _WORD.findall(without_apostrophes(anyascii(apart).lower()))


def is_abjad(text: str) -> bool:
    """Whether some of the text is in a script that leaves out short vowels."""
    return bool(_WITHOUT_VOWELS.search(text))


def without_apostrophes(text: str) -> str:
    return _APOSTROPHE.sub("", text)


def _without_symbols(text: str) -> str:
    """Drop pictures: they would be transliterated into words that are no names. Letters in a circle or in
    brackets (㈱) are taken apart before, for they are letters.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if unicodedata.category(each) != "So")


def _apart(text: str) -> str:
    """Return the text with the vowels and spaces that other scripts leave out."""
    for pattern, latin in _ARABIC:
        text = pattern.sub(latin, text)
    return _SYLLABLE.sub(r" \g<0> ", text)
