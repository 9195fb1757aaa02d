"""Names that mean the same, and those that do not: what is found, how sure, and why."""

from typing import Any

import pytest
from bench.labels import people as made_up
from hypothesis import given
from hypothesis import strategies as st
from tests.screening.parties import CSV

from entrepot.screening.functions import party_list
from entrepot.screening.functions.likeness import compare
from entrepot.screening.functions.name_index import IndexedList, NameIndex
from entrepot.screening.functions.names import folded, key, spelled
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import ScreenedSubject


def index_of(*parties: Party) -> NameIndex:
    return NameIndex([IndexedList("tried", 1, "-", parties)])


def listed() -> NameIndex:
    return index_of(*party_list.read(CSV, form="csv").parties)


def found(name: str, *, threshold: float = 0.85, **more: Any) -> list[str]:
    subject = ScreenedSubject(name=name, **more)
    index = listed()
    return [
        index.sources[each.source].parties[each.number].id
        for each in index.search(subject, threshold=threshold, limit=9)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mahmoud Al Tikriti", "Altikriti Mahmoud"), ("Yasin Abdulrahman", "Abd al-Rahman Yasin"),
        ("Abdul Karim Saleh", "Saleh Abdulkarim"), ("Minsu Lee", "Lee Min Su"),
        ("Maryann Smith", "Smith, Mary Ann"),
        ("王伟民", "Wang Weimin"), ("王伟民", "Weimin Wang"), ("王伟民", "伟民王"),
        ("عبدالله صالح", "Abdallah Salih"), ("محمد التكريتي", "Mohammed al Tikriti"),
        ("عمر حسن", "Omar Hassan"),
        ("يوسف قاسم", "Yusuf Qasim"), ("نواف خالد", "Nawaf Khaled"), ("فاطمة الحسين", "Fatima Alhussein"),
    ],
)  # fmt: skip
def test_words_joined_apart_or_without_vowels_are_the_same_name(one: str, other: str) -> None:
    for name, its in ((one, other), (other, one)):
        index = index_of(Party(id="meant", name=its), Party(id="other", name="Nikolai Ustinov"))
        assert [hit.number for hit in index.search(ScreenedSubject(name=name), threshold=0.85, limit=9)] == [
            0
        ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li Na", "Lina Li"), ("Anna Belle", "Annabelle Lee"), ("محمد حسين", "Mahdi Hashimi"),
        ("خالد سعيد", "Khalil Saadi"), ("王伟", "Wang Weiguo"), ("Roma Novak", "Roman Ovak"),
    ],
)  # fmt: skip
def test_joining_words_makes_nobody_else_of_them(one: str, other: str) -> None:
    assert compare(folded(one), folded(other)) < 0.85


@pytest.mark.parametrize(
    ("said", "hits"),
    [
        ({}, []), ({"country": "RU", "birth_date": "1970"}, [0]), ({"country": "RU"}, []),
        ({"country": "CN", "birth_date": "1970"}, []),
    ],
)  # fmt: skip
def test_single_word_is_found_where_country_and_birth_agree(said: dict[str, Any], hits: list[int]) -> None:
    listed = Party(id="p", name="Владимир Петров", countries=("RU",), birth_dates=("1970",))
    index = index_of(listed, Party(id="q", name="Vladimir Sidorov", countries=("RU",)))
    found = index.search(ScreenedSubject(name="Petrov", **said), threshold=0.85, limit=9)
    assert [hit.number for hit in found] == hits


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("PETROVSKY, Ivan", "Petrovsky Ivan", True), ("Mr. O\u2019Brien", "o'brien", True),
        ("王伟", "王伟", True),
        ("王伟", "汪伟", False), ("Müller", "Muller", False), ("Acme Ltd.", "ACME", True),
    ],
)  # fmt: skip
def test_decisions_are_remembered_by_how_a_name_is_spelled(one: str, other: str, same: bool) -> None:
    assert (spelled(one) == spelled(other)) is same


@pytest.mark.parametrize(
    "name",
    [
        "Ivan Sergeevich Petrovsky", "PETROVSKY, Ivan", "Ivan Petrovskiy",
        "Иван Сергеевич Петровский", "Dr. Ivan Petrovsky", "I. Petrovsky", "Ivan Petrovksy",
        "Petrovsky Ivan Sergeyevich", "Iván Petrovsky",
    ],
)  # fmt: skip
def test_name_is_found_however_it_is_written(name: str) -> None:
    assert found(name) == ["1"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Mohamed al Tikriti", "2"), ("Muhammad Altikriti", "2"), ("محمد التكريتي", "2"),
        ("Jan Vanderberg", "5"), ("J. van den Berg", "5"), ("Northern Star Shipping Ltd.", "3"),
        ("Severnaja Zvezda", "3"), ("Morning Glory", "4"), ("Weimin Zhang", "6"), ("Zhang Wei Min", "6"),
    ],
)  # fmt: skip
def test_transliterations_joined_words_and_legal_forms_do_not_hide_anybody(name: str, meant: str) -> None:
    assert meant in found(name, threshold=0.8)


