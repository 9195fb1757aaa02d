"""Sealed fields: what names or describes a person is encrypted before it reaches a database, an event or a
log, under a data key of its owner that the key service wraps. Destroying the data key erases the person.

    byte   0       1         33            65
           ┌───────┬─────────┬─────────────┬──────────────────────────────┐
           │ 0x01  │ salt    │ commitment  │ AES-256-GCM(text) and its tag
           └───────┴─────────┴─────────────┴──────────────────────────────┘

`docs/sealing.md` has the form in full, and test vectors.
"""

import hashlib
import hmac
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from entrepot.core.ports import Keys

EncryptionContext = Mapping[str, str]

KEY_BYTES = 32
OVERHEAD_BYTES = 81
_VERSION = b"\x01"
_SALT_END, _COMMITMENT_END = 33, 65
_INFO = b"entrepot 1 sealed field"
# Every message has a key of its own, so its one nonce may be constant.
_NONCE = bytes(12)


class Unsealable(Exception):
    """It was altered, moved to another place, or sealed under another key. The error does not say which."""


class DataKey:
    """One owner's key, unwrapped. It seals texts, each bound to a place: the AES additional data."""

    __slots__ = ("_owner", "_plain")

    def __init__(self, plain: bytes, *, owner: str) -> None:
        self._plain, self._owner = plain, owner

    def seal(self, text: str, place: str) -> bytes:
        """`place` is `table.column`, or another word for where this text belongs, and nowhere else."""
        return seal(text.encode(), self._plain, context={"owner": self._owner, "place": place})

    def open(self, sealed: bytes, place: str) -> str:
        """Raises: Unsealable."""
        return unseal(sealed, self._plain, context={"owner": self._owner, "place": place}).decode()

    def index(self, text: str, purpose: str) -> str:
        """Return a keyed hash of the text: equal for equal texts, and meaningless without the key. For
        look-ups.
        """
        message = canonical({"purpose": purpose, "text": text})
        return hmac.digest(self._plain, b"entrepot 1 blind index" + message, hashlib.sha256).hex()


class Sealing:
    """Makes and unwraps data keys, and remembers the last ones for a while."""

    def __init__(
        self, keys: Keys, *, most: int = 10_000, keep_s: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._keys, self._most, self._keep_s, self._clock = keys, most, keep_s, clock
        self._known: OrderedDict[tuple[str, bytes], tuple[DataKey, float]] = OrderedDict()

    async def make(self, owner: str) -> tuple[DataKey, bytes]:
        """Return a new data key and its wrapped form, which opens only for this owner."""
        made = await self._keys.generate(_wrapping(owner))
        return self._remember(owner, made.wrapped, DataKey(made.plain, owner=owner)), made.wrapped

    async def key(self, owner: str, wrapped: bytes) -> DataKey:
        """Raises: Forbidden when it is not the owner's; Unavailable."""
        if (found := self._known.get((owner, wrapped))) is not None:
            if found[1] > self._clock():
                self._known.move_to_end((owner, wrapped))
                return found[0]
            del self._known[owner, wrapped]
        plain = await self._keys.unwrap(wrapped, _wrapping(owner))
        return self._remember(owner, wrapped, DataKey(plain, owner=owner))

    async def rewrap(self, owner: str, wrapped: bytes) -> bytes:
        """Wrap the same data key under the newest master key."""
        return await self._keys.rewrap(wrapped, _wrapping(owner))

    def forget(self, owner: str, wrapped: bytes) -> None:
        """Forget a key that was destroyed. Other processes forget it after `keep_s` at the latest."""
        self._known.pop((owner, wrapped), None)

    def _remember(self, owner: str, wrapped: bytes, key: DataKey) -> DataKey:
        self._known[owner, wrapped] = (key, self._clock() + self._keep_s)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return key


def _wrapping(owner: str) -> EncryptionContext:
    return {"owner": owner, "use": "sealed fields"}


def seal(plain: bytes, key: bytes, *, context: EncryptionContext, salt: bytes | None = None) -> bytes:
    """`salt` is given only by test vectors; it must never come twice under one key."""
    salt = salt or os.urandom(32)
    message_key, commitment = _derive(key, salt)
    header = _VERSION + salt + commitment
    return header + AESGCM(message_key).encrypt(_NONCE, plain, header + canonical(context))


def unseal(sealed: bytes, key: bytes, *, context: EncryptionContext) -> bytes:
    """Raises: Unsealable."""
    header, salt, committed = sealed[:_COMMITMENT_END], sealed[1:_SALT_END], sealed[_SALT_END:_COMMITMENT_END]
    if len(sealed) < OVERHEAD_BYTES or sealed[:1] != _VERSION:
        raise Unsealable("This is nothing that was sealed here.")
    message_key, commitment = _derive(key, salt)
    # GCM alone lets one ciphertext open under two keys (https://eprint.iacr.org/2020/1456).
    if not hmac.compare_digest(commitment, committed):
        raise Unsealable("This does not open here.")
    try:
        return AESGCM(message_key).decrypt(_NONCE, sealed[_COMMITMENT_END:], header + canonical(context))
    except InvalidTag:
        raise Unsealable("This does not open here.") from None


def _derive(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """(key of this one message, commitment to it), by HKDF-SHA512 (RFC 5869)."""
    both = HKDF(SHA512(), length=64, salt=salt, info=_INFO).derive(key)
    return both[:32], both[32:]


def canonical(context: EncryptionContext) -> bytes:
    """Return each name and value in UTF-8 after its length (32 bits, big-endian), ordered by the names'
    bytes.
    """
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    return b"".join(len(text).to_bytes(4, "big") + text for pair in pairs for text in pair)
