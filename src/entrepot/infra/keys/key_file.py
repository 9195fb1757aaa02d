"""The file that holds a node's own keys: for its owner's eyes only, whole or not there at all, and made
once however many processes start together.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from entrepot.core.errors import Unavailable
from entrepot.core.time import now
from entrepot.infra.durable import write_whole
from entrepot.infra.keys.wrapping import KEY_BYTES

Stamp = tuple[int, int, int]


class KeysRefused(Unavailable):
    """The keys stand where others can read them, or are damaged or gone. The message says what to do."""


class KeyPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A master key and the seed of an Ed25519 key (RFC 8032), 32 bytes each, in base64."""

    master: bytes
    signing: bytes
    made_at: datetime

    def __post_init__(self) -> None:
        if {len(self.master), len(self.signing)} != {KEY_BYTES}:
            raise ValueError(f"a key has {KEY_BYTES} bytes")


class Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every pair of keys there ever was, the newest last."""

    form: Literal[1]
    pairs: Annotated[tuple[KeyPair, ...], msgspec.Meta(min_length=1)]

    def renewed(self) -> "Stored":
        return Stored(form=1, pairs=(*self.pairs, _new_pair()))


class KeyFile:
    """`keys.json` in a folder of its own. Its methods wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "keys.json"

    def exists(self) -> bool:
        return self._path.exists()

    def stamp(self) -> Stamp:
        """Return a value that changes when the file is replaced. Raises: KeysRefused when it is gone: what
        would be wrapped by keys that stand nowhere could never be opened again.
        """
        try:
            found = self._path.stat()
        except OSError as error:
            raise KeysRefused(f"The keys in {self._path} cannot be reached: {error.strerror}.") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self) -> Stored:
        """Raises: KeysRefused."""
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise KeysRefused(f"The keys in {self._path} cannot be reached: {error.strerror}.") from error
        with os.fdopen(file, "rb") as opened:
            _refuse_if_others_may_look(os.fstat(file), self._path, wanted="600")
            _refuse_if_others_may_look(self._folder.stat(), self._folder, wanted="700")
            content = opened.read()
        try:
            return msgspec.json.decode(content, type=Stored)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise KeysRefused(f"{self._path} is damaged; restore it from a backup.") from error

    def make_once(self) -> None:
        """Make the file unless it is there. Of processes that start together, one makes it. Raises:
        KeysRefused.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_if_others_may_look(self._folder.stat(), self._folder, wanted="700")
        with self._locked():
            if not self.exists():
                self._write(Stored(form=1, pairs=(_new_pair(),)))

    def change(self, how: Callable[[Stored], Stored]) -> None:
        with self._locked():
            self._write(how(self.read()))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._folder / "keys.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _write(self, stored: Stored) -> None:
        """Write the file on disk before anything is wrapped with its keys."""
        write_whole(self._path, msgspec.json.format(msgspec.json.encode(stored)) + b"\n")


def _new_pair() -> KeyPair:
    return KeyPair(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES), now())


def _refuse_if_others_may_look(found: os.stat_result, path: Path, *, wanted: str) -> None:
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise KeysRefused(f"Others may read {path}. Make it yours alone: chmod {wanted} {path}")
