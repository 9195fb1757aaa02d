"""Every context stands in every import wall that names contexts: one that was forgotten would be free."""

import tomllib
from pathlib import Path

import pytest

from entrepot import wiring

WALLS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTEXTS = {each.package for each in wiring.CONTEXTS} - {"entrepot.gateway"}
# What a context may not know of others is said of the others; that one is left out on purpose.
ABOUT_ONE = {
    "Devices know of a context only what needs no database": {"entrepot.device", "entrepot.tracking"},
    "Domain rooms know no framework and no driver": {"entrepot.device"},  # it has doors; its rooms are named
}


def listed(wall: dict[str, list[str]], key: str) -> set[str]:
    return {each for each in wall.get(key, ()) if each in CONTEXTS}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (wall["name"], key)
        for wall in WALLS["contracts"]
        for key in ("containers", "modules", "source_modules", "forbidden_modules")
        if len(listed(wall, key)) > 1
    ],
)
def test_a_wall_that_names_contexts_names_them_all(name: str, key: str) -> None:
    [wall] = [each for each in WALLS["contracts"] if each["name"] == name]
    assert listed(wall, key) | ABOUT_ONE.get(name, set()) == CONTEXTS


def test_contexts_stand_on_one_floor() -> None:
    [floors] = [each for each in WALLS["contracts"] if each["name"] == "The house has floors"]
    assert {
        f"entrepot.{name.strip()}"
        for layer in floors["layers"]
        if "user" in layer
        for name in layer.split(":")
    } == CONTEXTS
