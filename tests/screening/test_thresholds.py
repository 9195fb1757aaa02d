"""The examples that stand beside the thresholds and weights of screening are true."""

import pytest

from entrepot.screening.functions.likeness import ALIKE, HEARD, SAME_SOUND, compare, word_likeness
from entrepot.screening.functions.names import folded, key
from entrepot.screening.functions.weighing import birth_date_effect, parts_of, score_of
from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import THRESHOLD, ScreenedSubject


def words(one: str, other: str) -> float:
    return word_likeness(one, other, key(one), key(other))


def names(one: str, other: str, *, organisation: bool = False) -> float:
    of = "organisation" if organisation else "person"
    return round(compare(folded(one, of), folded(other, of), of=of), 2)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("jan", "jon", True), ("gaddafi", "qadhafi", True), ("weber", "becker", False)],
)
def test_two_words_may_be_one(one: str, other: str, alike: bool) -> None:
    assert (words(one, other) >= ALIKE) is alike


def test_sound_counts_only_with_letters() -> None:
    assert key("qadir") == key("kader")
    assert words("qadir", "kader") == SAME_SOUND
    assert key("vinanov") == key("wenwei")
    assert words("vinanov", "wenwei") < HEARD


@pytest.mark.parametrize(
    ("one", "other", "organisation", "likeness"),
    [
        ("Ivan Petrov", "Igor Petrov", False, 0.5),
        ("Petrovsky", "Ivan Petrovsky", False, 0.8),
        ("Ivan Petrovsky", "Ivan Sergeevich Petrovsky", False, 0.93),
        ("Northern Star", "Northern Star Kamchatka", True, 0.84),
        ("Northern Star", "Northern Star Shipping", True, 0.93),
        ("Northern Star Shipping", "Northern Star Trading", True, 0.82),
        ("Huawei", "Huawei Technologies Co., Ltd.", True, 0.88),
        ("Brigade 44", "Brigade Forty-Five", True, 0.5),
        ("Mahmoud Al Tikriti", "Mahmoud Altikriti", False, 1.0),
        ("Jan Vanderberg", "Jan van der Berg", False, 1.0),
    ],
)
def test_names_are_as_alike_as_the_examples_say(
    one: str, other: str, organisation: bool, likeness: float
) -> None:
    assert abs(names(one, other, organisation=organisation) - likeness) <= 0.011


@pytest.mark.parametrize(
    ("one", "other", "effect"),
    [
        ("1961-04-02", "1961-04-02", 0.05),
        ("1961-04-02", "1961", 0.03),
        ("1961-04-02", "1961-02-04", 0.03),
        ("1961-04-02", "1961-04-12", -0.02),
        ("1961-04-02", "1962-11-30", -0.06),
        ("1961", "1965", -0.12),
        ("1961", "1985", -0.2),
    ],
)
def test_birth_dates_weigh_as_the_examples_say(one: str, other: str, effect: float) -> None:
    assert birth_date_effect(one, other) == birth_date_effect(other, one) == effect


def test_surname_alone_is_a_hit_only_with_the_same_birth_date() -> None:
    party = Party(id="1", name="Ivan Petrovsky", birth_dates=("1961-04-02",))
    likeness = compare(folded("Petrovsky"), folded(party.name))
    for born, hit in ((None, False), ("1961", False), ("1961-04-02", True)):
        subject = ScreenedSubject(name="Petrovsky", birth_date=born)
        parts = parts_of(subject, party, likeness=likeness, matched_name=party.name)
        assert (score_of(parts) >= THRESHOLD) is hit, born
