"""API keys, and whether a credential is still valid."""

import msgspec

from entrepot.core import api_keys
from entrepot.core.credentials import AllRecognised, Credential, Credentials, Recognised
from entrepot.core.house import House
from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Caller, Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import KeyCreated
from entrepot.user.model import key as model
from entrepot.user.model import security_letter
from entrepot.user.model.key import (
    ApiKey,
    ApiKeyWithSecret,
    KeyEnded,
    KeyNotFound,
    NewKey,
)
from entrepot.user.repository import key as keys_of
from entrepot.user.repository import session
from entrepot.user.repository.key import StoredKey
from entrepot.user.service import lineage, membership, security_letters, vault

_NAME = "api_key.name"


async def create_key(
    tx: Transaction, who: Principal, *, new: NewKey, caller: Caller, sealing: Sealing, house: House
) -> ApiKeyWithSecret:
    """Make an API key for a program of the caller's organisation; its secret is shown this once. It never
    allows more than its maker may, now or later, and ends with the key that it was made with.
    """
    parent = await _parent(tx, who)
    key, secret = model.mint(new, maker=who, at=now(), parent=None if parent is None else parent.key)
    sealer = await vault.key_made(tx, sealing, who.organisation)
    owner = await _owner(tx, who) if parent is None else parent.owner
    made = StoredKey(
        key=key,
        organisation=who.organisation,
        owner=owner,
        parent="" if parent is None else parent.key.id,
        sealed_name=sealer.seal(key.name, _NAME),
    )
    await keys_of.add(tx, made, digest=api_keys.digest(secret))
    tx.emit(KeyCreated(key_id=key.id, organisation=who.organisation, scopes=key.scopes))
    letter = security_letter.key_made(house.url, scopes=key.scopes, caller=caller, at=key.created_at)
    await security_letters.warn_by_id(tx, owner, letter, sealing=sealing)
    return ApiKeyWithSecret(key=key, secret=secret)


async def keys(tx: Reading, who: Principal, *, query: Cursor, sealing: Sealing) -> Page[ApiKey]:
    """The API keys of the caller's organisation, the oldest first."""
    found = await keys_of.page(
        tx, organisation=who.organisation, after=query.cursor or "", limit=query.limit + 1
    )
    items = [await shown(tx, each, sealing=sealing) for each in found[: query.limit]]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def revoke_key(tx: Transaction, who: Principal, *, id: str) -> None:
    """End an API key of the caller's organisation, and those that were made with it; every gateway forgets
    them at once.
    """
    if not await lineage.end_key(tx, id, organisation_id=who.organisation, at=now()):
        raise KeyNotFound("There is no such working key.")


async def recognise_all(
    tx: Reading, who: Principal, *, credentials: Credentials, house_roles: Roles
) -> AllRecognised:
    """Say of each whether it is still valid, and who holds a key."""
    return AllRecognised(
        [
            await recognise(tx, who, credential=credential, house_roles=house_roles)
            for credential in credentials.asked
        ]
    )


async def recognise(tx: Reading, who: Principal, *, credential: Credential, house_roles: Roles) -> Recognised:
    """Say whether a credential is still valid, and who holds a key."""
    if credential.key_digest is None:
        revoked = await session.token_is_revoked(tx, credential.token_id or "")
        return Recognised(known=not revoked)
    found = await keys_of.by_digest(tx, credential.key_digest)
    principal = None if found is None else await lineage.bearer(tx, found, house_roles=house_roles)
    if principal is None or not principal.scopes:
        return Recognised(known=False)
    return Recognised(known=True, principal=principal)


async def shown(tx: Reading, stored: StoredKey, *, sealing: Sealing) -> ApiKey:
    """Return the key with its name."""
    if stored.sealed_name is None:
        return stored.key
    sealer = await vault.key_of(tx, sealing, stored.organisation)
    return msgspec.structs.replace(stored.key, name=sealer.open(stored.sealed_name, _NAME))


async def _parent(tx: Reading, who: Principal) -> StoredKey | None:
    """Return the key that asks. Raises: KeyEnded."""
    if who.kind != "program":
        return None
    found = await keys_of.find(tx, who.id)
    if found is None or not model.usable(found.key, at=now()):
        raise KeyEnded("This key ended.")
    return found


async def _owner(tx: Reading, who: Principal) -> str:
    """One made by the house belongs to nobody. Raises: PersonNeeded for a token that outlived its person."""
    return (await membership.myself(tx, who)).id if who.kind == "person" else ""
