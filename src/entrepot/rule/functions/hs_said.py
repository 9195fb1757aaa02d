"""What a description says of the goods themselves: without packs, sizes, origin, praise and claims, which
neither add nor take certainty, and of a long text first the sentences that say what the thing is.
"""

import re

_UNIT = (
    "(?:g|gr|grams?|kg|kilos?|mg|ml|cl|l|lit(?:re|er)s?|oz|lbs?|cm|mm|m|inch(?:es)?|in|ft|pcs|pieces?"
    "|count|ct)"
)
_PACK = (
    "(?:bags?|packs?|packets?|pouch(?:es)?|sachets?|jars?|tins?|cans?|bottles?|box(?:es)?|cartons?|tubs?"
    "|trays?)"
)
_COLOUR = (
    "(?:black|white|red|green|blue|yellow|orange|purple|pink|brown|gr[ae]y|beige|navy|turquoise"
    "|multicolou?red)"
)
_WORDS_OF_A_PLACE = r"[A-Z][\w.]*(?:\s+[A-Z][\w.]*)*"
# Each is cut out wherever it stands. What changes a heading (sweetened, smoked, plant-based) is not here.
_SAYS_NOTHING = tuple(
    re.compile(rf"\b{pattern}(?![\w-])", re.IGNORECASE)
    for pattern in (
        rf"(?:in\s+|of\s+)?(?:(?:an?|the)\s+)?\d+(?:[.,]\d+)?[\s-]*{_UNIT}(?:\s+(?:resealable\s+)?{_PACK})?",
        rf"(?:in\s+)?(?:{_PACK}|case|lot|bundle|set)\s+of\s+\d+",
        rf"\d+[\s-]*(?:pack|pk|piece|pcs|count)(?:\s+{_PACK})?",
        r"(?:in\s+)?size[s:]?\s+(?:x{0,3}[sl]|m|small|medium|large|extra\s+large|one\s+size|\d+(?:[.,]\d+)?)",
        rf"(?:in|colou?r:?)\s+{_COLOUR}(?:\s+(?:and|or)\s+{_COLOUR})?",
        r"(?:with\s+|contains\s+)?(?:no|without|w/o)\s+(?:any\s+)?added\s+[\w-]+(?:\s+(?:or|and)\s+[\w-]+)?",
        r"(?:sugar|gluten|lactose|gmo|bpa|cruelty|paraben|additive)[\s-]free",
        r"(?:non[\s-]gmo|halal|kosher|organic|all[\s-]natural|eco[\s-]friendly)",
        r"(?:premium|high|top|finest|best|superior)(?:\s+(?:quality|grade))",
        r"(?:premium|brand[\s-]new|deluxe|luxury|authentic|genuine(?!\s+leather)|best[\s-]?sell(?:er|ing)"
        r"|new\s+arrival|hot\s+sale|free\s+shipping|on\s+sale|ready\s+to\s+ship)",
        r"slices|sliced|chunks|chopped\s+pieces",
    )
)
_ORIGIN = re.compile(
    r"\b(?i:made|produced|manufactured|imported|product)\s+(?:in|from|of)\s+(?:the\s+)?"
    rf"(?:{_WORDS_OF_A_PLACE}|(?:china|italy|india|vietnam|turkey|germany|japan|usa|uk)\b)"
)
_COLOUR_ALONE = re.compile(rf"(?<=[,;])\s*{_COLOUR}\s*(?=[,;]|$)", re.IGNORECASE)
_GAPS = re.compile(r"\s*[,;](?:\s*[,;])+|\s{2,}")

_LONG = 240  # characters: above that, sentences are chosen
_MOST_WORDS = 80
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])|\n+")
_LETTER = re.compile(
    r"classif|subheading|heading \d|tariff|ruling|HTSUS|nomenclature|rate of duty|in your letter|your request"
    r"|you (?:state|submitted|requested|also)|was submitted|dear (?:sir|madam|m[rs])|chapter \d|pursuant"
    r"|explanatory note|general rule|customs|\bGRIs?\b|web ?site|http|sincerely|\b\d{4}\.\d{2}",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"^.*?\b(?:the (?:subject |merchandise|product|item|article|good)[^.]{0,80}?\b"
    r"(?:is|are|consists? of|(?:is|are) described as)|(?:is|are) (?:described|identified|referred to) as"
    r"|consists? of)\s+(?:an?\s+|the\s+)?",
    re.IGNORECASE,
)
_SAYS_WHAT = re.compile(
    r"\b(?:is an?|are|consists? of|described as|identified as|made (?:of|from|up))\b", re.I
)


def of_goods(text: str) -> str:
    """Return the part of a description that can decide a code; all of it if nothing else would be left."""
    bare = _ORIGIN.sub(" ", text)
    bare = _COLOUR_ALONE.sub(" ", bare)
    for pattern in _SAYS_NOTHING:
        bare = pattern.sub(" ", bare)
    bare = _GAPS.sub(lambda gap: ", " if gap[0].strip() else " ", bare).strip(" ,;-")
    return bare if re.search(r"[^\W\d]{2}", bare) else text


def gist(text: str) -> str:
    """Return a long text's sentences that say what the thing is, first and without the letter around them."""
    if len(text) <= _LONG:
        return text
    sentences = [each.strip() for each in _SENTENCE.split(text) if each.strip()]
    plain = [each for each in sentences if not _LETTER.search(each)] or sentences
    telling = [each for each in plain if _SAYS_WHAT.search(each)]
    ordered = [
        *(_FRAME.sub("", each) for each in telling[:2]),
        *(each for each in plain if each not in telling[:2]),
    ]
    return " ".join(", ".join(each.rstrip(". ") for each in ordered).split()[:_MOST_WORDS])
