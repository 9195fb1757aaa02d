"""Which passwords are too easy to guess: common ones in every disguise, patterns, and the person's own
name and address. There are no rules about kinds of characters (NIST SP 800-63B §3.1.1.2).
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Annotated

from msgspec import Meta

from entrepot.core.errors import Invalid

# Between the 8 that NIST SP 800-63B asks for beside a second factor and the 15 without one.
SHORTEST = 10
Password = Annotated[str, Meta(min_length=1, max_length=256)]

_LEET = str.maketrans("@4310!5$7+89", "aaeioissttbg")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
    "yxcvbnm", "azertyuiop", "qsdfghjklm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p",
)  # fmt: skip
_AROUND = string.digits + string.punctuation + " "
_WORDS = re.compile(r"[^\W\d_]+|\d+")


class WeakPassword(Invalid):
    """Too short, or among the first that somebody would guess."""


def check(password: str, *, about: Iterable[str]) -> None:
    """Check a new password; `about` are the person's name and address. Raises: WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has {SHORTEST} characters at least.")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < 5 or _is_row(plain):
        raise WeakPassword("This password is a pattern that many would guess.")
    bare = plain.strip(_AROUND)
    if any(_is_common(spelling) for spelling in (plain, plain.translate(_LEET), bare.translate(_LEET))):
        raise WeakPassword("This password is one that many people use.")
    if any(len(word) >= 4 and word in plain for text in about for word in _own_words(text)):
        raise WeakPassword("A password does not contain one's own name or address.")


def _is_common(plain: str) -> bool:
    """Whether nothing is left but common words, digits and punctuation."""
    letters = "".join(character for character in plain if character.isalpha())
    return len(letters) < 4 or _is_row(letters) or _made_of_words(letters)


def _made_of_words(letters: str) -> bool:
    """Whether it is one common word, or two; the second may be the first again."""
    words = common_words()
    if letters in words:
        return True
    return any(letters[:cut] in words and letters[cut:] in words for cut in range(3, len(letters) - 2))


def _is_row(plain: str) -> bool:
    """Whether it is a walk along the keyboard or the alphabet, forwards or backwards, perhaps more than
    once.
    """
    halves = {plain, plain[: (len(plain) + 1) // 2]} if len(plain) % 2 == 0 else {plain}
    return any(
        half in walk for half in halves if len(half) >= 5 for row in _ROWS for walk in (row, row[::-1])
    )


def _own_words(text: str) -> Iterator[str]:
    return (word for word in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


@cache
def common_words() -> frozenset[str]:
    return frozenset(files("entrepot.user").joinpath("common_words.txt").read_text().split())
