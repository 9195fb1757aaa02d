"""What a description says of a product beside its name: offered to whoever wrote it, never taken as given."""

import re
from collections.abc import Iterator, Mapping

from anyascii import anyascii

from entrepot.rule.functions.facts import BITS, with_implied
from entrepot.rule.model.hs import Described

_POWERED = "(?:powered|operated|driven)"
_SMART = "(?:watch|phone|speaker|home|tv|lamp|plug|lock|bulb|toy|meter|doorbell|thermostat)"
_CHILD = "(?:child(?:ren)?|kid|toddler|bab(?:y|ie)|infant)"
_WORN = "(?:helmet|shoe|boot|goggle|glass|glove|harness|harnesse|vest|mask|suit|visor)"

# Trait ← words that say it; a plural s may follow each.
_WORDS: Mapping[str, str] = {
    "battery": f"rechargeable batter(?:y|ie)|batter(?:y|ie)(?: {_POWERED})?|accumulator|rechargeable",
    "lithium": "lithium batter(?:y|ie)",
    "lithium_ion": "(?:rechargeable )?lithium(?: ion| polymer)(?: batter(?:y|ie)| cell)?|rechargeable lithium"
    "(?: batter(?:y|ie)| cell)?|li ?ion|li ?po|lipo",
    "lithium_metal": "lithium metal",
    "button_cell": "(?:button|coin) (?:cell|batter(?:y|ie))|cr2032",
    "power_bank": "power ?bank",
    "lmt_battery": "e ?bike|pedelec|e ?scooter",
    "electrical": f"(?:batter(?:y|ie)|mains|solar|usb) {_POWERED}|electric|electrical|electronic|led",
    "mains": "mains(?: powered| operated)?|(?:110|115|120|220|230|240) ?v(?:olt)?",
    "mains_plug": "mains plug|plug in",
    "radio": "wireless|bluetooth|wi ?fi|wlan|nfc|radio controlled|rfid|zigbee",
    "internet_connected": f"smart {_SMART}|iot|internet connected|app controlled",
    "laser": "laser",
    "electronic_waste": "e ?waste|electronic (?:waste|scrap)|scrap electronic",
    "toy": "toy|plaything",
    "child_product": f"for (?:small |young )?{_CHILD}|(?:children'?|kid'?)s",
    "cosmetic": "cosmetic|make ?up|lipstick|mascara|shampoo|perfume|nail polish|(?:face|skin|hand) cream",
    "food_contact": "lunch ?box(?:e)?|food (?:container|storage)|cutlery|(?:drinking|water) bottle",
    "alcohol": "alcoholic",
    "textile": "textile|cotton|woollen|polyester fabric",
    "plant_material": "wood|wooden|timber|plywood|mdf|fibreboard|chipboard|bamboo|rattan|wicker|cork",
    "composite_wood": "plywood|mdf|fibreboard|particle ?board|chipboard",
    "deforestation_commodity": "wood|wooden|timber|plywood|cocoa|coffee|palm oil|soya|natural rubber",
    "medical_device": "medical|surgical",
    "protective_equipment": f"(?:safety|protective) {_WORN}|hard hat|respirator",
    "pesticide": "insecticide|pesticide|herbicide|fungicide|disinfectant|insect repellent",
    "protected_species": "ivory|crocodile|python|snakeskin|rosewood|coral|caviar|tortoiseshell",
    "asbestos": "asbestos",
    "dangerous_goods": "un ?[0-9]{4}|flammable|aerosol",
    "wood_packaging": "(?:wood|wooden) (?:crate|pallet|box(?:e)?)",
}  # fmt: skip
_PATTERNS = {trait: re.compile(rf"\b(?:{words})s?\b") for trait, words in _WORDS.items()}
# "without a battery", "no lithium-ion or button cells": it reaches as far as the words are only listed.
_BEFORE = re.compile(r"\b(?:without|no|not|non|excluding|excl|free of|free from)\b[^,;.()]*$")
_AGAIN = re.compile(r"\b(?:but|with|and with|has|contains)\b")
_AFTER = re.compile(r"^ (?:free|not included)\b")
_DASHES = re.compile(r"[-_/]")
# Such words say what a thing looks like, or is for: an artificial python is no python.
_LIKE = re.compile(
    r"\b(?:artificial|faux|fake|imitation|for|like|look(?:s|ing)? like|shaped like) (?:an? |the )?$"
    r"|(?:scented|flavou?red|inspired|themed) by (?:an? |the )?$"
)
# What follows makes the word before it a look, a taste or a purpose: wood stain is no wood, a coral red
# dress no coral.
_LOOK_AFTER = re.compile(
    r"^s? (?:scented|flavou?r(?:ed)?|colou?r(?:ed)?|look|effect|print(?:ed)?|pattern|style|shaped|like"
    r"|inspired|themed|grain|stain|glue|varnish|polish|oil|wax|screw|saw|drill|burning|burner|stove|cutter|cleaner"
    r"|red|pink|orange|programming|code|candy|tester|remover)s?\b"
)
# So do these after what is held, made or charged; but a cotton bag is of cotton, and a wood box of wood.
_PURPOSE_AFTER = re.compile(
    r"^s? (?:mug|cup|maker|machine|grinder|filter|pot|table|shop|charger|holder|case|box|compartment|cover"
    r"|terminal|clip|storage|chest|bag|brush|organi[sz]er|dispenser|bottle|stand|rack|warmer|frother|spoon"
    r"|press|roaster|scoop|tamper|dish|tin|jar|mirror)(?:e?s)?\b"
)
_HELD = re.compile(
    r"^(?:coffee|cocoa|palm oil|soya|batter|accumulator|cosmetic|make ?up|lipstick|mascara|shampoo|perfume"
    r"|nail polish|caviar)"
)
# Traits of a material or a class of goods, which such a word turns into something else; what a thing has
# (a lithium-ion drill, a Bluetooth speaker) stays.
_OF_MATERIAL = frozenset(
    (
        "battery",
        "toy",
        "cosmetic",
        "textile",
        "plant_material",
        "deforestation_commodity",
        "protected_species",
    )
)
# A toy drill is a toy, and a battery drill has a battery.
_TOYS_KEPT = re.compile(r"^s? (?:box|chest|storage|shop|organi[sz]er|rack)(?:e?s)?\b")
_POWERED_BY = re.compile(rf"{_POWERED}$")


