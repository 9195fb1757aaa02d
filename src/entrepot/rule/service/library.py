"""Rulebooks at hand: the active packs, compiled once per process, and a few of the past for replays."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from entrepot.core.ports import Keys, Reading
from entrepot.rule.functions import formats
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.model.check import PackRef, StillBeginning
from entrepot.rule.model.life import Altered
from entrepot.rule.model.pack import Pack
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository.pack import PackSet, StoredPack

_AT_HAND = 4
_EMPTY = Rulebook(())


class Library:
    """Compiled sets of packs by their hash. What is stored is held against its hash and signature first."""

    def __init__(self, keys: Keys) -> None:
        self.begun = False  # whether this house has packs; told once per process
        self.latest: Rulebook | None = None  # what was current when somebody last looked
        self._keys = keys
        self._books: OrderedDict[str, Rulebook] = OrderedDict()
        self._loading = asyncio.Lock()

    async def current(self, tx: Reading) -> Rulebook:
        """Return the active packs. Raises: StillBeginning, Altered."""
        chosen = await packs.current_set(tx)
        if chosen is None and not self.begun:
            raise StillBeginning("The rules that come with the program are being taken in.")
        self.latest = await self.of(tx, chosen)
        return self.latest

    async def of(self, tx: Reading, chosen: PackSet | None) -> Rulebook:
        """Return the rules of a set of packs; None is the time before there was any pack. Raises: Altered."""
        if chosen is None:
            return _EMPTY
        if (book := self._books.get(chosen.hash)) is not None:
            return book
        async with self._loading:
            if (book := self._books.get(chosen.hash)) is None:
                book = await self._load(tx, chosen.pack_ids)
                self._books[chosen.hash] = book
                while len(self._books) > _AT_HAND:
                    self._books.popitem(last=False)
        return book

    async def _load(self, tx: Reading, pack_ids: Sequence[str]) -> Rulebook:
        keys = await self._keys.verifying_keys()
        found = []
        for id in pack_ids:
            stored = await packs.by_id(tx, id)
            if stored is None:
                raise Altered("A version that was active is gone.")
            found.append((stored, await packs.contents(tx, id)))
        return await asyncio.to_thread(_bound, found, dict(keys))


def signed_text(name: str, version: int, hash: str) -> bytes:
    """Return what the node signs of a version."""
    return f"entrepot 1 rule pack\n{name}\n{version}\n{hash}".encode()


def reference(stored: StoredPack) -> PackRef:
    return PackRef(stored.name, stored.version, stored.hash)


def as_pack(stored: StoredPack, contents: Sequence[bytes]) -> Pack:
    return msgspec.structs.replace(stored.about, rules=packs.decoded(contents))


def _bound(found: list[tuple[StoredPack, Sequence[bytes]]], keys: dict[str, bytes]) -> Rulebook:
    """Raises: Altered."""
    opened = []
    for stored, contents in found:
        pack = as_pack(stored, contents)
        if formats.digest(formats.canonical(pack)) != stored.hash or not _holds(stored, keys):
            raise Altered(f"The pack {stored.name} {stored.version} is not what was signed; it is not used.")
        opened.append((reference(stored), pack))
    return Rulebook(opened)


def _holds(stored: StoredPack, keys: dict[str, bytes]) -> bool:
    public = keys.get(stored.key_id)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            stored.signature, signed_text(stored.name, stored.version, stored.hash)
        )
    except InvalidSignature:
        return False
    return True
