"""Hashes passwords with argon2id (RFC 9106) in threads of their own. One hash takes 20 ms and 19 MiB, so it
must not stall the event loop, and only so many may wait.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHash

from entrepot.core.errors import Unavailable

T = TypeVar("T")

# OWASP's Password Storage Cheat Sheet: the least that it recommends for argon2id.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
_MOST_WAITING = 200  # about 4 s of one core; whoever comes later hears at once that it is too much


class Busy(Unavailable):
    """Too many passwords wait to be hashed."""


class Passwords:
    """Hashes and verifies passwords, one per thread at a time."""

    def __init__(self, *, threads: int | None = None, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(PASSES, MEMORY_KIB, LANES)
        self._threads = ThreadPoolExecutor(threads or max(1, (os.cpu_count() or 2) - 1), "passwords")
        self._waiting = 0
        # Why a hash for nobody? Without it, a quick answer would tell that an address has no account.
        self._nobodys = self._hasher.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        """Raises: Busy."""
        return await self._in_thread(self._hasher.hash, password)

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether the password has this hash. For None it does the same work and returns False. Raises:
        Busy.
        """
        fits = await self._in_thread(self._verify, password, hashed or self._nobodys)
        return fits and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _verify(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHash):
            return False

    async def _in_thread(self, work: Callable[..., T], *args: str) -> T:
        if self._waiting >= _MOST_WAITING:
            raise Busy("Too many people sign in right now.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._waiting -= 1