def described(text: str) -> list[Described]:
    """Return what is said, and what is denied; what follows from another of them is left out."""
    plain = _DASHES.sub(" ", anyascii(text).lower())
    found = [each for trait, pattern in _PATTERNS.items() if (each := _said(trait, pattern, plain))]
    held = [each for each in found if each.holds]
    denied = [each for each in found if not each.holds]
    no = sum(BITS[each.trait] for each in denied)
    kept = [each for each in held if not with_implied((each.trait,)) & no]
    return [*(each for each in kept if not _follows(each, kept)), *denied]


def _said(trait: str, pattern: re.Pattern[str], plain: str) -> Described | None:
    """Return the first mention that denies it, or else the first."""
    mentions = list(_mentions(trait, pattern, plain))
    return next((each for each in mentions if not each.holds), next(iter(mentions), None))


def _mentions(trait: str, pattern: re.Pattern[str], plain: str) -> Iterator[Described]:
    for found in pattern.finditer(plain):
        before, after = plain[: found.start()], plain[found.end() :]
        if _LIKE.search(before):
            continue
        if trait in _OF_MATERIAL and _turned(trait, found[0], after):
            continue
        denied = _BEFORE.search(before)
        holds = not (denied and not _AGAIN.search(denied[0])) and not _AFTER.search(after)
        yield Described(trait=trait, holds=holds, words=found[0])


def _turned(trait: str, words: str, after: str) -> bool:
    """Whether what follows makes another thing of these words."""
    if _POWERED_BY.search(words):
        return False
    if trait == "toy":
        return bool(_TOYS_KEPT.match(after))
    looks = trait != "battery" and _LOOK_AFTER.match(after)
    return bool(looks or (_HELD.match(words) and _PURPOSE_AFTER.match(after)))


def _follows(one: Described, kept: list[Described]) -> bool:
    return any(other.trait != one.trait and with_implied((other.trait,)) & BITS[one.trait] for other in kept)
