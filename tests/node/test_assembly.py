"""Who hears which log follows from what contexts hear, also where an event has moved to another context."""

from typing import ClassVar

import pytest
from tests.house import ASSEMBLY

from entrepot.core.context import Context
from entrepot.core.events import Event
from entrepot.core.ports import Transaction
from entrepot.node.assembly import Assembled, assemble


class Rang(Event, frozen=True, kw_only=True):
    """Said by `bell`, and before that by `tower`."""

    TYPE: ClassVar[str] = "bell.rang"
    KEY: ClassVar[str] = "hour"
    FORMERLY: ClassVar[tuple[str, ...]] = ("tower.rang",)

    hour: int


async def on_rang(tx: Transaction, event: Rang) -> None: ...


def context(name: str, **more: object) -> Context:
    return Context(**({"name": name, "package": "tests.toy"} | more))  # type: ignore[arg-type]


def assembled(*names: str) -> dict[str, Assembled]:
    """The whole house, with these contexts that speak and a town that hears."""
    house = (each.context for each in ASSEMBLY)
    town = context("town", hears=((Rang, on_rang),))
    return {each.name: each for each in assemble((*house, *map(context, names), town))}


def test_a_moved_event_is_heard_in_the_log_where_it_is_said_and_in_the_one_where_it_was() -> None:
    house = assembled("bell", "tower")
    heard = [(Rang, on_rang)]
    assert house["town"].hears == {"bell@hub": heard, "tower@hub": heard}
    assert (house["bell"].readers, house["tower"].readers) == ({"town@hub"}, {"town@hub"})


def test_the_log_of_a_context_that_is_gone_is_not_waited_for() -> None:
    assert assembled("bell")["town"].hears == {"bell@hub": [(Rang, on_rang)]}


@pytest.mark.parametrize("each", ASSEMBLY.contexts, ids=lambda each: each.name)
def test_whoever_hears_a_log_is_among_its_readers(each: Assembled) -> None:
    """Otherwise the log would refuse it, and keep nothing for it."""
    readers = {f"{other.name}@hub": other.readers for other in ASSEMBLY}
    for source in each.hears:
        assert f"{each.name}@hub" in readers[source]
