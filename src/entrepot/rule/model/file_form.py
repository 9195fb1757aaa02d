"""What a file to import has to look like: one description for the reader, the console and the documents."""

from typing import ClassVar

import msgspec

from entrepot.core.errors import Conflict


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a CSV file: what its cells hold, and the cells of a sample."""

    name: str
    about: str
    required: bool = False
    examples: tuple[str, ...] = ()


class FileForm(msgspec.Struct, frozen=True, kw_only=True):
    """`sample` is a whole CSV file that can be imported; larger files than `most_bytes` are not taken."""

    columns: tuple[Column, ...]
    sample: str
    most_bytes: int


class FileForms(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the Harmonized System, a list of restricted parties, and a pack of rules."""

    hs: FileForm
    parties: FileForm
    pack: FileForm


class FileShrinks(Conflict):
    """More than half of what is there would go: it may be half a file. It takes `shrinks` to mean it."""

    fields: ClassVar[tuple[str, ...]] = ("had", "has", "removed")

    def __init__(self, *, had: int, has: int, removed: int) -> None:
        super().__init__(
            f"{removed} of the {had} entries that are there now are not in this file, which has {has}."
            " Is the file whole? Nothing was changed."
        )
        self.had, self.has, self.removed = had, has, removed


def refuse_shrinking(*, had: int, has: int, removed: int) -> None:
    """Raises: FileShrinks if more than half would go."""
    if removed * 2 > had:
        raise FileShrinks(had=had, has=has, removed=removed)