@pytest.mark.parametrize(
    "name",
    [
        "Sergei Petrovsky", "Ivan Petrov", "Ivan Nikolaevich Petrovich", "Petrovsky", "Mohammed Al-Baghdadi",
        "Ahmad Al-Tikriti", "Northern Light Shipping LLC", "Star Trading LLC", "Jan Berger", "Zhang Lei",
        "Ada Lovelace",
    ],
)  # fmt: skip
def test_namesakes_are_not_found(name: str) -> None:
    assert found(name) == []


def test_middle_names_may_be_left_out_but_not_contradict() -> None:
    listed = folded("Ivan Sergeevich Petrov")
    assert compare(folded("Ivan Petrov"), listed) > 0.9
    assert compare(folded("Ivan Nikolaevich Petrov"), listed) < 0.85
    assert (
        compare(
            folded("Northern Star Kamchatka", "organisation"),
            folded("Northern Star", "organisation"),
            of="organisation",
        )
        < 0.9
    )


def test_another_birth_date_tells_namesakes_apart() -> None:
    assert found("Ivan Sergeevich Petrovsky", birth_date="1961-04-02") == ["1"]
    assert found("Ivan Sergeevich Petrovsky", birth_date="1961") == ["1"]
    assert found("Ivan Sergeevich Petrovsky", birth_date="1961-02-04") == ["1"]  # day and month swapped
    assert found("Ivan Sergeevich Petrovsky", birth_date="1993-04-02") == []


def test_score_is_explained_part_by_part() -> None:
    [hit] = listed().search(
        ScreenedSubject(name="Ivan Petrovskij", birth_date="1961", country="RU", kind="person"),
        threshold=0.85,
        limit=5,
    )
    assert [each.part for each in hit.parts] == ["name", "birth_date", "country"]
    assert hit.score == pytest.approx(min(1.0, sum(each.effect for each in hit.parts)), abs=1e-3)
    assert hit.matched_name == "Иван Петровский"


_letters = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10)
_names = st.lists(_letters, min_size=1, max_size=4).map(" ".join)


@given(_names, st.randoms())
def test_order_case_and_accents_mean_nothing(name: str, chance: Any) -> None:
    words = name.upper().split()
    chance.shuffle(words)
    assert compare(folded(name), folded(" ".join(words))) == 1.0


@given(_names, _names)
def test_likeness_lies_between_zero_and_one(one: str, other: str) -> None:
    likeness = compare(folded(one), folded(other))
    assert 0.0 <= likeness <= 1.0
    assert (likeness == 1.0) or sorted(folded(one).words) != sorted(folded(other).words)


@given(st.text(max_size=60))
def test_any_text_can_be_folded(text: str) -> None:
    name = folded(text)
    assert all(word.isascii() and word for word in name.words)
    assert len(name.words) == len(name.keys) == len(name.weights)


def test_spellings_of_one_name_share_a_key() -> None:
    for spellings in (
        ("mohammed", "muhammad", "mohamed"), ("sergei", "sergey"), ("petrov", "petroff"),
        ("hussein", "husayn"),
        ("yevgeny", "evgeniy"), ("aleksandr", "alexander"), ("schmidt", "shmidt"), ("yusuf", "youssef"),
    ):  # fmt: skip
        assert len({key(each) for each in spellings}) == 1, spellings


def test_blocking_loses_nobody_that_comparing_all_would_find() -> None:
    persons = made_up.people(1000, seed=3)
    parties = [Party(id=each.id, name=each.name) for each in persons]
    index = index_of(*parties)
    for asked in made_up.matches(persons, 60, seed=5):
        subject = ScreenedSubject(name=asked.name)
        name = folded(asked.name)
        whole = {party.id for party in parties if compare(name, folded(party.name)) >= 0.9}
        blocked = {parties[each.number].id for each in index.search(subject, threshold=0.9, limit=1000)}
        assert blocked == whole, asked


def test_precision_and_recall_on_made_up_people() -> None:
    persons = made_up.people(20_000, seed=21)
    index = index_of(
        *(
            Party(id=each.id, name=each.name, birth_dates=(each.born,), countries=(each.country,))
            for each in persons
        )
    )

    def hits(asked: made_up.Arguments) -> set[str]:
        subject = ScreenedSubject(
            name=asked.name, kind="person", birth_date=asked.born, country=asked.country
        )
        return {persons[each.number].id for each in index.search(subject, threshold=0.85, limit=25)}

    meant = made_up.matches(persons, 250, seed=22)
    recall = sum(asked.meant in hits(asked) for asked in meant) / len(meant)
    false = sum(bool(hits(asked)) for asked in made_up.namesakes(persons, 250, seed=23))
    assert recall >= 0.96
    assert false / 250 <= 0.05
