"""The words that rules and products share: traits, measures, modes and roles, each with the plain question
that settles it. A rule may use no other words, so that a check can always ask.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Trait(NamedTuple):
    """Something that is true of a product or of its shipment, or not.

    `implies` are traits that follow from it. A code below one of `hs` has the trait for sure, and a rule that
    needs the trait names that code; where `only` is given, a code outside it does not have it. What only a
    supplier or a lawyer can say (`expert`) is asked last.
    """

    question: str
    implies: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    expert: bool = False


def _chapters(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:02}" for number in range(first, last + 1) if number != 77)


# Chapters and codes where a thing can be, unless somebody says so outright. A bare battery needs no
# electricity; a power bank (850760) may hold more than a battery.
_ELECTRIC = (
    "4903", "630110", "84", "8501-8505", "850760", "8508-8549", "87", "88", "89", "90", "91", "92", "94",
    "95", "96",
)  # fmt: skip
_FOOD = (*_chapters(2, 12), *_chapters(15, 22))
# Where nobody said so, other goods are not asked for batteries: clothes are where they may be heated.
_BATTERY = (
    "420212", "420222", "420292", "4903", "4909", "6201", "6202", "6210", "6211", "6301", "6402", "6404",
    "6506", "8413-8415", "8418", "8421", "8423", "8424", "8433", "8443", "8452", "8467", "8470-8472", "8476",
    "8479", "8502", "8504-8531", "8537", "8539", "8541-8543", "8549", "8701-8705", "8709", "8711-8713",
    "8715", "8802", "8806", "89", "9005-9033", "91", "9207", "9208", "93", "9401-9405", "9503-9506", "9613",
    "9619",
)  # fmt: skip
_ARTICLES = _chapters(39, 97)
_NOT_FOOD = _chapters(25, 97)
_CE_MARKED = ("25", *_chapters(27, 40), "42", "44", "45", "48", "49", *_chapters(54, 96))
_OTHER_CE = (
    "25", "3214", "36", "3918", "3925", "4410-4412", "4418", "6802", "6807-6811", "6901-6910", "7003-7008",
    "7016", "7308", "7310", "7311", "7321", "7322", "7604", "7608", "7610-7613", "8302", "8402-8404", "8411",
    "8414", "8416", "8419", "8423", "8481", "8531", "8903", "9026", "9028", "9406",
)  # fmt: skip
_FOR_CHILDREN = (
    "3213", "3407", "3924", "3926", "4202", "4820", "4901-4903", "61-65", "7117", "8518", "8712", "8715",
    "9401-9405", "9503-9506", "9608", "9609", "9619",
)  # fmt: skip
# What is sold to consumers or likely to be used by them, whoever buys it first.
_SURELY_CONSUMER = (
    "3303-3307", "340111", "340130", "3406", "4202", "4203", "4818", "4820", "4901-4903", "4909", "57",
    "61-65", "6601", "6911", "6912", "7013", "7113", "7117", "7323", "8213", "8215", "8508-8510", "8516",
    "8518", "8519", "8521", "8527", "852872", "8712", "8715", "9003", "9004", "9101", "9102", "9401", "9404",
    "9504-9507", "9608", "9609", "9613", "9615", "9617", "9619",
)  # fmt: skip
# What nobody moves unpacked.
_SURELY_PACKED = (
    "04", "0901-0910", "15-22", "2309", "30", "33-35", "3923", "3924", "3926", "42", "48", "49", "57",
    "61-67", "69-71", "7323", "8211-8215", "83", "8414", "8415", "8418", "8422", "8443", "8450", "8467",
    "8471", "8504-8531", "8539", "90-92", "94-96",
)  # fmt: skip
_MACHINES = ("8401-8468", "8474-8487")  # not those for offices and data
_TOYS = (
    "3213", "3407", "3926", "4016", "4420", "4903", "871200", "9208", "9504", "9505", "9506", "9609",
    "9610",
)  # fmt: skip
_WORN_TO_PROTECT = (
    "3926", "4015", "4203", "6116", "6201-6203", "6210", "6211", "6216", "6307", "6401-6403", "6506",
    "9004", "9020", "9506",
)  # fmt: skip
_MEDICAL = (
    "28", "29", "3002-3006", "3306", "3822", "3926", "4014", "4015", "5601", "6115", "6212", "6307", "8419",
    "8421", "8543", "8713", "90", "9402", "9619",
)  # fmt: skip
_TOUCHES_FOOD = (
    "39", "40", "4415", "4416", "4419", "4421", "45", "46", "48", "63", "68", "69", "70", "71", "73", "74",
    "76", "80", "82", "83", *_MACHINES, "8509", "8516", "8543", "96",
)  # fmt: skip
_HOLDS_ASBESTOS = (
    "25", "38", "5911", "6806-6815", "8402-8404", "8417", "8484", "8514", "86", "8708", "89",
)  # fmt: skip
_PROTECTED = (
    "01-03", "0407", "0408", "0410", "05", "06", "1211", "13", "1504", "1604", "1605", "2106", "3001",
    "3004", "3301", "3303", "4103", "4106", "4113", "4202", "4203", "43", "44", "6403", "6405", "6701",
    "7101", "7113", "7116", "7117", "9113", "92", "940161", "940169", "940330-940360", "9601", "9602", "97",
)  # fmt: skip
# Codes that hold nothing else; flour, oil or seed may be fodder.
_SURELY_FOOD = (
    "0201", "0202", "0203", "0204", "0207", "0302", "0303", "0304", "0305", "0306", "0307", "0401", "0402",
    "0403", "0405", "0406", "0409", "0702", "0703", "0704", "0705", "0706", "0707", "0709", "0710", "0803",
    "0804", "0805", "0806", "0807", "0808", "0809", "0810", "0811", "0813", "0901", "0902", "0904", "16",
    "1704", "1803-1806", "1901", "1902", "1904", "1905", "20", "2101", "2103", "2104", "2105", "2106", "2201",
    "2202",
)  # fmt: skip
# Of Annex I of Regulation (EU) 2023/1115, the codes that hold nothing but its commodities; bamboo is none.
_DEFORESTING = (
    "0201", "0202", "020610", "0901", "120710", "1201", "120810", "1507", "1511",
    "151321", "151329", "160250", "1801", "1802", "1803", "1804", "1805", "1806", "2304", "230660", "4001",
    "4401", "4403", "4404", "4405", "4406", "4407", "4408", "440910", "440922", "440929", "4410", "4411",
    "441231-441299", "4413", "4416", "4701-4705", "940330-940360", "940610",
)  # fmt: skip
# Of Annex I of Regulation (EU) 2023/956, the codes that are on it whole.
_CBAM = (
    "2523", "2716", "280410", "2808", "2814", "283421", "3102", "310510-310559", "310590", "7201", "7203",
    "7205-7229", "7301-7311", "7318", "7326", "7601", "7603-7614", "7616",
)  # fmt: skip
# What burns, bursts or bites on the way, by code; whatever else does may still be said.
_DANGEROUS = (
    "2207", "2208", "2301-2306", *_chapters(27, 29), "3003", "3004", *_chapters(31, 38), "3912", "4402",
    "630720", "7311", "8407-8412", "8415", "8418", "8424", "8505-8507", "854340", "8703-8711", "870821",
    "870895", "88", "89", "902511", "93", "9505", "9613",
)  # fmt: skip
_SURELY_FLAMMABLE = (
    "271012",
    "2901",
    "2902",
    "290511",
    "290512",
    "291411",
    "3301",
    "3303",
    "330430",
    "3208",
    "3814",
)
_FLAMMABLE = (
    "2707", "2710", "29", "3210", "3215", "330499", "330710", "330720", "330741", "330749", "330790", "3403",
    "3405", "3506", "3805", "3807", "380893", "380894", "380899", "3809", "3811", "3819", "3820",
    "382499", "3826", "3911",
)  # fmt: skip
_AEROSOLS = (
    "3208", "3209", "3210", "330499", "330530", "330590", "330710", "330720", "330749", "330790", "3402",
    "3403", "3405", "3506", "380891", "380894", "3814", "382499", "9304",
)  # fmt: skip
_SURELY_GAS = ("270500", "271111-271119", "271121", "271129", "280410", "280421-280440", "281121",
               "290341-290345",
               "842410")  # fmt: skip
_SURELY_CORROSIVE = (
    "280610", "280700", "280800", "281511", "281512", "281520", "282810", "282890", "284700",
)  # fmt: skip
_TEXTILES = ("39", "40", "42", *_chapters(50, 67), "94", "95", "96")

TRAITS: Mapping[str, Trait] = {
    # batteries
    "battery": Trait("Is it a battery, or does it contain one or come with one?", hs=("8506", "8507"),
                     only=_BATTERY),
    "lithium": Trait("Is it, or does it hold, a lithium battery?", ("battery",)),
    "lithium_ion": Trait(
        "Is it, or does it hold, a rechargeable lithium-ion or lithium-polymer battery?", ("lithium",),
        hs=("850760", "851713"),
    ),
    "lithium_metal": Trait(
        "Is it, or does it hold, a non-rechargeable lithium battery?", ("lithium",), hs=("850650",)
    ),
    "battery_alone": Trait("Do the batteries travel alone, without any equipment?", ("battery",),
                           only=("8504", "8506", "8507", "8549")),
    "battery_packed_with": Trait("Are the batteries packed with equipment, but not inside it?", ("battery",)),
    "battery_inside": Trait("Is the battery inside the product?", ("battery", "electrical")),
    "sodium_ion": Trait("Is it, or does it hold, a sodium-ion battery?", ("battery",),
                        only=("850780", "871160", "870380")),
    "lead_acid": Trait("Is it, or does it hold, a lead-acid battery?", ("battery",), hs=("850710", "850720"),
                       only=("850440", "871160", "8713")),
    "damaged_or_recalled": Trait("Is the battery damaged, defective, recalled or waste?", ("battery",),
                                 hs=("8549",), only=("8507", "850650")),
    "portable_battery": Trait(
        "Is the battery portable: sealed, up to 5 kg, not for industry or vehicles?", ("battery",)
    ),
    "power_bank": Trait("Is it a power bank or another portable battery pack?", ("portable_battery",),
                        only=("8504", "8507")),
    "ev_battery": Trait("Is it a battery for an electric car or truck, or in one?", ("battery",),
                        hs=("870124", "870240", "870380", "870460")),
    "lmt_battery": Trait("Is it a battery for a light means of transport, such as an e-bike?", ("battery",)),
    "industrial_battery": Trait("Is it an industrial battery?", ("battery",)),
    "battery_vehicle": Trait("Is it a vehicle that a battery drives?", ("battery", "electrical"),
                             hs=("870124", "870240", "870380", "870460", "871160"), only=("87", "84", "95")),
    "button_cell": Trait("Does it contain or come with a button or coin cell?", ("battery",)),
    # electrical and electronic
    "electrical": Trait(
        "Does it need electricity to work (from the mains or a battery), and is it more than a bare battery?",
        hs=("630110", "841510", "842211", "844331", "844332", "8450", "846721-846729", "8471",
            "850410-850450", "8508", "8509", "8510", "8513", "851511-851580", "8516", "8517", "8518", "8519",
            "8521", "8525", "8527", "8528", "853110-853180"),
        only=_ELECTRIC,
    ),
    "mains": Trait("Is it plugged into the mains, or wired to them?", ("electrical",),
                   hs=("630110", "842211", "8450", "851610", "851650", "851660"), only=_ELECTRIC),
    "mains_plug": Trait("Does it have a mains plug?", ("mains",), only=_ELECTRIC),
    "radio": Trait(
        "Does it send or receive radio, such as Wi-Fi, Bluetooth or NFC?", ("electrical", "ce_marked"),
        hs=("851711", "851713", "851714", "851761", "852560", "8526", "8527"), only=_ELECTRIC,
    ),
    "transmitter": Trait(
        "Does it send radio, such as Wi-Fi, Bluetooth or a remote control, and not only receive it?",
        ("radio",), hs=("851711", "851713", "851714", "851761", "852550", "852560"), only=_ELECTRIC,
    ),
    "internet_connected": Trait(
        "Can it reach the internet, by itself or through another device?", ("electrical", "digital_elements"),
        hs=("851713",), only=_ELECTRIC,
    ),
    "digital_elements": Trait("Does it hold software, or is it software, with a data connection?",
                              hs=("847130-847150", "851713", "851762"), only=_ELECTRIC),
    "charges_by_wire": Trait(
        "Is it a phone, tablet, camera, headphones or a similar device that is charged by cable?",
        ("electrical", "battery"), hs=("851713",), only=_ELECTRIC,
    ),
    "laser": Trait(
        "Does it contain a laser?",
        only=("8443", "8456", "8471", "8515", "8519", "8521", "8522", "8525", "8528", "8541", "8543",
              "9005-9033", "93", "9405", "9503", "9504"),
    ),
    "telecom": Trait("Is it telecommunications equipment?", ("electrical",), hs=("8517",), only=_ELECTRIC),
    "electronic_waste": Trait("Is it used or broken electronics, or waste of them?", hs=("8549",),
                              only=("84", "85", "871160", "90", "91", "92", "9405", "9503", "9504")),
    # what kind of product
    "consumer": Trait("Is it for consumers, or likely to be used by them?",
                      hs=("851713", "9503", *_SURELY_CONSUMER)),
    # The law of toys goes to 13 years, that of children's products to 12: neither follows from the other.
    "child_product": Trait("Is it meant for children of 12 years or younger?",
                           ("consumer", "certified_product"), hs=("9503",), only=_FOR_CHILDREN),
    "toy": Trait("Is it meant for children under 14 to play with?", ("consumer", "ce_marked"), hs=("9503",),
                 only=_TOYS),
    "ce_marked": Trait("Does a European law demand the CE mark on it?", hs=("9503",), only=_CE_MARKED),
    # What customers can say of their goods; which laws demand the mark is what they come to learn.
    "other_ce_good": Trait(
        "Is it a building product, a gas appliance, a pressure vessel, a scale or meter, fireworks, a boat, "
        "or made for explosive air?",
        ("ce_marked",), hs=("2523", "360410", "7311", "842310-842389", "8903", "9028"), only=_OTHER_CE,
    ),
    "cosmetic": Trait("Is it a cosmetic?", ("consumer",),
                      hs=("3303", "3304", "3305", "330610", "330710-330730"),
                      only=("15", "33", "34", "96")),
    "food": Trait(
        "Is it food or drink for people?",
        hs=_SURELY_FOOD,
        only=(*_FOOD, "13", "25", "29", "3301", "3302", "35"),
    ),
    "food_contact": Trait("Is it meant to touch food?", only=_TOUCHES_FOOD),
    "food_contact_plastic": Trait("Is plastic in it meant to touch food?", ("food_contact",)),
    "alcohol": Trait("Is it an alcoholic drink?", ("food",), hs=("2203", "2204", "2205", "2206", "2208"),
                     only=("22",)),
    "animal_product": Trait("Is it an animal, or made from animals, and not fully processed?",
                            hs=("02", "03", "04", "16")),
    "plant": Trait("Is it a plant, or a fresh part of one, such as seeds, fruit or cut flowers?",
                   hs=("0601", "0602", "060311-060319", "060420", "0701-0709", "080610", "0807-0809"),
                   only=("06", "07", "08", "09", "10", "12", "13", "14", "44")),
    "textile": Trait("Is it made of textile fibres for the greater part?", hs=tuple(map(str, range(50, 64))),
                     only=_TEXTILES),
    "footwear": Trait("Is it footwear?", hs=("6401", "6402", "6403", "6404", "6405"), only=("64", "95")),
    "medical_device": Trait("Is it meant to diagnose, treat or prevent illness?",
                            hs=("9021",), only=_MEDICAL),
    "protective_equipment": Trait("Is it worn to protect the wearer from a danger?", ("ce_marked",),
                                  hs=("650610", "9020"), only=_WORN_TO_PROTECT),
    "machinery": Trait("Is it a machine with moving parts that something other than a person drives?",
                       ("ce_marked",), hs=("842710", "842720", "8429", "843311", "8457-8461", "8465",
                                           "846711-846789"),
                       only=("84", "8502", "8508", "8509", "8515", "8543", "87", "90", "9401-9403", "9506",
                             "9508")),
    "vehicle": Trait("Is it a motor vehicle or an engine for one?",
                     hs=("840731-840734", "870121-870129", "8702", "8703", "8704", "871120-871150"),
                     only=("87", "84")),
    "composite_wood": Trait("Does it contain plywood, fibreboard or particleboard?",
                            hs=("441011", "441112-441114", "441231-441234"),
                            only=("4410-4421", "92", "9401", "9403", "9404", "9503", "9504")),
    "plant_material": Trait("Does it contain wood or other plant material?",
                            hs=("44", "45", "46", "940161", "940169", "940330-940360")),
    "wild_fish": Trait("Was the fish or seafood caught in the wild, and not farmed?",
                       only=("0302-0308", "1604", "1605")),
    "composite_food": Trait(
        "Does it hold ingredients of plants together with processed milk, egg, meat, fish or honey?",
        only=("1517", "1704", "1806", "19", "2004", "2005", "2103-2106", "2202"),
    ),
    "leather": Trait("Is leather or fur in it that touches the skin?", hs=("4203", "6403"),
                     only=("4202", "64", "9113", "9401")),
    "over_200_years": Trait("Is it more than 200 years old?", only=("97",)),
    "pesticide": Trait("Is it a pesticide, or does it claim to kill pests or germs?", hs=("3808",),
                       only=("3307", "3401", "3402", "3824", "4818", "5601", "8421", "8539", "8543")),
    "prepackaged": Trait("Is it sold in a package made up beforehand?"),
    # substances
    "substance": Trait("Is it a chemical substance or mixture, not an article?",
                       hs=("28", "29", "3208", "3209", "3210", "3402", "3403", "3808", "3814"),
                       only=("22", "25", *map(str, range(27, 41)))),
    "hazardous": Trait("Is it classified as hazardous, with a safety data sheet?"),
    "svhc": Trait("Does a part hold more than 0.1 % of a substance of very high concern?", only=_ARTICLES,
                  expert=True),
    "asbestos": Trait("Does it contain asbestos?", hs=("2524", "681140", "6812", "681320"),
                      only=_HOLDS_ASBESTOS),
    "dangerous_goods": Trait("Is it dangerous goods for transport (does it have a UN number)?",
                             hs=("3601-3605",), only=_DANGEROUS),
    "flammable_liquid": Trait(
        "Is it a liquid that burns easily (flash point up to 60 °C, by much alcohol or solvent)?",
        ("dangerous_goods",), hs=_SURELY_FLAMMABLE, only=_FLAMMABLE,
    ),
    "aerosol": Trait("Is it an aerosol, sprayed by a gas under pressure?", ("dangerous_goods",),
                     only=_AEROSOLS),
    "compressed_gas": Trait("Is it, or does it hold, a compressed, liquefied or dissolved gas?",
                            ("dangerous_goods",), hs=_SURELY_GAS,
                            only=("2804", "2903", "7311", "382761-382769")),
    "corrosive_or_oxidising": Trait(
        "Does it corrode or oxidise (class 8 or 5), such as acid, lye, bleach, peroxide or pool chlorine?",
        ("dangerous_goods",), hs=_SURELY_CORROSIVE,
        only=("2806-2816", "2827-2835", "2841", "293369", "3402", "380894", "382499"),
    ),
    "strong_magnet": Trait("Is it a magnet whose field is felt at 2 metres (above 0.159 A/m)?",
                           ("dangerous_goods",), only=("850511", "850519")),
    "luxury": Trait(
        "Is one piece worth more than the luxury limit of the sender's law (EU 300 EUR, appliances 750 "
        "EUR, sound and image 1,000 EUR, instruments 1,500 EUR; Great Britain 250 GBP)?",
        only=(
            "160431", "160432", "070956", "2203-2208", "2402", "33", "4202", "4203", "4303", "57",
            *_chapters(61, 65), "71", "8211", "8215", "6911-6913", "7013", "91", "97", "8418", "8422", "8450",
            "8451", "8508-8510", "8516", "8518", "8519", "8521", "8525", "8527", "8528", "92",
        ),
    ),
    # packing
    "packaging": Trait("Does it come in packaging?", hs=_SURELY_PACKED),
    "wood_packaging": Trait("Does it travel on pallets or in crates of raw wood?", hs=("4415",)),
    "container": Trait("Does it travel in a sea container?"),
    # species, origin, sourcing
    "protected_species": Trait("Is it, or does it contain, a species that CITES lists?", only=_PROTECTED),
    "deforestation_commodity": Trait(
        "Does it contain or was it made with cattle, cocoa, coffee, palm oil, rubber, soya or wood?",
        hs=_DEFORESTING,
    ),
    "xinjiang_input": Trait(
        "Does any part of it come from Xinjiang, or from an entity on the UFLPA list?", expert=True
    ),
    # trade
    "business_to_consumer": Trait("Is it sold straight to a consumer in the destination?", ("commercial",)),
    "commercial": Trait("Is it a commercial shipment, not a gift or personal belongings?"),
    "gift": Trait("Is it a gift from one private person to another, not ordered and not paid?"),
    "seller_abroad": Trait("Is the seller outside the destination, with nobody there who imports?"),
    "small_enterprise": Trait(
        "Is your company a micro or small enterprise (in the EU, at most about 50 people and 15 million EUR)?"
    ),
    "dual_use": Trait("Is it on a list of dual-use goods, with military as well as civil use?",
                      only=_NOT_FOOD, expert=True),
    "export_controlled": Trait("Does it have an export control number other than EAR99?", only=_NOT_FOOD,
                               expert=True),
    "certified_product": Trait(
        "Is it a children's product, clothing, a carpet, a mattress, a bicycle, a lighter, fireworks, paint "
        "for homes, or another thing that a US product safety rule names?",
        hs=("360410", "5701-5705", "61", "62", "871200", "940421", "940429", "9503", "961310", "961320"),
        only=("2106", "2404", "3208-3210", "36", "4202", "57", "61-65", "8516", "8711", "8712", "8715",
              "9401-9404", "9503-9506", "9613"),
    ),
    "ccc_catalogue": Trait(
        "Is it in China's CCC catalogue, such as cables, switches, household appliances, audio, video and IT "
        "equipment, power banks, toys, tyres, vehicles or child seats?",
        only=_NOT_FOOD,
    ),
    "bis_listed": Trait(
        "Is it on India's list for registration, such as phones, computers, televisions, power banks, "
        "chargers, smart watches or LED lamps?",
        hs=("847130", "851713", "852872"), only=_ELECTRIC,
    ),
    "japan_regulated": Trait(
        "Do Japan's safety laws list it, such as goods for the mains, chargers, lithium batteries, gas "
        "appliances, lighters, helmets, baby beds or toys for small children?",
        only=_NOT_FOOD,
    ),
    "korea_regulated": Trait(
        "Do Korea's KC laws list it, such as goods for the mains, chargers, lithium batteries or anything "
        "for children?",
        hs=("9503",), only=_NOT_FOOD,
    ),
    "section_301": Trait(
        "Does the US tariff send its code to a section 301 duty on Chinese goods (9903.88 or 9903.91)?",
        expert=True,
    ),
    "cbam_good": Trait("Is it on the list of goods with carbon border adjustment (iron, steel, aluminium…)?",
                       hs=_CBAM, only=("25", "26", "27", "28", "31", "72", "73", "76")),
}  # fmt: skip


# Goods of any kind may have these, and measures are of any kind of goods: a rule that needs nothing else does
# not show that somebody wrote down what the law asks of such goods.
HORIZONTAL = frozenset((
    "asbestos", "business_to_consumer", "commercial", "consumer", "container", "dangerous_goods", "dual_use",
    "export_controlled", "gift", "hazardous", "luxury", "packages", "packaging", "plant_material",
    "prepackaged",
    "protected_species", "section_301", "seller_abroad", "small_enterprise", "substance", "svhc",
    "wood_packaging", "xinjiang_input",
    "gross_weight", "net_weight", "quantity", "svhc_share", "value", "volume", "yearly_weight",
))  # fmt: skip

# How a thing works, whatever it is for.
TECHNOLOGY = frozenset((
    "battery", "lithium", "lithium_ion", "lithium_metal", "battery_alone", "battery_packed_with",
    "battery_inside", "portable_battery", "power_bank", "industrial_battery", "lmt_battery", "button_cell",
    "electrical", "mains", "mains_plug", "radio", "transmitter", "internet_connected", "digital_elements",
    "charges_by_wire", "telecom", "electronic_waste", "ce_marked", "sodium_ion", "lead_acid",
    "damaged_or_recalled", "flammable_liquid", "aerosol", "compressed_gas", "corrosive_or_oxidising",
    "strong_magnet", "batteries_per_package", "cells_per_package",
    "battery_energy", "battery_charge", "battery_weight", "lithium_content", "voltage_ac", "voltage_dc",
    "power", "radio_frequency",
))  # fmt: skip
# Goods that have laws of their own nearly everywhere, by what they are and by code: rules about how they work
# do not show that somebody wrote those down.
GOVERNED_TRAITS = (
    "alcohol", "animal_product", "cosmetic", "food", "medical_device", "pesticide", "plant",
    "protective_equipment", "toy", "vehicle",
)  # fmt: skip
GOVERNED_CODES = (
    "2401-2404", "3001-3006", "3601-3606", "3808", "854340", "8601-8606", "8701-8705", "8709-8710",
    "871110-871150", "8713", "88", "8901-8906", "901320", "9018-9022", "93", "9402", "961310-961320",
)  # fmt: skip

# What has the trait has it in one of these ways, so "nothing else" cannot deny them all.
ONE_OF: Mapping[str, tuple[str, ...]] = {
    "battery": ("battery_alone", "battery_packed_with", "battery_inside"),
}


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
    "batteries_per_package": Measure("How many batteries are in one package (in the equipment)?", "pcs"),
    "cells_per_package": Measure("How many single cells are in one package (in the equipment)?", "pcs"),
    "packages": Measure("How many packages are in the consignment?", "pcs"),
    "lithium_content": Measure("How much lithium metal is in one battery?", "g"),
    "voltage_ac": Measure("Which alternating voltage does it use (0 if none)?", "V"),
    "voltage_dc": Measure("Which direct voltage does it use (0 if none)?", "V"),
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
