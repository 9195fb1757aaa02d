"""The node as its own key service. Its keys stand in a file of the data folder, or derive from one secret
of the operator, so that nodes on several machines agree without sharing a disk.
"""

import asyncio
import hashlib
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from entrepot.core.errors import Conflict, Invalid
from entrepot.core.ports import WrappedKey
from entrepot.infra.keys import wrapping
from entrepot.infra.keys.key_file import KeyFile, Stamp, Stored
from entrepot.infra.keys.wrapping import KEY_BYTES


class _Ring(msgspec.Struct, frozen=True):
    """All keys, ready for use, the newest last."""

    masters: dict[bytes, bytes]
    verifying: dict[str, bytes]
    newest_master: bytes
    newest_signing: Ed25519PrivateKey
    newest_kid: str
    deployment: str


class LocalKeys:
    """`Keys` without a key service. A rotation by any process is seen by all on their next use."""

    def __init__(self, file: KeyFile, *, master: bytes | None, retired: Sequence[bytes]) -> None:
        self._file, self._master, self._retired = file, master, retired
        self._stamp: Stamp | None = None
        self._ring = self._load()

    @classmethod
    def open(cls, folder: Path, *, master: bytes | None = None, retired: Sequence[bytes] = ()) -> Self:
        """Return the keys of `folder`, made when it has none.

        With `master` (32 bytes) the newest keys are derived from it and no file is made; masters that are
        `retired`, and a file that is there all the same, still unwrap and verify.
        Raises: Invalid for a master of another length; KeysRefused.
        """
        if any(len(each) != KEY_BYTES for each in (*retired, *([] if master is None else [master]))):
            raise Invalid(f"A master key has {KEY_BYTES} bytes.")
        file = KeyFile(folder)
        if master is None:
            file.make_once()
        return cls(file, master=master, retired=tuple(retired))

    @property
    def deployment(self) -> str:
        """The id of the deployment that these keys make: it follows from the first of them, which is made
        at the first start and stays through every rotation. It is no secret.
        """
        return self._current().deployment

    @property
    def master_ids(self) -> frozenset[str]:
        """The ids of all master keys at hand, in hex. They reveal nothing of the keys."""
        return frozenset(id.hex() for id in self._current().masters)

    async def generate(self, context: Mapping[str, str]) -> WrappedKey:
        plain = os.urandom(KEY_BYTES)
        return WrappedKey(plain, wrapping.wrap(plain, context, master=self._current().newest_master))

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        return wrapping.unwrap(wrapped, context, masters=self._current().masters)

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        plain = await self.unwrap(wrapped, context)
        return wrapping.wrap(plain, context, master=self._current().newest_master)

    async def sign(self, message: bytes) -> tuple[str, bytes]:
        ring = self._current()
        return ring.newest_kid, ring.newest_signing.sign(message)

    async def verifying_keys(self) -> Mapping[str, bytes]:
        return self._current().verifying

    async def rotate(self) -> None:
        """Raises: Conflict when the master key is the operator's."""
        if self._master is not None:
            raise Conflict("The master key is the operator's: give the node a new one, and retire the old.")
        await asyncio.to_thread(self._file.change, Stored.renewed)

    def _current(self) -> _Ring:
        """Return the keys as they are now. A look at the file's inode costs microseconds, so no process
        works with old keys.
        """
        if self._needs_file and self._file.stamp() != self._stamp:
            self._ring = self._load()
        return self._ring

    @property
    def _needs_file(self) -> bool:
        return self._master is None or self._stamp is not None

    def _load(self) -> _Ring:
        retired, filed = [_derived(each) for each in self._retired], []
        if self._master is None or self._file.exists():
            # The stamp first: if the file is replaced in between, the next look sees it.
            self._stamp, stored = self._file.stamp(), self._file.read()
            filed = [(each.master, each.signing) for each in stored.pairs]
        if self._master is None:  # the file took over from an operator's masters, or there were none
            return _ring([*retired, *filed])
        return _ring([*filed, *retired, _derived(self._master)])


def _derived(master: bytes) -> tuple[bytes, bytes]:
    """Derive one secret for each purpose (RFC 5869), so that none serves two."""
    purposes = (b"entrepot 1 master key", b"entrepot 1 signing key")
    wrapping_key, seed = (
        HKDF(SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master) for purpose in purposes
    )
    return wrapping_key, seed


def _ring(pairs: Sequence[tuple[bytes, bytes]]) -> _Ring:
    """Return all keys, ready for use. `pairs` are master key and signing seed of each generation, the
    newest last.
    """
    signing = [Ed25519PrivateKey.from_private_bytes(seed) for _, seed in pairs]
    verifying = {
        _kid(public): public for public in (each.public_key().public_bytes_raw() for each in signing)
    }
    return _Ring(
        masters={wrapping.key_id(master): master for master, _ in pairs},
        verifying=verifying,
        newest_master=pairs[-1][0],
        newest_signing=signing[-1],
        newest_kid=_kid(signing[-1].public_key().public_bytes_raw()),
        deployment=_deployment(pairs[0][0]),
    )


def _deployment(first_master: bytes) -> str:
    """Return 64 bits: enough to tell deployments apart, and they reveal nothing of the key."""
    info = b"entrepot 1 deployment id"
    return HKDF(SHA256(), length=8, salt=None, info=info).derive(first_master).hex()


def _kid(public: bytes) -> str:
    """Return the key's id: half of its thumbprint (RFC 7638, RFC 8037), so that tokens stay short."""
    x = urlsafe_b64encode(public).rstrip(b"=")
    thumbprint = hashlib.sha256(b'{"crv":"Ed25519","kty":"OKP","x":"' + x + b'"}').digest()
    return urlsafe_b64encode(thumbprint[:16]).rstrip(b"=").decode("ascii")
