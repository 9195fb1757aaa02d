"""Domains of law that can touch goods at a border. Packs state which of them they cover, and how completely;
what can touch the goods and is not covered is named beside every answer.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Domain(NamedTuple):
    """A field of law and the goods that it can touch.

    `hs` are the codes (none: goods of any code) and `traits` touch it whatever the code; where all of
    `denied` are denied, it does not. `places` name the countries without which it is not asked. A domain at
    the `border` does not ask about goods that stay in one customs union. `leaving` says that the country of
    origin has such laws about what leaves it too. `ask` is who can say more.
    """

    title: str
    ask: str
    hs: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    border: bool = False
    leaving: bool = False


# Wide on purpose: a domain that is named needlessly costs a line, one that is missing a false "clear".
DOMAINS: Mapping[str, Domain] = {
    "dangerous_goods": Domain(
        "Dangerous goods in transport", "the carrier, or the authority for its way of transport",
        hs=(
            "2207", "2208", "2301-2306", "27-29", "3003", "3004", "31-38", "3912", "4402", "630720", "7311",
            "8407-8412", "8415", "8418", "8424", "8505-8507", "850760", "854340", "8703-8711", "870821",
            "870895", "88", "89", "902511", "93", "9505", "9613",
        ),
        traits=("battery", "dangerous_goods", "hazardous"),
    ),
    "trade_remedies": Domain(
        "Anti-dumping, countervailing, safeguard and other additional duties", "customs", border=True
    ),
    "taxes": Domain("Customs duty, VAT and excise", "customs", border=True),
    "sanctions": Domain(
        "Sanctions and embargoes by country", "the sanctions authority or customs",
        places=(
            "RU", "BY", "IR", "KP", "SY", "CU", "VE", "MM", "AF", "CD", "CF", "HT", "IQ", "LB", "LY", "NI",
            "SD", "SO", "SS", "UA", "YE",
        ),
        leaving=True,
    ),
    "dual_use": Domain(
        "Dual-use goods, arms and export control", "the export control authority",
        hs=("28-30", "36-40", "68", "69", "72-76", "81", "84-90", "93"),
        traits=("dual_use", "export_controlled"), denied=("dual_use", "export_controlled"), border=True,
        leaving=True,
    ),
    "food": Domain(
        "Food and drink", "the food authority", hs=("02-22", "2936", "35"), traits=("food",), denied=("food",)
    ),
    "animals": Domain(
        "Animals and products of animals", "the veterinary authority",
        hs=("01-05", "15", "16", "23", "35", "41", "43", "51"), traits=("animal_product",),
    ),
    "plants": Domain(
        "Plants, wood and plant health", "the plant health authority", hs=("06-14", "44", "46", "47"),
        traits=("plant", "wood_packaging"),
    ),
    "species": Domain(
        "Protected species (CITES)", "the CITES management authority",
        hs=("01-16", "30", "33", "41-46", "64-67", "71", "91-97"), traits=("protected_species",),
        denied=("protected_species",), border=True, leaving=True,
    ),
    "electrical": Domain(
        "Electrical and radio safety", "market surveillance", hs=("84", "85", "90", "94", "95"),
        traits=("electrical",), denied=("electrical", "battery"),
    ),
    "machines": Domain(
        "Machines, vehicles, pressure, gas and measuring", "market surveillance",
        hs=("40", "73", "84", "87-90"), traits=("machinery", "vehicle"),
        denied=("machinery", "vehicle", "other_ce_good"),
    ),
    "consumer_goods": Domain(
        "Toys, goods for children, furniture and other consumer goods", "market surveillance",
        hs=("39", "40", "44", "61", "87", "94", "95"), traits=("child_product", "toy"),
        denied=("child_product", "toy", "consumer"),
    ),
    "cosmetics": Domain(
        "Cosmetics", "the cosmetics authority", hs=("33", "34", "96"), traits=("cosmetic",),
        denied=("cosmetic",),
    ),
    "medical": Domain(
        "Medicines and medical devices", "the medicines and devices authority",
        hs=("3001-3006", "3822", "90", "94"), traits=("medical_device",),
    ),
    "textiles": Domain(
        "Textiles, footwear and jewellery", "market surveillance", hs=("42", "43", "50-65", "71", "91"),
        traits=("textile", "footwear"),
    ),
    "chemicals": Domain(
        "Chemicals and biocides", "the chemicals agency", hs=("25-29", "31-34", "38"),
        traits=("substance", "hazardous", "svhc", "pesticide"),
    ),
    "food_contact": Domain(
        "Materials that touch food", "the food authority",
        hs=("39", "40", "44", "48", "69", "70", "73", "76", "82", "84", "85"), traits=("food_contact",),
        denied=("food_contact",),
    ),
    "waste": Domain("Packaging and waste", "the environment agency", leaving=True),
    "tobacco": Domain("Tobacco and nicotine", "the health authority", hs=("24", "854340")),
    "culture": Domain("Cultural goods", "the ministry of culture", hs=("97",), border=True, leaving=True),
    "intellectual_property": Domain(
        "Trade marks and other intellectual property", "customs, and the holder of the right",
        hs=("33", "42", "61-65", "71", "85", "90", "91", "95"),
    ),
    "weapons": Domain(
        "Knives, weapons and drones", "the police or the licensing authority",
        hs=("8211", "8806", "93", "9503"),
    ),
    "sourcing": Domain(
        "Forced labour, conflict minerals and deforestation", "customs",
        hs=("2609-2615", "52", "61", "62", "8541"), traits=("deforestation_commodity", "xinjiang_input"),
        border=True,
    ),
}  # fmt: skip
