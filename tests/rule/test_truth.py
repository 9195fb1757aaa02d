"""Kleene's laws."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.rule.model import truth
from entrepot.rule.model.truth import FALSE, TRUE, UNKNOWN, both, either, negation

ALL = (FALSE, UNKNOWN, TRUE)


def definite(one: int) -> tuple[int, ...]:
    """What an unknown may turn out to be."""
    return (FALSE, TRUE) if one == UNKNOWN else (one,)


@pytest.mark.parametrize(("one", "other"), list(product(ALL, ALL)))
def test_connectives_are_strong(one: truth.Truth, other: truth.Truth) -> None:
    """The answer is definite exactly when every way to settle the unknowns gives it."""
    for connective, classical in ((both, min), (either, max)):
        possible = {classical(a, b) for a, b in product(definite(one), definite(other))}
        assert connective(one, other) == (possible.pop() if len(possible) == 1 else UNKNOWN)


@pytest.mark.parametrize(("one", "other", "third"), list(product(ALL, ALL, ALL)))
def test_laws_of_the_algebra(one: truth.Truth, other: truth.Truth, third: truth.Truth) -> None:
    assert both(one, other) == both(other, one)
    assert both(one, both(other, third)) == both(both(one, other), third)
    assert both(one, either(other, third)) == either(both(one, other), both(one, third))
    assert negation(both(one, other)) == either(negation(one), negation(other))
    assert negation(negation(one)) == one


@given(st.lists(st.sampled_from(ALL)))
def test_all_and_any_are_the_connectives_repeated(truths: list[truth.Truth]) -> None:
    assert truth.all_of(truths) == negation(truth.any_of(map(negation, truths)))
