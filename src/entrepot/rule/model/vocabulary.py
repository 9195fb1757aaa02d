"""The words that rules and products share: traits, measures, modes and roles, each with the plain question
that settles it. A rule may use no other words, so that a check can always ask.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Trait(NamedTuple):
    """Something that is true of a product or of its shipment, or not.

    `implies` are traits that follow from it. A code below one of `hs` has the trait for sure; where `only`
    is given, a code outside it does not have it.
    """

    question: str
    implies: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


_ELECTRIC = ("84", "85", "87", "88", "89", "90", "91", "92", "94", "95", "96")
_FOOD = tuple(f"{chapter:02}" for chapter in (*range(2, 13), *range(15, 23)))
# Where nobody said so, other goods are not asked for batteries: clothes are where they may be heated.
_BATTERY = (
    "42", "4909", "6201", "6202", "6210", "6211", "6301", "64", "65", "66", "71", "83", *_ELECTRIC, "93",
)  # fmt: skip
_ARTICLES = tuple(str(chapter) for chapter in range(39, 98) if chapter != 77)
_TOUCHES_FOOD = (
    "39", "40", "44", "45", "46", "47", "48", "63", "68", "69", "70", "71", "72", "73", "74", "75", "76",
    "78", "80", "82", "83", "84", "85", "94", "95", "96",
)  # fmt: skip
_HOLDS_ASBESTOS = (
    "25", "27", "32", "38", "39", "40", "48", "59", "68", "69", "70", "73", *map(str, range(84, 91)), "96",
)  # fmt: skip
# Codes that hold nothing else; flour, oil or seed may be fodder.
_SURELY_FOOD = (
    "0201", "0202", "0203", "0204", "0207", "0302", "0303", "0304", "0306", "0401", "0402", "0403", "0405",
    "0406", "0409", "0702", "0703", "0704", "0705", "0706", "0707", "0709", "0803", "0804", "0805", "0806",
    "0807", "0808", "0809", "0810", "0901", "0902", "16", "1704", "1806", "1902", "1905", "20", "2103",
    "2104", "2105", "2201", "2202",
)  # fmt: skip
# Of Annex I of Regulation (EU) 2023/1115, the codes that hold nothing but its commodities.
_DEFORESTING = (
    "0201", "0202", "0901", "1201", "1507", "1511", "1801", "1802", "1803", "1804", "1805", "1806", "2304",
    "4001", "4401", "4403", "4406", "4407", "4408", "4410", "4411",
)  # fmt: skip
_TEXTILES = ("39", "40", "42", *(str(chapter) for chapter in range(50, 68)), "94", "95", "96")

TRAITS: Mapping[str, Trait] = {
    # batteries
    "battery": Trait("Is it a battery, or does it contain one or come with one?", hs=("8506", "8507"),
                     only=_BATTERY),
    "lithium": Trait("Is one of its batteries a lithium battery?", ("battery",)),
    "lithium_ion": Trait(
        "Is one of its batteries a rechargeable lithium-ion or lithium-polymer battery?", ("lithium",),
        hs=("850760",),
    ),
    "lithium_metal": Trait(
        "Is one of its batteries a non-rechargeable lithium battery?", ("lithium",), hs=("850650",)
    ),
    "battery_alone": Trait("Do the batteries travel alone, without any equipment?", ("battery",)),
    "battery_packed_with": Trait("Are the batteries packed with equipment, but not inside it?", ("battery",)),
    "battery_inside": Trait("Is the battery inside the product?", ("battery", "electrical")),
    "portable_battery": Trait(
        "Is the battery portable: sealed, up to 5 kg, not for industry or vehicles?", ("battery",)
    ),
    "power_bank": Trait("Is it a power bank or another portable battery pack?", ("portable_battery",),
                        only=("8504", "8507")),
    "ev_battery": Trait("Is it a battery for an electric car or truck?", ("battery",)),
    "lmt_battery": Trait("Is it a battery for a light means of transport, such as an e-bike?", ("battery",)),
    "industrial_battery": Trait("Is it an industrial battery?", ("battery",)),
    "battery_vehicle": Trait("Is it a vehicle that a battery drives?", ("battery", "electrical"),
                             hs=("870380", "871160"), only=("87", "84", "95")),
    "button_cell": Trait("Does it contain or come with a button or coin cell?", ("battery",)),
    # electrical and electronic
    "electrical": Trait(
        "Does it need electricity to work (from the mains or a battery)?",
        hs=("8450", "8471", "8508", "8509", "8510", "8516", "8517", "8518", "8519", "8521",
            "8525", "8527", "8528"),
        only=_ELECTRIC,
    ),
    "mains": Trait("Is it plugged into the mains?", ("electrical",), only=_ELECTRIC),
    "mains_plug": Trait("Does it have a mains plug?", ("mains",), only=_ELECTRIC),
    "radio": Trait(
        "Does it send or receive radio, such as Wi-Fi, Bluetooth or NFC?", ("electrical", "ce_marked"),
        hs=("851713", "851714", "8526", "8527"), only=_ELECTRIC,
    ),
    "internet_connected": Trait(
        "Can it reach the internet, by itself or through another device?", ("electrical", "digital_elements"),
        only=_ELECTRIC,
    ),
    "digital_elements": Trait("Does it hold software, or is it software, with a data connection?",
                              only=_ELECTRIC),
    "charges_by_wire": Trait(
        "Is it a phone, tablet, camera, headphones or a similar device that is charged by cable?",
        ("electrical", "battery"), only=_ELECTRIC,
    ),
    "laser": Trait("Does it contain a laser?", only=(*_ELECTRIC, "93")),
    "telecom": Trait("Is it telecommunications equipment?", ("electrical",), hs=("8517",), only=_ELECTRIC),
    "electronic_waste": Trait("Is it used or broken electronics, or waste of them?", hs=("8549",),
                              only=_ELECTRIC),
    # what kind of product
    "consumer": Trait("Is it for consumers, or likely to be used by them?", hs=("9503",)),
    "child_product": Trait("Is it meant for children of 12 years or younger?", ("consumer",)),
    "toy": Trait("Is it meant for children under 14 to play with?", ("consumer", "ce_marked"), hs=("9503",)),
    "ce_marked": Trait("Does a European law demand the CE mark on it?", hs=("9503",)),
    "cosmetic": Trait("Is it a cosmetic?", ("consumer",), hs=("3303", "3304", "3305", "3307"),
                      only=("33", "34", "96")),
    "food": Trait(
        "Is it food or drink for people?",
        hs=_SURELY_FOOD,
        only=(*_FOOD, "35", "29", "33", "13", "25"),
    ),
    "food_contact": Trait("Is it meant to touch food?", only=_TOUCHES_FOOD),
    "food_contact_plastic": Trait("Is plastic in it meant to touch food?", ("food_contact",)),
    "alcohol": Trait("Is it an alcoholic drink?", ("food",), hs=("2203", "2204", "2205", "2206", "2208"),
                     only=("22",)),
    "animal_product": Trait("Is it an animal, or made from animals, and not fully processed?",
                            hs=("02", "03", "04", "16")),
    "plant": Trait("Is it a plant, or a fresh part of one, such as seeds, fruit or cut flowers?",
                   hs=("06", "07"), only=("06", "07", "08", "09", "10", "12", "13", "14", "44")),
    "textile": Trait("Is it made of textile fibres for the greater part?", hs=tuple(map(str, range(50, 64))),
                     only=_TEXTILES),
    "footwear": Trait("Is it footwear?", hs=("6401", "6402", "6403", "6404", "6405"), only=("64", "95")),
    "medical_device": Trait("Is it meant to diagnose, treat or prevent illness?", hs=("9021",)),
    "protective_equipment": Trait("Is it worn to protect the wearer from a danger?", ("ce_marked",),
                                  hs=("650610", "9020"), only=_ARTICLES),
    "machinery": Trait("Is it a machine with moving parts that something other than a person drives?",
                       ("ce_marked",), hs=("8429", "8457", "8458", "8459", "8460", "8461", "8465"),
                       only=("84", "85", "87", "90", "95")),
    "vehicle": Trait("Is it a motor vehicle or an engine for one?", hs=("8702", "8703", "8704"),
                     only=("87", "84")),
    "composite_wood": Trait("Does it contain plywood, fibreboard or particleboard?",
                            only=("44", "48", "83", "84", "85", "92", "94", "95", "97")),
    "plant_material": Trait("Does it contain wood or other plant material?", hs=("44", "45", "46")),
    "pesticide": Trait("Is it a pesticide, or does it claim to kill pests or germs?"),
    "prepackaged": Trait("Is it sold in a package made up beforehand?"),
    # substances
    "substance": Trait("Is it a chemical substance or mixture, not an article?",
                       only=("22", "25", *map(str, range(27, 41)))),
    "hazardous": Trait("Is it classified as hazardous, with a safety data sheet?"),
    "svhc": Trait("Does a part hold more than 0.1 % of a substance of very high concern?", only=_ARTICLES),
    "asbestos": Trait("Does it contain asbestos?", hs=("2524", "681140", "6812", "681320"),
                      only=_HOLDS_ASBESTOS),
    "dangerous_goods": Trait("Is it dangerous goods for transport (does it have a UN number)?"),
    # packing
    "packaging": Trait("Does it come in packaging?"),
    "wood_packaging": Trait("Does it travel on pallets or in crates of raw wood?", hs=("4415",)),
    "container": Trait("Does it travel in a sea container?"),
    # species, origin, sourcing
    "protected_species": Trait("Is it, or does it contain, a species that CITES lists?"),
    "deforestation_commodity": Trait(
        "Does it contain or was it made with cattle, cocoa, coffee, palm oil, rubber, soya or wood?",
        hs=_DEFORESTING,
    ),
    "xinjiang_input": Trait("Does any part of it come from Xinjiang, or from an entity on the UFLPA list?"),
    # trade
    "business_to_consumer": Trait("Is it sold straight to a consumer in the destination?"),
    "commercial": Trait("Is it a commercial shipment, not a gift or personal belongings?"),
    "seller_abroad": Trait("Is the seller outside the destination, with nobody there who imports?"),
    "small_enterprise": Trait(
        "Is your company a micro or small enterprise (in the EU, at most about 50 people and 15 million EUR)?"
    ),
    "dual_use": Trait("Is it on a list of dual-use goods, with military as well as civil use?"),
    "export_controlled": Trait("Does it have an export control number other than EAR99?"),
    "certified_product": Trait("Does a US consumer product rule demand a certificate for it?", hs=("9503",)),
    "ccc_catalogue": Trait("Is it in the catalogue of the China Compulsory Certificate?"),
    "bis_listed": Trait("Is it on India's list of electronics that need registration?", only=_ELECTRIC),
    "japan_regulated": Trait("Do Japan's safety laws list it (electrical, gas, children's goods)?"),
    "korea_regulated": Trait("Is it electrical or a children's product that Korea's KC laws list?"),
    "section_301": Trait("Is it on one of the US lists of Chinese goods with section 301 duty?"),
    "cbam_good": Trait("Is it on the list of goods with carbon border adjustment (iron, steel, aluminium…)?",
                       only=("25", "26", "27", "28", "31", "72", "73", "76")),
}  # fmt: skip


class Measure(NamedTuple):
    """A number about the product or shipment; `unit` is the one to ask in."""

    question: str
    unit: str


MONEY = "value"

MEASURES: Mapping[str, Measure] = {
    "quantity": Measure("How many pieces are there?", "pcs"),
    "net_weight": Measure("What does the product weigh without its packaging?", "kg"),
    "gross_weight": Measure("What does the consignment weigh with its packaging?", "kg"),
    "yearly_weight": Measure("How much of it do you bring in per year?", "t"),
    "volume": Measure("What volume does one piece hold?", "l"),
    "battery_energy": Measure("How much energy does one battery hold?", "Wh"),
    "battery_charge": Measure("How far are the batteries charged when they travel?", "%"),
    "battery_weight": Measure("What do the batteries weigh, per package?", "kg"),
    "lithium_content": Measure("How much lithium metal is in one battery?", "g"),
    "voltage_ac": Measure("Which mains (alternating) voltage does it use?", "V"),
    "voltage_dc": Measure("Which direct voltage does it use?", "V"),
    "power": Measure("Which power does it take?", "W"),
    "radio_frequency": Measure("On which frequency does it send?", "MHz"),
    "alcohol_strength": Measure("How strong is it?", "%vol"),
    "svhc_share": Measure("Which share of a part is a substance of very high concern?", "%"),
    "user_age": Measure("From which age on is it meant?", "year"),
}

MODES: Mapping[str, str] = {
    "air": "by air", "sea": "by sea", "road": "by road", "rail": "by rail", "post": "by post",
    "courier": "by courier",
}  # fmt: skip

ROLES: Mapping[str, str] = {
    "manufacturer": "makes it or has it made under their name",
    "importer": "brings it into the market",
    "exporter": "sends it out of the country",
    "seller": "sells it to whoever uses it",
    "marketplace": "lets others sell on its site",
    "carrier": "moves it",
    "representative": "acts in the market for a maker abroad",
}

DATE_BASES: Mapping[str, str] = {
    "entry": "When does it reach the border of the destination?",
    "shipped_on_board": "When is it loaded on board?",
    "placed_on_market": "When is it first offered in the destination?",
    "order": "When was it ordered?",
}
