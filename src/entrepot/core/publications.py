"""What others publish again and again, such as lists of restricted parties: where the operator says that it
is, and how it is fetched when it changed.
"""

from contextlib import AbstractAsyncContextManager
from typing import BinaryIO, NamedTuple, Protocol

from entrepot.core.errors import Unavailable


class Publication(NamedTuple):
    """Something published, and the addresses or paths of its files."""

    name: str
    places: tuple[str, ...]


class Fetched(NamedTuple):
    """The files as they are now, open for as long as they are read. `seen` tells them from other versions."""

    files: tuple[BinaryIO, ...]
    seen: str


class FetchFailed(Unavailable):
    """A publication cannot be had now. The text is a sentence that quotes nothing of the answer."""


class Publications(Protocol):
    """Fetches what the operator configured, and nothing else."""

    @property
    def known(self) -> tuple[Publication, ...]:
        """What the operator configured."""

    def fetch(self, publication: Publication, *, seen: str) -> AbstractAsyncContextManager[Fetched | None]:
        """The files, or None if they are still those that were `seen`. Raises: FetchFailed."""
