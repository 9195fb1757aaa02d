"""What devices speak: each module describes one family, and turns its bytes into fixes and reports in SI
units. Every module of this folder is a family, but for those whose name begins with `_`: to add one, copy
`_blueprint.py`. Nothing else has to change.
"""

from importlib import import_module
from pkgutil import iter_modules

from entrepot.device.model.arrival import Decode
from entrepot.device.model.family import Family


class BadFamily(TypeError):
    """A file here that does not describe a family, or two that claim the same."""


def _found() -> tuple[Family, ...]:
    """Raises: BadFamily."""
    names = sorted(each.name for each in iter_modules(__path__) if not each.name.startswith("_"))
    return tuple(_family(name) for name in names)


def _family(name: str) -> Family:
    family = getattr(import_module(f"{__name__}.{name}"), "FAMILY", None)
    if not isinstance(family, Family) or family.name != name:
        raise BadFamily(f"families/{name}.py does not describe a FAMILY of that name.")
    return family


def _check(families: tuple[Family, ...]) -> None:
    for what, names in (
        ("protocol", [name for each in families for name in each.protocols]),
        ("path", [path for each in families if each.http is not None for path in each.http.paths]),
        ("way to set a device up", [way.name for each in families for way in each.set_up]),
    ):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadFamily(f"Two families have the {what} {', '.join(twice)}.")


FAMILIES = _found()
_check(FAMILIES)

PROTOCOLS: dict[str, Decode] = {name: decode for each in FAMILIES for name, decode in each.protocols.items()}
PATHS = frozenset(path for each in FAMILIES if each.http is not None for path in each.http.paths)
# The ports that families have of their own, if nobody sets others.
PORTS = {each.name: each.http.port for each in FAMILIES if each.http is not None and each.http.port}
