"""The organisations' data keys: whom they screened is sealed under them."""

from entrepot.core.ports import Reading, Transaction
from entrepot.core.rewrapping import KeyBatch, KeysRewrapped
from entrepot.core.routes import Principal
from entrepot.core.sealing import DataKey, Sealing
from entrepot.screening.model.screening import ScreeningNotFound
from entrepot.screening.repository import data_key as data_keys_of


async def key_of(tx: Reading, sealing: Sealing, organisation: str) -> DataKey:
    wrapped = await data_keys_of.of(tx, organisation)
    if wrapped is None:
        raise ScreeningNotFound("There is no such screening.")
    return await sealing.key(organisation, wrapped)


async def key_made(tx: Transaction, sealing: Sealing, organisation: str) -> DataKey:
    if await data_keys_of.of(tx, organisation) is None:
        _, wrapped = await sealing.make(organisation)
        await data_keys_of.add(tx, organisation, wrapped=wrapped)
    return await key_of(tx, sealing, organisation)


async def rewrap_screening_keys(
    tx: Transaction, who: Principal, *, batch: KeyBatch, sealing: Sealing
) -> KeysRewrapped:
    """Wrap some organisations' keys again, under the newest master key; `next` says where to go on."""
    found = await data_keys_of.page(tx, after=batch.after, limit=batch.limit)
    for organisation, wrapped in found:
        fresh = await sealing.rewrap(organisation, wrapped)
        await data_keys_of.replace(tx, organisation, wrapped=fresh)
    return KeysRewrapped(count=len(found), next=found[-1][0] if len(found) == batch.limit else None)
