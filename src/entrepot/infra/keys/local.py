"""The platform's keys in one file of the data folder, readable by its owner only.

A wrapped data key is: version (1 byte, 0x01) ‖ master key id (8 bytes) ‖ nonce (12 bytes) ‖ AES-256-GCM
ciphertext and tag (48 bytes). The additional data is the header followed by the context as JSON with
sorted names, so a wrapped key opens only where it was made for.
"""

import fcntl
import hashlib
import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from entrepot.core.errors import Forbidden, Unavailable
from entrepot.core.ports import WrappedKey

_VERSION = b"\x01"
_ID_BYTES, _NONCE_BYTES = 8, 12
_HEADER_BYTES = len(_VERSION) + _ID_BYTES


class KeysExposed(Forbidden):
    """Others may read the key file."""


class _Pair(msgspec.Struct, frozen=True):
    """A key and its id, both as text (the key in base64)."""

    id: str
    key: str


class _Ring(msgspec.Struct, frozen=True):
    """The file: the newest key is the last."""

    masters: tuple[_Pair, ...]
    signers: tuple[_Pair, ...]


class LocalKeys:
    """Made by `open`."""

    def __init__(self, file: Path, *, master: bytes | None) -> None:
        self._file, self._given = file, master
        self._stamp: tuple[int, int] = (0, 0)
        self._masters: dict[bytes, AESGCM] = {}
        self._signers: dict[str, Ed25519PrivateKey] = {}
        self._public: Mapping[str, bytes] = {}

    @classmethod
    def open(cls, folder: Path, *, master: bytes | None = None) -> "LocalKeys":
        """Make the file if there is none. `master` (32 bytes) replaces the master keys in the file.

        Raises: KeysExposed, Unavailable.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            keys = cls(folder / "keys.json", master=master)
            with _Locked(folder):
                if not keys._file.exists():
                    _store(keys._file, _Ring((_new_master(),), (_new_signer(),)))
        except OSError as error:
            raise Unavailable(f"The keys in {folder} cannot be kept: {error.strerror}.") from error
        keys._refresh()
        return keys

    async def generate(self, context: Mapping[str, str]) -> WrappedKey:
        plain = AESGCM.generate_key(256)
        return WrappedKey(plain, self._wrap(plain, context))

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        header, nonce = wrapped[:_HEADER_BYTES], wrapped[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
        if header[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise Forbidden("This is not a wrapped key of ours.")
        master = self._master(header[1:])
        try:
            return master.decrypt(nonce, wrapped[_HEADER_BYTES + _NONCE_BYTES :], _bound(header, context))
        except InvalidTag as error:
            raise Forbidden("This wrapped key was altered, or belongs elsewhere.") from error

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        return self._wrap(await self.unwrap(wrapped, context), context)

    async def sign(self, message: bytes) -> tuple[str, bytes]:
        self._refresh()
        key_id = next(reversed(self._signers))
        return key_id, self._signers[key_id].sign(message)

    async def verifying_keys(self) -> Mapping[str, bytes]:
        self._refresh()
        return self._public

    async def rotate(self) -> None:
        with _Locked(self._file.parent):
            ring = _load(self._file)
            _store(self._file, _Ring((*ring.masters, _new_master()), (*ring.signers, _new_signer())))
        self._refresh()

    def _wrap(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        self._refresh()
        key_id = next(reversed(self._masters))
        header, nonce = _VERSION + key_id, secrets.token_bytes(_NONCE_BYTES)
        return header + nonce + self._masters[key_id].encrypt(nonce, plain, _bound(header, context))

    def _master(self, key_id: bytes) -> AESGCM:
        if key_id not in self._masters:
            self._refresh()
        if (master := self._masters.get(key_id)) is None:
            raise Forbidden("The master key of this wrapped key is not here.")
        return master

    def _refresh(self) -> None:
        """Read the file again if another process changed it."""
        status = self._file.stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp == self._stamp:
            return
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise KeysExposed(f"Others may read {self._file.name}. Run: chmod 600 {self._file}")
        ring = _load(self._file)
        masters = {_raw_id(pair): AESGCM(b64decode(pair.key)) for pair in ring.masters}
        if self._given is not None:
            masters[hashlib.sha256(self._given).digest()[:_ID_BYTES]] = AESGCM(self._given)
        self._masters = masters
        self._signers = {
            pair.id: Ed25519PrivateKey.from_private_bytes(b64decode(pair.key)) for pair in ring.signers
        }
        self._public = {kid: key.public_key().public_bytes_raw() for kid, key in self._signers.items()}
        self._stamp = stamp


class _Locked:
    """One process at a time changes the keys of a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "keys.lock"

    def __enter__(self) -> None:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


def _bound(header: bytes, context: Mapping[str, str]) -> bytes:
    return header + msgspec.json.encode(dict(context), order="sorted")


def _raw_id(pair: _Pair) -> bytes:
    return bytes.fromhex(pair.id)


def _new_master() -> _Pair:
    return _Pair(secrets.token_hex(_ID_BYTES), b64encode(AESGCM.generate_key(256)).decode())


def _new_signer() -> _Pair:
    return _Pair(
        secrets.token_hex(_ID_BYTES), b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    )


def _load(file: Path) -> _Ring:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Ring)
    except (OSError, msgspec.MsgspecError) as error:
        raise Unavailable(f"{file} cannot be read as keys: {error}.") from error


def _store(file: Path, ring: _Ring) -> None:
    """Whole or not at all, also through a power cut."""
    fresh = file.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(msgspec.json.encode(ring))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
