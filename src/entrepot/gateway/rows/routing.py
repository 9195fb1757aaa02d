"""Finds the row for a method and a path, in a tree of path segments that is built once."""

from typing import Generic, TypeVar

T = TypeVar("T")


class RouteNode(Generic[T]):
    __slots__ = ("literals", "parameter", "rows")

    def __init__(self) -> None:
        self.literals: dict[str, RouteNode[T]] = {}
        self.parameter: RouteNode[T] | None = None
        self.rows: dict[str, tuple[T, tuple[str, ...]]] = {}


class Router(Generic[T]):
    """Finds what was added under a method and a path template such as `/api/devices/{id}/trips`. A literal
    segment wins over a parameter; two templates that differ only in parameter names clash.
    """

    def __init__(self) -> None:
        self._root: RouteNode[T] = RouteNode()
        self._exact: dict[tuple[str, str], T] = {}

    def add(self, method: str, template: str, target: T) -> None:
        """Raises: ValueError when the row is there already."""
        node, names = self._root, []
        for segment in template.split("/")[1:]:
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or RouteNode()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, RouteNode())
        if method in node.rows:
            raise ValueError(f"{method} {template} is in two rows")
        node.rows[method] = (target, tuple(names))
        if not names:
            self._exact[method, template] = target

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]] | tuple[None, frozenset[str]]:
        """Return the target and its parameters, or None and the methods that the path does allow."""
        if (target := self._exact.get((method, path))) is not None:
            return target, {}
        segments = path.split("/")[1:]
        if (found := self._straight(method, segments)) is not None:
            return found
        allowed: set[str] = set()
        for node, values in self._walk(self._root, segments, ()):
            if row := node.rows.get(method):
                return row[0], dict(zip(row[1], values, strict=True))
            allowed.update(node.rows)
        return None, frozenset(allowed)

    def _straight(self, method: str, segments: list[str]) -> tuple[T, dict[str, str]] | None:
        """Try the first way down, which is nearly always right. Return None if the full walk is needed."""
        node, values = self._root, []
        for segment in segments:
            child = node.literals.get(segment)
            if child is None:
                child = node.parameter
                values.append(segment)
                if child is None or not segment:
                    return None
            node = child
        if (row := node.rows.get(method)) is None:
            return None
        return row[0], dict(zip(row[1], values, strict=True))

    def _walk(
        self, node: RouteNode[T], segments: list[str], values: tuple[str, ...]
    ) -> list[tuple[RouteNode[T], tuple[str, ...]]]:
        if not segments:
            return [(node, values)] if node.rows else []
        first, rest = segments[0], segments[1:]
        found = []
        if (child := node.literals.get(first)) is not None:
            found += self._walk(child, rest, values)
        if node.parameter is not None and first:
            found += self._walk(node.parameter, rest, (*values, first))
        return found
