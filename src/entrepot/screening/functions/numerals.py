"""Numbers in names: in words, in Roman numerals, with an ending. Brigade 44 is Brigade Forty-Four."""

import re
from functools import cache

from entrepot.screening.functions.affixes import table
from entrepot.screening.functions.latin import latin_words

_ENDED = {
    "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth",
    "7th": "seventh", "8th": "eighth", "9th": "ninth", "10th": "tenth",
}  # fmt: skip
# Not i, v, x and xi, which are initials and a Chinese name as often.
_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xii": 12, "xiii": 13, "xiv": 14}
_SIGNS = frozenset({"no", "nr", "nro", "num", "number", "numero"})
_COUNTED = re.compile(r"[0-9]+")


@cache
def _words() -> dict[str, int]:
    return {
        word: int(row["number"])
        for row in table("numbers")
        for each in row["words"].split()
        for word in latin_words(each)
    }


def in_digits(words: list[str]) -> list[str]:
    """Return the words with numbers in digits: forty four and 044 are 44, no 5 is 5, ii at the end is 2."""
    known = _words()
    found: list[str] = []
    tens = False
    for at, word in enumerate(words):
        number = known.get(word)
        if number is None and at:
            number = _ROMAN.get(word)
        if number is None and _COUNTED.fullmatch(word):
            number = int(word) if len(word) < 10 else None
        if number is None:
            found.append(_ENDED.get(word, word))
            tens = False
            continue
        if tens and 0 < number < 10 and not word[0].isdigit():
            found[-1] = str(int(found[-1]) + number)
            tens = False
            continue
        if found and found[-1] in _SIGNS and len(found) > 1:
            found.pop()
        found.append(str(number))
        tens = 20 <= number <= 90 and number % 10 == 0 and not word[0].isdigit()
    return found
