"""Countries by the names that public lists and customs call them."""

import re
from functools import cache

from entrepot.trade.countries import COUNTRIES, FORMER, name_of

_SIGNS = re.compile(r"[\W_]+")
# Names that lists use beside those of the tz database, as words in lower case.
_ALSO = {
    "korea north": "KP", "north korea": "KP", "democratic peoples republic of korea": "KP", "dprk": "KP",
    "korea democratic peoples republic of": "KP", "korea south": "KR", "south korea": "KR",
    "republic of korea": "KR", "korea republic of": "KR", "russian federation": "RU", "burma": "MM",
    "myanmar": "MM", "iran islamic republic of": "IR", "islamic republic of iran": "IR",
    "syrian arab republic": "SY", "syria": "SY", "united kingdom": "GB", "great britain": "GB", "uk": "GB",
    "england": "GB", "united states of america": "US", "usa": "US", "united states": "US", "us": "US",
    "venezuela bolivarian republic of": "VE", "bolivarian republic of venezuela": "VE", "venezuela": "VE",
    "bolivia plurinational state of": "BO", "bolivia": "BO", "tanzania united republic of": "TZ",
    "united republic of tanzania": "TZ", "republic of moldova": "MD", "moldova republic of": "MD",
    "congo democratic republic of the": "CD", "democratic republic of the congo": "CD",
    "the democratic republic of the congo": "CD", "congo democratic republic": "CD",
    "congo the democratic republic of the": "CD", "congo republic of the": "CG", "congo": "CG",
    "republic of the congo": "CG", "lao peoples democratic republic": "LA", "laos": "LA", "viet nam": "VN",
    "vietnam": "VN", "peoples republic of china": "CN", "china peoples republic of": "CN",
    "mainland china": "CN",
    "hong kong sar": "HK", "hong kong": "HK", "macao": "MO", "macau": "MO", "taiwan": "TW",
    "taiwan province of china": "TW", "palestinian": "PS", "palestine": "PS", "west bank": "PS", "gaza": "PS",
    "palestinian territory occupied": "PS", "occupied palestinian territories": "PS",
    "state of palestine": "PS",
    "ivory coast": "CI", "cote divoire": "CI", "cote d ivoire": "CI", "cabo verde": "CV", "cape verde": "CV",
    "czech republic": "CZ", "czechia": "CZ", "macedonia": "MK", "north macedonia": "MK",
    "the former yugoslav republic of macedonia": "MK", "swaziland": "SZ", "eswatini": "SZ", "turkiye": "TR",
    "türkiye": "TR", "turkey": "TR", "brunei darussalam": "BN", "brunei": "BN", "holy see": "VA",
    "vatican city": "VA", "saint kitts and nevis": "KN", "saint lucia": "LC", "st kitts and nevis": "KN",
    "saint vincent and the grenadines": "VC", "sao tome and principe": "ST", "gambia the": "GM",
    "the gambia": "GM", "bahamas the": "BS", "the bahamas": "BS", "the netherlands": "NL",
    "netherlands the": "NL",
    "netherlands antilles": "AN", "bosnia and herzegovina": "BA", "bosnia herzegovina": "BA",
    "antigua and barbuda": "AG", "trinidad and tobago": "TT", "isle of man": "IM", "kosovo": "XK",
    "republic of kosovo": "XK", "soviet union": "SU", "ussr": "SU", "yugoslavia": "YU", "crimea": "UA",
    "region crimea": "UA", "uae": "AE", "kingdom of saudi arabia": "SA", "ireland republic of": "IE",
    "virgin islands british": "VG", "british virgin islands": "VG", "central african republic": "CF",
    "micronesia federated states of": "FM", "timor leste": "TL", "east timor": "TL", "cook islands": "CK",
    "curacao": "CW", "reunion": "RE", "sint maarten": "SX", "el salvador": "SV", "south sudan": "SS",
    "equatorial guinea": "GQ", "guinea bissau": "GW", "marshall islands": "MH", "cayman islands": "KY",
    "dominican republic": "DO", "united arab emirates": "AE", "serbia and montenegro": "CS",
}  # fmt: skip
_CODES = {"EL": "GR", "UK": "GB"}  # what the European Union writes


def code_of(text: str) -> str:
    """Return the code of a country named in English or by its code, empty for none: `Korea, North` is KP."""
    plain = text.strip()
    if len(plain) == 2:
        code = _CODES.get(plain.upper(), plain.upper())
        return code if code in COUNTRIES or code in FORMER else ""
    return _names().get(_words(plain), "")


@cache
def _names() -> dict[str, str]:
    names = {_words(name_of(code)): code for code in COUNTRIES}
    return names | {_words(name): code for name, code in _ALSO.items()}


def _words(text: str) -> str:
    return _SIGNS.sub(" ", text.casefold().replace("'", "").replace("\u2019", "")).strip()
