"""The form of a wrapped data key, kept for as long as anything sealed with one is kept.

    byte   0       1         9        21                  69
           ┌───────┬─────────┬─────────┬───────────────────┐
           │ 0x01  │ key id  │ nonce   │ AES-256-GCM(data key) and its tag
           └───────┴─────────┴─────────┴───────────────────┘

Additional data: bytes 0 to 8, then the context: each name and value in UTF-8 after its length (32 bits,
big-endian), ordered by the names' bytes. A test vector stands in `tests/ports/test_keys.py`.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from entrepot.core.errors import Forbidden

KEY_BYTES = 32
ID_FROM, ID_BYTES = 1, 8  # where the master key's id stands
_VERSION = b"\x01"
_ID_END, _NONCE_END, _END = ID_FROM + ID_BYTES, 21, 69


def key_id(master: bytes) -> bytes:
    """Return the id of a key. It follows from the key, so that all who hold the key agree on it."""
    return hmac.digest(master, b"entrepot master key id", hashlib.sha256)[:ID_BYTES]


def wrap(data_key: bytes, context: Mapping[str, str], *, master: bytes, nonce: bytes | None = None) -> bytes:
    """Wrap a data key. A random nonce is safe for 2³² data keys under one master key (NIST SP 800-38D
    §8.3).
    """
    header = _VERSION + key_id(master)
    nonce = nonce or os.urandom(12)
    return header + nonce + AESGCM(master).encrypt(nonce, data_key, header + canonical(context))


def unwrap(wrapped: bytes, context: Mapping[str, str], *, masters: Mapping[bytes, bytes]) -> bytes:
    """`masters`: key id → master key. Raises: Forbidden."""
    header, nonce = wrapped[:_ID_END], wrapped[_ID_END:_NONCE_END]
    master = masters.get(header[1:])
    if len(wrapped) != _END or header[:1] != _VERSION or master is None:
        raise Forbidden("This is no data key that was wrapped here.")
    try:
        return AESGCM(master).decrypt(nonce, wrapped[_NONCE_END:], header + canonical(context))
    except InvalidTag:
        raise Forbidden("This data key was altered, or belongs to another context.") from None


def canonical(context: Mapping[str, str]) -> bytes:
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    return b"".join(len(text).to_bytes(4, "big") + text for pair in pairs for text in pair)
