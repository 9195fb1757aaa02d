"""Encrypts SQLite files page by page, and their logs and journals with them, by SQLite3 Multiple Ciphers.

A file has a key of its own, derived from the key of its folder and from the salt with which the file begins.
So it may be renamed, linked or copied, and no two files ever stand under one key. `encrypted_folder` says
where the folder's key comes from.
"""

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import apsw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from entrepot.core.errors import Unavailable

# Said in full: what a library would choose changes between versions. docs/decisions/0017-encrypted-at-rest.md
CIPHER: Literal["aegis-256"] = "aegis-256"
_SCHEME = {"cipher": "aegis", "algorithm": CIPHER}
_CANNOT = (
    "The SQLite library that is installed cannot encrypt: apsw stands where apsw-sqlite3mc should. Remove"
    " apsw, and install what requirements.lock names."
)
_KEY_BYTES, _SALT_BYTES = 32, 16
_IN_THE_CLEAR = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html#magic_header_string
_INFO = b"entrepot 1 database file"


class Locked(Unavailable):
    """A file or folder that does not open so: encrypted under another key, or not as the rest of its folder.
    The message says what helps.
    """


class Encryption:
    """How the files of a folder are encrypted. Without a key they stand in the clear."""

    def __init__(self, folder_key: bytes | None, *, whole: bool = True) -> None:
        """In a folder that is not `whole`, files from before still stand in the clear, and open so."""
        self._folder_key = folder_key
        self.whole = folder_key is not None and whole

    @property
    def on(self) -> bool:
        return self._folder_key is not None

    def of(self, path: Path | str) -> "Encryption":
        """Return how this file is encrypted, and so how a copy of it shall be."""
        return IN_THE_CLEAR if self.on and not self.whole and in_the_clear(path) else self

    def key_for(self, use: str) -> bytes | None:
        """Return a key for files of another kind that stand beside the databases; None in the clear."""
        if self._folder_key is None:
            return None
        return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=f"entrepot 1 {use}".encode()).derive(
            self._folder_key
        )

    def vfs(self, under: str | None) -> str | None:
        """Return the file layer through which pages pass; `under` is a test's disk below it."""
        return f"multipleciphers-{under}" if under is not None and self.on else under

    def unlock(self, connection: apsw.Connection, path: str) -> None:
        """Give a connection that was just opened its key. Raises: Locked for a file that was not made so."""
        begins = beginning(path)
        if self._folder_key is None:
            if begins not in (b"", _IN_THE_CLEAR):
                raise Locked(f"{Path(path).name} is encrypted, or no database.")
            return
        if begins == _IN_THE_CLEAR:
            if not self.whole:
                return
            raise Locked(f"{Path(path).name} stands in the clear in a folder that is encrypted.")
        salt = begins or os.urandom(_SALT_BYTES)
        key = _file_key(self._folder_key, salt).hex()
        if connection.pragma("cipher", _SCHEME["cipher"]) != _SCHEME["cipher"]:
            # A SQLite without ciphers takes all of these without a word, and would write in the clear.
            raise Locked(_CANNOT)
        connection.pragma("algorithm", _SCHEME["algorithm"])
        # A raw key, which needs no stretching; a file that is there brings its salt along.
        connection.pragma("key", f"raw:{key}" if begins else f"raw:{key}{salt.hex()}")

    def uri_of_new(self, path: Path) -> str:
        """Return how SQL names a new encrypted file, for `VACUUM INTO`. It holds the key: never log it."""
        assert self._folder_key is not None
        salt = os.urandom(_SALT_BYTES)
        key = f"raw:{_file_key(self._folder_key, salt).hex()}{salt.hex()}"
        return f"{path.resolve().as_uri()}?{urlencode({**_SCHEME, 'hexkey': key.encode().hex()})}"


IN_THE_CLEAR = Encryption(None)


def beginning(path: Path | str) -> bytes:
    """Return the first 16 bytes: what says that a database stands in the clear, or its salt; none if it is
    empty.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    try:
        return os.read(file, _SALT_BYTES)
    finally:
        os.close(file)


def in_the_clear(path: Path | str) -> bool:
    return beginning(path) == _IN_THE_CLEAR


def _file_key(folder_key: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), length=_KEY_BYTES, salt=salt, info=_INFO).derive(folder_key)
