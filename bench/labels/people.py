"""Made-up people, and how their names are written elsewhere: a labelled set that anybody can make again.

A *match* is somebody of the list whose name was changed by one or two of `CHANGES`; a *namesake* is nobody of
the list: they share words with somebody there, but another given name, patronymic or birth year tells them
apart.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SLAVIC_GIVEN = _words(
    """
    Aleksandr Aleksei Anatoly Andrei Anton Arkady Artem Boris Bogdan Daniil Denis Dmitry Evgeny
    Fyodor Gennady Georgy Gleb Igor Ilya Ivan Kirill Konstantin Leonid Maksim Mikhail Nikita Nikolai
    Oleg Pavel Pyotr Roman Ruslan Sergei Stanislav Stepan Timur Vadim Valery Vasily Viktor Vitaly
    Vladimir Vladislav Yaroslav Yegor Yuri
    """
)
SLAVIC_ROOTS = _words(
    """
    Abram Afanas Akim Aksen Antip Arsen Bab Baran Bel Berez Bor Bulat Bykov Chern Danil Dorof Dragun
    Efim Ermil Fad Filat Gavril Gorb Grom Gus Ignat Isa Kalin Karp Khar Kiril Kol Komar Kons Korol
    Kov Kras Krylat Kuz Lapt Lar Leb Log Luk Makar Mart Medved Mel Mir Moroz Naz Nef Nov Orlov Osip
    Pan Parf Pet Plot Pol Prokh Rad Rog Romad Sav Sel Shap Shir Sid Sim Smir Sob Sok Solov Star Step
    Sukh Tar Tikh Tim Tok Trof Ustin Vas Ved Vin Vor Yak Yud Zakh Zhur Zim Zol Zub
    """
)
SLAVIC_ENDINGS = _words("ov ev in enko ovsky chuk yuk anov ashvili ukhin ilov etsky")
ARABIC_GIVEN = _words(
    """
    Abdallah Abdulrahman Adel Adnan Ahmad Ali Ammar Anwar Bashir Bilal Faisal Farid Fahd Ghassan
    Habib Hamid Hassan Hisham Hussein Ibrahim Ismail Jamal Kamal Karim Khalid Mahmoud Majid Mansour
    Mohammed Munir Mustafa Nabil Nasser Omar Osama Qasim Rashid Saeed Said Salah Salim Sami Samir
    Suleiman Tariq Walid Yasin Yusuf Zaid Ziad
    """
)
_ARABIC_FAMILY = _words(
    """
    Masri Baghdadi Halabi Tikriti Shami Khouri Haddad Najjar Hakim Qurashi Zahrani Ghamdi Otaibi
    Dosari Harbi Shehri Mutairi Subaie Rashidi Hashimi Jubouri Dulaimi Samarrai Obeidi Tamimi Janabi
    Saadi Bayati Rubaie Asadi Khazraji Anbari Fakhri Sabbagh Turki Wazir Yemeni Zubaidi Barghouti
    Darwish Farouqi Ghanem Hourani Jaziri
    """
)
# The same in Arabic script, in the same order.
_IN_ARABIC = dict(
    zip(
        (*ARABIC_GIVEN, *_ARABIC_FAMILY),
        _words(
            """
            عبدالله عبدالرحمن عادل عدنان أحمد علي عمار أنور بشير بلال فيصل فريد فهد غسان حبيب حامد حسن
            هشام حسين إبراهيم إسماعيل جمال كمال كريم خالد محمود ماجد منصور محمد منير مصطفى نبيل ناصر عمر
            أسامة قاسم راشد سعيد سعيد صلاح سالم سامي سمير سليمان طارق وليد ياسين يوسف زيد زياد
            مصري بغدادي حلبي تكريتي شامي خوري حداد نجار حكيم قرشي زهراني غامدي عتيبي دوسري حربي شهري
            مطيري سبيعي رشيدي هاشمي جبوري دليمي سامرائي عبيدي تميمي جنابي سعدي بياتي ربيعي أسدي خزرجي
            أنباري فخري صباغ تركي وزير يمني زبيدي برغوثي درويش فاروقي غانم حوراني جزيري
            """
        ),
        strict=True,
    )
)
ARABIC_FAMILY = tuple(f"{first}{second}" for first in ("Al-", "El-", "") for second in _ARABIC_FAMILY)
CHINESE = _words(
    """
    Wei Fang Na Xiu Min Jing Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Ping Gang Gui Hua
    Jian Bin Bo Chun Dong Feng Guang Hai Hong Jin Kai Liang Long Ning Peng Qing Rong Shan Sheng Song
    Ting Wen Xiang Xin Xue Yi Ying Yu Yuan Yun Ze Zhen Zhi Zhong
    """
)
CHINESE_FAMILY = _words(
    """
    Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang
    Xie Song Tang Deng Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei
    Su Lu Ding Ren Shen Yao
    """
)
LATIN_GIVEN = _words(
    """
    Adriana Alejandro Andres Antonio Carlos Carmen Claudia Cristina Daniel Diego Eduardo Elena
    Emilio Enrique Esteban Fernando Francisco Gabriela Gonzalo Guillermo Hector Hugo Ignacio Isabel
    Javier Joaquin Jorge Jose Juan Julio Leonardo Lucia Luis Manuel Marcos Maria Mariana Martin
    Mauricio Miguel Natalia Pablo Patricia Pedro Rafael Ramon Ricardo Roberto Rodrigo Rosa Salvador
    Santiago Sofia Tomas Valentina Vicente
    """
)
LATIN_FAMILY = _words(
    """
    Acosta Aguilar Alvarez Arroyo Ayala Barrera Benitez Blanco Bravo Cabrera Calderon Camacho Campos
    Cardenas Carrillo Castaneda Castillo Cervantes Contreras Cordero Cortez Delgado Dominguez
    Escobar Espinoza Estrada Figueroa Fuentes Gallardo Garza Guerrero Gutierrez Herrera Ibarra
    Jimenez Juarez Lozano Macias Maldonado Marquez Medina Mejia Mendoza Miranda Molina Montoya
    Morales Navarro Ochoa Orozco Ortega Pacheco Padilla Palacios Quintero Ramirez Rangel Rojas
    Romero Rosales Salazar Salinas Sandoval Serrano Solis Suarez Trejo Trevino Valdez Vargas Vazquez
    Velasco Villanueva Zamora Zavala Zuniga
    """
)
# One Latin letter, one Cyrillic; then groups that stand for one letter.
CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvwyz", "абцдефгхийклмнопкрстуввыз")
_GROUPS = dict(
    zip(_words("shch yuk zh kh ts ch sh yu ya yo ye x"), _words("щ юк ж х ц ч ш ю я ё е кс"), strict=True)  # noqa: RUF001
)


class Listed(NamedTuple):
    """Somebody on the list; `culture` says which changes of spelling make sense."""

    id: str
    name: str
    born: str
    country: str
    culture: str


class Arguments(NamedTuple):
    """Somebody who is screened, and the entry that is meant, if any."""

    name: str
    born: str | None
    country: str | None
    meant: str | None
    change: str


KINDS = ("another given name", "another family name", "nobody alike", "same name, born elsewhen")


def people(count: int, *, seed: int = 7) -> list[Listed]:
    """`count` different people."""
    chance = random.Random(seed)
    found: dict[str, Listed] = {}
    while len(found) < count:
        culture = chance.choice(("slavic", "slavic", "arabic", "arabic", "latin", "latin", "chinese"))
        name = _name(culture, chance)
        if name not in found:
            found[name] = Listed(f"p{len(found)}", name, _born(chance), _country(culture, chance), culture)
    return list(found.values())


def matches(listed: Sequence[Listed], count: int, *, seed: int = 11) -> list[Arguments]:
    chance = random.Random(seed)
    found: list[Arguments] = []
    while len(found) < count:
        person = chance.choice(listed)
        name, said = person.name, []
        for _ in range(chance.choice((1, 1, 2))):
            change = chance.choice(tuple(CHANGES))
            changed = CHANGES[change](name, person.culture, chance)
            if changed != name and change not in said:
                name = changed
                said.append(change)
        if said:
            born = person.born if chance.random() < 0.5 else None
            country = person.country if chance.random() < 0.5 else None
            found.append(Arguments(name, born, country, person.id, "+".join(said)))
    return found


def namesakes(listed: Sequence[Listed], count: int, *, seed: int = 13) -> list[Arguments]:
    """People who are not on the list; the kinds come in equal numbers."""
    chance = random.Random(seed)
    names = {person.name for person in listed}
    found: list[Arguments] = []
    while len(found) < count:
        person = chance.choice(listed)
        kind = ("another given name", "another family name", "nobody alike", "same name, born elsewhen")[
            len(found) % 4
        ]
        fresh = _name(person.culture, chance).split()
        words = person.name.split()
        born: str | None = _born(chance)
        if kind == "another given name":
            name = " ".join((fresh[0], *words[1:]))
        elif kind == "another family name":
            name = " ".join((*words[:-1], fresh[-1]))
        elif kind == "nobody alike":
            name = " ".join(fresh)
        else:
            name = person.name
            born = str(int(person.born[:4]) + chance.choice((-25, -15, 15, 25))) + person.born[4:]
        if kind == "same name, born elsewhen" or name not in names:
            found.append(Arguments(name, born, None, None, kind))
    return found


def _name(culture: str, chance: random.Random) -> str:
    if culture == "slavic":
        father = chance.choice(SLAVIC_GIVEN)
        middle = f"{father}ich" if father[-1] in "aiy" else f"{father}ovich"
        family = chance.choice(SLAVIC_ROOTS) + chance.choice(SLAVIC_ENDINGS)
        return f"{chance.choice(SLAVIC_GIVEN)} {middle} {family}"
    if culture == "arabic":
        return " ".join((*chance.sample(ARABIC_GIVEN, 3), chance.choice(ARABIC_FAMILY)))
    if culture == "chinese":
        given = "".join(chance.sample(CHINESE, 2)).capitalize()
        return f"{given} {chance.choice(CHINESE_FAMILY)}"
    return " ".join((*chance.sample(LATIN_GIVEN, 2), *chance.sample(LATIN_FAMILY, 2)))


def _born(chance: random.Random) -> str:
    return f"{chance.randint(1935, 2002)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


_COUNTRIES = {
    "slavic": ("RU", "BY", "UA"), "arabic": ("SY", "IQ", "YE"), "chinese": ("CN", "HK"),
    "latin": ("MX", "VE", "CO"),
}  # fmt: skip


def _country(culture: str, chance: random.Random) -> str:
    return chance.choice(_COUNTRIES[culture])


# ---- how names change --------------------------------------------------------------------------------------


def typo(name: str, culture: str, chance: random.Random) -> str:
    """One letter wrong, missing, doubled or swapped, not at the beginning of a word."""
    places = [at for at in range(1, len(name) - 1) if name[at - 1 : at + 2].isalpha()]
    at = chance.choice(places)
    what = chance.randrange(4)
    letter = chance.choice("abcdefghijklmnoprstuvyz")
    if what == 0:
        return name[:at] + letter + name[at + 1 :]
    if what == 1:
        return name[:at] + name[at + 1 :]
    if what == 2:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


# From and to, by culture.
_SPELLINGS = {
    "slavic": "ei>ey ai>ay Yev>Ev Ev>Yev ks>x Aleksandr>Alexander kh>h sky>skiy ov>off zh>j yu>iu ya>ia"
    " Yuri>Iouri ts>tz y>iy ch>tch",
    "arabic": "Mohammed>Muhammad ou>u Hussein>Husayn Osama>Usama q>k Q>K Al->El- El->Al- Khalid>Khaled"
    " Ahmad>Ahmed Yusuf>Youssef ei>ay Said>Saeed ee>i Omar>Umar Walid>Waleed Tariq>Tarek Abdul>Abdel"
    " Nasser>Nasir Rashid>Rasheed Gh>G ss>s",
    "chinese": "Zh>Ch X>Hs Q>Ch zh>ch",
    "latin": "z>s x>j v>b J>Y c>k ll>l rr>r",
}


def spelling(name: str, culture: str, chance: random.Random) -> str:
    """Another transliteration of the same name."""
    pairs = [pair.split(">") for pair in _SPELLINGS[culture].split()]
    fitting = [pair for pair in pairs if pair[0] in name]
    return name.replace(*chance.choice(fitting)) if fitting else name


def script(name: str, culture: str, chance: random.Random) -> str:
    """In Cyrillic or Arabic letters."""
    if culture not in ("slavic", "arabic") or not name.isascii():
        return name
    if culture == "arabic":
        return _in_arabic(name)
    text = name.lower()
    for latin, letter in _GROUPS.items():
        text = text.replace(latin, letter)
    return text.translate(CYRILLIC).title()


def _in_arabic(name: str) -> str:
    words = []
    for word in name.split():
        article, own = ("ال", word[3:]) if word[:3] in ("Al-", "El-") else ("", word)
        if own not in _IN_ARABIC:  # changed already
            return name
        words.append(article + _IN_ARABIC[own])
    return " ".join(words)


def spaces(name: str, culture: str, chance: random.Random) -> str:
    """Words joined that were apart, or apart that were joined."""
    if culture == "arabic":
        return name.replace("-", chance.choice(("", " ")))
    given, _, others = name.partition(" ")
    for first in CHINESE if culture == "chinese" else ():
        second = given[len(first) :].capitalize()
        if given.startswith(first) and second in CHINESE:
            return f"{first} {second} {others}"
    return name


def order(name: str, culture: str, chance: random.Random) -> str:
    """The family name first."""
    words = name.split()
    return f"{words[-1]}, {' '.join(words[:-1])}"


def initial(name: str, culture: str, chance: random.Random) -> str:
    """The given name as an initial."""
    first, *others = name.split()
    return f"{first[0]}. {' '.join(others)}" if len(others) > 1 else name


def no_middle_name(name: str, culture: str, chance: random.Random) -> str:
    words = name.split()
    return " ".join((words[0], *words[2:])) if len(words) > 2 else name


def accents(name: str, culture: str, chance: random.Random) -> str:
    for plain, accented in (("o", "ó"), ("a", "á"), ("e", "é"), ("i", "í"), ("n", "ñ")):
        if plain in name[1:] and culture == "latin":
            return name[0] + name[1:].replace(plain, accented, 1)
    return name


def title(name: str, culture: str, chance: random.Random) -> str:
    return f"{chance.choice(('Dr.', 'Mr', 'Gen.', 'Sheikh'))} {name}"


CHANGES: dict[str, Callable[[str, str, random.Random], str]] = {
    "typo": typo, "spelling": spelling, "script": script, "spaces": spaces, "order": order,
    "initial": initial, "no middle name": no_middle_name, "accents": accents, "title": title,
}  # fmt: skip
