"""What a file says before it has a shape: a tree of texts, and the line of each branch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from entrepot.rule.model.flaw import SHAPE

Steps = tuple[str | int, ...]


class UnreadableSource(Exception):
    """The file is not one, at this line (0 for the whole of it)."""

    def __init__(self, code: str, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.code, self.line = code, line


class SourceFault(NamedTuple):
    """What is wrong with one value, so that it is not in the tree; the rest of the file is."""

    rule: str
    field: str
    reason: str
    line: int
    code: str = SHAPE


@dataclass(frozen=True)
class Located:
    """`tree` holds mappings, lists and texts; `lines` knows the line of some paths into it."""

    tree: Any
    lines: Mapping[Steps, int]
    faults: Sequence[SourceFault] = ()

    def line(self, steps: Steps) -> int:
        """Return the line of this branch, or of the nearest above it that has one."""
        for end in range(len(steps), -1, -1):
            if (found := self.lines.get(steps[:end])) is not None:
                return found
        return 0
