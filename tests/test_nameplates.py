"""The docstring of a context's package is its nameplate: what it owns, says and hears. It agrees with the
context's table and with its events.
"""

import re
from importlib import import_module

import pytest
from tools.reference import said

from entrepot import wiring
from entrepot.core.context import Context
from entrepot.core.personal import PersonDataTold
from entrepot.node.assembly import Assembled, assemble

# A holder of personal data answers to `user` alone; that one names them all together.
_ANY_HOLDER = "….person_data_told"
_SECTION = re.compile(r"^(Owns|Says|Hears): (.*?)(?=^\w+: |\Z)", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"`([^`]+)`")

ASSEMBLY = assemble(wiring.CONTEXTS)
_MOVING = {"edge", "tracking", "rule"}
NAMED = [each for each in ASSEMBLY if each.name not in _MOVING]


def nameplate(context: Context) -> dict[str, str]:
    return dict(_SECTION.findall(import_module(context.package).__doc__ or ""))


def types(text: str) -> list[str]:
    return _TYPE.findall(text)


def heard(assembled: Assembled) -> set[str]:
    kinds = {kind for heard in assembled.hears.values() for kind, _ in heard}
    gathers = assembled.context.gathers is not None
    return {_ANY_HOLDER if gathers and issubclass(kind, PersonDataTold) else kind.TYPE for kind in kinds}


@pytest.mark.parametrize("assembled", NAMED, ids=lambda each: each.name)
def test_a_nameplate_names_what_the_context_hears(assembled: Assembled) -> None:
    assert sorted(types(nameplate(assembled.context)["Hears"])) == sorted(heard(assembled))


@pytest.mark.parametrize("assembled", NAMED, ids=lambda each: each.name)
def test_a_nameplate_names_what_the_context_says(assembled: Assembled) -> None:
    says = sorted(kind.TYPE for kind in said().get(assembled.name, ()))
    assert sorted(types(nameplate(assembled.context)["Says"])) == says


@pytest.mark.parametrize("assembled", NAMED, ids=lambda each: each.name)
def test_a_nameplate_says_what_the_context_owns(assembled: Assembled) -> None:
    assert nameplate(assembled.context)["Owns"].strip()
