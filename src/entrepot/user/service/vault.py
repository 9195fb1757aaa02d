"""Data keys: whose there is, and the one by which addresses are found."""

import os

from entrepot.core.network import counted_as
from entrepot.core.ports import Reading, Transaction
from entrepot.core.rewrapping import KeyBatch, KeysRewrapped
from entrepot.core.routes import Principal
from entrepot.core.sealing import KEY_BYTES, DataKey, Sealing
from entrepot.user.model import address
from entrepot.user.model.data_key import KeyGone
from entrepot.user.repository import data_key

_INDEX = "index"


async def key_of(tx: Reading, sealing: Sealing, owner: str) -> DataKey:
    """Raises: KeyGone when it was destroyed."""
    wrapped = await data_key.find(tx, owner)
    if wrapped is None:
        raise KeyGone("This was erased.")
    return await sealing.key(owner, wrapped)


async def key_made(tx: Transaction, sealing: Sealing, owner: str) -> DataKey:
    """Return the owner's key, new if there is none."""
    if await data_key.find(tx, owner) is None:
        _, wrapped = await sealing.make(owner)
        await data_key.add(tx, owner, wrapped=wrapped)
    return await key_of(tx, sealing, owner)


async def destroy(tx: Transaction, sealing: Sealing, owner: str) -> list[bytes]:
    """Return what is to be found nowhere any more."""
    if (wrapped := await data_key.find(tx, owner)) is None:
        return []
    await data_key.destroy(tx, owner)
    sealing.forget(owner, wrapped)
    return [wrapped]


class BlindIndex:
    """Keyed hashes of what people type."""

    def __init__(self, key: DataKey) -> None:
        self._key = key

    def email(self, typed: str) -> str:
        """Raises: NotAnAddress."""
        return self._key.index(address.normalised(typed), "email")

    def credential(self, id: str) -> str:
        return self._key.index(id, "passkey")

    def subject(self, issuer: str, subject: str) -> str:
        """Return whose account at an outside provider it is (OpenID Connect Core, §5.7)."""
        return self._key.index(f"{issuer}\n{subject}", "identity")

    def failures(self, typed: str, *, caller: str, purpose: str) -> str:
        """Return whose failures in a row are counted together: one account's, from one address."""
        return self._key.index(f"{counted_as(caller)} {address.normalised(typed)}", purpose)

    def account(self, typed: str) -> str:
        """Return under what wrong passwords for an account count, whether there is one or not."""
        return self._key.index(address.normalised(typed), "guess")

    def proof(self, person: str, what: str) -> str:
        """Return under what wrong proofs of another kind count for a person."""
        return self._key.index(f"{person} {what}", "guess")

    def quick(self, account: str, where: str) -> str:
        """Return whose failures in a row are counted together: one account's, from one device or address."""
        return self._key.index(f"{account} {where}", "quick")

    def place(self, person: str, kind: str, place: str) -> str:
        """Return under what a device or an address is known to a person's account."""
        return self._key.index(f"{person} {kind} {place}", "place")


async def index(tx: Reading, sealing: Sealing) -> BlindIndex:
    """Before anybody signed up it finds nobody, like any key that no entry was made with."""
    wrapped = await data_key.find(tx, _INDEX)
    if wrapped is None:
        return BlindIndex(DataKey(os.urandom(KEY_BYTES), owner=_INDEX))
    return BlindIndex(await sealing.key(_INDEX, wrapped))


async def index_made(tx: Transaction, sealing: Sealing) -> BlindIndex:
    return BlindIndex(await key_made(tx, sealing, _INDEX))


async def rewrap_data_keys(
    tx: Transaction, who: Principal, *, batch: KeyBatch, sealing: Sealing
) -> KeysRewrapped:
    """Wrap some data keys again, under the newest master key; `next` says where to go on."""
    found = await data_key.page(tx, after=batch.after, limit=batch.limit)
    for owner, wrapped in found:
        await data_key.replace(tx, owner, wrapped=await sealing.rewrap(owner, wrapped))
    return KeysRewrapped(count=len(found), next=found[-1][0] if len(found) == batch.limit else None)
