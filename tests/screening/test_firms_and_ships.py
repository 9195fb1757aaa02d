"""Firms and ships are found whatever their legal form, prefix or way of writing, and no others."""

import pytest

from entrepot.screening.functions.affixes import legal_forms, ship_prefixes
from entrepot.screening.functions.births import as_written
from entrepot.screening.functions.identifiers import SURE, agree, fault, normal
from entrepot.screening.functions.likeness import compare
from entrepot.screening.functions.name_index import IndexedList, NameIndex
from entrepot.screening.functions.names import NameOf, folded
from entrepot.screening.functions.weighing import FEATURES, birth_date_effect
from entrepot.screening.model.party import Identifier, Party
from entrepot.screening.model.screening import THRESHOLD, ScreenedSubject


def alike(one: str, other: str, of: NameOf = "organisation") -> float:
    return compare(folded(one, of), folded(other, of), of=of)


@pytest.mark.parametrize(
    "written",
    [  # the letters of other scripts look like Latin ones
        "OAO Testneft", "O.A.O. Testneft", "ОАО «Тестнефть»", "Open Joint Stock Company Testneft",  # noqa: RUF001
        "Testneft PJSC",
        "Testneft, JSC", "Testneft GmbH & Co. KG", "Testneft S.A. de C.V.", "TESTNEFT SA DE CV",
        "Testneft Sp. z o.o.",
        "P.T. Testneft", "PT Testneft Tbk", "Testneft A.Ş.", "Testneft Sdn Bhd", "Testneft (Pvt) Ltd",
        "Testneft d.o.o.",
        "Société Anonyme Testneft", "Testneft Gesellschaft mit beschränkter Haftung", "Testneft OOO (OAO)",
        "Testneft W.L.L.", "Testneft FZ-LLC", "Testneft K.K.", "Testneft", "Testneft Company Limited",
        "Testneft COMP",
    ],
)  # fmt: skip
def test_legal_form_does_not_tell_who_it_is(written: str) -> None:
    assert alike("Testneft", written) >= 0.95


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("東京商事株式会社", "東京商事"), ("㈱東京商事", "東京商事"), ("삼천리 주식회사", "삼천리"),
        ("北京测试有限公司", "北京测试"), ("שם דוגמה בע\"מ", "שם דוגמה"), ("شركة النور ذ.م.م", "النور"),
        ("Δοκιμή Α.Ε.", "Δοκιμή"), ("ТОВ Приклад", "Приклад"),  # noqa: RUF001
    ],
)  # fmt: skip
def test_legal_form_in_its_own_script_goes_too(one: str, other: str) -> None:
    assert alike(one, other) >= 0.95


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A. O. Smith", ("ao", "smith")), ("I.R.I.S.L.", ("irisl",)), ("11420 CORP.", ("11420",)),
        ("Company", ("company",)), ("LLC", ("llc",)), ("Co. Ltd.", ("co",)),
    ],
)  # fmt: skip
def test_what_looks_like_a_form_but_is_the_name_stays(name: str, words: tuple[str, ...]) -> None:
    assert folded(name, "organisation").words == words


@pytest.mark.parametrize(
    "prefix", ["M/V", "MV", "M.V.", "Motor Vessel", "MT", "M/T", "SS", "S.S.", "F/V", "LPG/C", "т/х",  # noqa: RUF001
    "Motor Tanker"]
)  # fmt: skip
def test_prefix_of_a_ship_does_not_tell_which_it_is(prefix: str) -> None:
    assert alike(f"{prefix} Morning Glory", "MORNING GLORY", "vessel") == 1.0
    assert alike(f"{prefix} Morning Glory", "M/T Evening Glory", "vessel") < 0.85


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ejemplo & Hijos Comercial", "EJEMPLO E HIJOS COMERCIAL"), ("Smith and Sons", "Smith & Sons"),
        ("Müller und Söhne", "Muller & Sohne"), ("Brigade Ninety-Nine Trading", "99 Brigade Trading"),
        ("Forty Four Brigade", "44 Brigade"), ("Glory II", "Glory 2"), ("Base No. 5", "Base 5"),
        ("1st Bank", "First Bank"),
        ("Example Intl Trdg Co", "Example International Trading"),
    ],
)  # fmt: skip
def test_same_words_may_be_written_otherwise(one: str, other: str) -> None:
    assert alike(one, other) >= 0.95


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # moov-io/watchman 483: a legal form alone made everybody alike; 338: one shared word did
        ("Belletech Corp", "11420 CORP."), ("Emma Daniels", "EMMA LLC"),
        ("Brigade 44", "Brigade 45"), ("Bank of the West", "Bank of the East"), ("Royal Bank", "Royal Mail"),
        ("Central Park Media", "Central Valley Media"), ("Alpha Trading", "Beta Trading LLC"),
    ],
)  # fmt: skip
def test_one_deciding_word_makes_another_firm(one: str, other: str) -> None:
    assert alike(one, other) < THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # opensanctions/nomenklatura 245 and 274: abbreviations, and the order of words
        ("LUKOIL OIL COMP", "LUKOIL OIL COMPANY"), ("NPK FOTONIKA LIMITED LIABILITY COMP",
        "NPK Fotonika LLC"),
        ("GUANGZHOU HAIGE COMM GRP", "Guangzhou Haige Communication Group Co., Ltd."),
        ("HAIGE GUANGZHOU", "Guangzhou Haige Communication Group Co., Ltd."),
        ("CNOOC ENERGY TECH & SRVCES LTD", "CNOOC Energy Technology & Services Limited"),
        ("CNOOC ENERGY", "CNOOC Energy Development Co Ltd"), ("CIMEX", "CIMEX, S.A."),
        ("Huawei", "Huawei Technologies Co., Ltd."),  # moov-io/watchman 326
    ],
)  # fmt: skip
def test_firms_that_others_missed_are_found(one: str, other: str) -> None:
    assert alike(one, other) >= THRESHOLD


