"""Figure 6: what it costs to seal a field, to open it, and to believe a token."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import traffic
from bench.node import settings
from bench.report import Figure, Section, Table
from entrepot.core import tokens
from entrepot.core.routes import Principal
from entrepot.core.sealing import seal, unseal
from entrepot.gateway.session.auth import Authenticator
from entrepot.node.node_keys import open_keys

_FIELD = b"ann.example@mail.example"
_CONTEXT = {"owner": "01a1f94c-8744-7378-9333-e4cfd60c960a", "place": "person.email"}
_ABOUT = (
    f"One field of {len(_FIELD)} bytes under an unwrapped data key: AES-256-GCM alone (a new key object each "
    "time, as a key per message needs it) beside our sealing, which adds a random salt, HKDF-SHA512 and a "
    "32-byte key commitment. A token: Ed25519 and all claims checked, beside one that was believed before. "
    "The best of many rounds, in µs."
)


def measure(*, quick: bool) -> Section:
    rounds = 20 if quick else 300
    key, nonce = os.urandom(32), os.urandom(12)
    aad = repr(_CONTEXT).encode()
    bare, sealed = AESGCM(key).encrypt(nonce, _FIELD, aad), seal(_FIELD, key, context=_CONTEXT)
    costs = {
        "AES-256-GCM, encrypt": _best_us(lambda: AESGCM(key).encrypt(nonce, _FIELD, aad), rounds),
        "AES-256-GCM, decrypt": _best_us(lambda: AESGCM(key).decrypt(nonce, bare, aad), rounds),
        "seal a field": _best_us(lambda: seal(_FIELD, key, context=_CONTEXT), rounds),
        "open a field": _best_us(lambda: unseal(sealed, key, context=_CONTEXT), rounds),
        **_tokens(rounds),
    }
    sealing = costs["seal a field"] / costs["AES-256-GCM, encrypt"]
    opening = costs["open a field"] / costs["AES-256-GCM, decrypt"]
    cached = costs["verify a token"] / costs["a token believed before"]
    figures = [
        Figure("seal, against bare AES-256-GCM", f"{sealing:.1f} times", "told", True),
        Figure("open, against bare AES-256-GCM", f"{opening:.1f} times", "told", True),
        Figure("token, verified against remembered", f"{cached:.0f} times", "told", True),
    ]
    table = Table(["what", "µs"], [[name, f"{cost:.2f}"] for name, cost in costs.items()])
    return Section(part="crypto", title="Sealing and tokens", about=_ABOUT, figures=figures, tables=[table])


def _tokens(rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-crypto-") as folder:
        token = traffic.token(Path(folder))
        keys = open_keys(settings(Path(folder)))
        public = asyncio.run(keys.verifying_keys())
        issuer, now_s = settings(Path(folder)).issuer, time.time()

        async def recognise(found: Sequence[object]) -> list[Principal | None]:
            return [Principal("bench", "bench", frozenset(), "operator") for _ in found]

        authenticator = Authenticator(keys, recognise, issuer=issuer, audience=issuer)
        header = b"Bearer " + token.encode()
        verified_us = _best_us(
            lambda: tokens.verify(token, public, issuer=issuer, audience=issuer, now_s=now_s), rounds
        )
        asyncio.run(authenticator.authenticate(header))  # now: the lease is short
        believed_us = _best_us(lambda: authenticator.remembered(header), rounds)
        return {"verify a token": verified_us, "a token believed before": believed_us}


def _best_us(work: Callable[[], object], rounds: int) -> float:
    """The best round: what it costs when nothing else happens."""
    best_s = float("inf")
    for _ in range(rounds):
        began_at = time.perf_counter()
        for _ in range(50):
            work()
        best_s = min(best_s, (time.perf_counter() - began_at) / 50)
    return best_s * 1e6
