"""The words of a description: folded to stems, so that `tyres`, `tire` and `Tires` meet."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

_WORD = re.compile(r"[a-z]+[0-9]*[a-z]*|[0-9]+[a-z]*")
_MEASURE = re.compile(
    r"\d+(w|v|kw|kva|ah|mah|wh|g|kg|mg|t|m|mm|cm|ml|cl|l|cc|gb|tb|mb|mp|in|inch|k|x|hz|fps|lm|pcs|pack|s|d)?"
)
_STOP = frozenset(
    """
    a an and are as at be been being by each every for from in into is it its new of off on or other per put
    same set such than that the their them there thereof these this those to under used up use very via was
    were when which whether with within without kind kinds type types suitable purposes n e c nec s heading
    headings no nos item items code codes hs chapter including excluding goods product products one litre
    liter litres liters gram grams kilo piece pieces unit units approx about etc various assorted quality
    brand model thing things stuff something nice made sample samples gift gifts
    """.split()  # noqa: SIM905
)
# British and American, and spellings that are simply often seen.
_SPELLINGS = {
    "tire": "tyre", "color": "colour", "colored": "coloured", "aluminum": "aluminium", "jewelry": "jewellery",
    "fiber": "fibre", "fibers": "fibres", "fiberglass": "fibreglass", "sulfur": "sulphur",
    "sulfuric": "sulphuric", "sulfate": "sulphate", "yogurt": "yoghurt", "gray": "grey", "mold": "mould",
    "plow": "plough", "diaper": "nappy", "diapers": "nappies", "fertilizer": "fertiliser",
    "fertilizers": "fertilisers", "sterilizer": "steriliser", "galvanized": "galvanised",
    "gasoline": "petrol",
    "windshield": "windscreen", "wrench": "spanner", "flashlight": "torch", "cellphone": "smartphone",
    "tv": "television", "tvs": "televisions", "soybean": "soya", "soybeans": "soya", "soy": "soya",
    "eggplant": "aubergine", "catsup": "ketchup", "pants": "trousers", "sweater": "jumper",
    "pullover": "jumper", "pullovers": "jumpers", "sweaters": "jumpers", "sneaker": "trainer",
    "sneakers": "trainers", "stroller": "pushchair", "strollers": "pushchairs", "cookie": "biscuit",
    "cookies": "biscuits", "ladies": "women", "lady": "women", "womens": "women", "mens": "men",
    "girls": "women", "girl": "women", "boys": "men", "boy": "men", "gents": "men", "woman": "women",
    "man": "men", "maize": "corn", "lorry": "truck", "lorries": "trucks", "meter": "metre",
    "vaporizer": "vaporiser", "moisturizer": "moisturiser", "moisturizing": "moisturiser",
    "moisturising": "moisturiser", "sanitizer": "sanitiser", "polythene": "polyethylene", "zipper": "zip",
    "zippers": "zips", "whisky": "whiskey", "whiskies": "whiskey", "racquet": "racket",
    "airplane": "aeroplane",
    "bike": "bicycle", "bikes": "bicycles", "hoover": "vacuum", "pajamas": "pyjamas", "frozen": "froze",
    "frzn": "froze", "cnd": "canned", "wifi": "wifi", "automobile": "car", "automobiles": "cars",
    "faucet": "tap", "faucets": "taps", "laptops": "laptop", "notebooks": "notebook", "mobiles": "mobile",
    "leaves": "leaf", "knives": "knife", "loaves": "loaf", "mice": "mouse", "geese": "goose",
    "teeth": "tooth",
    "feet": "foot", "children": "child", "childrens": "child", "kids": "child", "kid": "child",
    "babies": "baby", "halves": "half", "shelves": "shelf", "scarves": "scarf",
}  # fmt: skip
# What comes after these only says more about the thing that was named before.
_ABOUT = {
    "for": 0.4, "with": 0.45, "from": 0.5, "in": 0.5, "of": 0.75, "on": 0.5, "by": 0.4, "to": 0.4,
    "without": 0.0,
}  # fmt: skip
# Bears have no bearings.
_NO_ENDING = frozenset(("bearing",))
_LAST = 1.35
# The word before one of these is a quality: a battery powered car is no battery.
_QUALITIES = frozenset(("powered", "operated", "driven", "based", "proof", "resistant", "free", "coated"))
_SIDE = 0.3
_FULL = 12  # words that count in full: what comes after says less and less about what a thing is
# What was done to a thing decides its heading more often than rarer words do, and a toy is a toy whatever
# it looks like (note 1 to chapter 95 and its exceptions).
_STATES = frozenset(("froz", "dried", "roast", "smok", "can", "cook", "knit", "woven", "live", "toy"))
_STATE = 1.9
_JOINED = re.compile(
    r"\b(wi-fi|t-shirts?|e-bikes?|e-scooters?|x-rays?|e-liquids?|e-cigarettes?|li-ion|usb-c)\b"
)


class WeightedStem(NamedTuple):
    """A stem, how much it counts, and the word as it was written."""

    stem: str
    weight: float
    written: str


def stems(text: str) -> list[str]:
    return [stem for _, stem in pairs(text)]


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word that tells something, and its stem."""
    for word in _WORD.findall(_plain(text)):
        if stem := _stem(word):
            yield word, stem


def is_whole(name: str) -> bool:
    """Whether its stems say all of a name: `vitamin C` and `9V battery` lose what sets them apart."""
    return not any(len(word) == 1 or _MEASURE.fullmatch(word) for word in _WORD.findall(_plain(name)))


def query(text: str) -> list[WeightedStem]:
    """Return the words of a product's description: the thing itself counts most, what it is of or for
    less.
    """
    found: list[WeightedStem] = []
    factor = 1.0
    for part in re.split(r"[,;/()]", _plain(text)):
        start = len(found)
        for word in part.split():
            if word in _ABOUT and (found or start):
                _stress(found, start)
                start = len(found)
                factor = _ABOUT[word]
            if word in _QUALITIES and len(found) > start:
                found[-1] = found[-1]._replace(weight=found[-1].weight * _SIDE)
                continue
            found += [
                WeightedStem(stem, factor * (_STATE if stem in _STATES else 1.0), written)
                for written, stem in pairs(word)
                if factor
            ]
        _stress(found, start)
        factor = 0.5
    return [
        word if number <= _FULL else word._replace(weight=word.weight * _FULL / number)
        for number, word in enumerate(found, 1)
    ]


def _stress(found: list[WeightedStem], start: int) -> None:
    """The last word of a part names the thing: an oil filter is a filter."""
    if len(found) > start:
        last = found[-1]
        found[-1] = last._replace(weight=last.weight * _LAST)


def _plain(text: str) -> str:
    folded = anyascii(text).lower().replace("'s ", " ").replace("'", "")
    return _JOINED.sub(lambda joined: joined[0].replace("-", ""), folded).replace("-", " ")


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """Return the stem of a word, or "" for one that says nothing, such as `the` or `500ml`."""
    word = _SPELLINGS.get(word, word)
    if word in _STOP or _MEASURE.fullmatch(word) or len(word) < 2:
        return ""
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    word = _SPELLINGS.get(word, word)
    for ending in () if word in _NO_ENDING else ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= 4:
            word = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "lsz" else bare
            break
    return word.removesuffix("e") if len(word) > 4 else word
