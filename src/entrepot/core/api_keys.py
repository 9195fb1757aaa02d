"""API keys: 256 random bits with a recognisable prefix. Only their SHA-256 is ever stored: the
entropy makes a slow hash pointless (OWASP: slow hashes are for what people choose).
"""

import hashlib
import secrets

PREFIX = "ek_"
_LENGTH = len(PREFIX) + 43


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def looks_like_one(text: str) -> bool:
    return len(text) == _LENGTH and text.startswith(PREFIX)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
