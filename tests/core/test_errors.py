"""Errors show what they name as public, and nothing else."""

import pytest

from entrepot.core.errors import Conflict, Contended, Error, Forbidden, Invalid, NotFound, Unavailable


class StockShort(Conflict):
    fields = ("sku", "left")

    def __init__(self, sku: str, left: int) -> None:
        super().__init__(f"There are {left} left.")
        self.sku, self.left, self.cost = sku, left, 7


def test_only_named_fields_are_public() -> None:
    assert StockShort("apple", 2).public() == {"sku": "apple", "left": 2}


@pytest.mark.parametrize("kind", [Invalid, Forbidden, NotFound, Conflict, Unavailable, Contended])
def test_every_kind_is_an_error_without_public_fields(kind: type[Error]) -> None:
    assert kind("no").public() == {}
    assert str(kind("no")) == "no"


def test_contention_is_a_kind_of_unavailability() -> None:
    assert issubclass(Contended, Unavailable)
