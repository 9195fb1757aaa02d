"""A passkey in software, written down a second time from WebAuthn Level 3 (§6.1, §6.5.4, §5.8.1)."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

UP, UV, BE, BS, AT = 1, 4, 8, 16, 64


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey. `counts` by one each time, unless it never does; `flags` beside user presence."""

    origin: str = "http://localhost:0"
    party: str = "localhost"
    flags: int = UV
    counts: int = 1
    count: int = 0
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    handle: str = ""

    @property
    def id(self) -> str:
        return text(self.credential)

    def create(self, options: dict[str, Any], *, name: str = "Laptop", **changed: Any) -> dict[str, Any]:
        """What the console sends after `navigator.credentials.create()`."""
        self.handle = options["user"]["id"]
        client_data = self._client_data("webauthn.create", options["challenge"], **changed)
        attestation = cbor2.dumps(
            {"fmt": "none", "attStmt": {}, "authData": self._data(AT) + self._attested()}
        )
        return {
            "name": name, "id": self.id, "client_data": text(client_data), "attestation": text(attestation),
            "transports": ["internal"],
        }  # fmt: skip

    def get(self, options: dict[str, Any], *, handle: str | None = None, **changed: Any) -> dict[str, Any]:
        """What the console sends after `navigator.credentials.get()`."""
        client_data = self._client_data("webauthn.get", options["challenge"], **changed)
        data = self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": self.id, "client_data": text(client_data), "authenticator_data": text(data),
            "signature": text(signature), "user_handle": self.handle if handle is None else handle,
        }  # fmt: skip

    def _client_data(self, kind: str, challenge: str, **changed: Any) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | changed).encode()

    def _data(self, more: int) -> bytes:
        self.count += self.counts
        flags = UP | self.flags | more
        return hashlib.sha256(self.party.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _attested(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        return bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + public
