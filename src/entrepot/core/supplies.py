"""Hands objects to functions: it fills each parameter with the one object of the parameter's type.

Every function that a context's table names gets its objects in this way: what answers a row, hears an event,
does a duty, exports. The node gives the ports; the `makes` of a context add what is its own. Why not a
container library? One object for each type, checked before the node starts, is all that is needed here.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


class NotSupplied(TypeError):
    """A function wants an object that nobody gives; the node does not start then."""


class Supplies:
    """One object for each type."""

    def __init__(self) -> None:
        self._things: dict[type, object] = {}

    def give(self, kind: type[T], thing: T) -> None:
        """Raises: NotSupplied when there is one of this type already."""
        if kind in self._things:
            raise NotSupplied(f"{kind.__name__} is given twice.")
        self._things[kind] = thing

    def of(self, kind: type[T]) -> T:
        """Raises: NotSupplied."""
        if kind not in self._things:
            raise NotSupplied(f"Nobody gives {kind.__name__}.")
        found: Any = self._things[kind]
        return found  # type: ignore[no-any-return]  # `give` took it only as one of this type

    def __contains__(self, kind: object) -> bool:
        return kind in self._things

    def make(self, maker: Callable[..., object]) -> None:
        """Call `maker` with what its parameters ask for, and give what it returns as the type it names.

        Raises: NotSupplied.
        """
        kind = maker if isinstance(maker, type) else hints_of(maker).get("return")
        if not isinstance(kind, type):
            raise NotSupplied(f"{maker!r} does not say what it makes.")
        self.give(kind, maker(**self.wanted(maker, own=0)))

    def wanted(self, function: Callable[..., Any], *, own: int) -> dict[str, object]:
        """Return the objects for the parameters of `function` after the first `own`. Raises: NotSupplied."""
        found, hints = {}, hints_of(function)
        for parameter in list(inspect.signature(function).parameters.values())[own:]:
            kind = hints.get(parameter.name)
            if isinstance(kind, type) and kind in self._things:
                found[parameter.name] = self._things[kind]
            elif parameter.default is inspect.Parameter.empty:
                raise NotSupplied(f"Nobody gives {parameter.name} of {name_of(function)}.")
        return found

    def fill(self, function: Callable[..., T], *, own: int) -> Callable[..., T]:
        """Return the function with its parameters after the first `own` filled. Raises: NotSupplied."""
        wanted = self.wanted(function, own=own)
        return partial(function, **wanted) if wanted else function


def hints_of(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the types of the parameters of a function, or of a class's `__init__`."""
    bare: Any = function.func if isinstance(function, partial) else function
    return get_type_hints(vars(bare).get("__init__", bare) if isinstance(bare, type) else bare)


def name_of(function: Callable[..., Any]) -> str:
    bare = function.func if isinstance(function, partial) else function
    return f"{bare.__module__}.{bare.__qualname__}"