def test_tables_of_words_are_read_and_large() -> None:
    assert len(legal_forms().known) > 800 and len(ship_prefixes().known) > 60


def index_of(*parties: Party) -> NameIndex:
    return NameIndex([IndexedList("list", 1, "", parties)])


SHIP = Party(
    id="1", kind="vessel", name="MORNING GLORY", identifiers=(Identifier(type="imo", value="9074729"),)
)


@pytest.mark.parametrize("value", ["IMO 9074729", "9074729", "IMO: 9,074,729"])
def test_identifier_finds_whatever_the_name(value: str) -> None:
    number = Identifier(type="imo", value=value)
    found = index_of(SHIP).search(
        ScreenedSubject(name="Quite Another", identifiers=(number,)), threshold=THRESHOLD, limit=9
    )
    assert [hit.score for hit in found] == [SURE["imo"].score]
    assert found[0].parts[-1].part == "identifier"


def test_number_in_place_of_a_name_is_searched_as_an_identifier() -> None:
    """moov-io/watchman 141: 5892464 found nonsense."""
    person = Party(
        id="7", name="Nicolas MADURO MOROS", identifiers=(Identifier(type="national", value="5892464"),)
    )
    found = index_of(SHIP, person).search(ScreenedSubject(name="5892464"), threshold=THRESHOLD, limit=9)
    assert [hit.number for hit in found] == [1]


def test_another_number_speaks_against_a_ship_of_nearly_the_same_name_but_hides_none_of_the_same() -> None:
    number = (Identifier(type="imo", value="9999993"),)
    same = ScreenedSubject(name="Morning Glory", kind="vessel", identifiers=number)
    near = ScreenedSubject(name="Morning Glary", kind="vessel", identifiers=number)
    index = index_of(SHIP)
    assert index.search(same, threshold=THRESHOLD, limit=9)
    assert not index.search(near, threshold=THRESHOLD, limit=9)
    assert index.search(ScreenedSubject(name="Morning Glary"), threshold=THRESHOLD, limit=9)


@pytest.mark.parametrize(
    ("type", "value", "right"),
    [
        ("imo", "9074729", True), ("imo", "9074728", False), ("imo", "907472", False),
        ("lei", "5493001KJTIIGC8Y1R12", True), ("lei", "5493001KJTIIGC8Y1R13", False), ("other", "x-1", True),
    ],
)  # fmt: skip
def test_check_digits_are_checked(type: str, value: str, right: bool) -> None:
    assert (not fault(Identifier(type=type, value=value))) is right  # type: ignore[arg-type]


def test_numbers_of_registers_are_of_their_country() -> None:
    mine = Identifier(type="registration", value="12345678", country="GB")
    assert not agree(mine, Identifier(type="registration", value="12345678", country="CY"))
    assert agree(mine, Identifier(type="registration", value="1234-5678"))
    assert normal("77 00-112233") == "7700112233"


def test_weak_name_and_other_legal_form_count_a_little_less() -> None:
    party = Party(id="1", kind="organisation", name="Acme AG", weak_aliases=("Acme Works",))
    index = index_of(party)
    for name, part in (("Acme Ltd", "legal_form"), ("Acme Works", "weak_alias")):
        (hit,) = index.search(ScreenedSubject(name=name), threshold=THRESHOLD, limit=9)
        assert [each.part for each in hit.parts] == ["name", part] or part in {
            each.part for each in hit.parts
        }


@pytest.mark.parametrize("feature", [each for each in FEATURES.values() if each.part == "birth_date"])
def test_examples_of_birth_dates_have_their_effect(feature: object) -> None:
    one, other = feature.example.split(" ~ ")  # type: ignore[attr-defined]
    assert birth_date_effect(one, other) == feature.effect  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("one", "other", "effect"),
    [
        ("1958/1963", "1960-02-01", "as_far_as_known"), ("1970~", "1972", "within_estimate"),
        ("1970~", "1973", "more_wrong"), ("1970~", "1990", "generation_apart"), ("1958/1963", "1966",
        "years_apart"),
    ],
)  # fmt: skip
def test_estimated_births_fit_what_lies_within(one: str, other: str, effect: str) -> None:
    assert birth_date_effect(one, other) == birth_date_effect(other, one) == FEATURES[effect].effect


def test_estimates_are_read_as_people_write_them() -> None:
    written = ("circa 1970", "c. 1970", "1970 ± 2", "between 1958 and 1963", "1961-04-02")
    assert [as_written(each) for each in written] == [
        "1970~",
        "1970~",
        "1968/1972",
        "1958/1963",
        "1961-04-02",
    ]


def test_one_well_known_word_is_looked_up() -> None:
    index = index_of(SHIP, Party(id="7", name="Nicolas MADURO MOROS"), Party(id="8", name="Ana Madura"))
    assert index.with_word("maduro") == [(0, 1)]
    assert index.with_word("Morning Glory") == index.with_word("IMO 9074729") == [(0, 0)]
    assert index.with_word("nobody") == []


def test_many_hits_are_all_found() -> None:
    index = index_of(*(Party(id=str(at), kind="organisation", name=f"Example {at} Ltd") for at in range(40)),
                     *(Party(id=f"x{at}", kind="organisation",
                     name="Sample Works Ltd") for at in range(40)))  # fmt: skip
    assert len(index.found(ScreenedSubject(name="Sample Works"), threshold=THRESHOLD)) == 40
