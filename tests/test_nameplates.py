"""The docstring of a context's package is its nameplate: what it owns, says and hears. It agrees with the
context's table and with its events.
"""

import re
from importlib import import_module

import pytest
from tools.reference import said

from entrepot import wiring
from entrepot.core.context import Context
from entrepot.node.assembly import Assembled, assemble
from entrepot.user.events import PersonErased, PersonExportRequested

# A holder of personal data answers to `user` alone; that one names them all together.
_ANY_HOLDER = "….person_data_told"
_SECTION = re.compile(r"^(Owns|Says|Hears): (.*?)(?=^(?:Owns|Says|Hears): |\Z)", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"`([^`]+)`")

ASSEMBLY = assemble(wiring.CONTEXTS)


def nameplate(context: Context) -> dict[str, str]:
    return dict(_SECTION.findall(import_module(context.package).__doc__ or ""))


def types(text: str) -> list[str]:
    return _TYPE.findall(text)


def heard(context: Context) -> set[str]:
    """What its own table says, and what follows from it. It does not list which events other contexts
    announce or observe: a new context would then have to change this one's nameplate.
    """
    kinds = {kind.TYPE for kind, _ in context.hears}
    if context.personal is not None:
        kinds |= {PersonExportRequested.TYPE, PersonErased.TYPE}
    derived = {
        _ANY_HOLDER: context.gathers,
        "announces": context.dispatches,
        "recalls": context.withdraws,
        "observes": context.considers,
        "denies": context.reconsiders,
    }
    return kinds | {word for word, handler in derived.items() if handler is not None}


@pytest.mark.parametrize("assembled", list(ASSEMBLY), ids=lambda each: each.name)
def test_a_nameplate_names_what_the_context_hears(assembled: Assembled) -> None:
    assert sorted(types(nameplate(assembled.context)["Hears"])) == sorted(heard(assembled.context))


@pytest.mark.parametrize("assembled", list(ASSEMBLY), ids=lambda each: each.name)
def test_a_nameplate_names_what_the_context_says(assembled: Assembled) -> None:
    says = sorted(kind.TYPE for kind in said().get(assembled.name, ()))
    assert sorted(types(nameplate(assembled.context)["Says"])) == says


@pytest.mark.parametrize("assembled", list(ASSEMBLY), ids=lambda each: each.name)
def test_a_nameplate_says_what_the_context_owns(assembled: Assembled) -> None:
    assert nameplate(assembled.context)["Owns"].strip()
